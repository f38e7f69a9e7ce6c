import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Technical replicates")
struct ReplicateTests {
  static let counts =
    "run,time [h],sample,counter,live_counted [cells],dead_counted [cells],squares [1],dilution [1]\n"

  private func read(_ text: String) throws -> (observations: [Observation], notes: [Finding]) {
    let batch = try TestFiles.read(text)
    return (batch.runs[0].observations, batch.notes)
  }

  /// 166 cells in 10 squares and 50 in 4, at dilution 2, are one count of 216 with an exposure of
  /// (1e-3 + 4e-4) mL * 1e6 / 2 = 700 cells per 1e6 cells/mL. Catches: averaging densities of
  /// unequal exposure; rows kept apart.
  @Test func countsAddUp() throws {
    let (found, notes) = try read(
      Self.counts + "a,0,s1,nc,166,6,10,2\na,0,s1,nc,50,4,4,2\na,24,s2,nc,200,4,4,2\n")
    #expect(found.map(\.quantity) == ["vcd", "dead", "vcd", "dead"])
    #expect(found[0].count?.cells == .exact(216))
    #expect(abs((found[0].count?.exposure ?? 0) - 700) < 1e-9)
    #expect(abs(found[0].value.number - 216 / 700.0) < 1e-12)
    #expect(found[1].count?.cells == .exact(10))
    #expect(found[0].place.line == 2 && found[0].sample == "s1" && found[0].counter == "nc")
    #expect(notes.map(\.code) == ["N_SAMPLE_MERGED"])
    #expect(notes.first?.cause.hasPrefix("2 rows") == true)
  }

  /// Counts of none and of one cell make a count of one, so nothing is below a limit; all of none
  /// stay below one cell's density in the whole volume. Catches: the note of a row surviving the
  /// merge; the limit of one row.
  @Test func countsOfNone() throws {
    let mixed = try read(Self.counts + "a,0,s1,,0,1,10,1\na,0,s1,,1,0,10,1\n")
    #expect(mixed.observations.map(\.value) == [.exact(1 / 2000.0), .exact(1 / 2000.0)])
    #expect(mixed.notes.map(\.code) == ["N_SAMPLE_MERGED"])
    let none = try read(Self.counts + "a,0,s1,,0,1,10,1\na,0,s1,,0,0,10,1\n")
    #expect(none.observations[0].value == .below(1 / 2000.0))
    #expect(none.observations[0].count?.cells == .exact(0))
    #expect(none.notes.map(\.code) == ["N_COUNT_ZERO", "N_SAMPLE_MERGED"])
  }

  /// Densities give the geometric mean sqrt(1 * 1.21) = 1.1, shares the mean of their logits (0.8
  /// has odds 4, 0.5 odds 1: the mean has odds 2), metabolites the arithmetic mean. Catches: one
  /// kind of mean for all.
  @Test func meansByKind() throws {
    let (found, _) = try read(
      "run,time [h],sample,vcd [1e6 cells/mL],viability [%],lactate [mmol/L]\n"
        + "a,0,s1,1,80,2\na,0,s1,1.21,50,5\n")
    #expect(found.map(\.quantity) == ["vcd", "viability", "lactate"])
    let wanted = [1.1, 2 / 3.0, 3.5]
    for (observation, value) in zip(found, wanted) {
      #expect(abs(observation.value.number - value) < 1e-12)
    }
  }

  /// A reading with a limit gives an interval of the mean: 0.5 and `<0.2` have a mean in
  /// 0.25 ... 0.35; `>300` and 280 cells are more than 580. Catches: a limit taken as a number.
  @Test func limits() throws {
    let lactate = try read(
      "run,time [h],sample,lactate [mmol/L]\na,0,s1,0.5\na,0,s1,<0.2\n")
    #expect(lactate.observations.map(\.value) == [.between(0.25, 0.35)])
    let counts = try read(Self.counts + "a,0,s1,,>300,1,10,1\na,0,s1,,280,1,10,1\n")
    #expect(counts.observations[0].count?.cells == .above(580))
    let open = try read("run,time [h],sample,vcd [1e6 cells/mL]\na,0,s1,<0.5\na,0,s1,>60\n")
    #expect(open.observations.count == 2)
    #expect(open.notes.map(\.code) == ["W_REPLICATE", "W_SAMPLE_DISAGREES"])
  }

  /// 100 and 160 cells of one sample differ by 60, which is 3.72 of their standard deviations
  /// sqrt(260); 100 and 150 by 3.16. Densities are compared by their ratio. Catches: a distance
  /// that takes the mean as known; the wrong row named.
  @Test func disagreement() throws {
    func codes(_ text: String) throws -> [String] {
      try read(text).notes.filter { $0.code == "W_SAMPLE_DISAGREES" }.map { "\($0.place)" }
    }
    func counted(_ counts: Int...) throws -> [String] {
      try codes(Self.counts + counts.map { "a,0,s,,\($0),,10,1\n" }.joined())
    }
    #expect(try counted(100, 160).count == 1)
    #expect(try counted(100, 150) == [])
    #expect(try counted(100, 160, 100) == ["obs.csv:3:8"])
    let header = "run,time [h],sample,vcd [1e6 cells/mL]\n"
    #expect(try codes(header + "a,0,s,1\na,0,s,1.6\n") == ["obs.csv:3:7"])
    #expect(try codes(header + "a,0,s,1\na,0,s,1.4\n") == [])
  }

  /// Rows of other samples, times, phases and counters stay apart, and only those without a sample
  /// are called duplicates. Catches: a key that leaves one of them out.
  @Test func keptApart() throws {
    let (found, notes) = try read(
      "run,time [h],phase,sample,counter,fold [1]\na,0,,s1,A,1\na,0,,s2,A,1\na,0,after,s1,A,1\n"
        + "a,0,,s1,B,1\na,24,,s1,A,1\na,48,,,A,1\na,48,,,A,1\n")
    #expect(found.count == 7)
    #expect(notes.map(\.code) == ["N_COUNTERS_MIXED", "W_REPLICATE"])
    #expect(notes.last?.remedy.contains("'sample'") == true)
  }

  /// Group and counter reach the run; the counter only what it counted. Catches: a bias of the cell
  /// counter on lactate; a group lost on the way.
  @Test func groupAndCounter() throws {
    let batch = try TestFiles.read(
      "run,group,time [h],counter,vcd [1e6 cells/mL],lactate [mmol/L]\na,,0,A,1,2\na,g,24,,2,3\n")
    #expect(batch.runs[0].group == "g")
    #expect(batch.runs[0].observations.map(\.counter) == ["A", nil, nil, nil])
    #expect(batch.notes.map(\.code) == ["N_COUNTERS_MIXED"])
    #expect(batch.notes[0].place.line == 3)
  }
}
