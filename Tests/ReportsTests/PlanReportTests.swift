import Capacity
import Foundation
import Quantities
import RunFiles
import Testing

@testable import Reports

/// What the pages of a plan say of evidence, of units and of the width of tables.
@Suite("Plan reports")
struct PlanReportTests {
  private func evidence(_ text: String) throws -> CultureEvidence {
    let path = NSTemporaryDirectory() + "durations-\(UUID().uuidString).json"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try DurationsFile.read(path).evidence
  }

  private func forecast(_ runs: Int, counts: Int, priors: String) -> String {
    let each = (1...runs).map { run in
      """
      {"run": "R\(run)", "now_h": 96, "measurements": \(counts), "days": [
        {"time_h": 168, "probability": 0.25}, {"time_h": 216, "probability": 0.75}]}
      """
    }.joined(separator: ",")
    return "{\"schema\": \"thymus.forecast/1\", \"priors\": [\(priors)], \"runs\": [\(each)]}"
  }

  /// Days 7 (.25) and 9 (.5), and .25 never: mean (7 + 2 x 9)/3 = 8.33 d, sd .94 d. Catches: a mean that
  /// counts those who never have it, evidence without its donors, one batch for a whole year in silence.
  @Test func forecasts() throws {
    let one = try evidence(forecast(1, counts: 4, priors: "{\"donors\": 14}")).origin
    #expect(one.contains("mean 8.33 d, spread (sd) 0.94 d, p10 to p90 7 to 9 d"), "\(one)")
    #expect(one.contains("from 1 forecast. 25 % never have what is needed."))
    #expect(one.contains("Holds for this batch: R1, counted to day 4 at the latest"))
    #expect(one.contains("with a prior of 14 earlier donors") && one.contains("how donors differ"))
    let many = try evidence(forecast(6, counts: 4, priors: "")).origin
    #expect(many.contains("from 6 forecasts") && many.contains("R3 and 3 more"))
    #expect(!many.contains("how donors differ") && many.contains("each by its own counts"))
    let new = try evidence(forecast(1, counts: 0, priors: "{\"donors\": 14}")).origin
    #expect(new.contains("Holds for a new donor of the population of 14 earlier donors"))
  }

  /// Catches: the last count of a replayed run told as a day of harvest, donors left out.
  @Test func backtest() throws {
    let content: JSONValue = .object([
      "cases": .array(
        [("A", "D1", 240.0), ("A", "D1", 288), ("B", "D1", 240)].map {
          .object(["run": .string($0.0), "donor": .string($0.1), "time_h": .double($0.2)])
        })
    ])
    let record = try SealedRecord.seal(content, schema: "thymus.backtest/1").record
    let origin = try evidence(record.text()).origin
    #expect(origin.contains("no harvest days") && origin.contains("counted for the last time"))
    #expect(origin.contains("mean 11.0 d") || origin.contains("mean 11 d"), "\(origin)")
    #expect(origin.contains("from 2 runs of 1 donor."))
  }

  /// 100,000 a year for .5 +- .25 patients more: 200,000 each, 133,000 to 400,000. Catches: a price where
  /// the interval reaches 0, ends the wrong way round.
  @Test func prices() {
    let price = PlanRunSection.price(100_000, gained: (0.25, 0.5, 0.75))
    #expect(price == "200,000\n133,000 to 400,000", "\(price)")
    #expect(PlanRunSection.price(100_000, gained: (-0.1, 0.5, 1.1)) == "none sure")
    #expect(PlanRunSection.price(nil, gained: (0.25, 0.5, 0.75)) == "-")
  }

  /// Words that stay on one line would push the last column off the page. Catches: an obstacle in one line.
  @Test func smallPrint() {
    #expect(
      PlanComparePage.smallPrint("cannot work: instrument prodigy")
        == "cannot work\ninstrument prodigy")
    #expect(PlanSized.percent(0.99999) == "above 99.9 %")
  }

  /// A change that is told from 0 looks so. Catches: -0.01 +- 0.01 d beside a finite price.
  @Test func signs() {
    var sure = Estimate()
    for step in [0.0, 1, -1, 2, -2, 8, -8] { sure.add(-0.0102 + 0.0018 * step) }
    #expect(abs(sure.mean) > sure.halfWidth() && sure.halfWidth() > 0.005)
    #expect(PlanWords.estimate(sure) == "-0.01 ± 0.01")
    let text = PlanWords.estimate(sure, signed: true)
    #expect(text == "-0.0102 ± 0.0081" || text == "-0.01 ± 0.008", "\(text)")
  }

  private func plant(_ settings: [String]) throws -> PlanArithmetic {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return PlanArithmetic(
      try FacilityFile.read(
        folder.appendingPathComponent("data/facilities/plant_1000.yaml").path,
        settings: settings.compactMap { FacilityFile.Setting(parsing: $0) }
      ).facility)
  }

  /// Without vector on the first day no verdict says that the plan works, and it breaks first. Catches: the
  /// headline of a plan with a stock, a shortage below what more patients would break.
  @Test func opening() throws {
    let plan = try plant(["vectors.lenti cd19.stock=0 lots"])
    let verdict = PlanWords.verdict(plan)
    #expect(verdict.kind == .caution && verdict.label.hasPrefix("Not from the start"))
    #expect(verdict.text.contains("No dose from day 0 to day 134"), "\(verdict.text)")
    guard case .verdict(let first) = PlanBreakSection.section(plan, nil)?.blocks.first else {
      Issue.record("no verdict first")
      return
    }
    #expect(first.text.contains("vectors.lenti cd19.stock=4 lots"), "\(first.text)")
    let scenario = PlanComparePage.Scenario(name: "x", settings: [], standing: .read(plan))
    #expect(scenario.rank == 1 && scenario.breaks.first?.contains("before its first lot") == true)
    let enough = PlanWords.verdict(try plant(["vectors.lenti cd19.stock=4 lots"]))
    #expect(enough.label == "Can work")
  }

  /// 40 instruments fill five rooms of eight. Catches: a next instrument without its room, or without what
  /// the room costs.
  @Test func rooms() throws {
    let full = try plant(["instruments.prodigy=40"])
    let words = PlanSized.places(full, full.resources)
    #expect(words.contains("--set suites.suite=6") && words.contains("600,000 EUR"), "\(words)")
    let free = try plant(["instruments.prodigy=39"])
    #expect(PlanSized.places(free, free.resources).isEmpty)
  }
}
