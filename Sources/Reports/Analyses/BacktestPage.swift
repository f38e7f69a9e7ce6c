import Harvest
import Quantities
import Statistics

/// The page of `thymus backtest`: how good forecasts of these runs would have been.
public struct BacktestPage: Sendable {
  /// The back-test.
  public let backtest: Backtest
  /// Its numbers.
  public let summary: BacktestSummary
  /// Names of the models.
  let models: [String]
  let warnings: [String]
  let findings: [String]
  let provenance: Provenance

  /// A page of a back-test.
  public init(
    _ backtest: Backtest, summary: BacktestSummary, models: [String], warnings: [String],
    findings: [String], provenance: Provenance
  ) {
    self.backtest = backtest
    self.summary = summary
    self.models = models
    self.warnings = warnings
    self.findings = findings
    self.provenance = provenance
  }

  /// Donors shown on a page; the record has all.
  static let mostDonors = 40

  /// The page.
  public var page: Page {
    var blocks: [Page.Block] = [.verdict(verdict)]
    let doubtful = coverageSentence
    if let doubtful { blocks.append(.paragraph(doubtful)) }
    if !warnings.isEmpty { blocks.append(.bullets(warnings)) }
    blocks += hours + scores
    blocks += [.figure(calibration), .figure(histogram)]
    var sections = [
      Page.Section("How good the forecasts would have been", blocks),
      Page.Section("By donor", donors), Page.Section("How it was done", [.bullets(method)]),
    ]
    if !findings.isEmpty {
      sections.append(Page.Section("What was noticed while reading", [.notes(findings)]))
    }
    sections.append(provenance.section)
    return Page(
      title: "Back-test", subtitle: models.joined(separator: ", "), sections: sections,
      footer: LimitsOfUse.lines)
  }

  /// The headline in one or two sentences, also for the forecasts that quote it.
  var headline: String {
    let all = summary.all
    var text: String
    switch summary.verdict {
    case .better:
      text = "The forecasts are better than log-linear extrapolation from the last two counts"
    case .notBetter:
      text =
        "The forecasts are NO BETTER than log-linear extrapolation from the last two counts, as far "
        + "as these donors tell"
    case .worse:
      text = "The forecasts are WORSE than log-linear extrapolation from the last two counts"
    case .unknown:
      text =
        "Whether the forecasts are better than log-linear extrapolation cannot be told: too few "
        + "donors, or too few counts before the forecasts"
    }
    if let own = all.crpsBeside, let other = all.baselineCRPS {
      text += " (score \(Shown.number(own, 2)) beside \(Shown.number(other, 2))"
      if let interval = all.difference?.interval {
        text += "; difference \(signed(interval.lowerBound)) to \(signed(interval.upperBound))"
      }
      text += ")"
    }
    text += ". \(NumberText.counted(all.cases, "forecast")) of "
    text += NumberText.counted(all.donors, "donor")
    let same = summary.hours.filter { BacktestSummary.verdict($0.row.difference) != .better }
    if summary.verdict == .better, !same.isEmpty {
      text +=
        "; from day \(same.map { Shown.day($0.from) }.joined(separator: ", ")) they are no better"
    }
    if let prior = all.priorDifference?.interval, prior.upperBound >= 0 {
      text += "; the counts did not make them better than the prior alone"
    }
    return text + "."
  }

  private var verdict: Page.Verdict {
    switch summary.verdict {
    case .better: Page.Verdict(.good, label: "Better than the baseline", text: headline)
    case .notBetter: Page.Verdict(.caution, label: "No better than the baseline", text: headline)
    case .worse: Page.Verdict(.stop, label: "Worse than the baseline", text: headline)
    case .unknown: Page.Verdict(.neutral, label: "No comparison", text: headline)
    }
  }

