import Dosing

/// A whole report: every run, then the dose, then what it all rests on.
public enum AnalysisPage {
  /// The page of some analyses and doses.
  public static func page(
    title: String, _ analyses: [RunAnalysis], doses: [DoseCalculation] = [], provenance: Provenance
  ) -> Page {
    var sections: [Page.Section] = []
    for analysis in analyses {
      sections.append(RunSection.section(analysis))
      sections.append(FitSection.section(analysis))
      if let forecast = ForecastSection.section(analysis) { sections.append(forecast) }
    }
    sections += doses.map(DoseSection.section)
    sections.append(provenance.section)
    return Page(
      title: title, subtitle: analyses.map(\.run.name).joined(separator: ", "),
      sections: sections, footer: LimitsOfUse.lines)
  }
}
