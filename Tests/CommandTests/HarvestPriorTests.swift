import Foundation
import RunFiles
import Testing

/// A decision from what earlier donors taught, as a user calls it.
@Suite("thymus harvest --prior", .enabled(if: Tool.isBuilt, "no release binary"))
struct HarvestPriorCommandTests {
  static let prior = "data/harvest/prodigy_donors.prior.json"
  static let plan = "data/harvest/prodigy_child.yaml"
  static let child = "data/runs/prodigy_child"

  private func harvest(
    _ run: String = child, plan: String = plan, prior: String = prior, _ more: [String] = []
  ) throws -> Tool.Outcome {
    try Tool.run(["harvest", run, "--prior", prior, "--harvest-plan", plan] + more)
  }

  /// The child's run with a changed text in one of its files.
  private func changed(
    _ folder: String, _ file: String, _ change: (String) -> String
  ) throws -> String {
    let run = folder + "/run"
    try? FileManager.default.removeItem(atPath: run)
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    for name in ["observations.csv", "operations.csv"] {
      let text = try Scratch.text(Tool.root + "/" + Self.child + "/" + name)
      try Scratch.write(name == file ? change(text) : text, to: run + "/" + name)
    }
    return run
  }

  /// Catches: a page that hides what it rests on, a record that differs from it, bytes that depend on
  /// threads, a report without the decision.
  @Test func whatItRestsOn() throws {
    let page = try harvest()
    #expect(page.code == 0, "\(page.brief)")
    for words in [
      "WAIT UNTIL WED 2026-03-11", "learned from 14 donors in 14 runs", "widened", "SHA-256",
      "What could go wrong", "What to measure next", "the CAR+ share", "The earlier donors",
      "SYNTHETIC", "(9E7 + 9E7 + 3E7) / (0.65 x 0.93 x 0.98) = 3.54E8",
      "stays safe as long as the share",
      "least dose of the product's rule", "the plan's greatest days in culture", "advised",
    ] {
      let flat = page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(flat.contains(words), "\(words)")
    }
    let one = try harvest(["--json", "--threads", "1"])
    #expect(try harvest(["--json", "--threads", "2"]).out == one.out)
    #expect(one.text.contains("\"basis\": \"donors\"") && one.text.contains("\"donors\": 14"))
    try Scratch.folder { folder in
      let report = try Tool.run([
        "report", Self.child, "--prior", Self.prior, "--harvest-plan", Self.plan, "-o",
        folder + "/r.html",
      ])
      #expect(report.code == 0 && report.text.contains("WAIT UNTIL WED"), "\(report.brief)")
      #expect(try Scratch.text(folder + "/r.html").contains("Forecast of child_18kg"))
    }
  }

  private func harvest(_ more: [String]) throws -> Tool.Outcome {
    try harvest(Self.child, plan: Self.plan, prior: Self.prior, more)
  }

  /// Catches: a run in another vessel than the prior's that nobody notices, medium that nobody speaks of,
  /// a CAR+ share whose fall is averaged away.
  @Test func whatMovesItIsSaidFirst() throws {
    try Scratch.folder { folder in
      let other = try harvest(
        try changed(folder, "observations.csv") {
          $0.replacingOccurrences(of: ",prodigy,", with: ",xuri,")
        })
      #expect(other.text.contains("W_PRIOR_PLATFORM"), "\(other.brief)")
      let own = try harvest([])
      #expect(!own.text.contains("W_PRIOR_PLATFORM") && own.text.contains("- Medium: "))
      let starved = try harvest(
        try changed(folder, "observations.csv") {
          $0 + "child_18kg,child,prodigy,144,3.094,92.1,0.1,30,28\n"
        })
      #expect(starved.text.contains("W_MEDIUM"), "\(starved.brief)")
      let fallen = try harvest(
        try changed(folder, "observations.csv") {
          $0
            + "child_18kg,child,prodigy,144,3.094,92.1,,,24\nchild_18kg,child,prodigy,168,4.625,90.2,,,19.5\n"
            + "child_18kg,child,prodigy,192,7.688,91,,,15.5\n"
        })
      #expect(fallen.code == 1 && fallen.text.contains("W_CAR_FALLS"), "\(fallen.brief)")
    }
  }

