import Quantities
import RunFiles
import Statistics

/// A counter's dilution series as a page: verdict, figure, fractions, the line for a model.
public enum CounterPage {
  /// The page of a file's series.
  public static func page(
    _ evaluations: [CounterEvaluation], notes: [Finding], provenance: Provenance
  ) -> Page {
    var sections = evaluations.map(section)
    if !notes.isEmpty {
      sections.append(
        Page.Section("What was noticed while reading", [.notes(notes.map(\.description))]))
    }
    sections.append(provenance.section)
    return Page(
      title: "Counter report",
      subtitle: "Dilution series, ISO 20391-2 style; no conformity is claimed",
      sections: sections, footer: [LimitsOfUse.lines[0]])
  }

  private static func section(_ e: CounterEvaluation) -> Page.Section {
    var blocks: [Page.Block] = [.verdict(CounterWords.verdict(e))]
    blocks.append(.bullets(CounterWords.remarks(e)))
    blocks.append(.figure(CounterFigure.figure(e)))
    blocks += levels(e)
    blocks.append(.definitions(numbers(e)))
    if let line = e.modelLine {
      blocks.append(.heading("For a model"))
      blocks.append(
        .paragraph(
          e.variance.isBeyondCounting
            ? "Put this line in place of the model's own; the counting error 1/k is added by itself "
              + "where raw counts are given."
            : "Put this line in place of the model's own. It holds the counting error, so use it "
              + "with densities, not with raw counts."))
      blocks.append(.calculation(line))
    }
    return Page.Section(e.title.prefix(1).uppercased() + e.title.dropFirst(), blocks)
  }

  private static func levels(_ e: CounterEvaluation) -> [Page.Block] {
    Shown.table(
      "The dilution fractions.",
      [
        Table.Column("Fraction", unit: "%"), Table.Column("Dilutions", .numbers),
        Table.Column("Mean", unit: "1e6 cells/mL"), Table.Column("Deviation", unit: "%"),
        Table.Column("CV within", unit: "%"),
        Table.Column("CV between", unit: "%"), Table.Column("CV of counting", unit: "%"),
        Table.Column("Cells a count", .numbers),
      ],
      e.line.levels.map { level in
        func percent(_ share: Double?) -> String { Shown.number(share.map { 100 * $0 }) }
        return [
          percent(level.fraction), "\(level.preparations)", Shown.number(level.mean, 4),
          percent(level.deviation), percent(level.cvWithin),
          percent(level.cvBetween), percent(level.cvCounting), Shown.number(level.cells),
        ]
      },
      footnotes: [
        "Deviation: of the mean from the proportional line. CV within: among repeated readings of one prepared dilution. CV between: among the means of "
          + "the dilutions prepared. CV of counting: 1 over the square root of the cells of a count."
      ])
  }

  private static func numbers(_ e: CounterEvaluation) -> [Page.Definition] {
    let v = e.variance
    let extra = v.isBeyondCounting ? "extra CV of one count" : "CV of one reading"
    return [
      Page.Definition(
        "stock, slope of the line", "\(Shown.number(e.line.stock, 4)) 1e6 cells/mL"),
      Page.Definition(
        "R^2 about the origin", NumberText.significant(e.line.rSquared, 5)),
      Page.Definition(
        "proportionality index",
        "\(CounterWords.percent(e.line.index)): mean of |mean of the fraction - line| / line over "
          + "all prepared dilutions; as the sum of COMET, \(Shown.number(e.line.indexSum))"),
      Page.Definition(
        extra,
        "\(CounterWords.percent(v.cvExtra)), 95 % interval \(CounterWords.percent(v.low)) to "
          + (v.high.isFinite ? CounterWords.percent(v.high) : "no upper end")),
    ]
  }
}
