import Reports
import Testing

@Suite struct CSVTests {
  /// Would catch a formula let through, a number turned into text, missing quotes, and a unit lost
  /// from the heading.
  @Test func textIsQuotedAndHarmless() throws {
    var table = CSVTable(columns: [.init("name"), .init("vcd", unit: "1e6 cells/mL")])
    let rows: [([CSVTable.Cell], String)] = [
      (["=1+1", .number(0.1)], "'=1+1,0.1"), (["+5", .number(-1e-7)], "'+5,-1e-07"),
      (["-x", .integer(-3)], "'-x,-3"), (["@SUM(A1)", .blank], "'@SUM(A1),"),
      (["\tx", "-5"], "'\tx,-5"), (["\rx", "-5e3"], "\"'\rx\",-5e3"),
      (["a,b", "<0.5"], "\"a,b\",<0.5"), (["say \"hi\"", ""], "\"say \"\"hi\"\"\","),
      (["two\nlines", "é"], "\"two\nlines\",é"), (["-5,0", "- 5"], "\"'-5,0\",'- 5"),
    ]
    for (row, _) in rows { try table.append(row) }
    let lines = ["name,vcd [1e6 cells/mL]"] + rows.map(\.1)
    #expect(table.text.utf8.elementsEqual(lines.map { $0 + "\n" }.joined().utf8))
  }

  /// Would catch a heading that runs as a formula, and an empty line that readers skip.
  @Test func headingsAreHarmlessAndBlankRowsStay() throws {
    var table = CSVTable(columns: [.init("=cmd", unit: "h")])
    try table.append([.blank])
    #expect(table.text == "'=cmd [h]\n\"\"\n")
  }

  /// Would catch a ragged row or a NaN that is written all the same.
  @Test func wrongRowsThrow() {
    var table = CSVTable(columns: [.init("a"), .init("b")])
    #expect(throws: CSVTable.RowError.cells(row: 1, found: 1, expected: 2)) {
      try table.append([.blank])
    }
    #expect(throws: CSVTable.RowError.notFinite(row: 1, column: "b")) {
      try table.append([.blank, .number(.nan)])
    }
    #expect(table.text == "a,b\n")
  }
}
