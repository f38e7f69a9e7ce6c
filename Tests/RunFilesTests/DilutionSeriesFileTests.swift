import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Dilution series files")
struct DilutionSeriesFileTests {
  static let header =
    "fraction [%],replicate,live_counted [cells],dead_counted [cells],squares [1],dilution [1]"

  private func read(_ text: String) throws(InputRefused) -> DilutionSeriesFile {
    try DilutionSeriesFile.read(bytes: Array(text.utf8), file: "s.csv")
  }

  private func rows(_ row: (Int, Int) -> String) -> String {
    [25, 50, 75, 100].flatMap { f in (1...3).map { row(f, $0) + "\n" } }.joined()
  }

  /// 25 live and 5 dead cells in 8e-4 mL after 1:2 are 0.0625 and 0.0125, all cells 30; exposure
  /// 400. Catches: a fraction in per cent; a total without the dead; a wrong exposure.
  @Test func counts() throws {
    let file = try read(Self.header + "\n" + rows { "\($0),\($1),\($0),5,8,2" })
    #expect(file.series.map(\.kind) == [.viable, .dead, .total])
    #expect(file.notes.isEmpty)
    let first = file.series.map { $0.readings[0] }
    #expect(first.map(\.fraction) == [0.25, 0.25, 0.25])
    #expect(first.map { $0.count?.cells } == [.exact(25), .exact(5), .exact(30)])
    #expect(first.allSatisfy { abs(($0.count?.exposure ?? 0) - 400) < 1e-9 })
    for (reading, density) in zip(first, [0.0625, 0.0125, 0.075]) {
      #expect(abs(reading.density - density) < 1e-15)
    }
    #expect(first.map(\.place.column) == [6, 9, 6])
  }

  /// Densities stand alone, counters are kept apart in the order of their names, rows without
  /// replicates are dilutions of their own. Catches: two counters in one fit.
  @Test func densitiesAndCounters() throws {
    let text =
      rows { f, _ in "\(f),\(Double(f) / 100),B" } + rows { f, _ in "\(f),\(Double(f) / 90),A" }
    let file = try read("fraction [%],vcd [1e6 cells/mL],counter\n" + text)
    #expect(file.series.map(\.counter) == ["A", "B"])
    #expect(file.series.allSatisfy { $0.readings.count == 12 && $0.readings[0].count == nil })
    #expect(Set(file.series[0].readings.map(\.replicate)).count == 12)
    #expect(file.notes.map(\.code) == ["N_SERIES_REPLICATE"])
  }

  /// Every fault has its place. Catches: a check that is lost.
  @Test func refused() {
    let good = rows { "\($0),\($1),\($0),5,8,2" }
    let cases: [(String, [String])] = [
      ("replicate,vcd [1e6 cells/mL]\n1,2\n", ["s.csv:1:1 E_COLUMN_MISSING"]),
      ("fraction [%],replicate\n10,1\n", ["s.csv:1:1 E_COLUMN_MISSING"]),
      (Self.header + "\n", ["s.csv:1:1 E_NO_ROWS"]),
      (Self.header + "\n" + good + "110,1,3,5,8,2\n", ["s.csv:14:1 E_VALUE_RANGE"]),
      (Self.header + "\n" + good + "0,1,3,5,8,2\n", ["s.csv:14:1 E_VALUE_ZERO"]),
      (Self.header + "\n" + good + ",1,3,5,8,2\n", ["s.csv:14:1 E_FRACTION_MISSING"]),
      (Self.header + "\n" + good + "50,,3,5,8,2\n", ["s.csv:14:4 E_REPLICATE_MISSING"]),
      (Self.header + "\n" + good + "50,1,>300,5,8,2\n", ["s.csv:14:6 E_LIMIT_UNWANTED"]),
      (Self.header + "\n" + good + "50,1,3.5,5,8,2\n", ["s.csv:14:6 E_COUNT_NOT_WHOLE"]),
      (Self.header + "\n" + good + "50,1,3,5,,2\n", ["s.csv:14:6 E_COUNT_INCOMPLETE"]),
      (
        Self.header + ",total_counted [cells]\n" + rows { "\($0),\($1),\($0),5,8,2,\($0 + 6)" },
        (2...13).map { "s.csv:\($0):\($0 > 10 ? 17 : 15) E_COUNT_TOTAL" }
      ),
      (
        Self.header + "\n25,1,3,,8,2\n50,1,4,,8,2\n100,1,9,,8,2\n100,1,9,,8,2\n",
        ["s.csv:2:6 E_SERIES_SMALL"]
      ),
      (
        Self.header + ",vcd [1e6 cells/mL]\n" + rows { "\($0),\($1),\($0),,8,2," }
          + "50,4,,,,,0.1\n", ["s.csv:14:10 E_SERIES_MIXED"]
      ),
    ]
    for (text, wanted) in cases {
      let got = TestFiles.refusal { _ = try read(text) }.map { "\($0.place) \($0.code)" }
      #expect(got == wanted)
    }
  }

  /// A series with two replicates a fraction is read with a warning.
  @Test func thin() throws {
    let text = [25, 50, 100].map { "\($0),1,\($0),,8,2\n\($0),2,\($0),,8,2\n" }.joined()
    #expect(try read(Self.header + "\n" + text).notes.map(\.code) == ["W_SERIES_THIN"])
  }

  /// A column of dead cells without a dead cell is left out with a note, not refused.
  @Test func noDeadCells() throws {
    let file = try read(Self.header + "\n" + rows { "\($0),\($1),\($0),0,8,2" })
    #expect(file.series.map(\.kind) == [.viable, .total])
    #expect(file.notes.map(\.code) == ["N_SERIES_EMPTY"])
  }

  /// The shipped example is read without a remark.
  @Test func shippedExample() throws {
    let path = TestFiles.folder + "/../../data/counters/example_dilution_series.csv"
    let file = try DilutionSeriesFile.read(path)
    #expect(file.notes.isEmpty && file.series.map(\.readings.count) == [45, 45, 45])
  }
}