  /// Catches: an alarm after which the contradicted model goes on, in harvest or in forecast.
  @Test func pathTakesOver() throws {
    try Scratch.folder { folder in
      let run = try changed(folder, "observations.csv") {
        $0.replacingOccurrences(of: ",120,2.562,", with: ",120,0.9,")
      }
      let page = try harvest(run)
      #expect(page.code == 1 && page.text.contains("ALARM: "), "\(page.brief)")
      #expect(page.text.contains("GROWTH PATH, WITHOUT A MODEL"))
      let flat = page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(flat.contains("no part of the probabilities: viability at least 80 %"))
      #expect(flat.contains("Read the sample of day 5 again"))
      let record = try harvest(run, plan: Self.plan, prior: Self.prior, ["--json"])
      #expect(record.text.contains("\"basis\": \"growth_path\""))
      let forecast = try Tool.run(["forecast", run, "--prior", Self.prior, "--json"])
      #expect(forecast.code == 0 && forecast.text.contains("\"basis\": \"growth_path\""))
      let words = try Tool.run(["forecast", run, "--prior", Self.prior])
      #expect(words.text.contains("GROWTH PATH, WITHOUT A MODEL"), "\(words.brief)")
    }
  }

  /// A reading that no model foretells, of viability and of the CAR+ share: nothing that depends on it is
  /// given. Catches: a check of counts alone, an answer "without the alarm" from a model that the reading
  /// contradicts, probabilities that stand in the record all the same.
  @Test func contradictedReadings() throws {
    try Scratch.folder { folder in
      for (line, word) in [
        ("child_18kg,child,prodigy,144,3.1,30,22.98,3.32,28.0\n", "viability of 30 %"),
        (
          "child_18kg,child,prodigy,144,3.1,92.1,22.98,3.32,28.0\n"
            + "child_18kg,child,prodigy,145,,,,,4.0\n", "CAR+ share of 4 %"
        ),
      ] {
        let run = try changed(folder, "observations.csv") { $0 + line }
        let page = try harvest(run)
        let flat = page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(page.code == 1 && flat.contains("ALARM: The latest reading contradicts"), "\(flat)")
        #expect(flat.contains(word), "\(flat.prefix(1500))")
        #expect(!flat.contains("Without the alarm") && !flat.contains("WAIT UNTIL"))
        #expect(flat.contains("NO PROBABILITIES") && !flat.contains("planned dose met P"))
        let record = try harvest(run, plan: Self.plan, prior: Self.prior, ["--json"])
        #expect(record.text.contains("\"answered\": false"))
        #expect(record.text.contains("\"otherwise\": null"))
        #expect(!record.text.contains("\"p_met\": 0"))
      }
      let run = try changed(folder, "observations.csv") {
        $0 + "child_18kg,child,prodigy,144,3.1,30,22.98,3.32,28.0\n"
      }
      let forecast = try Tool.run(["forecast", run, "--prior", Self.prior])
      #expect(forecast.text.contains("A READING CONTRADICTS THE MODEL"), "\(forecast.brief)")
    }
  }

  /// The hour advised does not hang on the seed, or the page says that times cannot be told apart and
  /// takes the earliest. Catches: noise of losses and shares in the choice.
  @Test func seeds() throws {
    struct Record: Decodable {
      struct Decision: Decodable {
        let advised_h: Double?
        let not_told_apart_h: [Double]
        let verdict: String
      }
      let decisions: [Decision]
    }
    var advised: Set<Double> = []
    var together: Set<Double> = []
    for seed in 1...8 {
      let outcome = try harvest(["--json", "--seed", "\(seed)"])
      let found = try JSONDecoder().decode(Record.self, from: Data(outcome.out))
      let decision = try #require(found.decisions.first)
      #expect(decision.verdict == "wait")
      let hour = try #require(decision.advised_h)
      advised.insert(hour)
      let ties = decision.not_told_apart_h
      #expect(ties.isEmpty || ties.min() == hour)
      together = seed == 1 ? Set(ties) : together.union(ties)
    }
    #expect(advised.count == 1 || advised.isSubset(of: together), "\(advised) \(together)")
    #expect((advised.max() ?? 0) - (advised.min() ?? 0) <= 2, "\(advised)")
  }

