import Quantities
import Testing

@testable import RunFiles

/// What can be read but is hardly what was meant. Each is a warning with its line.
@Suite("Doubtful units") struct UnitDoubtTests {
  private func doubts(_ observations: String, _ operations: String? = nil) throws -> [Finding] {
    try TestFiles.read(observations, operations).notes.filter {
      UnitDoubts.codes.contains($0.code)
    }
  }

  private static let seed = "run,time [h],operation,density [1e6 cells/mL]\n"

  /// 500 with the unit cells/mL, where a counter printed thousands. Catches: densities no culture
  /// has, read without a remark; raw counts of few cells suspected.
  @Test func densities() throws {
    let low = try doubts("run,time [h],vcd [cells/mL]\na,0,500\na,24,610\na,48,1300\n")
    #expect(low.map(\.code) == ["W_DENSITY_UNIT"] && low.first?.place.line == 2)
    #expect(low.first?.severity == .warning)
    #expect(low.first?.cause.contains("500 cells/mL, and 1 more like it") == true, "\(low)")
    #expect(low.first?.remedy.contains("[1e3 cells/mL]") == true)
    #expect(try doubts("run,time [h],vcd [cells/mL]\na,0,5e5\na,24,6e5\n").isEmpty)
    #expect(
      try doubts(
        "run,time [h],live_counted [cells],squares [1],dilution [1]\na,0,1,20,1\n"
      ).isEmpty)
  }

  /// The seed of 5e5 and a first count of 5e5 * 1000 or / 1000; a count after five days of growth.
  /// Catches: the two files not held against each other; growth taken for a wrong unit.
  @Test func firstCount() throws {
    let seed = Self.seed + "a,0,seed,0.5\n"
    for vcd in ["500", "0.0005", "0.012"] {
      let found = try doubts("run,time [h],vcd [1e6 cells/mL]\na,0,\(vcd)\n", seed)
        .filter { $0.code == "W_SEED_COUNT" }
      #expect(found.count == 1 && found[0].place.line == 2, "\(vcd)")
      #expect(found.first?.cause.contains("(ops.csv:2") == true)
    }
    for row in ["0,0.5", "0,14", "0,0.02", "120,28"] {
      let found = try doubts("run,time [h],vcd [1e6 cells/mL]\na,\(row)\n", seed)
      #expect(!found.contains { $0.code == "W_SEED_COUNT" }, "\(row)")
    }
  }

  /// Catches: hours under a header of days and the other way about; a run of four weeks, or a first
  /// day that was looked at closely, suspected.
  @Test func times() throws {
    func rows(_ unit: String, _ times: [Int], factor: Double = 1) -> String {
      times.enumerated().reduce("run,time [\(unit)],vcd [1e6 cells/mL]\n") { text, row in
        var value = 0.5
        for _ in 0..<row.offset { value *= factor }
        return text + "a,\(row.element),\(value)\n"
      }
    }
    let hours = try doubts(rows("d", [0, 24, 48, 72]))
    #expect(hours.map(\.code) == ["W_TIME_UNIT"] && hours.first?.place.line == 5)
    #expect(hours.first?.remedy.contains("'time [h]'") == true)
    #expect(try doubts(rows("d", [0, 24, 48])).count == 1)
    let days = try doubts(rows("h", [0, 2, 4, 6, 8], factor: 2))
    #expect(days.first?.cause.contains("double every 2 h") == true, "\(days)")
    let fed = Self.seed + "a,0,seed,0.5\na,120,harvest,\n"
    #expect(try doubts(rows("h", [0, 3, 5], factor: 1.1), fed).map(\.code) == ["W_TIME_UNIT"])
    #expect(try doubts(rows("h", [0, 3, 5], factor: 1.1)).isEmpty)
    #expect(try doubts(rows("d", [0, 7, 14, 21, 28], factor: 1.5)).isEmpty)
    #expect(try doubts(rows("h", [0, 24, 48, 120], factor: 2)).isEmpty)
  }

  /// Catches: warnings about what is real.
  @Test(arguments: [
    "cho_fedbatch_2024nov", "fibroblast_flux", "kaartinen2017_cart_il2", "prodigy_example",
  ])
  func shippedRunsAreNotDoubted(folder: String) throws {
    let notes = try RunFolder.read(TestFiles.runs + "/" + folder).notes
    #expect(!notes.contains { UnitDoubts.codes.contains($0.code) }, "\(notes)")
  }
}
