import Foundation
import Testing

@Suite(
  "A harvest plan at the command line",
  .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct HarvestPlanCommandTests {
  static let plan = "data/harvest/prodigy_child.yaml"
  static let call = [
    "harvest", Tool.example, "--run", "synthetic_prodigy_01", "--model", "live_dead",
  ]

  /// Runs the command with a changed example plan.
  private func run(
    _ changes: [(String, String)], day: Int = 6, _ more: [String] = []
  ) throws -> Tool.Outcome {
    var text = try String(contentsOfFile: Tool.root + "/" + Self.plan, encoding: .utf8)
    for (from, to) in changes {
      #expect(text.contains(from), "\(from)")
      text = text.replacingOccurrences(of: from, with: to)
    }
    let path = NSTemporaryDirectory() + "plan-\(UUID().uuidString).yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try Tool.run(Self.call + ["--until", "\(day)d", "--harvest-plan", path] + more)
  }

  // Catches: a closed day proposed (Tue 10 Mar), threads that change the answer, dates without
  // their weekday, a record that differs from the page.
  @Test func example() throws {
    let page = try Tool.run(Self.call + ["--until", "6d", "--harvest-plan", Self.plan])
    #expect(page.code == 0, "\(page.brief)")
    #expect(page.text.contains("WAIT UNTIL WED 2026-03-11 08:00 (DAY 9)"), "\(page.text)")
    #expect(!page.text.contains("Tue 10 Mar 08:00"))
    let flat = page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flat.contains("Decide again with the sample of Mon 2026-03-09 08:00"))
    let one = try run([], ["--json", "--threads", "1"])
    let two = try run([], ["--json", "--threads", "2"])
    func decisions(_ outcome: Tool.Outcome) -> String {
      String(
        outcome.text[
          (outcome.text.range(of: "\"decisions\"")?.lowerBound ?? outcome.text.startIndex)...]
      )
      .components(separatedBy: "\"provenance\"")[0]
    }
    #expect(decisions(one) == decisions(two))
    #expect(one.text.contains("\"verdict\": \"wait\"") || one.text.contains("\"verdict\":\"wait\""))
    #expect(one.text.contains("2026-03-11T08:00+08:00"))
  }

  // Catches: a criterion dropped because the model does not know it, a plan read loosely, an
  // infusion that cannot be.
  @Test func refused() throws {
    let glucose = try run([
      ("  population_doublings", "  glucose: at least 2 mmol/L\n  population_doublings")
    ])
    #expect(glucose.code == 65 && glucose.errors.contains("E_HARVEST_MODEL"))
    #expect(glucose.errors.contains("glucose_lactate"), "\(glucose.brief)")
    let early = try run([("# at: 2026-03-13", "at: 2026-03-05")])
    #expect(early.code == 65 && early.errors.contains("is too early"), "\(early.brief)")
    let unknown = try run([("kymriah-us-ball ", "kymriah-us-bal ")])
    #expect(unknown.code == 65 && unknown.errors.contains("kymriah-us-ball"), "\(unknown.brief)")
    let unit = try run([("at least 80 %", "at least 80")])
    #expect(unit.code == 65 && unit.errors.contains(":22:") && unit.errors.contains("no unit"))
    let twice = try run([], ["--need", "2e8 cells"])
    #expect(twice.code == 64, "\(twice.brief)")
    let missing = try Tool.run(Self.call + ["--harvest-plan", "/nonexistent.yaml"])
    #expect(missing.code == 65 && missing.errors.contains("E_FILE_MISSING"))
  }

  // Catches: a verdict that does not follow the plan, an exit code that hides it.
  @Test func verdicts() throws {
    let go = try run([], day: 8)
    #expect(go.code == 0 && go.text.contains("HARVEST WED 2026-03-11 08:00"), "\(go.text)")
    let stop = try run([("planned: maximum", "planned: maximum"), ("qc: 2 %", "qc: 99.9 %")])
    #expect(stop.code == 1 && stop.text.contains("STOP: "), "\(stop.text)")
    let alarm = try run([("viability: at least 80 %", "viability: at least 95 %")])
    #expect(alarm.code == 1 && alarm.text.contains("ALARM: A criterion is not met now"))
    let fixed = try run([("# at: 2026-03-13", "at: 2026-03-13")])
    #expect(fixed.text.contains("the harvest must start between Thu 2026-03-12 00:00"))
  }
}
