import Foundation
import Testing

/// What a new user reads in the report of a fit.
@Suite("Fit reports", .enabled(if: Tool.isBuilt)) struct FitReportTests {
  /// A folder with one run: rows of `time,vcd,viability` from a header of its own.
  private func run(
    _ rows: [String], header: String = "run,time [h],vcd [1e6 cells/mL],viability [%]",
    harvest: Double? = nil, _ body: (String) throws -> Void
  ) throws {
    try Scratch.folder { folder in
      try Scratch.write(
        ([header] + rows.map { "A,\($0)" }).joined(separator: "\n") + "\n",
        to: folder + "/observations.csv")
      try Scratch.write(
        "run,time [h],operation,volume [mL],density [1e6 cells/mL],viability [%]\n"
          + "A,0,seed,100,0.5,93\nA,0,activation,,,\n"
          + (harvest.map { "A,\($0),harvest,,,\n" } ?? ""), to: folder + "/operations.csv")
      try body(folder)
    }
  }

  private func report(_ folder: String, _ more: [String] = []) throws -> Tool.Outcome {
    try Tool.run(
      ["fit", folder, "--model", "live_dead", "-o", folder + "/report.html"] + more)
  }

  private static let grown = [
    "0,0.5,93", "24,0.46,88", "48,0.62,90", "72,1.25,92", "96,2.5,93", "120,5.1,94", "144,9.8,94",
    "168,15.2,93",
  ]

  // Catches: an outlier named in the notes only, without its file and line.
  @Test func anOutlierIsNamedInNotesAndResiduals() throws {
    var rows = Self.grown
    rows[4] = "96,7.6,93"
    try run(rows) { folder in
      let text = try report(folder).text
      let parts = text.components(separatedBy: "\nResiduals\n")
      #expect(parts.count == 2)
      let place = "observations.csv:6:"
      #expect(parts[0].contains(place) && parts[1].contains(place), "\(text)")
    }
  }

  // A count ten times too high. Catches: a verdict that says "recount day 3" above a section that says no
  // sample repairs that and sends to another model.
  @Test func theNextStepIsThatOfTheVerdict() throws {
    try run(["24,0.875,88.5", "72,23.36,90.3", "120,2.562,89.4"], harvest: 288) { folder in
      let text = try report(folder).text.unwrapped
      let next = text.components(separatedBy: "What to measure next").last?.prefix(400) ?? ""
      #expect(text.contains("vcd of day 3 ("), "\(text)")
      #expect(next.contains("Recount first") && next.contains("'vcd' of day 3"), "\(next)")
      #expect(!next.contains("No single sample") && !next.contains("other model"))
    }
  }

  // 39 % for 93 % of viability. Catches: a slip in a column that the fitted model does not read passed over,
  // or said only among the notes; residuals that "show nothing" without saying of what.
  @Test func aDoubtedColumnLeads() throws {
    var rows = Self.grown
    rows[4] = "96,2.5,39"
    func fit(_ rows: [String], _ model: String) throws -> String {
      var text = ""
      try run(rows, harvest: 288) { folder in
        text = try Tool.run(
          ["fit", folder, "--model", model, "-o", folder + "/report.html"]
        ).text.unwrapped
      }
      return text
    }
    let text = try fit(rows, "exponential_lag")
    let verdict = text.components(separatedBy: "DOUBTFUL").dropFirst().first?.prefix(800) ?? ""
    #expect(verdict.contains("The viability of day 4 (") && verdict.contains("csv:6:"), "\(text)")
    #expect(verdict.contains("93 %, with two digits exchanged, would follow."), "\(text)")
    #expect(verdict.contains("Look at the sheet; correct or empty the cell"), "\(text)")
    #expect(verdict.contains("exponential_lag does not read it"), "\(text)")
    #expect(text.contains("Correct first what the verdict names"), "\(text)")
    #expect(text.contains("is not among these readings"), "\(text)")
    #expect(
      try fit(rows, "live_dead").contains("cannot be right is among these readings"))
    let clean = try fit(Self.grown, "exponential_lag")
    #expect(!clean.contains("cannot be right"), "\(clean)")
  }

  // A run whose residuals contradict every model that it could be fitted with, by the shape of the curve.
  // Catches: "recount the reading named in the verdict" where it names none; another model advised where
  // none stands; the records that would bring more models left unsaid.
  @Test func withoutAReadingToBlameItSaysWhatWouldHelp() throws {
    try Scratch.folder { folder in
      let text = try Tool.run([
        "fit", "data/runs/cho_fedbatch_2024nov", "--run", "X-B7_rep2", "-o",
        folder + "/c.html",
      ]).text.unwrapped
      #expect(text.contains("DOUBTFUL"), "\(text.prefix(800))")
      let next = text.components(separatedBy: "What to measure next").last?.prefix(500) ?? ""
      #expect(!next.contains("Recount") && !next.contains("hoose another model"), "\(next)")
      #expect(text.contains("write down the culture volume"))
    }
  }

  // Four counts, five parameters, no prior. Catches: a doubling time and a lag in the headline that the
  // list of what to trust forbids; an interval trusted whose ends are other parameters' bounds.
  @Test func theHeadlineKeepsToWhatMayBeTrusted() throws {
    try run(
      ["72,0.859,87", "120,2.677,90", "168,3.793,92", "216,3.953,91"], harvest: 240
    ) { folder in
      let text = try Tool.run([
        "fit", folder, "--model", "baranyi_roberts", "--no-priors", "-o", folder + "/r.html",
      ]).text.unwrapped
      let parts = text.components(separatedBy: "Which parameters to trust")
      #expect(parts[0].contains("the curve doubles in") && parts[0].contains("at best"), "\(text)")
      #expect(!parts[0].contains("Growing cells double"))
      let list = parts.last?.components(separatedBy: "What to measure next").first ?? ""
      let fixed = list.components(separatedBy: "open interval").first ?? ""
      #expect(!fixed.contains("bound of"), "\(list)")
      // Catches: a design that finds no time where the report does.
      let design = try Tool.run(["design", folder, "--model", "baranyi_roberts"]).text.unwrapped
      #expect(!design.contains("no time left") && design.contains("day 9.5"), "\(design)")
    }
  }

  // Catches: two more counts advised where one day is left; a flat run told to change its model.
  @Test func aFlatRunIsCountedAgainBeforeItsHarvest() throws {
    let flat = ["72,0.51,87", "120,0.49,90", "168,0.5,92", "216,0.505,91"]
    try run(flat, harvest: 240) { folder in
      let text = try report(folder).text.unwrapped
      #expect(text.contains("Count again at the harvest"), "\(text)")
      #expect(text.contains("No other model was tried"))
    }
  }

  // Catches: a harvested run told to sample tomorrow; a run under way told that it is over; parts of
  // the report that say nothing of what to trust.
  @Test func whatToMeasureNextKnowsWhetherTheRunIsOver() throws {
    try run(Self.grown, harvest: 168) { folder in
      let text = try report(folder).text
      #expect(text.contains("The run is over (harvest on day 7): for the next run"))
      #expect(text.contains("Which parameters to trust"))
    }
    try run(Self.grown, harvest: 240) { folder in
      let text = try report(folder).text
      #expect(!text.contains("The run is over") && text.contains("What to measure next"))
      #expect(text.contains("Tried: vcd, viability"))
      let terminal = try Tool.run(["fit", folder, "--model", "live_dead"]).text
      #expect(terminal.contains("Add -o report.html"))
    }
  }

  // Catches: 9 L taken from 100 mL without a word.
  @Test func aSampleOfTheWholeCultureIsRefused() throws {
    try run(Self.grown, harvest: 240) { folder in
      let asked = try Tool.run(
        ["design", folder, "--model", "live_dead", "--volume", "vcd=9000mL"])
      #expect(asked.code == 64 && asked.errors.contains("9,000 % of the culture"), "\(asked.brief)")
      #expect(asked.errors.contains("at most 'vcd=10 mL'"))
      let fine = try Tool.run(["design", folder, "--model", "live_dead", "--volume", "vcd=5mL"])
      #expect(fine.code == 0 && fine.text.unwrapped.contains("5 % of the culture"), "\(fine.brief)")
    }
  }

  // Catches: bounds left out of the parameters; numbers of starts that contradict at sight; a file
  // named twice; the choice of the model left unsaid.
  @Test func theReportSaysWhatItRestsOn() throws {
    try run(Self.grown, harvest: 240) { folder in
      let text = try report(folder).text
      #expect(text.contains("bounds: 0.0005 - 0.07 1/h"), "\(text)")
      #expect(text.contains("searches made ended at this optimum"))
      #expect(!text.contains("starts agree"))
      #expect(!text.contains("Why this model"))
      let all = try Tool.run(["fit", folder])
      #expect(all.text.contains("- Why this model: "), "\(all.brief)")
      let lines = all.text.components(separatedBy: "\n").filter { $0.contains(".thymus") }
      #expect(lines.count > 10 && Set(lines).count == lines.count)
      let named = lines.compactMap { $0.split(separator: " ").first }
      #expect(Set(named).count == named.count)
    }
  }

  // A newcomer with four counts in one file, who was told to use exponential_lag. Catches: a remedy
  // that does not say how; counts a thousand times too low headed "usable" without a word.
  @Test func aLoneFileOfCounts() throws {
    try Scratch.folder { folder in
      let file = folder + "/lone.csv"
      try Scratch.write(
        "run,time [h],vcd [cells/mL]\nA,0,500\nA,24,480\nA,48,700\nA,72,1300\n", to: file)
      let refused = try Tool.run(["fit", file, "--model", "exponential_lag"])
      #expect(refused.code == 65 && refused.errors.contains("E_RUN_CLOCK"))
      #expect(
        refused.errors.contains("--operations") && refused.errors.contains("'A,0,activation'"))
      let operations = folder + "/done.csv"
      try Scratch.write("run,time [h],operation\nA,0,activation\n", to: operations)
      let fitted = try Tool.run(
        ["fit", file, "--operations", operations, "--model", "exponential_lag"])
      #expect(fitted.text.contains("W_DENSITY_UNIT"), "\(fitted.brief)")
      let parts = fitted.text.components(separatedBy: "Which parameters to trust")
      #expect(parts[0].contains("lone.csv:2:"))
    }
  }

  // Catches: a day asked for that the report picks by itself.
  @Test func designTakesTheDayOfTheReport() throws {
    try run(Self.grown) { folder in
      let asked = try Tool.run(["design", folder, "--model", "live_dead"])
      #expect(asked.code != 64, "\(asked.brief)")
      let words = asked.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("No --target was given and no harvest is planned"), "\(words)")
      #expect(words.contains("for day 9, two days on"))
    }
  }

  // Catches: a model that observes nothing fitted to nothing, in silence or with "not a number".
  @Test func whatNoModelObservesIsSaidWithTheModelsThatDo() throws {
    try run(["24,5.5", "48,5.1", "72,4"], header: "run,time [h],glucose [mmol/L]") { folder in
      for extra in [[], ["--joint"]] {
        let outcome = try Tool.run(["fit", folder, "--model", "live_dead"] + extra)
        #expect(outcome.code == 65, "\(outcome.brief)")
        #expect(
          outcome.errors.contains("glucose is observed by glucose_lactate"), "\(outcome.brief)")
        #expect(!outcome.text.contains("not a number"))
      }
    }
  }

  // Catches: joint reports without residuals or next samples; a sample chosen by a model in doubt; scopes that are not named; a scope of
  // a held parameter passed over.
  @Test func jointReportsAndTheirOptions() throws {
    let cho = ["fit", "data/runs/cho_fedbatch_2024nov", "--joint", "--model", "live_dead_density"]
    try Scratch.folder { folder in
      let text = try Tool.run(cho + ["-o", folder + "/j.html"]).text
      #expect(text.contains("\nResiduals\n") && text.contains("What to measure next"))
      // While residuals contradict the model it chooses no sample.
      #expect(
        text.contains("DOUBTFUL") && text.unwrapped.contains("would choose is worth little")
      )
      let prodigy = try Tool.run([
        "fit", "data/runs/prodigy_example", "--joint", "--model", "live_dead", "--until", "6d",
        "-o",
        folder + "/p.html",
      ]).text
      #expect(prodigy.contains("- synthetic_prodigy_01: Count viable cells"), "\(prodigy)")
    }
    let scope = try Tool.run(cho + ["--per", "mu=bla"])
    #expect(scope.code == 64 && scope.errors.contains("all, run, group, donor and platform"))
    let held = try Tool.run(cho + ["--per", "mu=run", "--hold", "mu=0.03 1/h"])
    #expect(held.code == 64 && held.errors.contains("would do nothing"), "\(held.brief)")
  }
}