  /// Catches: STOP because the search ended too early, a search whose end is not told.
  @Test func whereTheSearchEnds() throws {
    let good = try Scratch.text(Tool.root + "/" + Self.plan)
    try Scratch.folder { folder in
      let path = folder + "/plan.yaml"
      func with(_ changes: [(String, String)], _ more: [String] = []) throws -> (Int32, String) {
        var text = good
        for (from, to) in changes {
          #expect(text.contains(from), "\(from)")
          text = text.replacingOccurrences(of: from, with: to)
        }
        try Scratch.write(text, to: path)
        let page = try harvest(Self.child, plan: path, prior: Self.prior, more)
        return (
          page.code, page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        )
      }
      let always = (
        "  open: [Mon, Tue, Wed, Thu, Fri]\n  hours: 08:00", "  open: [Sat, Sun]\n  hours: 08:00"
      )
      let weekend = try with([always])
      #expect(!weekend.1.contains("STOP: ") && weekend.1.contains("2026-03-14"), "\(weekend)")
      let late = try with([("at least 7 d and at most 13 d", "at least 14 d")])
      #expect(!late.1.contains("STOP: "), "\(late)")
      let cut = try with([], ["--horizon", "7.1d"])
      #expect(cut.1.contains("as asked with --horizon"))
      let early = try with(
        [("reference: 3e7", "reference: 5e9"), ("at least 7 d and at most 13 d", "at least 7 d")])
      #expect(early.0 == 1 && early.1.contains("ALARM: No start up to"), "\(early)")
      #expect(early.1.contains("the run's planned harvest"))
    }
  }

  /// Catches: an infusion five days off called a harvest for now.
  @Test func fixedInfusionIsPlanned() throws {
    let good = try Scratch.text(Tool.root + "/" + Self.plan)
    try Scratch.folder { folder in
      let path = folder + "/plan.yaml"
      try Scratch.write(
        good.replacingOccurrences(of: "# at: 2026-03-13", with: "at: 2026-03-13"), to: path)
      let page = try harvest(Self.child, plan: path)
      let flat = page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(
        page.code == 0 && flat.contains("WAIT UNTIL THU 2026-03-12 08:00"), "\(flat.prefix(900))")
      #expect(flat.contains("Plan for it.") && flat.contains("Decide again with the sample of Sun"))
    }
  }

  /// Options that the plan would silently outvote. Catches: any of them read and dropped, good or not.
  @Test func planAlone() throws {
    for option in [
      ["--weight", "40 lb"], ["--weight", "20 kg"], ["--plan", "minimum"],
      ["--recovery", "wash=10%"],
      ["--qc", "50%"], ["--retain", "x=1e9 cells"], ["--product", "kymriah-us-ball"],
    ] {
      let outcome = try harvest(option)
      #expect(outcome.code == 64 && outcome.errors.contains(option[0]), "\(outcome.brief)")
    }
    let need = [
      "harvest", Self.child, "--model", "live_dead", "--need", "2e8 cells", "--weight", "20 kg",
    ]
    #expect(try Tool.run(need).code == 64)
  }

