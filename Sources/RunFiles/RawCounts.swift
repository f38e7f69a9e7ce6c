import Quantities
import RunRecords

/// Raw counts of one row: two independent numbers, live and dead, with their own counting error.
///
/// density [1e6 cells/mL] = counted * 1e-6 * dilution / counted volume [mL], and the variance of
/// its logarithm from counting alone is 1/counted (Poisson). A Neubauer chamber's large square is
/// 1 mm * 1 mm * 0.1 mm = 1e-4 mL.
struct RawCounts {
  /// Volume of one large square in mL.
  static let squareVolume = 1e-4

  /// Live and dead cells counted; nil when not counted.
  let live: Double?
  let dead: Double?
  /// The density that one counted cell stands for, in 1e6 cells/mL.
  let densityOfOne: Double

  /// Reads the counts of a row; nil when it has none or they were refused.
  init?(of row: CellReader, _ findings: inout FindingList) {
    let live = Self.count("live_counted", in: row, &findings)
    let dead = Self.count("dead_counted", in: row, &findings)
    let volume = row.number("counted_volume", &findings)
    let squares = row.number("squares", &findings)
    let dilution = row.number("dilution", &findings)
    guard live != nil || dead != nil else { return nil }
    let place = row.place(live != nil ? "live_counted" : "dead_counted")
    if row.text("counted_volume") != nil, row.text("squares") != nil {
      findings.error(
        "E_COUNT_VOLUME_TWICE", at: row.place("squares"),
        "both 'counted_volume' and 'squares' are filled.", remedy: "Fill one of them in each row.")
      return nil
    }
    if row.text("counted_volume") == nil, row.text("squares") == nil {
      findings.error(
        "E_COUNT_INCOMPLETE", at: place, "cells were counted, but in what volume is not given.",
        remedy: "Fill 'squares [1]' or 'counted_volume [mL]' in this row.")
      return nil
    }
    if row.text("dilution") == nil {
      findings.error(
        "E_COUNT_INCOMPLETE", at: place, "cells were counted, but the dilution is not given.",
        remedy: "Fill 'dilution [1]' in this row; write 1 when the sample was not diluted.")
      return nil
    }
    guard let counted = volume ?? squares.map({ $0 * Self.squareVolume }), let dilution else {
      return nil
    }
    self.live = live
    self.dead = dead
    densityOfOne = 1e-6 * dilution / counted
  }

  /// The densities as observations of `vcd` and `dead`; a count of 0 is below one cell's density.
  func observations(
    at time: Double, _ phase: Observation.Phase, in row: CellReader, _ findings: inout FindingList
  ) -> [Observation] {
    var out: [Observation] = []
    for (quantity, column, count) in [
      ("vcd", "live_counted", live), ("dead", "dead_counted", dead),
    ] {
      guard let count else { continue }
      let density = max(count, 1) * densityOfOne
      if let most = MeasuredQuantity.named(quantity)?.range.upperBound, !(density <= most) {
        findings.error(
          "E_VALUE_RANGE", at: row.place(column),
          "the counts give more than \(NumberText.significant(most)) 1e6 cells/mL.",
          remedy: "Check the dilution and the counted volume.")
        continue
      }
      if count == 0 {
        findings.note(
          "N_COUNT_ZERO", at: row.place(column),
          "no cell was counted; '\(quantity)' is read as below the density of one cell,"
            + " \(NumberText.significant(density)) 1e6 cells/mL.",
          remedy: "Nothing to do; count more squares for a lower limit.")
      }
      out.append(
        Observation(
          time: time, quantity: quantity, value: count == 0 ? .below(density) : .exact(density),
          count: Observation.Count(cells: .exact(count), exposure: 1 / densityOfOne), phase: phase,
          place: row.place(column)))
    }
    return out
  }

  /// What the counts imply for a ready-made quantity; nil when they say nothing about it.
  func implied(_ quantity: String) -> Double? {
    switch quantity {
    case "vcd": return live.map { $0 * densityOfOne }
    case "dead": return dead.map { $0 * densityOfOne }
    case "tcd":
      guard let live, let dead else { return nil }
      return (live + dead) * densityOfOne
    case "viability":
      guard let live, let dead, live + dead > 0 else { return nil }
      return live / (live + dead)
    default: return nil
    }
  }

  private static func count(
    _ name: String, in row: CellReader, _ findings: inout FindingList
  ) -> Double? {
    guard let number = row.number(name, &findings), let text = row.text(name),
      let unit = row.header.columns[name]?.unit
    else { return nil }
    let exact = try? StrictNumber.rational(text)?.times(unit.scale).times(Rational(1_000_000))
    if let exact, exact.isInteger { return exact.double }
    findings.error(
      "E_COUNT_NOT_WHOLE", at: row.place(name),
      "a number of counted cells is not whole (it stands for about"
        + " \(NumberText.significant(number * 1e6)) cells).",
      remedy: "Write the cells that were counted, without scaling; put computed densities under"
        + " 'vcd'.")
    return nil
  }
}
