import Foundation
import Testing

/// Learning, forecasting and replaying, as a user calls them.
@Suite("thymus learn, forecast, backtest", .enabled(if: Tool.isBuilt, "no release binary"))
struct LearnTests {
  /// Exponential donors with the counting errors of a table: donor k grows at its own rate.
  /// With `slow`, odd donors grow so many times as fast, and `runs.csv` calls them thawed.
  private func write(
    _ donors: Range<Int>, to folder: String, last: Int = 6, slow: Double? = nil
  ) throws {
    let errors = [0.04, -0.11, 0.07, 0.13, -0.05, -0.09, 0.02, 0.10, -0.02, -0.12, 0.06]
    var observations = "run,donor,time [d],vcd [1e6 cells/mL]\n"
    var operations = "run,time [h],operation,volume [mL],density [1e6 cells/mL]\n"
    var attributes = "run,start\n"
    for donor in donors {
      let factor = donor % 2 == 1 ? slow ?? 1 : 1
      attributes += "r\(donor),\(donor % 2 == 1 ? "thawed" : "fresh")\n"
      let rate = 0.45 * factor * exp(0.2 * sin(2.3 * Double(donor)))
      operations += "r\(donor),0,seed,100,0.5\n"
      for day in 0...last {
        let log = rate * Double(day) + errors[(3 * donor + 5 * day) % errors.count]
        observations += "r\(donor),d\(donor),\(day),\(0.5 * exp(log))\n"
      }
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Scratch.write(observations, to: folder + "/observations.csv")
    try Scratch.write(operations, to: folder + "/operations.csv")
    if slow != nil { try Scratch.write(attributes, to: folder + "/runs.csv") }
  }

  private func learned(_ folder: String, _ body: (String) throws -> Void) throws {
    try write(0..<8, to: folder + "/history")
    try write(20..<21, to: folder + "/new")
    let outcome = try Tool.run([
      "learn", folder + "/history", "--model", "exponential", "-o", folder + "/prior.json",
      "--report", folder + "/learn.html",
    ])
    #expect(outcome.code == 0, "\(outcome.brief)")
    #expect(outcome.text.contains("8 donors") && outcome.text.contains("SHA-256"))
    try body(folder + "/prior.json")
  }

  /// From a folder of runs to a forecast that quotes a back-test. Catches: a link of the chain that
  /// does not read what the one before it wrote, bytes that depend on threads.
  @Test func wholeChain() throws {
    try Scratch.folder { folder in
      try learned(folder) { prior in
        let base = ["forecast", folder + "/new", "--prior", prior, "--until", "3d", "--at", "6d"]
        let one = try Tool.run(base + ["--json", "--threads", "1"])
        let two = try Tool.run(base + ["--json", "--threads", "2", "-o", folder + "/f.html"])
        #expect(one.code == 0 && one.out == two.out, "\(one.brief)")
        #expect(try Scratch.text(folder + "/f.html").contains("No back-test is quoted"))
        let replay = [
          "backtest", folder + "/history", "--model", "exponential", "--from", "3d", "--json",
        ]
        let test = try Tool.run(replay + ["--threads", "1"])
        #expect(test.code == 0, "\(test.brief)")
        #expect(try Tool.run(replay + ["--threads", "3"]).out == test.out)
        try test.out.write(to: URL(fileURLWithPath: folder + "/backtest.json"))
        let quoting = try Tool.run(base + ["--backtest", folder + "/backtest.json"])
        #expect(quoting.code == 0 && quoting.text.contains("Back-test ("), "\(quoting.brief)")
        #expect(!quoting.text.contains("other runs"), "the same files")
        // A replay with the prior that these runs taught says so wherever it is quoted.
        let own = try Tool.run([
          "backtest", folder + "/history", "--prior", prior, "--from", "3d", "--json",
        ])
        try own.out.write(to: URL(fileURLWithPath: folder + "/own.json"))
        let flattered = try Tool.run(base + ["--backtest", folder + "/own.json"])
        #expect(flattered.text.contains("Its own caution"), "\(own.brief) \(flattered.brief)")
        let changed = try Scratch.text(folder + "/backtest.json")
          .replacingOccurrences(of: "BETTER", with: "better")
          .replacingOccurrences(of: "forecasts are", with: "forecasts were")
        try Scratch.write(changed, to: folder + "/backtest.json")
        let refused = try Tool.run(base + ["--backtest", folder + "/backtest.json"])
        #expect(refused.code == 65 && refused.errors.contains("E_RECORD_CHANGED"))
      }
    }
  }

  /// Catches: a prior of another model, of changed content or cut short that is used all the same.
  @Test func badPriors() throws {
    try Scratch.folder { folder in
      try learned(folder) { prior in
        func forecast(_ path: String, _ more: [String] = []) throws -> Tool.Outcome {
          try Tool.run(["forecast", folder + "/new", "--prior", path] + more)
        }
        let text = try Scratch.text(prior)
        let other = try forecast(prior, ["--model", "logistic"])
        #expect(other.code == 65 && other.errors.contains("E_PRIOR_MODEL"), "\(other.brief)")
        let bad = folder + "/bad.json"
        for (changed, code) in [
          (
            text.replacingOccurrences(of: "\"donors\": 8", with: "\"donors\": 80"),
            "E_RECORD_CHANGED"
          ),
          (String(text.prefix(text.count / 2)), "E_JSON"), ("", "E_RECORD_EMPTY"),
          (text.replacingOccurrences(of: "prior/1", with: "prior/9"), "E_RECORD_VERSION"),
        ] {
          try Scratch.write(changed, to: bad)
          let outcome = try forecast(bad)
          #expect(outcome.code == 65 && outcome.errors.contains(code), "\(outcome.brief)")
          #expect(outcome.errors.contains("Remedy") && outcome.errors.contains("bad.json"))
        }
        #expect(try forecast(folder + "/none.json").code == 65)
        #expect(try forecast(prior, ["--prior", prior]).code == 64)
        #expect(try forecast(prior, ["--widening", "0"]).code == 64)
        #expect(try Tool.run(["forecast", folder + "/new"]).code == 64)
      }
    }
  }

  /// A latest count that nothing foretold is said first. Catches: a contradiction kept in a footnote.
  @Test func contradictionIsSeen() throws {
    try Scratch.folder { folder in
      try learned(folder) { prior in
        let path = folder + "/new/observations.csv"
        let lines = try Scratch.text(path).split(separator: "\n").map(String.init)
        try Scratch.write(
          (lines.prefix(5) + ["r20,d20,4,0.05"]).joined(separator: "\n") + "\n", to: path)
        let outcome = try Tool.run(["forecast", folder + "/new", "--prior", prior])
        #expect(outcome.text.uppercased().contains("THE LATEST COUNTS CONTRADICT THE MODEL"))
      }
    }
  }

  /// Catches: a forecast before the first count, a population of one, covariates that no run has, a
  /// replay after the last count, a time without its unit.
  @Test func whatCannotBeDone() throws {
    try Scratch.folder { folder in
      try write(0..<1, to: folder + "/one")
      let one = try Tool.run([
        "learn", folder + "/one", "--model", "exponential", "-o", folder + "/p.json",
      ])
      #expect(one.code == 65 && one.errors.contains("E_LEARN_DONORS"), "\(one.brief)")
      #expect(!Scratch.exists(folder + "/p.json"))
      try learned(folder) { prior in
        try write(30..<31, to: folder + "/late")
        let path = folder + "/late/observations.csv"
        let lines = try Scratch.text(path).split(separator: "\n").map(String.init)
        try Scratch.write(
          ([lines[0]] + lines.dropFirst(3)).joined(separator: "\n") + "\n", to: path)
        let early = try Tool.run(
          ["forecast", folder + "/late", "--prior", prior, "--until", "1d"])
        #expect(early.code == 65 && early.errors.contains("E_FORECAST_NO_COUNTS"), "\(early.brief)")
        let covariate = try Tool.run([
          "learn", folder + "/history", "--model", "exponential", "-o", folder + "/q.json",
          "--covariate", "mu~platform",
        ])
        #expect(
          covariate.code == 65 && covariate.errors.contains("E_COVARIATE")
            && covariate.errors.contains("observations.csv"), "\(covariate.brief)")
        let replay = ["backtest", folder + "/history", "--model", "exponential", "--from"]
        let beyond = try Tool.run(replay + ["90d"])
        #expect(beyond.code == 1 && beyond.errors.contains("end at 6 d"), "\(beyond.brief)")
        let bare = try Tool.run(replay + ["3"])
        #expect(bare.code == 64 && bare.errors.contains("3d or 72h"), "\(bare.brief)")
      }
    }
  }

