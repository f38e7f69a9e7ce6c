/// The tables of a page as CSV files, for a spreadsheet.
public enum CSVTables {
  /// One text a table, named after its section and its number: `section-2-table-1.csv`.
  public static func texts(of page: Page) -> [(name: String, text: String)] {
    var files: [(String, String)] = []
    for (index, section) in page.sections.enumerated() {
      var number = 0
      for case .table(let table) in section.blocks {
        number += 1
        // Small print has a column of its own.
        let hasNotes = table.columns.indices.map { column in
          table.rows.contains { $0[column].contains("\n") }
        }
        var csv = CSVTable(
          columns: zip(table.columns, hasNotes).flatMap { column, hasNote in
            [CSVTable.Column(column.heading, unit: column.unit)]
              + (hasNote ? [CSVTable.Column("\(column.heading), note")] : [])
          })
        for row in table.rows {
          try? csv.append(zip(row, hasNotes).flatMap { cells($0, hasNote: $1) })
        }
        files.append(("section-\(index + 1)-table-\(number).csv", csv.text))
      }
    }
    return files
  }

  private static func cells(_ text: String, hasNote: Bool) -> [CSVTable.Cell] {
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let main = parts.first.map(String.init) ?? ""
    guard hasNote else { return [main == "-" ? .blank : .text(main)] }
    let note = parts.count > 1 ? parts[1].split(separator: "\n").joined(separator: "; ") : ""
    return [main == "-" ? .blank : .text(main), note.isEmpty ? .blank : .text(note)]
  }
}
