import Quantities
import RunRecords

/// Densities and viability that stand beside raw counts. They come from the same counts, so using
/// both would count the evidence twice: the counts are kept, and a disagreement is reported.
struct ReadyMade {
  private var unused: [String: Int] = [:]

  /// True when the row's counts already say this; notes a value that differs by more than 2 %
  /// (2 points of viability) beyond the rounding of its last digit.
  mutating func isCovered(
    _ quantity: String, by counts: RawCounts?, in row: CellReader, _ findings: inout FindingList
  ) -> Bool {
    guard let counts, let implied = counts.implied(quantity) else { return false }
    guard let text = row.text(quantity), let unit = row.header.columns[quantity]?.unit else {
      return true
    }
    leaveAside(quantity)
    guard case .exact(let value)? = row.reading(quantity, &findings) else { return true }
    let rounding = unit.toBase(Self.halfLastDigit(of: text))
    func allowed(_ implied: Double) -> Double {
      (quantity == "viability" ? 0.02 : 0.02 * implied) + rounding
    }
    let isAgreed =
      value >= implied.low - allowed(implied.low) && value <= implied.high + allowed(implied.high)
    if !isAgreed {
      findings.warning(
        "W_COUNTS_DISAGREE", at: row.place(quantity),
        "'\(quantity)' differs from what the row's counts give,"
          + " \(Self.shown(implied, unit)) \(unit).",
        remedy: "Check counts, squares and dilution; the counts are used.")
    }
    return true
  }

  /// Notes that a row's cell is not used because its raw counts are.
  mutating func leaveAside(_ column: String) { unused[column, default: 0] += 1 }

  private static func shown(_ implied: (low: Double, high: Double), _ unit: Unit) -> String {
    let low = NumberText.significant(unit.fromBase(implied.low))
    if implied.low == implied.high { return low }
    if !implied.high.isFinite { return "at least \(low)" }
    return "\(low) to \(NumberText.significant(unit.fromBase(implied.high)))"
  }

  /// One note a column that was left aside.
  func report(_ header: TableHeader, _ findings: inout FindingList) {
    for (quantity, count) in unused.sorted(by: { $0.key < $1.key }) {
      guard let place = header.columns[quantity]?.place else { continue }
      findings.note(
        "N_COUNTS_USED", at: place,
        "'\(quantity)' is not used in \(count) row(s) that have raw counts: both come from the"
          + " same cells.",
        remedy: "Nothing to do.")
    }
  }

  /// Half a unit of the last written digit: 0.05 for `1.2`, 5000 for `1.2e5`.
  static func halfLastDigit(of text: String) -> Double {
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    let decimals = parts.first?.split(separator: ".").dropFirst().first?.count ?? 0
    let written = parts.count > 1 ? parts[1] : "0"
    let exponent = Int(written.hasPrefix("+") ? written.dropFirst() : written) ?? 0
    return Double("5e\((exponent - decimals - 1).clamped(to: -400...300))") ?? 0
  }
}
