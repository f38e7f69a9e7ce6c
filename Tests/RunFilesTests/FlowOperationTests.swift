import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Flows, shares and rules in operations.csv")
struct FlowOperationTests {
  static let observed = "run,time [h],fold [1]\na,0,1\n"
  static let head =
    "run,time [h],operation,volume [mL],fraction [%],inflow [L/d],permeate [mL/h],bleed [mL/h],"
    + "evaporation [mL/d],retention [%],glucose [mmol/L],when,until [d]\n"

  /// Flows in base units, a feed as a share, rules with their end. Catches: per day read as per
  /// hour, a condition lost, a feed's share taken for a volume.
  @Test func everyColumn() throws {
    let text =
      Self.head + """
        a,0,seed,100,,,,,,,11,,
        a,24,flow,,,0.48,15,5,12,95,20,,
        a,36,feed,,20,,,,,,20,glucose < 4 [mmol/L],3
        a,36,flow,,,0.96,40,,,,20,V > 1 [1e6 cells/mL],
        a,48,flow,,,,,,,,,,
        a,48,feed,,20,,,,,,20,,
        """
    let operations = try TestFiles.read(Self.observed, text).runs[0].operations
    #expect(
      operations.map(\.action) == [
        .seed(volume: 100, viableDensity: nil, viability: nil, solutes: ["glucose": 11]),
        .flow(
          Flow(
            inflow: 20, permeate: 15, bleed: 5, evaporation: 0.5, retention: 0.95,
            solutes: ["glucose": 20])),
        .feedShare(fraction: 0.2, solutes: ["glucose": 20]),
        .flow(Flow(inflow: 40, permeate: 40, solutes: ["glucose": 20])), .flow(.none),
        .feedShare(fraction: 0.2, solutes: ["glucose": 20]),
      ])
    #expect(
      operations.map { $0.trigger?.text } == [
        nil, nil, "glucose < 4 [mmol/L]", "V > 1 [1e6 cells/mL]", nil, nil,
      ])
    #expect(operations[2].trigger?.until == 72 && operations[3].trigger?.until == nil)
    #expect(operations[2].trigger?.place == Place(file: "ops.csv", line: 4, column: 23))
  }

  /// Wrong cells at their places. Catches: both or neither of volume and fraction accepted, an end
  /// without a rule, a harvest under a condition, a double report.
  @Test func faults() {
    func codes(_ rows: String) -> [String] {
      TestFiles.refusal { _ = try TestFiles.read(Self.observed, Self.head + rows) }
        .map { "\($0.place.line):\($0.place.column) \($0.code)" }
    }
    let seed = "a,0,seed,100,,,,,,,,,\n"
    #expect(codes(seed + "a,1,feed,10,20,,,,,,,,") == ["3:5 E_OPERATION_INCOMPLETE"])
    #expect(codes(seed + "a,1,feed,,,,,,,,,,") == ["3:5 E_OPERATION_INCOMPLETE"])
    #expect(codes(seed + "a,1,feed,10,,,,,,,,,2") == ["3:21 E_UNTIL_ALONE"])
    #expect(codes(seed + "a,48,feed,10,,,,,,,,x < 1,1") == ["3:27 E_UNTIL_EARLY"])
    #expect(codes(seed + "a,48,feed,10,,,,,,,,x < 1,y") == ["3:27 E_NUMBER"])
    #expect(codes(seed + "a,1,harvest,,,,,,,,,x < 1,") == ["3:21 E_OPERATION_CELL"])
    #expect(codes(seed + "a,1,split,,10,5,,,,,,,") == ["3:15 E_OPERATION_CELL"])
    #expect(codes("a,0,flow,,,1,,,,,,,") == ["2:5 E_VOLUME_UNKNOWN"])
  }

  /// The volume is followed through flows, and after a rule that can change it only the order of
  /// the rows is checked. Catches: a sample refused that the inflow made possible.
  @Test func volumes() throws {
    let seed = "a,0,seed,100,,,,,,,,,\n"
    let grows = "a,0,flow,,,0.24,,,,,,,\na,10,sample,150,,,,,,,,,\n"
    _ = try TestFiles.read(Self.observed, Self.head + seed + grows)
    let rule = "a,0,feed,200,,,,,,,,x < 1,\na,10,sample,150,,,,,,,,,\n"
    _ = try TestFiles.read(Self.observed, Self.head + seed + rule)
    let small = TestFiles.refusal {
      _ = try TestFiles.read(Self.observed, Self.head + seed + "a,10,sample,150,,,,,,,,,\n")
    }
    #expect(small.map(\.code) == ["E_SAMPLE_TOO_LARGE"])
  }
}