  /// Donors of two kinds, of which one grows slower: learned, shown, used, refused, replayed. Catches:
  /// an effect that a forecast does not use, a value that is guessed, a file that is not hashed.
  @Test func covariates() throws {
    try Scratch.folder { folder in
      try write(0..<10, to: folder + "/history", slow: 0.6)
      try write(20..<22, to: folder + "/new", slow: 0.6)
      let learn = try Tool.run([
        "learn", folder + "/history", "--model", "exponential", "-o", folder + "/prior.json",
        "--covariate", "mu~start",
      ])
      #expect(learn.code == 0, "\(learn.brief)")
      #expect(learn.text.contains("thawed against"), "\(learn.text)")
      #expect(learn.text.contains("mu 0.") && learn.text.contains("mu~start") == false)
      let prior = try Scratch.text(folder + "/prior.json")
      #expect(prior.contains("\"form\": 2") && prior.contains("runs.csv"))
      #expect(prior.contains("\"covariates\": \"mu ~ start\""))
      let base = ["forecast", folder + "/new", "--prior", folder + "/prior.json", "--until", "1d"]
      let told = try Tool.run(base)
      #expect(told.code == 0, "\(told.brief)")
      #expect(told.text.contains("mu for start thawed: -0."), "\(told.text)")
      #expect(told.text.contains("mu for start fresh: the mean as learned"), "\(told.text)")
      #expect(told.text.unwrapped.contains("The prior is that for start thawed."))
      let runs = folder + "/new/runs.csv"
      let text = try Scratch.text(runs)
      try Scratch.write(text.replacingOccurrences(of: "thawed", with: "thawd"), to: runs)
      let slip = try Tool.run(base)
      #expect(slip.code == 65 && slip.errors.contains("Did you mean 'thawed'?"), "\(slip.brief)")
      try FileManager.default.removeItem(atPath: runs)
      let unknown = try Tool.run(base)
      #expect(unknown.code == 65 && unknown.errors.contains("runs.csv"), "\(unknown.brief)")
      let replay = try Tool.run([
        "backtest", folder + "/history", "--model", "exponential", "--from", "3d", "--covariate",
        "mu~start",
      ])
      #expect(replay.code == 0, "\(replay.brief)")
      let wrong = try Tool.run([
        "learn", folder + "/history", "--model", "exponential", "-o", folder + "/q.json",
        "--covariate", "mu=start",
      ])
      #expect(wrong.code == 64 && wrong.errors.contains("mu~platform"), "\(wrong.brief)")
    }
  }
}
