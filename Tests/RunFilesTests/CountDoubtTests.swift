import Quantities
import RunRecords
import Testing

@testable import RunFiles

/// Counts that contradict each other or their vessel: each finding names both readings.
@Suite("Doubtful counts") struct CountDoubtTests {
  private static let header = "run,platform,time [d],vcd [1e6 cells/mL],viability [%]\n"
  private static let seed =
    "run,time [d],operation,volume [mL],density [1e6 cells/mL],viability [%]\n"
    + "a,0,seed,500,0.2,92\na,0,activation,,,\na,10,harvest,,,\n"

  /// A run in 500 mL of days 3, 5, 7 and 9, as read, with what its platform says of it.
  private func doubts(
    _ counts: [Double], viability: [Double?] = [87, 90, 92, 91], operations: String = seed
  ) throws -> [Finding] {
    let rows = zip(counts, viability).enumerated().map { i, pair in
      "a,grex100m,\(3 + 2 * i),\(pair.0),\(pair.1.map { "\($0)" } ?? "")\n"
    }
    let batch = try TestFiles.read(Self.header + rows.joined(), operations)
    let data = DataFolder(path: TestFiles.folder + "/../../data")
    let platform = try PlatformFile.platform(named: "grex100m", data: data)
    return batch.notes.filter { UnitDoubts.codes.contains($0.code) }
      + batch.runs.flatMap { PlatformDoubts.findings($0, on: platform) }
  }

  /// One decimal point off in each of four counts. Catches: a rise from the seed not looked at, cells taken
  /// to divide on the first day, a fall judged without the viability, a peak taken for two faults, a count
  /// that the vessel does not carry passed over.
  @Test func oneDecimalPoint() throws {
    #expect(try doubts([0.859, 2.677, 3.793, 3.953]).isEmpty)
    let first = try doubts([8.59, 2.677, 3.793, 3.953])
    #expect(first.map(\.code) == ["W_COUNT_RISE"] && first[0].place.line == 2, "\(first)")
    #expect(first.first?.cause.contains("(ops.csv:2") == true, "\(first)")
    #expect(first.first?.cause.contains("(obs.csv:2:") == true)
    #expect(first.first?.remedy.contains("Recount") == true)
    let second = try doubts([0.859, 26.77, 3.793, 3.953])
    #expect(second.map(\.code) == ["W_COUNT_RISE", "W_COUNT_CAPACITY"], "\(second)")
    #expect(second.allSatisfy { $0.place.line == 3 })
    let last = try doubts([0.859, 2.677, 3.793, 39.53])
    #expect(last.map(\.code).contains("W_COUNT_CAPACITY"), "\(last)")
    #expect(last.allSatisfy { $0.place.line == 5 })
    #expect(last.contains { $0.cause.contains("is 1.98E10 cells") }, "\(last)")
    let low = try doubts([0.859, 2.677, 3.793, 0.3953])
    #expect(low.map(\.code) == ["W_COUNT_FALL"] && low[0].place.line == 5, "\(low)")
    #expect(low.first?.cause.contains("(obs.csv:4:") == true)
    let dip = try doubts([0.859, 0.2677, 3.793, 3.953])
    #expect(dip.count == 1 && dip[0].place.line == 3 || dip.isEmpty, "\(dip)")
  }

  /// Catches: a culture that dies, with its dead cells seen, taken for a wrong count; a fall without any
  /// viability explained by nothing.
  @Test func death() throws {
    #expect(
      try doubts([0.859, 2.677, 3.793, 1.2], viability: [87, 90, 92, 45]).isEmpty)
    #expect(
      try doubts([0.859, 2.677, 3.793, 0.6], viability: [nil, nil, nil, nil]).isEmpty)
    #expect(
      try doubts([0.859, 2.677, 3.793, 0.2], viability: [nil, nil, nil, nil]).map(\.code)
        == ["W_COUNT_FALL"])
  }

  /// A rise to ten times, a peak that no death ends. Catches: a wash, a feed or a split taken for growth or
  /// death; both neighbours of a peak blamed.
  @Test func throughOperations() throws {
    let operations =
      "run,time [h],operation,volume [mL],fraction [%],recovery [%],density [1e6 cells/mL]\n"
      + "a,0,seed,70,,,0.915\na,0,activation,,,,\na,72,wash,100,,85,\na,96,feed,75,,,\n"
      + "a,120,split,,50,,\n"
    func doubts(_ last: [Double]) throws -> [Finding] {
      let rows = zip([24, 72, 120], last).map { "a,\($0),\($1),90\n" }.joined()
      return try TestFiles.read(
        "run,time [h],vcd [1e6 cells/mL],viability [%]\n" + rows, operations
      ).notes.filter { UnitDoubts.codes.contains($0.code) }
    }
    #expect(try doubts([0.875, 2.336, 2.562]).isEmpty)
    // 34-fold in two days.
    let jump = try doubts([0.875, 2.336, 25.62])
    #expect(jump.map(\.code) == ["W_COUNT_RISE"] && jump[0].place.line == 4, "\(jump)")
    let peak = try doubts([0.875, 23.36, 2.562])
    #expect(peak.map(\.code) == ["W_COUNT_RISE"] && peak[0].place.line == 3, "\(peak)")
    #expect(
      try TestFiles.read(
        "run,time [h],fold [1]\na,24,1\na,48,1.6\na,72,2.4\n",
        "run,time [h],operation,fraction [%]\na,0,activation,\na,48,split,90\n"
      ).notes.filter { UnitDoubts.codes.contains($0.code) }.isEmpty)
  }

  /// Half a millilitre in a vessel of a litre. Catches: the volume in litres under a header of mL.
  @Test func volume() throws {
    let counts = [0.859, 2.677, 3.793, 3.953]
    let small = Self.seed.replacing("seed,500", with: "seed,0.5")
    let found = try doubts(counts, operations: small)
    #expect(found.map(\.code) == ["W_VOLUME_SMALL"], "\(found)")
    #expect(found.first?.place.description.hasPrefix("ops.csv:2") == true)
    #expect(
      try doubts(counts, operations: Self.seed.replacing("seed,500", with: "seed,50")).isEmpty)
  }

  /// Catches: false alarms on what is real.
  @Test(arguments: [
    "cho_fedbatch_2024nov", "fibroblast_flux", "kaartinen2017_cart_il2", "prodigy_example",
    "prodigy_child", "prodigy_donors",
  ])
  func shippedRunsAreNotDoubted(folder: String) throws {
    let batch = try RunFolder.read(TestFiles.runs + "/" + folder)
    let data = DataFolder(path: TestFiles.folder + "/../../data")
    let ofPlatforms = try batch.runs.flatMap { run in
      try PlatformFile.platform(of: run, data: data).map { PlatformDoubts.findings(run, on: $0) }
        ?? []
    }
    let found = (batch.notes + ofPlatforms).filter { UnitDoubts.codes.contains($0.code) }
    #expect(found.isEmpty, "\(found)")
  }
}
