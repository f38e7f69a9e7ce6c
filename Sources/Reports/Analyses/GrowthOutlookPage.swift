import Harvest
import Quantities
import RunRecords

/// The page of `thymus forecast` with growth that was learned without a model.
public struct GrowthOutlookPage: Sendable {
  /// One run with its forecast, or why there is none.
  public struct Entry: Sendable {
    let run: Run
    /// The forecast.
    public let outcome: Result<GrowthOutlook, GrowthOutlook.Refusal>

    /// A run with its forecast.
    public init(run: Run, outcome: Result<GrowthOutlook, GrowthOutlook.Refusal>) {
      self.run = run
      self.outcome = outcome
    }
  }

  let entries: [Entry]
  let path: String
  let file: GrowthFile
  let findings: [String]
  let provenance: Provenance
  let backtest: BacktestQuote?

  /// A page of forecasts with the file that they rest on, and the back-test that tells how good such
  /// forecasts were.
  public init(
    entries: [Entry], path: String, file: GrowthFile, findings: [String], provenance: Provenance,
    backtest: BacktestQuote? = nil
  ) {
    self.entries = entries
    self.path = path
    self.file = file
    self.findings = findings
    self.provenance = provenance
    self.backtest = backtest
  }

  /// The page.
  public var page: Page {
    ForecastFrame.page(
      entries.map { entry in
        switch entry.outcome {
        case .success(let outlook): (entry.run.name, blocks(outlook))
        case .failure(let refusal): (entry.run.name, ForecastFrame.refused(refusal.description))
        }
      }, basis: basis, findings: findings, provenance)
  }

  private func blocks(_ outlook: GrowthOutlook) -> [Page.Block] {
    var blocks: [Page.Block] = []
    if let latest = outlook.latest, latest.contradicts {
      blocks.append(
        .verdict(
          Page.Verdict(
            .stop, label: "The latest count was not foretold",
            text: GrowthOutlookWords.latest(latest, outlook)
              + " Recount the sample. If it stands, this culture does what the earlier donors did not: "
              + "do not rely on the intervals below.")))
    }
    blocks.append(.verdict(GrowthOutlookWords.verdict(outlook)))
    blocks.append(.paragraph(GrowthOutlookWords.premises(outlook)))
    blocks.append(
      .paragraph(
        backtest?.sentence(now: outlook.now)
          ?? "No back-test is quoted: how good such forecasts were is not known. Make one with 'thymus "
          + "backtest --growth' and name it under --backtest."))
    blocks += days(outlook)
    blocks.append(.figure(GrowthOutlookPage.figure(outlook)))
    if !outlook.notes.isEmpty { blocks.append(.bullets(outlook.notes)) }
    return blocks
  }

  private func days(_ outlook: GrowthOutlook) -> [Page.Block] {
    let q = outlook.quantity
    let hasNeed = outlook.days.contains { $0.probability != nil }
    func shown(_ range: ClosedRange<Double>) -> String {
      "\(GrowthOutlookWords.number(range.lowerBound, q)) - "
        + GrowthOutlookWords.number(range.upperBound, q)
    }
    let unit = GrowthOutlookWords.unit(q)
    return Shown.table(
      "Forecast of \(q).",
      [
        Table.Column("Time", unit: "h"), Table.Column("Day", unit: "d"),
        Table.Column("Median", unit: unit), Table.Column("50 %", unit: unit),
        Table.Column("80 %", unit: unit), Table.Column("90 %", unit: unit),
        Table.Column("Next count, 90 %", unit: unit),
      ] + (hasNeed ? [Table.Column("P(cells needed)", .numbers)] : []),
      outlook.days.map { day in
        [
          NumberText.significant(day.time, 5), Shown.day(day.time),
          GrowthOutlookWords.number(day.culture.median, q), shown(day.culture.half),
          shown(day.culture.eighty), shown(day.culture.ninety), shown(day.reading.ninety),
        ] + (hasNeed ? [day.probability.map { Shown.probability($0) } ?? "-"] : [])
      },
      footnotes: [
        "Intervals are of the culture itself; those of the next count hold the error of one well too."
      ])
  }

  /// What the growth was learned from.
  private var basis: [Page.Block] {
    let growth = file.growth
    return [
      .definitions([
        Page.Definition(
          path,
          "growth of \(file.quantity) from \(NumberText.counted(growth.donors, "donor")), "
            + "\(NumberText.counted(growth.runs, "run")), "
            + "\(NumberText.counted(file.counts, "count")); SHA-256 \(file.sha256)"),
        Page.Definition(
          "learned from", file.source ?? "not said ('thymus learn --note' or SOURCE.md)"),
        Page.Definition("learned by", growth.origin),
        Page.Definition(
          "kinds",
          file.factors.isEmpty
            ? "all runs alike"
            : "\(NumberText.list(file.factors)): \(growth.kinds.joined(separator: "; "))"),
      ]), .bullets(GrowthLearnPage.limits),
    ]
  }

  static func figure(_ outlook: GrowthOutlook) -> Figure {
    let q = outlook.quantity
    let unit = Shown.unit(q) ?? .one
    let meaning = MeasuredQuantity.named(q)?.meaning ?? q
    let x = outlook.band.map { $0.time / 24 }
    func band(
      _ range: (GrowthOutlook.Day) -> ClosedRange<Double>, _ style: Style, _ label: String
    ) -> Layer {
      .band(
        x: x, lower: outlook.band.map { unit.fromBase(range($0).lowerBound) },
        upper: outlook.band.map { unit.fromBase(range($0).upperBound) }, style: style,
        label: label)
    }
    return Figure(
      title: "\(outlook.run.name): \(meaning)",
      description:
        "\(meaning) of run \(outlook.run.name) over time: counts, the forecast's median, "
        + "and where the culture and the next count lie with 50, 80 and 90 %.",
      x: Axis("Time", unit: "d", scale: .days), y: Axis(meaning, unit: unit.symbol, scale: .log10),
      layers: [
        .region(from: outlook.now / 24, to: nil, label: "forecast"),
        band(\.reading.ninety, .band(.sky, fill: 0.20), "next count, 90 %"),
        band(\.culture.ninety, .band(.blue, fill: 0.18), "culture, 90 %"),
        band(\.culture.eighty, .band(.blue, fill: 0.20), "culture, 80 %"),
        band(\.culture.half, .band(.blue, fill: 0.30), "culture, 50 %"),
        .line(
          x: x, y: outlook.band.map { unit.fromBase($0.culture.median) }, style: Style(.blue),
          label: "culture, median"),
      ] + OutlookFigure.counts(outlook.run, q, unit, now: outlook.now))
  }
}
