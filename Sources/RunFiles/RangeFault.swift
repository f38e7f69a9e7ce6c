import Quantities

/// Why a number cannot be a value of its column.
struct RangeFault {
  let code: String
  let cause: String
  let remedy: String

  /// Shares that are hardly ever below one in a hundred, in words: there a fraction was written.
  private static let shares = [
    "viability": "viability", "car_positive": "CAR+ share", "t_cells": "share of T cells",
    "cd4": "share of CD4+ T cells", "cd8": "share of CD8+ T cells",
    "memory": "share of memory cells",
  ]

  /// Checks a number as written against the column's range; nil when it fits.
  init?(_ written: Double, in column: TableColumn) {
    guard case .number(let dimension, _, let range, let allowsZero) = column.spec.content else {
      return nil
    }
    let value = column.unit.toBase(written)
    let name = column.spec.name
    let isTime = dimension == Dimension(time: 1)
    if written == 0, written.sign == .minus {
      code = "E_NUMBER_MINUS_ZERO"
      cause = "-0 is how some instruments write 'no value'."
      remedy = "Leave the cell empty, or write 0 if zero was measured."
    } else if value < 0 {
      code = isTime ? "E_TIME_NEGATIVE" : "E_VALUE_NEGATIVE"
      cause = "'\(name)' is negative."
      remedy =
        isTime
        ? "Count time from the run's own zero (seeding or activation)."
        : "Correct the value, or leave the cell empty when nothing was measured."
    } else if isTime, !(value <= range.upperBound) {
      code = "E_TIME_DATE"
      cause =
        "the time is longer than \(NumberText.significant(range.upperBound)) h; it looks like"
        + " a spreadsheet date or the wrong unit."
      remedy =
        "Write elapsed hours, days or minutes from the run's zero: subtract the start"
        + " before the export."
    } else if column.spec.isShare, column.unit.scale == .one, value > 1, value <= 100 {
      code = "E_PERCENT_FOR_FRACTION"
      cause = "the value is above 1 in a column of fractions; it looks like per cent."
      remedy = "Write the header as '\(name) [%]'."
    } else if value == 0, !allowsZero {
      code = "E_VALUE_ZERO"
      cause = "'\(name)' cannot be 0."
      remedy = "Correct the value, or leave the cell empty when it is not known."
    } else if let words = Self.shares[name], value > 0, value <= 0.01,
      name == "viability" || column.unit.scale != .one
    {
      code = "E_FRACTION_FOR_PERCENT"
      cause = "a \(words) of 1 % or less; it looks like a fraction in a column of per cent."
      remedy =
        "Write per cent (\(name == "viability" ? "95" : "25.9")), or the header as '\(name) [1]'."
    } else if dimension == Dimension(cells: 1, volume: -1), value > 0, value < 1e-4 {
      code = "E_VALUE_TOO_SMALL"
      cause = "'\(name)' is below 100 cells/mL, which no counter reads."
      remedy = "Check the unit in the header; densities are usually in [1e6 cells/mL]."
    } else if !range.contains(value) {
      code = "E_VALUE_RANGE"
      let low = NumberText.significant(column.unit.fromBase(range.lowerBound))
      let high = NumberText.significant(column.unit.fromBase(range.upperBound))
      cause = "'\(name)' is outside \(low) ... \(high) \(column.unit)."
      remedy =
        "Check the value and the unit in the header; a unit that is off by 1000 or 1e6 is"
        + " the usual reason."
    } else {
      return nil
    }
  }
}
