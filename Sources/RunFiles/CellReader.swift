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

  /// A number, or a limit written with `<` or `>`, in base units.
  func reading(_ name: String, _ findings: inout FindingList) -> Observation.Reading? {
    guard let column = header.columns[name], let text = text(name) else { return nil }
    let isBelow = text.hasPrefix("<")
    guard isBelow || text.hasPrefix(">") else {
      return number(text, column, &findings).map { .exact($0) }
    }
    let limitText = text.dropFirst().trimmingSpaces()
    guard StrictNumber.double(limitText) != nil else {
      let fault = NumberFault(text: text)
      findings.error(
        fault.code == "E_NUMBER_LIMIT" ? fault.code : "E_NUMBER", at: place(name),
        "'\(Shown.text(text))' is not a limit.",
        remedy: "Write '<' or '>' and a number in the column's unit, such as '<0.5' or '>60'.")
      return nil
    }
    guard let limit = number(limitText, column, &findings) else { return nil }
    if isBelow, limit == 0 {
      findings.error(
        "E_LIMIT_ZERO", at: place(name), "nothing can be below 0.",
        remedy: "Write the detection limit, such as '<0.5'.")
      return nil
    }
    return isBelow ? .below(limit) : .above(limit)
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
