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
    let start = String(decoding: bytes.prefix(1 << 14), as: UTF8.self)
    if let other = FileKind.other(than: .patients, start, file: file) { throw other }
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
  ///
  /// *isLot:* true when all are served from one lot; else a certificate, batch or donation of two
  /// patients is put into the requests of both, which are then held.
  public func forEach(
    common: DoseRequest, identifiers: DoseIdentifiers, isLot: Bool = false,
    _ body: (DoseBatchRow) throws -> Void
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
    refuseCommon(common, &findings)
    try findings.refuseOnError()
    let shared = isLot ? [:] : sharedWords(common, identifiers)
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
      row.request.shared = shared[row.line]
      try body(row)
    }
    try findings.refuseOnError()
  }

  /// Refuses results that the request gives once for patients who each have their own.
  private func refuseCommon(_ common: DoseRequest, _ findings: inout FindingList) {
    guard count > 1, let results = common.results else { return }
    let own: [(isGiven: Bool, name: String, code: String, what: String)] = [
      (results.viability != nil, "viability", "E_BATCH_VIABILITY", "viability"),
      (
        results.copiesCarShare != nil, "copies_of_car_positive", "E_BATCH_COPIES",
        "CAR+ share of the vector copies"
      ),
    ]
    for (isGiven, name, code, what) in own
    where isGiven && !columns.contains(where: { $0.spec.name == name }) {
      findings.error(
        code, at: Place(file: file, line: 1), "the request gives one \(what) for all patients.",
        remedy:
          "Give each patient's own in a column '\(name) [%]', and take it out of the request.")
    }
  }

  /// What stands for two patients, by the line of each of them: `C1; lines 2, 3`.
  ///
  /// A patient's own certificate number, batch and donation belong to no other. Rows of one recipient
  /// may share them.
  private func sharedWords(
    _ common: DoseRequest, _ identifiers: DoseIdentifiers
  ) -> [Int: String] {
    func index(_ name: String) -> Int? { columns.first { $0.spec.name == name }?.index }
    let recipient = index("recipient")
    let fixed = [
      ("certificate", common.supplies.first?.certificate?.number), ("batch", identifiers.batch),
      ("donation", identifiers.donation),
    ]
    var words: [Int: String] = [:]
    for (name, value) in fixed {
      let column = index(name)
      if column == nil, value == nil { continue }
      var groups: [String: [(line: Int, recipient: String?)]] = [:]
      for cells in document.rows {
        let text = column.map { cells[$0].trimmed } ?? value ?? ""
        if text.isEmpty { continue }
        let person = recipient.map { cells[$0].trimmed } ?? identifiers.recipient
        groups[text, default: []].append((cells.first?.line ?? 0, person))
      }
      for (text, rows) in groups where rows.count > 1 {
        let people = Set(rows.map(\.recipient))
        if people.count == 1, let person = people.first ?? nil, !person.isEmpty { continue }
        let lines = rows.prefix(5).map { String($0.line) } + (rows.count > 5 ? ["..."] : [])
        let note = "\(name) \(text); lines \(lines.joined(separator: ", "))"
        for row in rows { words[row.line] = words[row.line].map { "\($0); \(note)" } ?? note }
      }
    }
    return words
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
    for (first, second, words) in [
      ("plan", "planned", "both say which dose is planned"),
      ("other_weight", "earlier_weight", "mean the same"),
      ("other_date", "earlier_date", "mean the same"),
    ] where [first, second].allSatisfy({ name in columns.contains { $0.spec.name == name } }) {
      let last = columns.last { [first, second].contains($0.spec.name) }?.index ?? 0
      findings.error(
        "E_HEADER_DUPLICATE", at: document.place(of: document.header[last]),
        "'\(first)' and '\(second)' \(words).", remedy: "Keep one of them.")
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
