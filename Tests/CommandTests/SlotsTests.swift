import Foundation
import Testing

@Suite("Slots at the command line", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct SlotsTests {
  static let patients = "data/slots/example_patients.csv"
  static let model = ["--model", "data/slots/example_model.yaml", "--devices", "6"]

  private func record(_ outcome: Tool.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: outcome.out) as? [String: Any])
  }

  /// The shipped example: everyone has a slot, the files are there, twice the same bytes.
  /// Catches: a file that is asked for and not written, a plan that depends on more than its inputs.
  @Test func example() throws {
    try Scratch.folder { folder in
      var texts: [String] = []
      for name in ["a", "b"] {
        let outcome = try Tool.run(
          ["plan", "slots", Self.patients] + Self.model + [
            "--json", "--ics", "\(folder)/\(name).ics", "--slots-csv", "\(folder)/\(name).csv",
            "-o", "\(folder)/\(name).html", "--lp", "\(folder)/\(name).lp",
          ])
        #expect(outcome.code == 0, "\(outcome.brief)")
        let record = try record(outcome)
        #expect(record["schema"] as? String == "thymus.slots/1")
        #expect((record["slots"] as? [Any])?.count == 24)
        texts.append(
          try ["ics", "csv", "lp"].map { try Scratch.text("\(folder)/\(name).\($0)") }.joined()
            + outcome.text)
      }
      #expect(texts[0] == texts[1])
      #expect(try Scratch.text("\(folder)/a.csv").split(separator: "\n").count == 25)
    }
  }

  /// Too few instruments end with 1 and say who has no slot. Catches: an exit code that says that all
  /// is well.
  @Test func tooFew() throws {
    let outcome = try Tool.run(
      [
        "plan", "slots", Self.patients, "--model", "data/slots/example_model.yaml", "--devices",
        "2",
      ])
    #expect(outcome.code == 1, "\(outcome.brief)")
    #expect(outcome.text.contains("SLOTS MISSING") && outcome.text.contains("Without a slot"))
  }

  /// Faults of the files with their place, cause and remedy; nothing on standard output. Catches: a
  /// fault that is told without its line, a fault that ends with another code.
  @Test func badFiles() throws {
    let header = "patient,release_day,due_day,weight,law\n"
    let cases: [(patients: String, model: String?, says: String)] = [
      (header + "A,0,9,1,\nB,zero,9,1,\n", nil, "p.csv:3:3: error E_SLOTS_DAY: "),
      (header + "A,0,9,1,\nA,1,9,1,\n", nil, "p.csv:3:1: error E_SLOTS_TWICE: "),
      (header + "A,0,9,-1,\n", nil, "p.csv:2:7: error E_SLOTS_WEIGHT: "),
      (header + "A,0,9,1,fats\n", nil, "p.csv:2:9: error E_SLOTS_LAW: "),
      (header, nil, "p.csv:1: error E_SLOTS_EMPTY: "),
      ("patient,release_day,due_day\nA,0,9\n", nil, "p.csv:1:1: error E_COLUMN_MISSING: "),
      (header + "A,0,9,1,\n", "start_hours: 4\n", "m.yaml:1:1: error E_SLOTS_MISSING: "),
      (header + "A,0,9,1,\n", "harvest_day_law: {9: 0.5}\n", "m.yaml:1:"),
      (header + "A,0,9,1,\n", "[", "m.yaml"),
    ]
    try Scratch.folder { folder in
      for (patients, model, says) in cases {
        try Scratch.write(patients, to: folder + "/p.csv")
        if let model { try Scratch.write(model, to: folder + "/m.yaml") }
        let outcome = try Tool.run([
          "plan", "slots", folder + "/p.csv", "--devices", "6", "--model",
          model == nil ? "data/slots/example_model.yaml" : folder + "/m.yaml",
        ])
        #expect(outcome.code == 65 && outcome.out.isEmpty, "\(says): \(outcome.brief)")
        #expect(outcome.errors.contains("\(folder)/\(says)"), "\(says): \(outcome.brief)")
        #expect(outcome.errors.contains("Remedy: "), "\(outcome.brief)")
      }
    }
    let missing = try Tool.run(["plan", "slots", "/nonexistent.csv"] + Self.model)
    #expect(missing.code == 65 && missing.errors.contains("E_FILE_MISSING"), "\(missing.brief)")
    for arguments in [
      [], ["--model", "data/slots/example_model.yaml"],
      Self.model + ["--facility", "data/facilities/fac1.yaml"], Self.model + ["--window", "7d"],
      Self.model + ["--forecast", "P001"], Self.model + ["--forecast", "P999=x.json"],
      ["--facility", "data/facilities/fac1.yaml", "--durations", "cart=x.json"],
    ] {
      let outcome = try Tool.run(["plan", "slots", Self.patients] + arguments)
      #expect(outcome.code == 64, "\(arguments): \(outcome.brief)")
    }
  }

  /// Slots of a facility: its counts and calendar, and a patient whose own forecast moves the harvest.
  /// Catches: a forecast that is read and not used, one that moves the other patients.
  @Test func facility() throws {
    try Scratch.folder { folder in
      let harvest = try Tool.run([
        "harvest", Tool.example, "--run", "synthetic_prodigy_01", "--model", "live_dead", "--until",
        "6d", "--need", "1e8 cells", "--json",
      ])
      try harvest.out.write(to: URL(fileURLWithPath: folder + "/own.json"))
      try Scratch.write(
        "patient,release_day,due_day,weight,forecast\nA,2026-06-01,2026-06-25,1,\n"
          + "B,2026-06-01,2026-06-25,1,own.json\nC,2026-06-02,2026-06-26,1,\n",
        to: folder + "/p.csv")
      func days(_ more: [String]) throws -> [String: Int] {
        let outcome = try Tool.run(
          ["plan", "slots", folder + "/p.csv", "--json", "--facility"] + more)
        #expect(outcome.code == 0, "\(outcome.brief)")
        let slots = try #require(try record(outcome)["slots"] as? [[String: Any]])
        return Dictionary(
          uniqueKeysWithValues: try slots.map { slot in
            let name = try #require(slot["patient"] as? String)
            let start = try #require(slot["start_day"] as? Int)
            let harvest = try #require(slot["harvest_p50"] as? Int)
            return (name, harvest - start)
          })
      }
      let regional = "data/facilities/regional_250.yaml"
      let own = try days([regional])
      let text = try Scratch.text(folder + "/p.csv")
      try Scratch.write(text.replacingOccurrences(of: "own.json", with: ""), to: folder + "/p.csv")
      let plain = try days([regional])
      #expect(own["A"] == plain["A"] && own["C"] == plain["C"] && own["B"] != plain["B"])
      let given = try days([regional, "--forecast", "B=\(folder)/own.json"])
      #expect(given == own)
      let all = try days([regional, "--durations", "\(folder)/own.json"])
      #expect(all["B"] == own["B"] && all["A"] != plain["A"])
      try Scratch.write(text, to: folder + "/p.csv")
      let twice = try Tool.run([
        "plan", "slots", folder + "/p.csv", "--facility", regional, "--forecast",
        "B=\(folder)/own.json",
      ])
      #expect(twice.code == 64, "\(twice.brief)")
      try Scratch.write("{\"schema\": \"thymus.plan/1\"}", to: folder + "/own.json")
      let wrong = try Tool.run(["plan", "slots", folder + "/p.csv", "--facility", regional])
      #expect(wrong.code == 65 && wrong.errors.contains("own.json"), "\(wrong.brief)")
      #expect(wrong.errors.contains("E_DURATIONS") && wrong.errors.contains("Remedy: "))
    }
    let page = try Tool.run([
      "plan", "slots", Self.patients, "--facility", "data/facilities/hospital_one_prodigy.yaml",
    ])
    #expect(page.code == 65 && page.errors.contains("E_SLOTS_LAW"), "\(page.brief)")
  }

  /// A disk that is full: exit 74, the older file as it was. Catches: writing in place.
  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
  func fullDisk() throws {
    let outcome = try SmallDisk.shell(
      """
      echo before > "$DISK/slots.csv"
      head -c 60000 /dev/zero > "$DISK/ballast"
      "$THYMUS" plan slots \(Self.patients) \(Self.model.joined(separator: " ")) \
      --work 1000 --slots-csv "$DISK/slots.csv" > /dev/null
      echo "code $?"; ls -A "$DISK"; cat "$DISK/slots.csv"
      """)
    #expect(outcome.text == "code 74\nballast\nslots.csv\nbefore\n", "\(outcome.brief)")
    #expect(outcome.errors.contains("No space left") && outcome.errors.contains("slots.csv"))
  }
}