  /// What the coverage of the 90 % intervals says, of all forecasts and of single days; nil when it is about
  /// right.
  var coverageSentence: String? {
    let remedy =
      backtest.isModelFree
      ? "Ask whether these runs were handled alike."
      : "Widen the prior (--widening 1.5), or ask whether the model suits these runs."
    func shown(_ row: BacktestSummary.Row) -> String {
      NumberText.percent(row.coverage[2], decimals: 0)
    }
    // Forecasts of one donor go together: about one independent one a donor.
    func slack(_ row: BacktestSummary.Row) -> Double {
      2 * (0.09 / Double(max(1, row.donors))).squareRoot() + 0.02
    }
    func isNarrow(_ row: BacktestSummary.Row) -> Bool { row.coverage[2] < 0.9 - slack(row) }
    let all = summary.all
    if isNarrow(all) {
      return "The 90 % intervals held only \(shown(all)) of the counts: they are too narrow. "
        + remedy
    }
    let narrow = summary.hours.filter { isNarrow($0.row) }
    if !narrow.isEmpty {
      let list = narrow.map {
        "\(shown($0.row)) of the counts foretold from day \(Shown.day($0.from))"
      }
      return "The 90 % intervals are too narrow on some days: they held only "
        + "\(NumberText.list(list)). \(remedy)"
    }
    if all.coverage[2] > 0.9 + slack(all), all.coverage[2] > 0.96 {
      return "The 90 % intervals held \(shown(all)) of the counts: they are wider than need be."
    }
    return nil
  }

  private func signed(_ value: Double) -> String {
    (value < 0 ? "-" : "+") + Shown.number(abs(value), 2)
  }

  private func percent(_ value: Double?) -> String {
    value.map { NumberText.percent($0, decimals: 1) } ?? "-"
  }

  private func hourRows(_ cells: (BacktestSummary.Row) -> [String]) -> [[String]] {
    summary.hours.map { [Shown.day($0.from)] + cells($0.row) } + [["all"] + cells(summary.all)]
  }

  private var hours: [Page.Block] {
    Shown.table(
      "Forecasts of later counts, by day of forecast.",
      [
        Table.Column("From day", .numbers), Table.Column("Counts", .numbers),
        Table.Column("Donors", .numbers), Table.Column("Median error", .numbers),
        Table.Column("of the line", .numbers), Table.Column("of the prior alone", .numbers),
        Table.Column("50 % holds", .numbers), Table.Column("80 % holds", .numbers),
        Table.Column("90 % holds", .numbers), Table.Column("90 % reaches", .numbers),
      ],
      hourRows { row in
        [
          "\(row.cases)", "\(row.donors)", percent(row.medianError), percent(row.lineError),
          percent(row.priorError), percent(row.coverage[0]), percent(row.coverage[1]),
          percent(row.coverage[2]), "x/: " + NumberText.fixed(row.factor, decimals: 2),
        ]
      },
      footnotes: [
        "Median error: median of |forecast/count - 1|. The line: log-linear extrapolation from the "
          + "last two counts. The prior alone: \(backtest.isModelFree ? "" : "seed and ")earlier donors, "
          + "without this run's counts. "
          + "90 % reaches: the middle of the interval times and divided by this factor."
      ])
  }

  private var scores: [Page.Block] {
    Shown.table(
      "Scores (CRPS of ln count; smaller is better).",
      [
        Table.Column("From day", .numbers), Table.Column("Forecast", .numbers),
        Table.Column("Forecast, where a line is", .numbers), Table.Column("Line", .numbers),
        Table.Column("Difference, 95 %", .numbers), Table.Column("Against the line"),
        Table.Column("Prior alone", .numbers), Table.Column("Difference, 95 %", .numbers),
      ],
      hourRows { row in
        [
          Shown.number(row.crps), Shown.number(row.crpsBeside), Shown.number(row.baselineCRPS),
          shown(row.difference), word(BacktestSummary.verdict(row.difference)),
          Shown.number(row.priorCRPS), shown(row.priorDifference),
        ]
      },
      footnotes: [
        "The line has a distribution of its own: the errors that it made for other donors, at the "
          + "same day of forecast and as far ahead. Differences are means over donors, below 0 where "
          + "the forecast is better; intervals by drawing donors anew "
          + "\(ClusterBootstrap.repeats) times."
      ])
  }

