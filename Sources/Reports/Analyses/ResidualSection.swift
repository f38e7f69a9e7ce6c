import Inference
import Quantities

/// The residual checks of one fit: sentences where they say something, and the figures behind them.
public enum ResidualSection {
  /// Blocks for the report of a fit. `outliers` are readings far from the curve: those that no check
  /// speaks of are named too.
  public static func blocks(
    _ checks: ResidualChecks, of fit: FitResult, outliers: [FitResult.Residual] = []
  ) -> [Page.Block] {
    if let refusal = checks.refusal { return [.notes(["Residuals: \(refusal)"])] }
    let said = Set(checks.flags.compactMap(\.place?.description))
    let more = outliers.filter { !said.contains($0.observation.place.description) }
    let sentences = checks.sentences + more.map(\.outlierWords)
    var blocks: [Page.Block] = []
    if sentences.isEmpty {
      blocks.append(.paragraph(checks.silence(of: fit)))
    } else {
      blocks.append(.bullets(sentences))
    }
    return blocks + table(checks)
  }

  /// One to three words for a table.
  static func word(_ checks: ResidualChecks?) -> String {
    guard let checks, checks.refusal == nil else { return "not checked" }
    if checks.isMisfit { return "contradict" }
    return checks.flags.isEmpty ? "fine" : "flagged"
  }

  static func p(_ value: Double?) -> String {
    value.map { $0 < 0.001 ? "< 0.001" : NumberText.significant($0, 2) } ?? "-"
  }

  private static func table(_ checks: ResidualChecks) -> [Page.Block] {
    let isJoint = checks.series.contains { $0.run != nil }
    let rows = checks.series.map { series in
      (isJoint ? [series.run ?? "all"] : []) + [
        series.quantity, "\(series.count)",
        series.autocorrelation.map { NumberText.fixed($0, decimals: 2) } ?? "-",
        p(series.autocorrelationP), p(series.runsP),
        series.sizeInStatedNoise.map { NumberText.fixed($0, decimals: 2) } ?? "-",
        p(series.chiSquareP), p(series.predictiveP),
      ]
        + (isJoint
          ? [
            series.offset.map { NumberText.fixed($0, decimals: 2) } ?? "-", p(series.offsetP),
          ] : [])
    }
    var footnotes = [
      "p: the probability of as much in a fit of a true model, each check by itself. A sentence "
        + "appears only when the p-value corrected for all checks is below 0.05. Size: root mean "
        + "square of the residuals in units of the noise that the model states before the fit. "
        + "Readings of one time count as one in correlation and runs. Residuals of counted cells "
        + "are randomised quantile residuals."
    ]
    if isJoint {
      footnotes.append(
        "Offset: the mean residual of one run in units of its error; a run far from 0 does not share "
          + "what the runs have in common: give it parameters of its own with --per NAME=run.")
    }
    if !isJoint, let latest = checks.predictive?.latest.first {
      footnotes.append(
        "The latest \(latest.observation.quantity) (day \(Shown.day(latest.observation.time))) "
          + "with its own pull on the fit undone: p = \(p(latest.pValue)).")
    }
    if checks.predictive?.usesDraws == false {
      footnotes.append("Predictive p-values rest on the estimate alone: there are no draws.")
    }
    return Shown.table(
      "Residual checks.",
      (isJoint ? [Table.Column("Run")] : []) + [
        Table.Column("Quantity"), Table.Column("n", .numbers),
        Table.Column("Lag-1 correlation", .numbers), Table.Column("p", .numbers),
        Table.Column("Runs test p", .numbers), Table.Column("Size", .numbers),
        Table.Column("p", .numbers), Table.Column("Predictive p", .numbers),
      ] + (isJoint ? [Table.Column("Offset", .numbers), Table.Column("p", .numbers)] : []), rows,
      footnotes: footnotes)
  }

  /// Residuals of a fit against time: those that were checked, else the standardised ones.
  static func figure(_ fit: FitResult, checks: ResidualChecks?) -> Figure {
    let checked = (checks?.points ?? []).map { ($0.observation, $0.residual) }
    let shown =
      checked.isEmpty
      ? fit.residuals.compactMap { r in r.standardised.map { (r.observation, $0) } } : checked
    let quantities = Set(shown.map(\.0.quantity)).sorted()
    var layers: [Layer] = [
      .horizontal(y: 0, label: "0"), .horizontal(y: 2, label: "+2 sd"),
      .horizontal(y: -2, label: "-2 sd"),
    ]
    for (index, quantity) in quantities.enumerated() {
      let points = shown.filter { $0.0.quantity == quantity && $0.1.isFinite }.map {
        observation, value in
        DataPoint(
          x: observation.time / 24, y: value,
          tooltip: "day \(Shown.day(observation.time)): \(quantity) "
            + "\(Shown.measured(observation.value.number, quantity)), "
            + "\(NumberText.fixed(value, decimals: 2)) sd (\(observation.place))")
      }
      guard !points.isEmpty else { continue }
      let style = Style.series(index)
      layers.append(
        .line(
          x: points.map(\.x), y: points.map(\.y),
          style: Style(style.colour, dash: .dotted, marker: style.marker, lineWidth: 1)))
      layers.append(.points(points, style: style, label: quantity))
    }
    let largest = shown.map(\.1).filter(\.isFinite).map(abs).max() ?? 0
    let reach = max(3, (largest * 1.1).rounded(.up))
    return Figure(
      title: "\(fit.run): residuals of \(fit.model)",
      description: "Standardised residuals of \(fit.model) against time, by measured quantity. Of "
        + "a good fit they scatter about 0 without order, 95 in 100 between -2 and 2.",
      x: Axis("Time", unit: "d", scale: .days),
      y: Axis("Residual", unit: "sd", from: -reach, to: reach), layers: layers)
  }
}
