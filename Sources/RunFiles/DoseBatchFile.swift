import Dosing
import Quantities

/// A table of patients, one a row, whose cells go into a common request.
///
/// A column that stands in the table replaces what the common request says, also where its cell is
/// empty: nothing is filled in for one patient from what holds for others.
public struct DoseBatchFile: Sendable {
  private struct Column: Sendable {
    let spec: DoseBatchColumn
    let factor: Rational
    let index: Int
  }

  private let document: CSVDocument
  private let columns: [Column]
  /// SHA-256 of the file.
  public let sha256: String

  /// Patients in the file.
  public var count: Int { document.rows.count }
  /// The file as named.
  public var file: String { document.file }

  /// Reads a file and its header. Throws `InputRefused` with every fault of the form.
  public init(_ path: String) throws(InputRefused) {
    let bytes = try InputFile.bytes(of: path, limit: CSVDocument.Limits().bytes)
    try self.init(bytes: bytes, file: path)
  }

  /// Reads bytes with the name that messages shall use.
  public init(bytes: [UInt8], file: String) throws(InputRefused) {
    let document = try CSVDocument(parsing: bytes, file: file)
    var findings = FindingList(file: file)
    columns = Self.columns(document, &findings)
    if document.rows.isEmpty {
      findings.error(
        "E_BATCH_EMPTY", at: Place(file: file, line: 1), "there is no patient below the header.",
        remedy: "Add one row a patient.")
    }
    try findings.refuseOnError()
    self.document = document
    sha256 = Digest.sha256(bytes)
  }

  /// Gives each patient's row to `body`, in the order of the file.
  ///
  /// Throws `InputRefused` when a cell cannot be read, after every row was looked at; `body` is no
  /// longer called from the first such cell on, so use nothing of it before this returns.
  public func forEach(
    common: DoseRequest, identifiers: DoseIdentifiers, _ body: (DoseBatchRow) throws -> Void
  ) throws {
    var blank = DoseBatchRow(common, identifiers: identifiers)
    var findings = FindingList(file: file)
    if common.supplies.count > 1, columns.contains(where: { Self.isOfSupply($0.spec.name) }) {
      findings.error(
        "E_BATCH_SUPPLIES", at: Place(file: file, line: 1),
        "the request has several supplies, and the table has columns of one.",
        remedy: "Take these columns out; products of components are requested one by one.")
      try findings.refuseOnError()
    }
    if common.results?.viability != nil, count > 1,
      !columns.contains(where: { $0.spec.name == "viability" })
    {
      findings.error(
        "E_BATCH_VIABILITY", at: Place(file: file, line: 1),
        "the request gives one viability for all patients.",
        remedy:
          "Give each patient's own in a column 'viability [%]', and take it out of the request.")
      try findings.refuseOnError()
    }
    for column in columns { try? column.spec.set(&blank, nil) }
    var lines: [String: Int] = [:]
    lines.reserveCapacity(document.rows.count)
    for cells in document.rows {
      var row = blank
      row.line = cells.first?.line ?? 0
      for column in columns {
        let cell = cells[column.index]
        if cell.isBlank { continue }
        do { try column.spec.set(&row, try value(cell, column)) } catch {
          report(error, cell, column, &findings)
        }
      }
      if let patient = row.patient, let first = lines.updateValue(row.line, forKey: patient) {
        findings.error(
          "E_BATCH_PATIENT", at: Place(file: file, line: row.line),
          "this patient also stands in line \(first).",
          remedy: "Keep one row a patient, or give each product its own code.")
      }
      if findings.hasErrors { continue }
      row.completePercentages()
      try body(row)
    }
    try findings.refuseOnError()
  }

  private static func isOfSupply(_ name: String) -> Bool {
    ["certificate", "volume", "stated_cells", "step", "dead_volume", "overfill", "method"]
      .contains(name) || name.contains(" of ") || name.hasSuffix("density")
  }

  private func value(
    _ cell: CSVDocument.Cell, _ column: Column
  ) throws -> DoseBatchColumn.Value {
    let text = cell.trimmed
    switch column.spec.content {
    case .text: return .text(text)
    case .flag:
      if text == "true" || text == "false" { return .flag(text == "true") }
      throw DoseCellFault("This is neither true nor false.")
    case .day:
      if let day = CivilDate(parsing: text) { return .day(day) }
      throw DoseCellFault("This is not a day, YYYY-MM-DD.")
    case .time:
      if let time = CivilTime(parsing: text) { return .time(time) }
      throw DoseCellFault("This is not a time such as 2026-03-02 09:00 +08:00.")
    case .number:
      guard let value = StrictNumber.rational(text) else {
        throw DoseCellFault("This is not a plain decimal number.")
      }
      guard value >= .zero else { throw DoseCellFault("This is below zero.") }
      return .number(column.factor == .one ? value : try value.times(column.factor))
    }
  }