  private func shown(_ difference: ClusterBootstrap?) -> String {
    guard let interval = difference?.interval else { return "-" }
    return "\(signed(interval.lowerBound)) to \(signed(interval.upperBound))"
  }

  private func word(_ verdict: BacktestSummary.Verdict) -> String {
    switch verdict {
    case .better: "better"
    case .notBetter: "no better"
    case .worse: "worse"
    case .unknown: "not told"
    }
  }

  private var donors: [Page.Block] {
    let chosen = summary.donors.prefix(BacktestPage.mostDonors)
    return Shown.table(
      "Each donor, the worst forecast first.",
      [
        Table.Column("Donor"), Table.Column("Counts", .numbers),
        Table.Column("Median error", .numbers), Table.Column("90 % holds", .numbers),
        Table.Column("Score", .numbers), Table.Column("Beside a line", .numbers),
        Table.Column("Line", .numbers),
      ],
      chosen.map { donor, row in
        [
          donor, "\(row.cases)", percent(row.medianError), percent(row.coverage[2]),
          Shown.number(row.crps), Shown.number(row.crpsBeside), Shown.number(row.baselineCRPS),
        ]
      },
      footnotes: chosen.count < summary.donors.count
        ? [
          "\(chosen.count) of \(summary.donors.count) donors; the record (--json) has all of them."
        ] : [])
  }

  private var method: [String] {
    var lines = [
      "Every count of \(backtest.quantity) after a day of forecast was foretold from the counts up to "
        + "that day, \(backtest.holding). Intervals hold the counter's noise."
    ]
    lines += backtest.notes
    if !backtest.isModelFree {
      lines.append("Operations after the day of a forecast count as planned as they were done.")
    }
    if let target = backtest.question.target {
      lines.append("Only counts within 12 h of day \(Shown.day(target)) were foretold.")
    }
    if !backtest.refused.isEmpty {
      lines.append(
        "\(NumberText.counted(backtest.refused.count, "forecast")) could not be made and are not in "
          + "these numbers; the first, of \(backtest.refused[0].run) from day "
          + "\(Shown.day(backtest.refused[0].from)): \(backtest.refused[0].reason)")
    }
    return lines
  }

  private var calibration: Figure {
    let x = summary.calibration.map { 100 * $0.level }
    return Figure(
      title: "Do intervals hold what they say?",
      description: "Share of counts held by central intervals against their nominal level; on the "
        + "diagonal the forecasts are calibrated, below it too sure.",
      x: Axis("Nominal level", unit: "%", from: 0, to: 100),
      y: Axis("Counts held", unit: "%", from: 0, to: 100),
      layers: [
        .line(x: [0, 100], y: [0, 100], style: .reference, label: "calibrated"),
        .line(
          x: x, y: summary.calibration.map { 100 * $0.share }, style: Style(.blue),
          label: "these forecasts"),
      ])
  }

  private var histogram: Figure {
    Figure(
      title: "Where the counts fell in their forecasts",
      description: "Share of counts in each tenth of their forecast distribution; even when "
        + "calibrated, high at both ends when too sure, leaning when biased.",
      x: Axis("Probability integral transform", from: 0, to: 1),
      y: Axis("Share of counts", unit: "%", from: 0),
      layers: [
        .bars(
          x: (0..<10).map { 0.05 + 0.1 * Double($0) }, heights: summary.histogram.map { 100 * $0 },
          width: 0.09, style: Style(.blue, lineWidth: 1, fill: 0.5)),
        .horizontal(y: 10, label: "calibrated"),
      ])
  }
}
