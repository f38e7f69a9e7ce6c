/// The tables of a page as CSV files, for a spreadsheet.
public enum CSVTables {
  /// One text a table, named after its section and its number: `section-2-table-1.csv`.
  public static func texts(of page: Page) -> [(name: String, text: String)] {
    var files: [(String, String)] = []
    for (index, section) in page.sections.enumerated() {
      var number = 0
      for case .table(let table) in section.blocks {
        number += 1
        var csv = CSVTable(
          columns: table.columns.map { CSVTable.Column($0.heading, unit: $0.unit) })
        for row in table.rows { try? csv.append(row.map { $0 == "-" ? .blank : .text($0) }) }
        files.append(("section-\(index + 1)-table-\(number).csv", csv.text))
      }
    }
    return files
  }
}
