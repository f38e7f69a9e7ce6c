import Quantities
import Testing

@testable import RunFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Viabilities and metabolites that do not go with their neighbours, of examples and of single faults.
@Suite("Doubtful viabilities and metabolites") struct ColumnDoubtTests {
  static let own: Set<String> = [ViabilityDoubts.code, MetaboliteDoubts.code]

  static func doubts(_ observations: String, _ operations: String? = nil) throws -> [Finding] {
    try TestFiles.read(observations, operations).notes.filter { own.contains($0.code) }
  }

  /// A shipped run with one text of its observations replaced.
  private func doubts(
    _ folder: String, _ old: String = "", _ new: String = ""
  ) throws -> [Finding] {
    let path = TestFiles.runs + "/" + folder
    let text = String(decoding: try TestFiles.bytes(path + "/observations.csv"), as: UTF8.self)
    #expect(old.isEmpty || text.contains(old), "\(old)")
    return try Self.doubts(
      old.isEmpty ? text : text.replacing(old, with: new),
      String(decoding: try TestFiles.bytes(path + "/operations.csv"), as: UTF8.self))
  }

  /// Digits exchanged, a slipped point, in viability. Catches: columns that no count reads passed over; the
  /// neighbour of a slip blamed; the likely slip not said.
  @Test func viability() throws {
    #expect(UnitDoubts.codes.isSuperset(of: Self.own))
    let swapped = try doubts("prodigy_example", "144,3.734,91.6", "144,3.734,61.9")
    #expect(swapped.map(\.place.description) == ["obs.csv:13:59"], "\(swapped)")
    #expect(swapped.first?.code == "W_VIABILITY_JUMP")
    #expect(
      swapped.first?.cause.hasSuffix("91.6 %, with two digits exchanged, would follow.") == true,
      "\(swapped)")
    #expect(swapped.first?.remedy == "Look at the sheet; correct or empty the cell.")
    let point = try doubts("prodigy_child", "2.336,90.3", "2.336,9.03")
    #expect(point.map(\.place.description) == ["obs.csv:3:35"], "\(point)")
    #expect(point.first?.cause.contains("Ten times it, 90.3 %, would follow.") == true, "\(point)")
  }

  private static let grex =
    "run,time [d],operation,volume [mL],density [1e6 cells/mL],viability [%]\n"
    + "g,0,seed,1000,0.05,93\ng,0,activation,,,\ng,11,sample,2,,\n"

  private func grex(_ viability: [Double], times: [Double] = [3, 5, 7, 9, 11]) throws -> [Finding] {
    try Self.doubts(
      "run,time [d],viability [%]\n"
        + zip(times, viability).map { "g,\($0),\($1)\n" }.joined(), Self.grex)
  }

  /// Readings two days apart. Catches: an activation dip, thawed cells or a slow death doubted; a death
  /// named at each of its readings; a latest reading that falls passed over.
  @Test func course() throws {
    #expect(try grex([91.4, 92.5, 93.9, 94.1, 90.7]).isEmpty)
    let odd = try grex([91.4, 92.5, 39.9, 94.1, 90.7])
    #expect(odd.map(\.place.line) == [4], "\(odd)")
    #expect(odd.first?.cause.contains("93.9 %, with two digits exchanged") == true, "\(odd)")
    #expect(try grex([65, 90, 91, 92], times: [2, 4, 6, 8]).isEmpty)
    #expect(try grex([60, 92, 91, 92], times: [2, 4, 6, 8]).isEmpty)
    #expect(try grex([55, 80, 90, 92], times: [1, 3, 5, 7]).isEmpty)
    #expect(try grex([91, 85, 70, 50, 30]).isEmpty)
    let dead = try grex([92, 91, 5, 4, 3], times: [5, 6, 7, 8, 9])
    #expect(dead.map(\.place.line) == [4], "\(dead)")
    #expect(
      dead.first?.cause.contains("stays low: if it is real, the culture is dying") == true,
      "\(dead)")
    let latest = try grex([91.4, 92.5, 93.9, 94.1, 9.07])
    #expect(latest.map(\.place.line) == [6], "\(latest)")
    #expect(latest.first?.cause.contains("the latest reading: if it is real") == true, "\(latest)")
    #expect(latest.first?.cause.contains("Ten times it, 90.7 %") == true)
    let beforeLatest = try grex([91.4, 92.5, 93.9, 9.41, 90.7])
    #expect(beforeLatest.map(\.place.line) == [5], "\(beforeLatest)")
    let first = try Self.doubts(
      "run,time [d],viability [%]\ng,3,9.14\ng,4,92.5\ng,5,93.9\ng,6,94.1\n")
    #expect(first.map(\.place.line) == [2], "\(first)")
    let dying = try grex([30, 28, 82, 25, 24], times: [7, 8, 9, 10, 11])
    #expect(dying.map(\.place.line) == [4], "\(dying)")
    #expect(
      try Self.doubts(
        "run,donor,time [d],viability [%]\ng,pooled,3,91\ng,pooled,4,20\ng,pooled,5,91\n"
      )
      .isEmpty)
    #expect(try Self.doubts("run,time [d],viability [%]\ng,3,91\ng,4,<20\ng,5,91\n").isEmpty)
  }

  /// Catches: cells that a wash freed of dead ones doubted; a fall across one not seen.
  @Test func wash() throws {
    let operations =
      "run,time [d],operation,volume [mL],recovery [%],glucose [mmol/L]\n"
      + "w,0,seed,100,,25\nw,5,wash,100,85,25\n"
    func doubts(_ viability: [Double]) throws -> [Finding] {
      try Self.doubts(
        "run,time [d],viability [%]\n"
          + zip([3.0, 4, 5, 6, 7], viability).map { "w,\($0),\($1)\n" }.joined(), operations)
    }
    #expect(try doubts([30, 25, 20, 95, 94]).isEmpty)
    #expect(try doubts([92, 91, 8, 95, 94]).map(\.place.line) == [4])
  }

  /// One sample read in three wells. Catches: a slip among replicates hidden by their middle.
  @Test func replicates() throws {
    let found = try Self.doubts(
      "run,time [d],viability [%]\na,3,91\na,3,90\na,4,92\na,4,9.1\na,4,91\na,5,90\na,5,91\n")
    #expect(found.map(\.place.line) == [5], "\(found)")
  }

  /// Catches: glucose that nobody fed, lactate of no glucose, and the right one of two blamed.
  @Test func metabolites() throws {
    let lactate = try doubts("prodigy_example", "20.41,12.70", "20.41,127")
    #expect(lactate.map(\.place.description) == ["obs.csv:15:70"], "\(lactate)")
    #expect(
      lactate.first?.cause.contains("A tenth of it, 12.7 mmol/L, would follow.") == true,
      "\(lactate)")
    let glucose = try doubts("prodigy_example", "20.41,12.70", "2.041,12.70")
    #expect(glucose.map(\.place.description) == ["obs.csv:15:64"], "\(glucose)")
    #expect(
      glucose.first?.cause.contains("Ten times it, 20.41 mmol/L, would follow.") == true,
      "\(glucose)")
    let high = try doubts("prodigy_example", "13.67,20.96", "136.7,20.96")
    #expect(high.map(\.place.description) == ["obs.csv:17:64"], "\(high)")
    #expect(
      high.first?.cause.contains("A tenth of it, 13.67 mmol/L, would follow.") == true, "\(high)")
  }

  /// 25 mmol/L fed to half, then nothing known. Catches: a feed without its glucose guessed at; dilution by a
  /// feed taken for uptake; what evaporates or is pumped left out.
  @Test func balance() throws {
    func doubts(_ operations: String, _ rows: String, flow: Bool = false) throws -> [Finding] {
      try Self.doubts(
        "run,time [h],glucose [mmol/L],lactate [mmol/L]\n" + rows,
        "run,time [h],operation,volume [mL],inflow [mL/h],permeate [mL/h],evaporation [mL/h],"
          + "glucose [mmol/L]\nm,0,seed,100,,,,25\n" + operations)
    }
    let rows = "m,24,20,8\nm,48,21,5\nm,72,18,9\n"
    #expect(try doubts("m,24,feed,100,,,,25\n", rows).isEmpty)
    #expect(try doubts("m,24,feed,100,,,,\n", "m,24,2,8\nm,48,21,5\nm,72,18,9\n").isEmpty)
    let unfed = try doubts("", "m,24,14,15\nm,48,10,22\nm,72,21,26\nm,96,7,29\n")
    #expect(unfed.map(\.code) == ["W_METABOLITE"] && unfed[0].place.line == 4, "\(unfed)")
    #expect(unfed[0].cause.contains("at most 10 mmol/L could be there"), "\(unfed)")
    // 100 mL a day through 100 mL: 10 becomes 25 - 15 exp(-1) = 19.5.
    #expect(try doubts("m,24,flow,,4.1667,4.1667,,25\n", "m,24,10,9\nm,48,19.4,4\n").isEmpty)
    let evaporated = try doubts("m,24,flow,,,,3,\n", "m,24,5,9\nm,48,16,30\n")
    #expect(evaporated.isEmpty, "\(evaporated)")
    let lost = try doubts("", "m,24,12,22\nm,48,10,2.1\nm,72,8,25\n")
    #expect(lost.map(\.place.line) == [3], "\(lost)")
    #expect(lost[0].cause.contains("cells leave at least 11 mmol/L"), "\(lost)")
    // A medium that says nothing of its glucose says nothing of its lactate.
    #expect(try doubts("m,24,feed,900,,,,\n", "m,24,12,22\nm,48,10,2.1\n").isEmpty)
  }

  /// Catches: a column under a wrong unit that names every reading of it.
  @Test func column() throws {
    let rows = (1...9).map { "m,\(24 * $0),\($0 % 2 == 0 ? 180 : 3)\n" }.joined()
    let found = try Self.doubts(
      "run,time [h],glucose [mmol/L]\n" + rows,
      "run,time [h],operation,volume [mL],glucose [mmol/L]\nm,0,seed,100,25\n")
    #expect(found.count == ColumnDoubts.most, "\(found)")
    #expect(found.last?.cause.hasSuffix("check its unit.") == true)
  }

  /// Catches: false alarms on what is real.
  @Test(arguments: [
    "cho_fedbatch_2024nov", "fibroblast_flux", "kaartinen2017_cart_il2", "prodigy_example",
    "prodigy_child", "prodigy_donors",
  ])
  func shippedRunsAreNotDoubted(folder: String) throws {
    let found = try doubts(folder)
    #expect(found.isEmpty, "\(found)")
  }
}
