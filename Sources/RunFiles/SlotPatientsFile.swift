import Capacity
import Quantities

/// Patients who need a slot, one a row: `patient,release_day,due_day,weight`.
///
/// `law` may name one of the model's harvest-day laws, `start_day` the start that an earlier plan gave,
/// `forecast` a file with the forecast of the patient's own culture, and `centre` where a facility has the
/// patient infused. Days are whole numbers, or all of them dates as YYYY-MM-DD; dates become days since
/// 1970-01-01.
public struct SlotPatientsFile: Sendable {
  /// The patients in the order of the file; `told` holds an earlier start.
  public let patients: [SlotProblem.Patient]
  /// The file of each patient's forecast, beside this one unless it is a full path; nil where none is
  /// named.
  public let forecasts: [String?]
  /// The centre of each patient; nil where none is named.
  public let centres: [String?]
  /// Whether days were written as dates.
  public let usesDates: Bool
  /// The file as named.
  public let file: String
  /// SHA-256 of the file.
  public let sha256: String

  private static let required = ["patient", "release_day", "due_day", "weight"]
  private static let optional = ["law", "start_day", "forecast", "centre"]

  /// Reads a file against the names of the model's laws. Throws `InputRefused` with every fault.
  public static func read(
    _ path: String, laws: [String]
  ) throws(InputRefused) -> SlotPatientsFile {
    let bytes = try InputFile.bytes(of: path, limit: CSVDocument.Limits().bytes)
    return try read(bytes: bytes, file: path, laws: laws)
  }

  /// Reads bytes with the name that messages shall use. Throws `InputRefused`.
  public static func read(
    bytes: [UInt8], file: String, laws: [String]
  ) throws(InputRefused) -> SlotPatientsFile {
    let document = try CSVDocument(parsing: bytes, file: file)
    var findings = FindingList(file: file)
    let columns = header(document, &findings)
    if document.rows.isEmpty {
      findings.error(
        "E_SLOTS_EMPTY", at: Place(file: file, line: 1), "there is no patient below the header.",
        remedy: "Add one row a patient.")
    }
    try findings.refuseOnError()
    var rows = SlotRows(document: document, columns: columns, laws: laws)
    let patients = document.rows.compactMap { rows.patient($0, &findings) }
    try findings.refuseOnError()
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let forecasts = document.rows.map { cells -> String? in
      guard let name = rows.cell("forecast", cells)?.trimmed, !name.isEmpty else { return nil }
      return name.hasPrefix("/") ? name : (folder + [name[...]]).joined(separator: "/")
    }
    let centres = document.rows.map { cells -> String? in
      guard let name = rows.cell("centre", cells)?.trimmed, !name.isEmpty else { return nil }
      return name
    }
    return SlotPatientsFile(
      patients: patients, forecasts: forecasts, centres: centres,
      usesDates: rows.usesDates ?? false, file: file,
      sha256: Digest.sha256(bytes))
  }

  private static func header(
    _ document: CSVDocument, _ findings: inout FindingList
  ) -> [String: Int] {
    var columns: [String: Int] = [:]
    let known = required + optional
    for (index, cell) in document.header.enumerated() {
      let name = cell.trimmed
      let place = document.place(of: cell)
      if !known.contains(name) {
        findings.error(
          "E_COLUMN_UNKNOWN", at: place,
          "unknown column '\(Shown.text(name))'." + Suggestion.phrase(for: name, among: known),
          remedy: "Use \(known.joined(separator: ", ")).")
      } else if columns[name] != nil {
        findings.error(
          "E_HEADER_DUPLICATE", at: place, "this is a second column '\(name)'.",
          remedy: "Keep one of them.")
      } else {
        columns[name] = index
      }
    }
    for name in required where columns[name] == nil {
      findings.error(
        "E_COLUMN_MISSING", at: Place(file: document.file, line: 1, column: 1),
        "the column '\(name)' is missing.", remedy: "Add it: \(required.joined(separator: ",")).")
    }
    return columns
  }
}