  private func report(
    _ error: any Error, _ cell: CSVDocument.Cell, _ column: Column,
    _ findings: inout FindingList
  ) {
    let place = document.place(of: cell)
    switch error {
    case let fault as DoseCellFault:
      findings.error(
        "E_BATCH_CELL", at: place, "'\(column.spec.name)': \(fault.cause)",
        remedy: "Correct the cell, or leave it empty: the patient is then refused, not guessed at.")
    case let error as QuantityError:
      findings.error(
        error.kind.rawValue, at: place, "'\(column.spec.name)': \(error.cause)",
        remedy: error.remedy)
    default:
      findings.error(
        "E_BATCH_CELL", at: place, "'\(column.spec.name)': the number has too many digits.",
        remedy: "Write it with fewer digits.")
    }
  }

  // MARK: Header

  private static func columns(
    _ document: CSVDocument, _ findings: inout FindingList
  ) -> [Column] {
    var columns: [Column] = []
    for (index, cell) in document.header.enumerated() {
      let place = document.place(of: cell)
      let text = cell.trimmed
      let open = text.firstIndex(of: "[")
      let name = (open.map { text[..<$0] } ?? text[...]).trimmingSpaces()
      let unit = open.map { text[text.index(after: $0)...].trimmingSpaces() }
      if let unit, !unit.hasSuffix("]") {
        findings.error(
          "E_HEADER_FORM", at: place, "the header is not of the form 'name [unit]'.",
          remedy: "Write the unit once, at the end, in square brackets: 'weight [kg]'.")
        continue
      }
      guard
        let spec = DoseBatchColumn.all.first(where: { $0.name == name })
          ?? DoseBatchColumn.percentage(name)
      else {
        unknown(name, at: place, &findings)
        continue
      }
      if columns.contains(where: { $0.spec.name == spec.name }) {
        findings.error(
          "E_HEADER_DUPLICATE", at: place, "this is a second column '\(spec.name)'.",
          remedy: "Keep one of them.")
        continue
      }
      if let factor = factor(unit.map { String($0.dropLast()) }, spec, at: place, &findings) {
        columns.append(Column(spec: spec, factor: factor, index: index))
      }
    }
    if let both = columns.last(where: { ["plan", "planned"].contains($0.spec.name) }),
      columns.filter({ ["plan", "planned"].contains($0.spec.name) }).count == 2
    {
      findings.error(
        "E_HEADER_DUPLICATE", at: document.place(of: document.header[both.index]),
        "'plan' and 'planned' both say which dose is planned.", remedy: "Keep one of them.")
    }
    return columns
  }

  private static func factor(
    _ unit: String?, _ spec: DoseBatchColumn, at place: Place, _ findings: inout FindingList
  ) -> Rational? {
    guard case .number(let units) = spec.content else {
      if unit == nil { return .one }
      findings.error(
        "E_UNIT_UNWANTED", at: place, "the column '\(spec.name)' has no unit.",
        remedy: "Write '\(spec.name)'.")
      return nil
    }
    guard let unit else {
      findings.error(
        "E_UNIT_MISSING", at: place, "the column '\(spec.name)' has no unit.",
        remedy: "Write the unit in square brackets: '\(spec.heading)'.")
      return nil
    }
    if let factor = units.factors.first(where: { $0.unit == unit.trimmingSpaces() })?.factor {
      return factor
    }
    findings.error(
      "E_UNIT_UNKNOWN", at: place,
      "'\(spec.name)' is not read in '\(Shown.text(unit))'.",
      remedy: "Use \(units.words); nothing is converted.")
    return nil
  }

  private static func unknown(_ name: String, at place: Place, _ findings: inout FindingList) {
    let known = DoseBatchColumn.all.map(\.name)
    findings.error(
      "E_COLUMN_UNKNOWN", at: place,
      "unknown column '\(Shown.text(name))'." + Suggestion.phrase(for: name, among: known),
      remedy: "Use one of: \(known.joined(separator: ", ")); or a percentage such as "
        + "'viable CAR+ T cells of viable cells [%]'.")
  }
}
