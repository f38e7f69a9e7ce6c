import Capacity
import Quantities
import RunFiles
import Testing

/// The two files that slots are planned from.
@Suite("Slot files")
struct SlotFileTests {
  private static let model = """
    {"harvest_day_law": {"9": 0.25, "10": 0.5, "11": 0.25},
     "hold_prob_by_day": [1,1,1,1,1,1,1,1,1,1,0.75,0.25],
     "laws": {"slow": {"12": 1}},
     "start_hours": 4, "harvest_hours": 5, "hours_weekday": 40, "hours_weekend": 20,
     "window_days": 21, "qc_days": 1, "drop_below": 0.001, "known": {"a": {"best": 1}},
     "cost": "round(100*(w*E[max(0,start+k+1-due)]+0.05*(start-release)))"}
    """

  private func codes(_ body: () throws -> Void) -> [String] {
    do { try body() } catch let refused as InputRefused {
      return refused.findings.map { "\($0.code) \($0.place.line):\($0.place.column)" }
    } catch { return ["\(error)"] }
    return []
  }

  private func read(_ model: String) throws -> SlotModelFile {
    try SlotModelFile.read(bytes: Array(model.utf8), file: "m.json")
  }

  /// A JSON model gives the problem that it says; weekends fall where Monday is put.
  /// Catches: a law that is shifted by a day; hours of a Sunday on a Monday; a value that is passed over
  /// without a word.
  @Test func model() throws {
    let model = try read(Self.model)
    #expect(model.laws.map(\.name) == ["default", "slow"])
    #expect(model.laws[0].law.mean == 10 && model.laws[1].law.mean == 12)
    #expect(
      model.remarks.count == 1 && model.remarks[0].contains("drop_below of 0.001 is not used"))
    #expect(model.price == .init(qcDays: 1, wait: 0.05, scale: 100))
    let problem = try model.problem(patients: [], devices: 3, rule: .meanLoad, monday: -2)
    #expect((0..<7).map { problem.hours(on: $0) } == [40, 40, 40, 20, 20, 40, 40])
  }

  /// Every fault has its place. Catches: a key that is passed over, a law that does not sum to one,
  /// a hold that contradicts the law, a cost that is taken for the known one.
  @Test func badModels() {
    func refused(_ old: String, _ new: String) -> [String] {
      let text = Self.model.split(separator: old, omittingEmptySubsequences: false)
        .joined(separator: new)
      return codes { _ = try read(text) }
    }
    #expect(refused("0.25, \"10\"", "0.35, \"10\"").first == "E_SLOTS_LAW 1:21")
    #expect(refused("0.75,0.25]", "0.7,0.25]").first?.hasPrefix("E_SLOTS_HOLD 2:") == true)
    #expect(refused("\"qc_days\"", "\"qcdays\"").contains { $0.hasPrefix("E_SLOTS_KEY 5:") })
    #expect(refused("start+k+1", "start+k+2").first?.hasPrefix("E_SLOTS_COST 6:") == true)
    #expect(refused("0.05*(", "x*(").first?.hasPrefix("E_SLOTS_COST 6:") == true)
    #expect(refused("\"start_hours\": 4", "\"start_hours\": -4").count == 1)
    #expect(refused("\"12\": 1", "\"-1\": 1").count == 1)
  }

  /// Dates and day numbers, laws by name, an earlier start. Catches: a date read as a number, an
  /// empty law that is not the first.
  @Test func patients() throws {
    func read(_ text: String) throws -> SlotPatientsFile {
      try SlotPatientsFile.read(
        bytes: Array(text.utf8), file: "p.csv", laws: ["default", "slow"])
    }
    let days = try read(
      "patient,release_day,due_day,weight,law,start_day\nA,0,13,1,,\nB,-2,17,3,slow,4\n")
    #expect(!days.usesDates && days.patients.map(\.law) == [0, 1])
    #expect(days.patients.map(\.release) == [0, -2] && days.patients.map(\.told) == [nil, 4])
    let dates = try read("patient,release_day,due_day,weight\nA,1970-01-11,1970-02-01,0.5\n")
    #expect(dates.usesDates && dates.patients[0].release == 10 && dates.patients[0].due == 31)
    let header = "patient,release_day,due_day,weight\n"
    #expect(codes { _ = try read(header) } == ["E_SLOTS_EMPTY 1:0"])
    #expect(
      codes { _ = try read(header + "A,0,1,1\nA,5,4,1\n,1.5,2026-01-01,x\n") } == [
        "E_SLOTS_TWICE 3:1", "E_SLOTS_DUE 3:5", "E_SLOTS_PATIENT 4:1",
      ])
    #expect(codes { _ = try read(header + "A,0,4,-1\n") } == ["E_SLOTS_WEIGHT 2:7"])
    #expect(codes { _ = try read(header + "A,0,2026-01-01,1\n") } == ["E_SLOTS_MIXED 2:5"])
    #expect(codes { _ = try read("patient,release_day,due,weight\nA,0,1,1\n") }.count == 2)
  }
}
