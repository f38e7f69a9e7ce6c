import Quantities
import RunRecords

/// One row of a table with its header, read cell by cell; faults go to the findings.
struct CellReader {
  let document: CSVDocument
  let header: TableHeader
  let cells: [CSVDocument.Cell]

  /// The place of a column's cell in this row, or of the row.
  func place(_ name: String) -> Place {
    document.place(of: cells[header.columns[name]?.index ?? 0])
  }

  /// The trimmed text of a column's cell; nil when there is no such column or the cell is blank.
  func text(_ name: String) -> String? {
    guard let column = header.columns[name] else { return nil }
    let cell = cells[column.index]
    return cell.isBlank ? nil : cell.trimmed
  }

  /// A word such as a run name: visible characters that are safe in a file name and a message.
  func word(_ name: String, _ findings: inout FindingList) -> String? {
    guard let text = text(name) else { return nil }
    let isClean = text.unicodeScalars.allSatisfy {
      !Shown.isInvisible($0) && $0 != "/" && $0 != "\\"
    }
    let startsLikeFormula = "=+-@.".contains(text.prefix(1))
    if isClean, !startsLikeFormula, text.unicodeScalars.count <= 100 { return text }
    findings.error(
      "E_NAME", at: place(name),
      "the \(name) name has a control character, a slash, a formula sign in front, or more than"
        + " 100 characters.",
      remedy: "Use letters, digits, '_', '-' and spaces, beginning with a letter or digit.")
    return nil
  }

  /// A number in base units; nil when the cell is blank or was refused.
  func number(_ name: String, _ findings: inout FindingList) -> Double? {
    guard let column = header.columns[name], let text = text(name) else { return nil }
    return number(text, column, &findings)
  }

  /// A number, a limit written with `<` or `>`, or an interval `0.2..0.5`, in base units.
  ///
  /// An interval from 0 is a limit from above, a share's up to 100 % a limit from below.
  func reading(_ name: String, _ findings: inout FindingList) -> Observation.Reading? {
    guard let written = written(name, &findings) else { return nil }
    guard case .between(let low, let high) = written else { return written }
    let isOpen = header.columns[name]?.spec.isShare == true && high == 1
    if low == 0, isOpen {
      findings.error(
        "E_LIMIT_ALL", at: place(name), "every share lies between 0 and 100 %.",
        remedy: "Write what is known, such as '80..100', or leave the cell empty.")
      return nil
    }
    if low == 0 { return .below(high) }
    return isOpen ? .above(low) : written
  }

  /// A reading as it is written, in base units; limits are checked.
  func written(_ name: String, _ findings: inout FindingList) -> Observation.Reading? {
    guard let column = header.columns[name], let text = text(name) else { return nil }
    let written = ReadingText(text)
    if case .number = written { return number(text, column, &findings).map { .exact($0) } }
    guard written.isLimit else {
      refuseLimit(text, written, at: place(name), &findings)
      return nil
    }
    let values = written.numbers.compactMap { number($0, column, &findings) }
    guard values.count == written.numbers.count, let low = values.first, let high = values.last
    else { return nil }
    switch written {
    case .number: return .exact(low)
    case .above: return .above(low)
    case .below:
      if high > 0 { return .below(high) }
      findings.error(
        "E_LIMIT_ZERO", at: place(name), "nothing can be below 0.",
        remedy: "Write the detection limit, such as '<0.5'.")
    case .between:
      if low < high { return .between(low, high) }
      findings.error(
        "E_LIMIT_ORDER", at: place(name),
        low == high
          ? "the two limits of '\(Shown.text(text))' are equal."
          : "the first limit of '\(Shown.text(text))' is above the second.",
        remedy: low == high
          ? "Write the number alone." : "Write the lower limit first, such as '0.2..0.5'.")
    }
    return nil
  }

  private func refuseLimit(
    _ text: String, _ written: ReadingText, at place: Place, _ findings: inout FindingList
  ) {
    if case .between = written {
      findings.error(
        "E_NUMBER", at: place, "'\(Shown.text(text))' is not an interval.",
        remedy: "Write two numbers with two points between them, such as '0.2..0.5'.")
      return
    }
    let fault = NumberFault(text: text)
    findings.error(
      fault.code == "E_NUMBER_LIMIT" ? fault.code : "E_NUMBER", at: place,
      "'\(Shown.text(text))' is not a limit.",
      remedy: "Write '<' or '>' and a number in the column's unit, such as '<0.5' or '>60'.")
  }

  private func number(
    _ text: String, _ column: TableColumn, _ findings: inout FindingList
  ) -> Double? {
    let name = column.spec.name
    guard let written = StrictNumber.double(text) else {
      let fault = NumberFault(text: text)
      findings.error(fault.code, at: place(name), fault.cause, remedy: fault.remedy)
      return nil
    }
    if let fault = RangeFault(written, in: column) {
      findings.error(fault.code, at: place(name), fault.cause, remedy: fault.remedy)
      return nil
    }
    if column.spec.isShare, column.unit.scale < .one, written > 0, written <= 1 {
      findings.warning(
        "W_FRACTION_FOR_PERCENT", at: place(name),
        "the value is at most 1 in a column of \(column.unit); it looks like a fraction.",
        remedy: "If it is a fraction, write the header as '\(name) [1]'.")
    }
    return column.unit.toBase(written)
  }
}

extension ColumnSpec {
  /// True for fractions of a whole, which people write now as 0.95 and now as 95.
  var isShare: Bool {
    if case .number(let dimension, _, let range, _) = content {
      return dimension.isNone && range == 0...1
    }
    return false
  }
}
