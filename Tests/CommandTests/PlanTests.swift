import Foundation
import Testing

@Suite("Plans at the command line", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct PlanTests {
  private func record(_ outcome: Tool.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: outcome.out) as? [String: Any])
  }

  // 24 instruments cannot make 1,053 batches a year: 31 can. Catches: a mean wait of a plan whose
  // queue grows, an exit code that says that all is well.
  @Test func impossible() throws {
    for verb in ["check", "simulate"] {
      let outcome = try Tool.run(
        ["plan", verb, "data/facilities/fac1.yaml", "--set", "instruments.prodigy=24"])
      #expect(outcome.code == 1, "\(outcome.brief)")
      #expect(outcome.text.contains("CANNOT WORK: 24 instruments 'prodigy'"))
      #expect(outcome.text.unwrapped.contains("At least 31"))
      #expect(!outcome.text.contains("Times of patients"))
    }
  }

  // Catches: threads that change a result, a record without its arithmetic.
  @Test func threads() throws {
    let outputs = try ["1", "2", "8"].map { threads in
      try Tool.run([
        "plan", "simulate", "data/facilities/regional_250.yaml", "--replications", "4", "--years",
        "1", "--next-unit", "2", "--threads", threads, "--json",
      ])
    }
    #expect(outputs.allSatisfy { $0.code == 0 && $0.out == outputs[0].out })
    let record = try record(outputs[0])
    #expect(record["schema"] as? String == "thymus.plan/1")
    let arithmetic = try #require(record["arithmetic"] as? [String: Any])
    #expect(arithmetic["stable"] as? Bool == true)
    #expect((record["assumed"] as? [Any])?.count ?? 0 > 50)
  }

  // One more instrument shortens the wait; a scenario that cannot work is told and ends with 1.
  // Catches: differences of the wrong sign.
  @Test func compares() throws {
    let arguments = [
      "plan", "compare", "data/facilities/fac1.yaml", "--replications", "4", "--years", "2",
      "--json", "--scenario", "one more: instruments.prodigy=34",
    ]
    let outcome = try Tool.run(arguments)
    #expect(outcome.code == 0, "\(outcome.brief)")
    let metrics = try #require(try record(outcome)["metrics"] as? [[String: Any]])
    let lead = try #require(
      metrics.first { $0["metric"] as? String == "mean, arrival to infusion [d]" })
    let change = (lead["differences"] as? [String: [String: Any]])?["one more"]?["mean"] as? Double
    #expect(change ?? 0 < -0.1)
    let worse = try Tool.run(arguments + ["--scenario", "fewer: instruments.prodigy=20"])
    #expect(worse.code == 1)
  }

  // Catches: a path that is not in the file passed over.
  @Test func wrongPath() throws {
    let outcome = try Tool.run(
      ["plan", "check", "data/facilities/fac1.yaml", "--set", "instruments.prodgy=3"])
    #expect(outcome.code == 65)
    #expect(outcome.brief.contains("Did you mean 'prodigy'?"))
  }
}
