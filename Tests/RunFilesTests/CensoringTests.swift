import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Limits and counted viability")
struct CensoringTests {
  private func values(_ header: String, _ cells: [String]) throws -> [Observation.Reading] {
    let rows = cells.enumerated().map { "a,\($0.offset),\($0.element)\n" }.joined()
    return try TestFiles.read("run,time [h],\(header)\n" + rows).runs[0].observations.map(\.value)
  }

  /// The three forms of a limit; an interval from 0 is a limit from above, one up to 100 % a limit
  /// from below. Catches: ln 0 or logit 1 as an end of an interval; limits swapped.
  @Test func forms() throws {
    let lactate = try values("lactate [mmol/L]", ["<0.5", ">60", "0.2..0.5", " 1 .. 2e1 ", "0..3"])
    #expect(
      lactate == [.below(0.5), .above(60), .between(0.2, 0.5), .between(1, 20), .below(3)])
    let viability = try values("viability [%]", ["80..95", "95..100", "0..50"])
    #expect(viability == [.between(0.8, 0.95), .above(0.95), .below(0.5)])
  }

  /// Limits of counts are whole, and go to density with one cell's density (2e-3 here). `<1` is no
  /// cell, `0..5` is at most 5. Catches: an end counted twice; a limit without its exposure.
  @Test func counts() throws {
    let header = "live_counted [cells],squares [1],dilution [1]"
    let run = try TestFiles.read(
      "run,time [h],\(header)\na,0,>300,10,2\na,1,<5,10,2\na,2,10..20,10,2\na,3,<1,10,2\n"
        + "a,4,0..5,10,2\n"
    ).runs[0]
    #expect(
      run.observations.map { $0.count?.cells }
        == [.above(300), .below(5), .between(10, 20), .exact(0), .below(6)])
    let ends = run.observations.map { $0.count?.limits }
    #expect(ends.map { $0?.least } == [301, 0, 10, 0, 0])
    #expect(ends.map { $0?.most } == [.infinity, 4, 20, 0, 5])
    let wanted: [Observation.Reading] = [
      .above(0.6), .below(0.01), .between(0.02, 0.04), .below(0.002), .below(0.012),
    ]
    for (observation, value) in zip(run.observations, wanted) {
      #expect(abs(observation.value.number - value.number) < 1e-15)
      #expect(abs((observation.count?.exposure ?? 0) - 500) < 1e-9)
    }
  }

  /// Ready-made numbers beside limits are held against what the limits allow, and are not used.
  /// Catches: a viability that enters beside the counts it was made from.
  @Test func limitsBesideDensities() throws {
    let header =
      "run,time [h],live_counted [cells],dead_counted [cells],squares [1],dilution [1],"
      + "vcd [1e6 cells/mL],viability [%]\n"
    let agrees = try TestFiles.read(header + "a,0,>300,6,10,2,1.5,99.6\n")
    #expect(agrees.runs[0].observations.map(\.quantity) == ["vcd", "dead"])
    #expect(agrees.notes.map(\.code) == ["N_COUNTS_USED", "N_COUNTS_USED"])
    let differs = try TestFiles.read(header + "a,0,>300,6,10,2,0.5,90\n").notes.filter {
      $0.code == "W_COUNTS_DISAGREE"
    }
    #expect(differs.count == 2)
    #expect(differs.first?.cause.contains("at least 0.602") == true)
  }

  /// 95 % of 200 cells are 190 counted with exposure 200; limits go along. Catches: an exposure of
  /// 1/200; a viability of a sample taken as the truth.
  @Test func countedViability() throws {
    let batch = try TestFiles.read(
      "run,time [h],viability [%],viability_counted [cells]\na,0,95,200\na,1,>95,200\n"
        + "a,2,<95,200\na,3,80..95,200\na,4,95.3,200\na,5,100,1e3\n")
    let counts = batch.runs[0].observations.map(\.count)
    #expect(
      counts.map { $0?.cells } == [
        .exact(190), .between(191, 200), .below(190), .between(160, 190), .exact(191), .exact(1000),
      ])
    #expect(counts.map { $0?.exposure } == [200, 200, 200, 200, 200, 1000])
    #expect(batch.notes.map(\.code) == ["W_VIABILITY_COUNTED"])
    #expect(batch.notes[0].place.line == 6)
  }

  /// Viabilities of one sample with their numbers of cells add up: 190 of 200 and 92 of 100 are 282
  /// of 300. Beside raw counts of both kinds the number is not used. Catches: evidence used twice.
  @Test func countedViabilityMerged() throws {
    let merged = try TestFiles.read(
      "run,time [h],sample,viability [%],viability_counted [cells]\na,0,s,95,200\na,0,s,92,100\n")
    #expect(merged.runs[0].observations.map { $0.count?.cells } == [.exact(282)])
    #expect(merged.runs[0].observations.map(\.value) == [.exact(0.94)])
    let beside = try TestFiles.read(
      "run,time [h],live_counted [cells],dead_counted [cells],squares [1],dilution [1],"
        + "viability [%],viability_counted [cells]\na,0,190,10,10,2,95,200\n")
    #expect(beside.runs[0].observations.map(\.quantity) == ["vcd", "dead"])
    #expect(beside.notes.map(\.code) == ["N_COUNTS_USED", "N_COUNTS_USED"])
  }
}
