import Quantities
import RunRecords

/// Raw counts of one row: two independent numbers, live and dead, with their own counting error.
///
/// The variance of a density's logarithm from counting alone is 1/counted (Poisson).
struct RawCounts {
  /// Live and dead cells counted, or limits of them; nil when not counted.
  let live: Observation.Count?
  let dead: Observation.Count?
  private let densityOfOne: Double

  /// Reads the counts of a row; nil when it has none or they were refused.
  init?(of row: CellReader, _ findings: inout FindingList) {
    let live = CountExposure.cells("live_counted", in: row, &findings)
    let dead = CountExposure.cells("dead_counted", in: row, &findings)
    guard live != nil || dead != nil else {
      for name in ["counted_volume", "squares", "dilution"] { _ = row.number(name, &findings) }
      return nil
    }
    let place = row.place(live != nil ? "live_counted" : "dead_counted")
    guard let exposure = CountExposure(of: row, countedAt: place, &findings) else { return nil }
    densityOfOne = exposure.densityOfOne
    let unit = 1 / exposure.densityOfOne
    self.live = live.map { Observation.Count(cells: $0, exposure: unit) }
    self.dead = dead.map { Observation.Count(cells: $0, exposure: unit) }
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
      let value = Self.density(of: count, densityOfOne)
      if let most = MeasuredQuantity.named(quantity)?.range.upperBound, !(value.number <= most) {
        findings.error(
          "E_VALUE_RANGE", at: row.place(column),
          "the counts give more than \(NumberText.significant(most)) 1e6 cells/mL.",
          remedy: "Check the dilution and the counted volume.")
        continue
      }
      out.append(
        Observation(
          time: time, quantity: quantity, value: value, count: count, phase: phase,
          place: row.place(column)))
    }
    return out
  }

  /// The density that a count stands for: a count of 0 is below the density of one cell.
  static func density(of count: Observation.Count, _ densityOfOne: Double) -> Observation.Reading {
    switch count.cells {
    case .exact(let k): k == 0 ? .below(densityOfOne) : .exact(k * densityOfOne)
    case .below(let k): .below(k * densityOfOne)
    case .above(let k): k == 0 ? .above(densityOfOne) : .above(k * densityOfOne)
    case .between(let low, let high): .between(low * densityOfOne, high * densityOfOne)
    }
  }

  /// The least and the greatest value of a ready-made quantity that the counts allow; nil when they
  /// say nothing about it.
  func implied(_ quantity: String) -> (low: Double, high: Double)? {
    let (l, d) = (live?.limits, dead?.limits)
    switch quantity {
    case "vcd": return l.map { ($0.least * densityOfOne, $0.most * densityOfOne) }
    case "dead": return d.map { ($0.least * densityOfOne, $0.most * densityOfOne) }
    case "tcd":
      guard let l, let d else { return nil }
      return ((l.least + d.least) * densityOfOne, (l.most + d.most) * densityOfOne)
    case "viability":
      guard let l, let d, l.most + d.most > 0 else { return nil }
      return (Self.share(of: l.least, beside: d.most), Self.share(of: l.most, beside: d.least))
    default: return nil
    }
  }

  /// a / (a + b), also when one of them is without limit.
  private static func share(of a: Double, beside b: Double) -> Double {
    if b == 0, a > 0 { return 1 }
    if a == 0 { return 0 }
    if !a.isFinite { return 1 }
    return b.isFinite ? a / (a + b) : 0
  }
}
