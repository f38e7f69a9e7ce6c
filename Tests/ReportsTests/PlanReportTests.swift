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
}
