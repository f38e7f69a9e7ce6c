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

  // What breaks first, and at how many patients a year, in words and with every resource, the vector
  // with its wait. Catches: a stock left out of the table, an answer that has to be put together.
  @Test func breaksFirst() throws {
    let outcome = try Tool.run([
      "plan", "simulate", "data/facilities/plant_1000.yaml", "--replications", "4", "--years", "1",
      "--next-unit", "0",
    ])
    #expect(outcome.code == 0, "\(outcome.brief)")
    let text = outcome.text.unwrapped
    #expect(text.contains("BREAKS FIRST: AT 1,2"))
    #expect(text.contains("runs out in 2") || text.contains("RUNS OUT IN 2"))
    #expect(text.contains("vectors.lenti cd19.reorder_at"))
    #expect(!text.contains("0 ± 0 "))
    #expect(text.contains("Little's law"))
  }

  // One more team is the same change, and so the same figure, in simulate and in compare; a stock ordered
  // earlier is one of the units. Catches: a weekend team added silently, other random numbers.
  @Test func sameFigure() throws {
    let plant = "data/facilities/plant_1000.yaml"
    let how = ["--replications", "4", "--years", "1", "--json"]
    let simulated = try record(Tool.run(["plan", "simulate", plant] + how))
    let units = try #require(simulated["next_unit"] as? [[String: Any]])
    let team = try #require(units.first { $0["path"] as? String == "teams.manufacturing.count" })
    #expect(units.contains { $0["path"] as? String == "vectors.lenti cd19.reorder_at" })
    let compared = try record(
      Tool.run(["plan", "compare", plant, "--scenario", "team: teams.manufacturing=6"] + how))
    let metrics = try #require(compared["metrics"] as? [[String: Any]])
    let lead = try #require(
      metrics.first { $0["metric"] as? String == "mean, arrival to infusion [d]" })
    let change = (lead["differences"] as? [String: [String: Any]])?["team"]?["mean"] as? Double
    let gain = (team["lead_d"] as? [String: Any])?["mean"] as? Double
    #expect(change != nil && change == gain)
  }

  // Scenarios that cannot work are columns, the others are compared. Catches: one that stops all, an
  // exit code that says that all is well, a line of the file that is in order.
  @Test func impossibleScenario() throws {
    let outcome = try Tool.run([
      "plan", "compare", "data/facilities/plant_1000.yaml", "--replications", "2", "--years", "1",
      "--scenario", "fifty: instruments.prodigy=50", "--scenario", "few: instruments.prodigy=20",
      "--scenario", "more: instruments.prodigy=36",
    ])
    #expect(outcome.code == 1)
    let text = outcome.text.unwrapped
    #expect(text.contains("FEW: CANNOT WORK") && text.contains("instrument prodigy at 1"))
    #expect(text.contains("50 instruments stand in places for 40"))
    #expect(text.contains("yes, the base") && text.contains("Differences from the plan"))
    let wrong = try Tool.run([
      "plan", "compare", "data/facilities/fac1.yaml", "--scenario", "odd: instruments.prodgy=50",
    ])
    #expect(wrong.code == 65 && wrong.brief.contains("--scenario 'odd'"))
  }

  // A number of patients is held to its waits, and what is recommended stands beside the present plan;
  // one that cannot be reached says why. Catches: tables of the old plan, a silent failure.
  @Test func sizes() throws {
    let how = ["--replications", "4", "--years", "1"]
    let plant = "data/facilities/fac1.yaml"
    let found = try Tool.run(["plan", "size", plant, "--target", "infused 900"] + how)
    #expect(found.code == 0, "\(found.brief)")
    #expect(found.text.contains("The plan you would have"))
    #expect(found.text.unwrapped.contains("a mean wait of at most 2 d"))
    #expect(!found.text.contains("least for"))
    let none = try Tool.run(["plan", "size", plant, "--target", "infused 5000"] + how)
    #expect(none.code == 1)
    #expect(none.text.unwrapped.contains("The arrivals bind, no resource"))
    let fast = try Tool.run(["plan", "size", plant, "--target", "lead 5 d"] + how)
    #expect(fast.code == 1 && fast.text.unwrapped.contains("no number of anything shortens them"))
  }

  // A dated patient's share has its error in the record too, and a crowd of them is told first. Catches:
  // a share without an error, a headline of means.
  @Test func datedPatients() throws {
    let plant = try String(
      contentsOfFile: Tool.root + "/data/facilities/fac1.yaml", encoding: .utf8)
    let lines = plant.split(separator: "\n", omittingEmptySubsequences: false)
    let patients = (1...60).map { "      - {id: P\($0), day: 2026-03-02, due: 2026-03-25}" }
    let text = lines.flatMap { line in
      line.contains("rate:")
        ? ["    patients:"] + patients : [String(line)]
    }.joined(separator: "\n")
    let file = NSTemporaryDirectory() + "crowd-\(UUID().uuidString).yaml"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let check = try Tool.run(["plan", "check", file])
    #expect(check.code == 0, "\(check.brief)")
    #expect(check.text.unwrapped.contains("In the week from 2026-03-02 60 dated patients"))
    let outcome = try Tool.run([
      "plan", "simulate", file, "--replications", "4", "--next-unit", "0", "--years", "1", "--json",
    ])
    let dated = try #require(try record(outcome)["patients"] as? [[String: Any]])
    #expect(dated.count == 60)
    for key in ["infused", "infused_by_due"] {
      let share = try #require(dated[0][key] as? [String: Any])
      #expect(share["half_width95"] as? Double ?? 0 > 0)
    }
  }

  // What breaks stands first, for each scenario: a stock that runs out in the plan and not when it is
  // ordered earlier. Catches: a comparison that is silent on stocks, verdicts in the order of the options.
  @Test func comparesWhatBreaks() throws {
    let how = ["--replications", "2", "--years", "1"]
    let scenarios = [
      "--scenario", "early: vectors.lenti cd19.reorder_at=340 doses", "--scenario",
      "few: instruments.prodigy=20",
    ]
    let plant = ["plan", "compare", "data/facilities/plant_1000.yaml"]
    let text = try Tool.run(plant + how + scenarios).text.unwrapped
    let few = try #require(text.range(of: "FEW: CANNOT WORK"))
    let plan = try #require(text.range(of: "THE PLAN: CAN WORK AT A MEAN; A STOCK RUNS OUT"))
    let early = try #require(text.range(of: "EARLY: CAN WORK:"))
    #expect(few.lowerBound < plan.lowerBound && plan.lowerBound < early.lowerBound)
    #expect(text.components(separatedBy: "error of the simulation alone").count == 2)
    let json = try record(Tool.run(plant + how + scenarios + ["--json"]))
    let all = try #require(json["scenarios"] as? [[String: Any]])
    let breaks = all.map { ($0["breaks"] as? [String]) ?? [] }
    #expect(breaks[0].first?.contains("runs out in") == true)
    #expect(breaks[1].isEmpty && breaks[2].first?.contains("of its limit") == true)
  }

  // What a unit buys in days, patients and growth, and at what price; what ± is and is not, once. Catches:
  // a gain without its cost, ± that reads as all doubt, a size without its uncertainty.
  @Test func buysAndDoubts() throws {
    let how = ["--replications", "6", "--years", "1"]
    let plant = "data/facilities/plant_1000.yaml"
    let text = try Tool.run(["plan", "simulate", plant] + how).text.unwrapped
    #expect(text.contains("Days: ") && text.contains("Patients: ") && text.contains("Growth: "))
    #expect(text.contains("a day gained") && text.contains("a patient gained"))
    #expect(text.components(separatedBy: "error of the simulation alone").count == 2)
    let units = try #require(
      try record(Tool.run(["plan", "simulate", plant, "--json"] + how))["next_unit"]
        as? [[String: Any]])
    let team = try #require(units.first { $0["path"] as? String == "teams.manufacturing.count" })
    #expect(team["cost_per_year"] as? Double == 520_000)
    #expect(team["full_at_patients_per_year"] as? Double ?? 0 > 1200)
    let sized = try Tool.run(
      ["plan", "size", "data/facilities/fac1.yaml", "--target", "wait 2 d"] + how
    ).text.unwrapped
    #expect(sized.contains("What was searched") && sized.contains("meets with"))
    #expect(sized.contains("one fewer") && sized.contains("counts tried"))
    #expect(sized.components(separatedBy: "error of the simulation alone").count == 2)
  }

  // Dated patients outside of the plan are counted, in a simulation and in slots. Catches: the first of
  // them told alone, a slot in a year that the file knows nothing of.
  @Test func outsideOfThePlan() throws {
    let folder = NSTemporaryDirectory() + "outside-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = try String(
      contentsOfFile: Tool.root + "/data/facilities/fac1.yaml", encoding: .utf8)
    text = text.replacingOccurrences(of: "horizon: 3650 d", with: "horizon: 180 d")
    text += """
        named:
          product: car-t
          patients:
            - {id: A1, day: 2026-02-05, due: 2026-03-05}
            - {id: A2, day: 2026-03-05, due: 2027-03-05}

      """
    let file = folder + "/plan.yaml"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let how = ["--replications", "2", "--next-unit", "0"]
    let inside = try Tool.run(["plan", "simulate", file] + how)
    #expect(inside.code == 0, "\(inside.brief)")
    #expect(inside.text.unwrapped.contains("Due after that day: 1 of 2 dated patients"))
    try text.replacingOccurrences(of: "day: 2026-02-05, due: 2026-03-05", with: "day: 2026-12-05")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let outside = try Tool.run(["plan", "simulate", file] + how)
    #expect(outside.code == 65 && outside.errors.contains("1 of 2 dated patients come after"))
    let check = try Tool.run(["plan", "check", file])
    #expect(check.text.unwrapped.contains("1 of 2 dated patients come after the 180 d"))
    let patients = folder + "/patients.csv"
    try """
    patient,release_day,due_day,weight
    P1,2026-03-02,2026-03-19,1
    P2,2035-03-02,2035-03-19,1

    """.write(toFile: patients, atomically: true, encoding: .utf8)
    let slots = try Tool.run(["plan", "slots", patients, "--facility", file])
    #expect(slots.text.unwrapped.contains("1 of 2 slots start or are infused outside of the plan"))
  }
}