/// Reads the rows and remembers the names and whether days are dates.
private struct SlotRows {
  let document: CSVDocument
  let columns: [String: Int]
  let laws: [String]
  var usesDates: Bool?
  var names: Set<String> = []

  init(document: CSVDocument, columns: [String: Int], laws: [String]) {
    self.document = document
    self.columns = columns
    self.laws = laws
  }

  mutating func patient(
    _ cells: [CSVDocument.Cell], _ findings: inout FindingList
  ) -> SlotProblem.Patient? {
    guard let name = cell("patient", cells), !name.isBlank else {
      findings.error(
        "E_SLOTS_PATIENT", at: place("patient", cells), "the row names no patient.",
        remedy: "Name the patient, such as a number.")
      return nil
    }
    if !names.insert(name.trimmed).inserted {
      findings.error(
        "E_SLOTS_TWICE", at: document.place(of: name), "this patient stands in an earlier row.",
        remedy: "Keep one row a patient; name a second batch apart, such as 57b.")
    }
    let release = day("release_day", cells, &findings)
    let due = day("due_day", cells, &findings)
    let weight = weight(cells, &findings)
    let law = law(cells, &findings)
    let told = isBlank("start_day", cells) ? nil : day("start_day", cells, &findings)
    guard let release, let due, let weight, let law else { return nil }
    if due < release {
      findings.error(
        "E_SLOTS_DUE", at: place("due_day", cells), "the due day is before the release day.",
        remedy: "Correct one of the two.")
    }
    return SlotProblem.Patient(
      name: name.trimmed, release: release, due: due, weight: weight, law: law, told: told)
  }

  private mutating func day(
    _ column: String, _ cells: [CSVDocument.Cell], _ findings: inout FindingList
  ) -> Int? {
    let text = cell(column, cells)?.trimmed ?? ""
    let date = CivilDate(parsing: text)
    guard let value = date?.dayNumber ?? Int(text), abs(value) <= 90_000 else {
      findings.error(
        "E_SLOTS_DAY", at: place(column, cells),
        "'\(column)' is neither a whole number of days nor a date.",
        remedy: "Write days from a day 0, or YYYY-MM-DD.")
      return nil
    }
    if let usesDates, usesDates != (date != nil) {
      findings.error(
        "E_SLOTS_MIXED", at: place(column, cells), "days and dates stand in one file.",
        remedy: "Write all days as numbers, or all as dates.")
      return nil
    }
    usesDates = date != nil
    return value
  }

  private func weight(
    _ cells: [CSVDocument.Cell], _ findings: inout FindingList
  ) -> Double? {
    let text = cell("weight", cells)?.trimmed ?? ""
    if let value = StrictNumber.double(text), (0...1e6).contains(value) { return value }
    findings.error(
      "E_SLOTS_WEIGHT", at: place("weight", cells), "the weight is not a number of 0 to 1,000,000.",
      remedy: "Write 1, or more for a patient whose days count more.")
    return nil
  }

  private func law(_ cells: [CSVDocument.Cell], _ findings: inout FindingList) -> Int? {
    guard let cell = cell("law", cells), !cell.isBlank else { return 0 }
    if let index = laws.firstIndex(of: cell.trimmed) { return index }
    findings.error(
      "E_SLOTS_LAW", at: document.place(of: cell),
      "the model has no law '\(Shown.text(cell.trimmed))'."
        + Suggestion.phrase(for: cell.trimmed, among: laws),
      remedy: "Use \(laws.joined(separator: ", ")), or leave the cell empty for the first.")
    return nil
  }

  private func isBlank(_ column: String, _ cells: [CSVDocument.Cell]) -> Bool {
    cell(column, cells)?.isBlank ?? true
  }

  func cell(_ column: String, _ cells: [CSVDocument.Cell]) -> CSVDocument.Cell? {
    columns[column].flatMap { $0 < cells.count ? cells[$0] : nil }
  }

  private func place(_ column: String, _ cells: [CSVDocument.Cell]) -> Place {
    if let cell = cell(column, cells) { return document.place(of: cell) }
    return Place(file: document.file, line: cells.first?.line ?? 0)
  }
}
