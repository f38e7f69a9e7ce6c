import Dosing
import Inference

/// A whole report: every run, then the dose, then what it all rests on.
public enum AnalysisPage {
  /// The page of some analyses and doses; sections are made on several threads. `harvest` is what
  /// the summary says of each analysis' harvest, where that is known otherwise.
  public static func page(
    title: String, _ analyses: [RunAnalysis], doses: [DosePlan] = [], provenance: Provenance,
    harvest: [String]? = nil, threads: Int = 1
  ) -> Page {
    var sections: [Page.Section] = []
    if analyses.count > 1 || analyses.contains(where: { $0.forecast != nil }) {
      sections.append(summary(analyses, harvest))
    }
    let own = Parallel.map(chunksOf: 4, count: analyses.count, threads: threads) {
    } body: { _, index in
      [
        ForecastSection.section(analyses[index]), FitSection.section(analyses[index]),
        RunSection.section(analyses[index]),
      ].compactMap { $0 }
    }
    sections += own.joined()
    sections += doses.map(DoseSection.section)
    sections.append(provenance.section)
    return Page(
      title: title, subtitle: analyses.map(\.run.name).joined(separator: ", "),
      sections: sections, footer: LimitsOfUse.lines)
  }

  /// The answers, run by run.
  private static func summary(_ analyses: [RunAnalysis], _ harvest: [String]?) -> Page.Section {
    Page.Section(
      "Summary",
      Shown.table(
        "What was found.",
        [
          Table.Column("Run"), Table.Column("Model"), Table.Column("Fit"),
          Table.Column("Doubling time (95 %)", unit: "h"), Table.Column("Lag (95 %)", unit: "d"),
          Table.Column("Harvest"),
        ],
        analyses.enumerated().map { k, analysis in
          let fit = analysis.best?.fit
          return [
            analysis.run.name, fit?.model ?? "-",
            analysis.verdict?.page.label ?? "-",
            fit?.showsGrowth == false
              ? "no growth seen" : analysis.verdict.flatMap(GrowthWords.doublingTime) ?? "-",
            analysis.verdict.flatMap(GrowthWords.lag) ?? "-",
            harvest.flatMap { $0.indices.contains(k) ? $0[k] : nil } ?? analysis.forecast.map {
              ForecastSection.verdict($0, analysis.verdict).label
            }
              ?? (analysis.forecastRefusal == nil ? "not asked" : "refused"),
          ]
        },
        footnotes: [
          "At best: the curve's fastest doubling between two counts, where the model's own rate is not "
            + "to be trusted. No number stands where the residuals contradict the model."
        ]))
  }
}
