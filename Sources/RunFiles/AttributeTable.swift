import Quantities
import RunRecords

/// Reads `runs.csv`: one row a run, one column an attribute.
///
/// A column with a unit in its header holds numbers, one without holds words; a blank cell is not
/// known. Names are read in lower case, as those of other columns.
struct AttributeTable {
  /// What is known of each run, by its name.
  private(set) var values: [String: [String: RunAttribute]] = [:]
  private var places: [(name: String, place: Place)] = []

  init(reading document: CSVDocument, _ findings: inout FindingList) {
    let specs = AttributeTable.specs(of: document, &findings)
    if findings.hasErrors { return }
    let header = TableHeader(of: document, specs: specs, required: ["run"], &findings)
    if findings.hasErrors { return }
    let attributes = specs.dropFirst(RunColumns.runs.count)
    if attributes.isEmpty {
      findings.error(
        "E_COLUMN_MISSING", at: Place(file: document.file, line: 1, column: 1),
        "no column holds an attribute of the runs.", remedy: "Add one, such as 'age [a]'.")
    } else if document.rows.isEmpty {
      findings.error(
        "E_NO_ROWS", at: Place(file: document.file, line: 1, column: 1),
        "there is a header and no row below it.", remedy: "Check that the export is complete.")
    }
    if findings.hasErrors { return }
    for cells in document.rows {
      read(
        CellReader(document: document, header: header, cells: cells), attributes.map(\.name),
        &findings)
    }
  }

  /// Every row must be of a run that was observed.
  func check(runs: [String], _ findings: inout FindingList) {
    let known = Set(runs)
    for (name, place) in places where !known.contains(name) {
      findings.error(
        "E_RUN_UNKNOWN", at: place,
        "the run '\(Shown.text(name))' is not in the observations."
          + Suggestion.phrase(for: name, among: runs),
        remedy: "Use the same name in both files, or delete the row.")
    }
  }

  private mutating func read(
    _ row: CellReader, _ attributes: [String], _ findings: inout FindingList
  ) {
    var found: [String: RunAttribute] = [:]
    for name in attributes {
      if let value = AttributeTable.value(name, of: row, &findings) { found[name] = value }
    }
    if row.text("run") == nil {
      findings.error(
        "E_RUN_MISSING", at: row.place("run"), "the row has no run name.",
        remedy: "Write the run's name in every row.")
    }
    guard let run = row.word("run", &findings) else { return }
    if values[run] != nil {
      let first = places.first { $0.name == run }?.place.line ?? 0
      findings.error(
        "E_RUN_TWICE", at: row.place("run"),
        "the run '\(Shown.text(run))' has a second row; the first is in line \(first).",
        remedy: "Keep one row a run.")
      return
    }
    places.append((run, row.place("run")))
    values[run] = found
  }

  private static func value(
    _ name: String, of row: CellReader, _ findings: inout FindingList
  ) -> RunAttribute? {
    guard let column = row.header.columns[name], let text = row.text(name) else { return nil }
    if column.spec.content == .text {
      if StrictNumber.double(text) != nil {
        findings.error(
          "E_ATTRIBUTE_UNIT", at: row.place(name),
          "'\(Shown.text(text))' is a number in the column '\(name)', which has no unit and so holds "
            + "words.",
          remedy:
            "Write the unit into the header, such as '\(name) [a]', or '\(name) [1]' for a plain "
            + "number; give numbered kinds a letter, such as 'site 1'.")
        return nil
      }
      return row.word(name, &findings).map { .word($0) }
    }
    // Attributes can be negative, unlike what a culture is measured for.
    guard let written = StrictNumber.double(text) else {
      let fault = NumberFault(text: text)
      findings.error(fault.code, at: row.place(name), fault.cause, remedy: fault.remedy)
      return nil
    }
    return .number(column.unit.toBase(written), column.unit)
  }

  /// The columns that this file has; faults of the header's form are left to `TableHeader`.
  private static func specs(
    of document: CSVDocument, _ findings: inout FindingList
  ) -> [ColumnSpec] {
    var specs = RunColumns.runs
    for cell in document.header {
      let place = document.place(of: cell)
      var aside = FindingList(file: document.file)
      guard let (written, unit) = TableHeader.split(cell, at: place, &aside) else { continue }
      let name = written.lowercased()
      if specs.contains(where: { $0.name == name || $0.synonyms.contains(name) }) { continue }
      if let fault = fault(name, written) {
        findings.error("E_ATTRIBUTE_NAME", at: place, fault.cause, remedy: fault.remedy)
        continue
      }
      guard let unit else {
        specs.append(.text(name, "an attribute of the run"))
        continue
      }
      let dimension = (try? Unit(parsing: unit))?.dimension ?? .none
      let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
      specs.append(.number(name, "an attribute of the run", dimension, "1", all))
    }
    return specs
  }

  private static func fault(
    _ name: String, _ written: String
  ) -> (cause: String, remedy: String)? {
    if RunAttribute.builtIn.contains(name) || name == "donor" {
      return (
        "'\(Shown.text(written))' is told by the observations and operations of a run.",
        "Delete the column here, and fill that of observations.csv or the seed operation."
      )
    }
    let isName =
      name.utf8.first.map { (0x61...0x7A).contains($0) } == true
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      } && name.utf8.count <= 40
    return isName
      ? nil
      : (
        "'\(Shown.text(written))' is no name of an attribute.",
        "Use up to 40 letters, digits and '_', beginning with a letter, and the unit in square brackets, "
          + "such as 'il2_level [IU/mL]'."
      )
  }
}
