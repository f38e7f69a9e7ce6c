import Capacity
import Quantities
import Testing

@testable import Reports

/// What leaves a slot plan for a spreadsheet, and what its page says first.
@Suite("Slot reports")
struct SlotReportTests {
  private func report(
    devices: Int, rule: SlotProblem.DeviceRule = .meanLoad, names: [String]
  ) throws -> SlotReport {
    let law = try HarvestDayLaw([0, 0, 0.5, 0.5], failure: 0.1, endedOn: 1)
    let problem = try SlotProblem(
      patients: names.map { .init(name: $0, release: 0, due: 9, weight: 1) }, laws: [law],
      devices: devices, rule: rule, weekHours: [90, 90, 90, 90, 90, 90, 90], startHours: 1,
      harvestHours: 1, window: 9)
    return SlotReport(
      problem: problem, plan: .greedy(problem), rule: .init(), dayZero: nil, rolling: nil,
      provenance: Provenance(inputs: [], options: [], seed: 1))
  }

  /// One row a patient; names that a spreadsheet would run are made harmless. Catches: a name with a
  /// comma that shifts the columns, a formula let through, a failure that is not told.
  @Test func csv() throws {
    let names = ["=cmd|' /C calc'!A0", "Ä, \"one\"", "@x", "-5"]
    let text = try report(devices: 9, names: names).csv()
    let lines = text.split(separator: "\n")
    #expect(lines.count == 5 && lines[0].split(separator: ",").count == 20)
    #expect(lines[1].hasPrefix("'=cmd|' /C calc'!A0,0,,1,false,1.0,"))
    #expect(lines[2].hasPrefix("\"Ä, \"\"one\"\"\",0,"))
    #expect(lines[3].hasPrefix("'@x,") && lines[4].hasPrefix("-5,"))
    #expect(lines[1].contains(",0.1,9,"))
  }

  /// Where the mean fits but more instruments than there are are likelier needed than one day in ten,
  /// the box says so; a chance rule keeps that out. Catches: 'every patient has a slot' above a day on
  /// which a quarter of them wait.
  @Test func box() throws {
    func label(_ report: SlotReport) throws -> String {
      try PlainText.render(SlotPage.page(report)).uppercased()
    }
    // Four of day 0 are still there on day 3 with 0.45 each: two more keep the mean at 3.8, and
    // P(more than 2 of the four) is 0.24.
    let names = ["a", "b", "c", "d", "e", "f", "g"]
    let risky = try report(devices: 4, names: names)
    #expect((risky.audit.days.map(\.over).max() ?? 0) > 0.1)
    #expect(try label(risky).contains("EVERY PATIENT HAS A SLOT, IF INSTRUMENTS SUFFICE"))
    let sure = try report(devices: 4, rule: .chance(alpha: 0.05), names: names)
    #expect((sure.audit.days.map(\.over).max() ?? 1) <= 0.05)
    #expect(try !label(sure).contains("IF INSTRUMENTS SUFFICE"))
  }
}
