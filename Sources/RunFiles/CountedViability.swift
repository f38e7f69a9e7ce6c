import Quantities
import RunRecords

/// The number of cells behind a viability, which tells how well it can be known at best.
enum CountedViability {
  static let column = "viability_counted"

  /// The viable cells among those that were looked at: round(viability * number), or limits of them.
  ///
  /// Nil when the cell is blank or was refused. A viability that no whole number of viable cells
  /// gives is a warning.
  static func count(
    of viability: Observation.Reading, in row: CellReader, _ findings: inout FindingList
  ) -> Observation.Count? {
    guard let number = cells(in: row, &findings) else { return nil }
    let slack = 1e-9 * number
    func up(_ share: Double) -> Double { (share * number - slack).rounded(.up) }
    func down(_ share: Double) -> Double { (share * number + slack).rounded(.down) }
    let (least, most): (Double, Double) =
      switch viability {
      case .exact(let share):
        ((share * number).rounded(), (share * number).rounded())
      case .below(let share): (0, max(0, up(share) - 1))
      case .above(let share): (min(number, down(share) + 1), number)
      case .between(let low, let high): (up(low), down(high))
      }
    let rounding = row.text("viability").map(ReadyMade.halfLastDigit(of:)) ?? 0
    let unit = row.header.columns["viability"]?.unit ?? .one
    let isPossible =
      least <= most
      && (!viability.isExact
        || abs(least / number - viability.number) <= unit.toBase(rounding) * (1 + 1e-9) + 1e-12)
    if !isPossible {
      findings.warning(
        "W_VIABILITY_COUNTED", at: row.place(column),
        "no whole number of viable cells among \(NumberText.significant(number, 9)) gives this"
          + " viability.",
        remedy: "Check both cells; write the cells that the viability was computed from.")
    }
    guard least <= most else { return nil }
    return Observation.Count(
      cells: Observation.Count.cells(from: least, to: most), exposure: number)
  }

  /// Refuses a number of cells that stands without a viability.
  static func checkAlone(in row: CellReader, _ findings: inout FindingList) {
    guard cells(in: row, &findings) != nil else { return }
    findings.error(
      "E_COUNT_INCOMPLETE", at: row.place(column),
      "cells were looked at for a viability, but the viability is not given.",
      remedy: "Fill 'viability [%]', or write the counts under 'live_counted' and 'dead_counted'.")
  }

  private static func cells(in row: CellReader, _ findings: inout FindingList) -> Double? {
    guard row.number(column, &findings) != nil, let text = row.text(column),
      let unit = row.header.columns[column]?.unit
    else { return nil }
    if let number = CountExposure.whole(text, unit) { return number }
    findings.error(
      "E_COUNT_NOT_WHOLE", at: row.place(column), "a number of cells is not whole.",
      remedy: "Write how many cells the instrument looked at for the viability.")
    return nil
  }
}
