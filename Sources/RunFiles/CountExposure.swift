import Quantities
import RunRecords

/// The volume and the dilution in which the cells of a row were counted.
///
/// density [1e6 cells/mL] = counted * 1e-6 * dilution / counted volume [mL]. A Neubauer chamber's
/// large square is 1 mm * 1 mm * 0.1 mm = 1e-4 mL.
struct CountExposure {
  /// Volume of one large square in mL.
  static let squareVolume = 1e-4

  /// The density that one counted cell stands for, in 1e6 cells/mL.
  let densityOfOne: Double

  /// Reads volume and dilution of a row with counts; nil when something is missing or was refused.
  init?(of row: CellReader, countedAt place: Place, _ findings: inout FindingList) {
    let volume = row.number("counted_volume", &findings)
    let squares = row.number("squares", &findings)
    let dilution = row.number("dilution", &findings)
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
    densityOfOne = 1e-6 * dilution / counted
  }

  /// Reads a number of counted cells, or its limits; nil when it is blank or was refused.
  ///
  /// Every number must be whole. `<1` is a count of 0, and `0..5` is `<6`.
  static func cells(
    _ name: String, in row: CellReader, _ findings: inout FindingList
  ) -> Observation.Reading? {
    guard let reading = row.written(name, &findings), let text = row.text(name),
      let unit = row.header.columns[name]?.unit
    else { return nil }
    let written = ReadingText(text).numbers
    let whole = written.compactMap { Self.whole($0, unit) }
    guard whole.count == written.count, let low = whole.first, let high = whole.last else {
      let shown = NumberText.significant(reading.number * 1e6)
      findings.error(
        "E_COUNT_NOT_WHOLE", at: row.place(name),
        reading.isExact
          ? "a number of counted cells is not whole (it stands for about \(shown) cells)."
          : "a limit of counted cells is not whole.",
        remedy: "Write the cells that were counted, without scaling; put computed densities under"
          + " 'vcd'.")
      return nil
    }
    switch reading {
    case .exact: return .exact(low)
    case .below: return Observation.Count.cells(from: 0, to: high - 1)
    case .above: return .above(low)
    case .between: return Observation.Count.cells(from: low, to: high)
    }
  }

  /// The value of a whole number of cells; nil when it is not whole.
  static func whole(_ text: String, _ unit: Unit) -> Double? {
    let exact = try? StrictNumber.rational(text)?.times(unit.scale).times(Rational(1_000_000))
    guard let exact, exact.isInteger else { return nil }
    return exact.double
  }
}
