import Foundation
import Quantities
import RunFiles
import RunRecords
import Testing

@Suite("Harvest plan files") struct HarvestPlanTests {
  static let good = """
    plan: test
    dose: {planned: 5e7 cells, least: 2e7 cells}
    losses:
      recovery: {wash: 88 % sd 5 %, fill: 95 %}
      retain: {vial: 2e7 cells}
      qc: 2 %
    criteria:
      viability: at least 80 %
      glucose: at least 2 mmol/L and at most 30 mmol/L
      days_in_culture: at least 7 d and at most 14 d
    vessel: at most 4e9 cells
    calendar:
      zero: 2026-03-02 10:00 +08:00
      open: [Mon, Tue]
      hours: 08:00 to 18:00
      closed: [2026-04-03]
      harvest_duration: 240 min
    infusion:
      release: 6 h
      shelf_life: 48 h
      open: [Mon, Tue, Wed]
      hours: 09:00 to 16:00
      at: 2026-03-11 01:00Z

    """

  // Catches: a per cent left as it is, minutes taken for hours, a criterion out of order or lost.
  @Test("what is read, in base units")
  func read() throws {
    let plan = try HarvestPlanFile.read(Self.good, file: "plan.yaml")
    #expect(plan.dose == .cells(planned: 50, least: 20))
    #expect(plan.losses.recoveries.map(\.name) == ["wash", "fill"])
    #expect(plan.losses.recoveries.map(\.mean) == [0.88, 0.95])
    #expect(plan.losses.recoveries.map(\.sd) == [0.05, 0])
    #expect(plan.losses.retains == [.init(name: "vial", cells: 20)] && plan.losses.quality == 0.02)
    #expect(
      plan.criteria == [
        Criterion(.viability, least: 0.8), Criterion(.days, least: 168, most: 336),
        Criterion(.glucose, least: 2, most: 30), Criterion(.vesselCells, most: 4000),
      ])
    #expect(plan.thresholds == DecisionPlan.Thresholds())
    #expect(plan.calendar?.duration == 4 && plan.calendar?.step == 1)
    #expect(plan.calendar?.opening.weekdays == [.monday, .tuesday])
    #expect(plan.calendar?.opening.opens == 480 && plan.calendar?.opening.closes == 1080)
    #expect(plan.infusion?.release == 6 && plan.infusion?.shelfLife == 48)
    #expect(plan.infusion?.fixed?.onClock(offset: 480).description == "Wed 2026-03-11 09:00")
    #expect(plan.infusionPlace.line == 18 || plan.infusionPlace.line == 19)
  }

  // Catches: an optional retain taken for a fixed one, an age in days taken for hours, a closed day whose
  // place is lost.
  @Test("optional retains, the age of a count, places of closed days")
  func more2() throws {
    let text = Self.good.replacingOccurrences(
      of: "{vial: 2e7 cells}",
      with: "{vial: {cells: 2e7 cells, optional: true}, qp: {cells: 1e6 cells}}"
    ).replacingOccurrences(
      of: "vessel:", with: "decision:\n  newest_count: at most 2 d\nvessel:")
    let plan = try HarvestPlanFile.read(text, file: "plan.yaml")
    #expect(
      plan.losses.retains == [
        .init(name: "vial", cells: 20, isOptional: true), .init(name: "qp", cells: 1),
      ])
    #expect(plan.losses.withoutOptional.retains.map(\.name) == ["qp"])
    #expect(plan.thresholds.newestCount == 48)
    #expect(plan.closedDays.map(\.date.description) == ["2026-04-03"])
    #expect(plan.closedDays.map(\.place.line) == [18] && !plan.closedDays[0].isOfInfusion)
  }

  // Catches: anything below that is read as something.
  @Test("each fault is refused at its line, with a cause and a remedy")
  func faults() {
    let cases: [(from: String, to: String, code: String, line: Int)] = [
      ("plan: test", "plan: test\nbogus: 1", "E_HARVEST_KEY", 2),
      ("viability: at least 80 %", "viabilty: at least 80 %", "E_HARVEST_KEY", 8),
      ("viability: at least 80 %", "viability: at least 120 %", "E_HARVEST_VALUE", 8),
      ("viability: at least 80 %", "viability: at least 80", "E_HARVEST_UNIT", 8),
      ("viability: at least 80 %", "viability: at least nan %", "E_HARVEST_NUMBER", 8),
      ("viability: at least 80 %", "viability: at least .nan", "E_HARVEST_NUMBER", 8),
      ("viability: at least 80 %", "viability: 80 %", "E_HARVEST_LIMIT", 8),
      ("viability: at least 80 %", "viability: at least 80 cells", "E_HARVEST_UNIT", 8),
      ("at least 2 mmol/L", "at least 31 mmol/L", "E_HARVEST_LIMIT", 9),
      ("at least 2 mmol/L", "at least -2 mmol/L", "E_HARVEST_VALUE", 9),
      ("at most 4e9 cells", "at least 4e9 cells", "E_HARVEST_LIMIT", 11),
      ("at most 4e9 cells", "at most 4e9", "E_HARVEST_UNIT", 11),
      ("planned: 5e7 cells", "planned: 5e7", "E_HARVEST_UNIT", 2),
      ("planned: 5e7 cells", "planned: 1e7 cells", "E_HARVEST_DOSE", 2),
      ("planned: 5e7 cells", "planned: maximum", "E_HARVEST_DOSE", 2),
      ("wash: 88 % sd 5 %", "wash: 188 %", "E_HARVEST_VALUE", 4),
      ("wash: 88 % sd 5 %", "wash: 88 % sd 60 %", "E_HARVEST_VALUE", 4),
      ("wash: 88 % sd 5 %", "wash: 0 %", "E_HARVEST_VALUE", 4),
      ("{vial: 2e7 cells}", "{vial: {cells: 2e7 cells, optional: yes}}", "E_HARVEST_FLAG", 5),
      ("{vial: 2e7 cells}", "{vial: {cells: 2e7}}", "E_HARVEST_UNIT", 5),
      ("{vial: 2e7 cells}", "{vial: {optional: true}}", "E_HARVEST_MISSING", 5),
      ("vessel: at", "decision: {newest_count: 36 h}\nvessel: at", "E_HARVEST_LIMIT", 11),
      ("vessel: at", "decision: {newest_count: at most 36}\nvessel: at", "E_HARVEST_UNIT", 11),
      ("qc: 2 %", "qc: 100 %", "E_HARVEST_VALUE", 6),
      ("      qc: 2 %\n", "", "E_HARVEST_MISSING", 4),
      ("+08:00", "", "E_HARVEST_DATE", 13),
      ("2026-03-02 10", "2026-02-30 10", "E_HARVEST_DATE", 13),
      ("open: [Mon, Tue]", "open: []", "E_HARVEST_CLOSED", 14),
      ("open: [Mon, Tue]", "open: [Mon, Tues]", "E_HARVEST_WORD", 14),
      ("08:00 to 18:00", "18:00 to 08:00", "E_HARVEST_HOURS", 15),
      ("[2026-04-03]", "[2026-02-30]", "E_HARVEST_DATE", 16),
      ("240 min", "11 h", "E_HARVEST_CLOSED", 17),
      ("shelf_life: 48 h", "shelf_life: 4 h", "E_HARVEST_VALUE", 20),
      ("2026-03-11 01:00Z", "2026-03-01 01:00Z", "E_HARVEST_DATE", 23),
      ("2026-03-11 01:00Z", "2026-03-13 01:00Z", "E_HARVEST_DATE", 23),
    ]
    for fault in cases {
      let text = Self.good.replacingOccurrences(
        of: fault.from.hasPrefix("      ") ? String(fault.from.dropFirst(4)) : fault.from,
        with: fault.to)
      #expect(text != Self.good, "\(fault.from)")
      do {
        _ = try HarvestPlanFile.read(text, file: "plan.yaml")
        Issue.record("\(fault.to) was read")
      } catch {
        let found = error.findings.contains {
          $0.code == fault.code && $0.place.line == fault.line && $0.place.file == "plan.yaml"
            && !$0.cause.isEmpty && !$0.remedy.isEmpty
        }
        #expect(found, "\(fault.to): \(error)")
      }
    }
    for text in ["", "just words", "- a\n- b\n", "plan: a\nplan: b\n", "plan: [", "plan: x\n"] {
      #expect(throws: InputRefused.self) { try HarvestPlanFile.read(text, file: "plan.yaml") }
    }
  }

  @Test("an infusion asks for a calendar, and a weight stays unsaid")
  func more() {
    let cut = Self.good.components(separatedBy: "calendar:")[0]
    #expect {
      try HarvestPlanFile.read(
        cut + "infusion:\n  release: 6 h\n  shelf_life: 48 h\n", file: "plan.yaml")
    } throws: {
      ($0 as? InputRefused)?.findings.first?.code == "E_HARVEST_CALENDAR"
    }
    let weighed = cut.replacingOccurrences(
      of: "{planned: 5e7 cells, least: 2e7 cells}",
      with: "{product: x, weight: 17.77, planned: maximum}")
    #expect {
      try HarvestPlanFile.read(weighed, file: "plan.yaml")
    } throws: {
      let text = "\($0)"
      return text.contains("E_HARVEST_WEIGHT") && !text.contains("17.77")
    }
  }
}