  /// Bad input with its place, cause and remedy, and the exit code that belongs to it.
  @Test func refused() throws {
    let good = try Scratch.text(Tool.root + "/" + Self.plan)
    try Scratch.folder { folder in
      let path = folder + "/plan.yaml"
      func with(_ from: String, _ to: String) throws -> Tool.Outcome {
        #expect(good.contains(from), "\(from)")
        try Scratch.write(good.replacingOccurrences(of: from, with: to), to: path)
        return try harvest(Self.child, plan: path)
      }
      for (from, to, code, place) in [
        ("planned: maximum", "planned: NaN cells", "E_HARVEST_NUMBER", ":9:12"),
        ("reference: 3e7", "reference: -3e7", "E_HARVEST_VALUE", ":18:"),
        ("  recovery:", "  recoverry:", "E_HARVEST_KEY", ":13:3"),
        ("# at: 2026-03-13", "at: 2026-03-06", "E_HARVEST_NO_START", ":45:3"),
        (
          "  population_doublings", "  glucose: at least 2 mmol/L\n  population_doublings",
          "E_HARVEST_MODEL", ":22:"
        ),
      ] {
        let outcome = try with(from, to)
        #expect(outcome.code == 65 && outcome.errors.contains(code), "\(outcome.brief)")
        #expect(outcome.errors.contains("plan.yaml" + place), "\(outcome.brief)")
        #expect(outcome.errors.contains("Remedy: "))
      }
      try Scratch.write("", to: path)
      #expect(try harvest(Self.child, plan: path).code == 65)
      try Scratch.write(String(good.prefix(700)), to: path)
      let cut = try harvest(Self.child, plan: path)
      #expect(cut.code == 65 && cut.errors.contains("E_HARVEST_MISSING"), "\(cut.brief)")
      try Data(good.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }).write(
        to: URL(fileURLWithPath: path))
      let wide = try harvest(Self.child, plan: path)
      #expect(wide.code == 65 && wide.errors.contains("encoding UTF-8"), "\(wide.brief)")
      #expect(!wide.errors.contains("spreadsheet"))
      let far = try with("reference: 3e7", "reference: 9e13")
      #expect(far.code == 1 && far.text.contains("STOP: "), "\(far.brief)")
      let seedless = try changed(folder, "operations.csv") {
        $0.split(separator: "\n").filter { !$0.contains(",seed,") }.joined(separator: "\n") + "\n"
      }
      let noVolume = try harvest(seedless)
      #expect(noVolume.code == 65 && noVolume.errors.contains("E_VOLUME_UNKNOWN"))
      let uncounted = try changed(folder, "observations.csv") {
        $0.replacingOccurrences(of: ",25.9\n", with: ",\n")
      }
      let noCAR = try harvest(uncounted)
      #expect(noCAR.code == 65 && noCAR.errors.contains("E_HARVEST_CAR"), "\(noCAR.brief)")
      #expect(try harvest(["--until", "13.5d"]).errors.contains("Now is day 13.5"))
      let untold = try with("planned: maximum", "planned: 2e8 cells")
      #expect(untold.code == 65 && untold.errors.contains("plan.yaml:7:"), "\(untold.brief)")
      #expect(untold.errors.contains("E_HARVEST_DOSE") && !untold.errors.contains("--plan"))
    }
  }

  /// Catches: priors that are half used, or that go with a fit of the run alone.
  @Test func options() throws {
    #expect(try harvest(["--no-priors"]).code == 64)
    #expect(try harvest(["--prior-weight", "0"]).code == 64)
    #expect(try harvest(["--widening", "0"]).code == 64)
    #expect(try harvest(["--robust-population", "--widening", "2"]).code == 64)
    #expect(try harvest(["--model", "logistic"]).errors.contains("E_PRIOR_MODEL"))
    let need = ["harvest", Self.child, "--prior", Self.prior, "--need", "2e8 cells"]
    #expect(try Tool.run(need).code == 64)
    let alone = ["harvest", Self.child, "--model", "live_dead", "--harvest-plan", Self.plan]
    #expect(try Tool.run(alone + ["--widening", "2"]).code == 64)
    let wide = try harvest(["--widening", "2"])
    #expect(wide.text.contains("widened a further 2 times"), "\(wide.brief)")
  }

  /// A sealed prior whose content a forecast cannot use. Catches: covariates that are dropped, a
  /// parameter on another scale, another form, each taken as if it fitted.
  @Test func priorsThatCannotBeUsed() throws {
    try Scratch.folder { folder in
      let text = try Scratch.text(Tool.root + "/" + Self.prior)
      let path = folder + "/prior.json"
      for (from, to, words) in [
        (
          "\"covariates\": []",
          "\"covariates\": [{\"effect\": 0.1, \"error\": 0.05, \"name\": \"mu~platform\"}]",
          "covariates"
        ),
        ("\"scale\": \"log\"", "\"scale\": \"logit\"", "scale"),
        ("\"form\": 1", "\"form\": 3", "form"),
      ] {
        #expect(text.contains(from), "\(from)")
        let other = text.replacingOccurrences(of: from, with: to)
        try Scratch.write(try sealed(other), to: path)
        for command in [
          ["forecast", Self.child, "--prior", path],
          ["harvest", Self.child, "--prior", path, "--harvest-plan", Self.plan],
        ] {
          let outcome = try Tool.run(command)
          #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.brief)")
          #expect(!outcome.errors.contains("E_RECORD_CHANGED") && outcome.errors.contains("Remedy"))
        }
      }
    }
  }

  /// Readings of the child as they went on, with a change in one of them; the page in one line.
  private func child(
    _ change: (String) -> String, plan: String = plan, _ more: [String] = []
  ) throws -> (code: Int32, text: String) {
    var found: (Int32, String) = (0, "")
    try Scratch.folder { folder in
      let run = try changed(folder, "observations.csv", change)
      let page = try harvest(run, plan: plan, prior: Self.prior, more)
      found = (page.code, page.text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
    return found
  }

  private static let day6 = "child_18kg,child,prodigy,144,3.094,92.1,22.98,3.32,28.0\n"
  private static let day7 = "child_18kg,child,prodigy,168,4.625,90.2,20.15,6.12,\n"

  /// Catches: a harvest on a count of days ago, on none; a good reading blamed for the wrong one before it;
  /// an alarm that vanishes with the next reading; a viability that is too good taken for an alarm.
  @Test func readingsThatCannotBeActedOn() throws {
    let old = try child({ $0 }, ["--until", "10d"])
    #expect(old.code == 1 && old.text.contains("ALARM: "), "\(old.text.prefix(600))")
    #expect(
      old.text.contains("the newest viable count is of day 5") && old.text.contains("Count first"))
    let slip = try child {
      $0 + Self.day6.replacingOccurrences(of: "3.094", with: "30.94") + Self.day7
    }
    #expect(slip.code == 1 && slip.text.contains("either this reading or the earlier one is wrong"))
    #expect(
      slip.text.contains("vcd of day 6")
        && slip.text.contains("itself contradicted by those before"),
      "\(slip.text.prefix(900))")
    #expect(slip.text.contains("NO PROBABILITIES") && !slip.text.contains("the answer would be"))
    let low = try child { $0 + Self.day6.replacingOccurrences(of: "92.1", with: "75") + Self.day7 }
    #expect(low.text.contains("CHECK FIRST") && low.text.contains("viability was 75 % on day 6"))
    let good = try child {
      $0 + Self.day6 + Self.day7 + "child_18kg,child,prodigy,192,7.688,98.5,19.82,10.06,27.2\n"
    }
    #expect(!good.text.contains("NO PROBABILITIES"), "\(good.text.prefix(900))")
  }

  /// Catches: a start without any dose advised because none gives the planned one; numbers in the record
  /// that the page withholds; an alarm's page that speaks of a harvest advised.
  @Test func leastDoseAndWhatIsWithheld() throws {
    let text = try Scratch.text(Tool.root + "/" + Self.plan)
    try Scratch.folder { folder in
      let path = folder + "/plan.yaml"
      try Scratch.write(
        text.replacingOccurrences(
          of: "car_positive: at least 15 %", with: "car_positive: at least 2 %"
        )
        .replacingOccurrences(of: ", optional: true", with: "")
        .split(separator: "\n").filter { !$0.contains("least: 3.6e7") }.joined(separator: "\n"),
        to: path)
      let found = try child({ $0.replacingOccurrences(of: ",25.9\n", with: ",7\n") }, plan: path)
      #expect(!found.text.contains("advised Mon"), "\(found.text.prefix(2000))")
      #expect(found.text.contains("starts are compared by any dose"))
      let closed = path + ".closed.yaml"
      try Scratch.write(
        text.replacingOccurrences(of: "closed: [2026-03-10]", with: "closed: [2025-03-10]"),
        to: closed)
      let year = try child({ $0 }, plan: closed)
      #expect(
        year.text.contains("The closed day 2025-03-10 lies outside")
          && year.text.contains("closed.yaml:40"))
    }
    let dead = try child(
      { $0 + Self.day6.replacingOccurrences(of: "92.1", with: "30") }, ["--json"])
    for key in ["best_h", "earliest_safe_h", "least_car_target", "limited_by", "p_error", "regret"]
    {
      #expect(dead.text.contains("\"\(key)\": null"), "\(key)")
    }
    #expect(!dead.text.contains("\"limited_by\": \"") && !dead.text.contains("\"p_error\": 0"))
    let low = try child { $0.replacingOccurrences(of: ",25.9\n", with: ",12\n") }
    #expect(
      low.code == 1 && low.text.contains("no time is advised")
        && !low.text.contains("harvest advised"))
    let share = try child { $0.replacingOccurrences(of: ",25.9\n", with: ",0\n") }
    #expect(
      share.text.contains("observations.csv:4") && share.text.contains("is 0 %"),
      "\(share.text.prefix(900))")
    let over = try child({ $0 }, ["--car", "35%"])
    #expect(over.text.contains("in place of the 25.9 %"))
  }

  /// Catches: an input that a report is written over, a time in the past that is never mentioned.
  @Test func inputsAreKept() throws {
    try Scratch.folder { folder in
      let path = folder + "/plan.yaml"
      let text = try Scratch.text(Tool.root + "/" + Self.plan)
      try Scratch.write(text, to: path)
      let own = try harvest(Self.child, plan: path, prior: Self.prior, ["-o", path])
      #expect(own.code == 64 && own.errors.contains("over"), "\(own.brief)")
      #expect(try Scratch.text(path) == text)
      let run = try changed(folder, "") { $0 }
      let table = try Tool.run([
        "fit", run, "--model", "live_dead", "-o", run + "/./observations.csv",
      ])
      #expect(table.code == 64, "\(table.brief)")
      #expect(try Scratch.text(run + "/observations.csv").contains("vcd"))
    }
    let past = try Tool.run(["forecast", Self.child, "--prior", Self.prior, "--at", "4d"])
    #expect(past.code == 64 && past.errors.contains("not after the data"), "\(past.brief)")
    let never = try Tool.run(["forecast", Self.child, "--prior", Self.prior, "--need", "9e9 cells"])
    #expect(never.code == 1 && never.text.contains("NOT YET SAFE"), "\(never.brief)")
  }

  /// The text with the digest of its content: keys are sorted already, so the compact text is that
  /// without white space outside strings.
  private func sealed(_ text: String) throws -> String {
    let content = try #require(text.range(of: "\"content\": "))
    let end = try #require(text.range(of: ",\n  \"schema\""))
    var compact: [UInt8] = []
    var isString = false
    for byte in text[content.upperBound..<end.lowerBound].utf8 {
      if byte == 0x22 { isString.toggle() }
      if isString || (byte != 0x20 && byte != 0x0A) { compact.append(byte) }
    }
    let digest = try #require(text.range(of: "\"sha256\": \"", options: .backwards))
    return text[..<digest.upperBound] + Digest.sha256(compact) + "\"\n}\n"
  }
}
