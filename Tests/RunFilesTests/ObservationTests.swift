import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Observations")
struct ObservationTests {
  static let counts =
    "run,time [h],live_counted [cells],dead_counted [cells],squares [1],dilution [1]"

  /// 166 cells in 10 squares of 1e-4 mL at dilution 2 are 332,000 cells/mL (the density that the
  /// authors of the CHO set print), with Var ln = 1/166; 6 dead are 12,000. Catches: a square of
  /// another volume, a lost dilution, variance 1/sqrt(n).
  @Test func densityFromCounts() throws {
    let run = try TestFiles.read(Self.counts + "\na,0,166,6,10,2\n").runs[0]
    #expect(run.observations.map(\.quantity) == ["vcd", "dead"])
    #expect(abs(run.observations[0].value.number - 0.332) < 1e-15)
    #expect(abs(run.observations[1].value.number - 0.012) < 1e-16)
    #expect(run.observations.map { $0.count?.variance } == [1 / 166.0, 1 / 6.0])
    let byVolume = try TestFiles.read(
      "run,time [h],live_counted [cells],counted_volume [uL],dilution [1]\na,0,166,1,2\n")
    #expect(abs(byVolume.runs[0].observations[0].value.number - 0.332) < 1e-15)
  }

  /// No cell counted is "below one cell", never 0 and never dropped. Catches: ln 0.
  @Test func countOfNone() throws {
    let batch = try TestFiles.read(Self.counts + "\na,0,0,6,10,2\n")
    guard case .below(let limit) = batch.runs[0].observations[0].value else {
      Issue.record("not censored")
      return
    }
    #expect(abs(limit - 0.002) < 1e-17)
    #expect(batch.notes.map(\.code) == ["N_COUNT_ZERO"])
  }

  /// Counts win over ready-made numbers of the same cells, and a disagreement beyond 2 % and the
  /// rounding is a warning. Catches: evidence used twice; a wrong dilution passing unseen.
  @Test func countsBesideDensities() throws {
    let header = Self.counts + ",vcd [1e6 cells/mL],viability [%]\n"
    let agrees = try TestFiles.read(header + "a,0,166,6,10,2,0.33,97\n")
    #expect(agrees.runs[0].observations.map(\.quantity) == ["vcd", "dead"])
    #expect(agrees.notes.map(\.code) == ["N_COUNTS_USED", "N_COUNTS_USED"])
    let differs = try TestFiles.read(header + "a,0,166,6,10,2,0.345,93\n")
    #expect(
      differs.notes.filter { $0.code == "W_COUNTS_DISAGREE" }.map(\.place.column) == [16, 22])
    let blank = try TestFiles.read(header + "a,0,,,,,0.345,93\n")
    #expect(blank.runs[0].observations.map(\.quantity) == ["vcd", "viability"])
  }

  /// Half a unit of the last digit. Catches: an exponent read with the wrong sign.
  @Test func rounding() {
    let texts = ["1.2", "12", "1.2e5", "1E-2", "3.00e+1", "1e99999"]
    let halves = [0.05, 0.5, 5000, 0.005, 0.05, 5e300]
    for (text, half) in zip(texts, halves) { #expect(ReadyMade.halfLastDigit(of: text) == half) }
  }

  /// Units go to base units: days to hours, cells/mL to 1e6 cells/mL, per cent to fractions.
  /// Catches: a scale applied the wrong way round.
  @Test func unitsToBase() throws {
    let run = try TestFiles.read(
      "run,time [d],vcd [cells/mL],viability [%],lactate [umol/L],volume [L],phase\n"
        + "a,1.5,2500000,95,<500,0.25,after\n"
    ).runs[0]
    #expect(run.observations.allSatisfy { $0.time == 36 && $0.phase == .after })
    #expect(run.observations.map(\.value) == [.exact(2.5), .exact(0.95), .below(0.5), .exact(250)])
  }

  /// Blanks are not measured, `<` and `>` are limits. Catches: a blank read as 0.
  @Test func blanksAndLimits() throws {
    let run = try TestFiles.read(
      "run,donor,time [h],glucose [mmol/L],vcd [1e6 cells/mL]\na,pooled,0,, > 60\na,,0,0,\n"
    ).runs[0]
    #expect(run.donor == .pooled)
    #expect(run.observations.map(\.value) == [.above(60), .exact(0)])
  }

  /// A repeated moment is a warning for one donor and expected for pooled ones. Catches: a row
  /// pasted twice that weighs double in silence.
  @Test func replicates() throws {
    func codes(_ donor: String) throws -> [String] {
      try TestFiles.read("run,donor,time [h],fold [1]\na,\(donor),0,1\na,\(donor),0,1.2\n")
        .notes.map(\.code)
    }
    #expect(try codes("d1") == ["W_REPLICATE"])
    #expect(try codes("") == ["W_REPLICATE"])
    #expect(try codes("pooled") == [])
  }

  /// A fraction in a column of per cent is refused; under [1] it is read, and so is a small share of
  /// exhausted cells. Catches: silence about a factor of 100, a share of 0.8 % that nobody can write.
  @Test func fractionForPercent() throws {
    for name in ["viability", "car_positive", "t_cells", "cd4", "cd8", "memory"] {
      let found = TestFiles.refusal {
        _ = try TestFiles.read("run,time [h],\(name) [%]\na,0,0.95\na,24,95\n")
      }
      #expect(found.map(\.code) == ["E_FRACTION_FOR_PERCENT"], "\(name)")
    }
    let batch = try TestFiles.read("run,time [h],car_positive [1]\na,0,0.008\na,24,0.25\n")
    #expect(batch.notes.isEmpty && batch.runs[0].observations[0].value == .exact(0.008))
    let rest = try TestFiles.read("run,time [h],cd4 [1],exhausted [%]\na,0,0.008,0.5\n")
    #expect(rest.runs[0].observations.map(\.value) == [.exact(0.008), .exact(0.005)])
  }
}
