import Foundation
import Testing

@Suite(
  "Bad input is refused and leaves nothing",
  .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct BadInputTests {
  static let bad = "Tests/RunFilesTests/Bad/"

  /// One line of expected.csv: what is read and the places, as messages show them.
  struct Expectation {
    let input: String
    let places: [String]

    init(_ line: Substring) {
      let cells = line.split(separator: ",").map(String.init)
      input = bad + cells[0]
      let codes = cells[2].split(separator: "+")
      places = zip(codes, cells[4].split(separator: "+")).map { code, column in
        let place = cells[3] == "0" ? "" : ":\(cells[3]):\(column)"
        return "\(bad + cells[1])\(place): error \(code): "
      }
    }

    static func all() throws -> [Expectation] {
      try Scratch.text(Tool.root + "/" + bad + "expected.csv").split(separator: "\n").dropFirst()
        .map(Expectation.init)
    }

    /// What is wrong with an outcome; nil when it is the refusal that was written down.
    func fault(_ outcome: Tool.Outcome) -> String? {
      guard outcome.code == 65, outcome.out.isEmpty else { return "\(input): \(outcome.brief)" }
      let lines = outcome.errors.split(separator: "\n")
      guard lines.count == places.count else { return "\(input): \(lines.count) lines" }
      for (line, place) in zip(lines, places)
      where !line.hasPrefix(place) || !line.contains("Remedy: ") {
        return "\(input): wanted \(place), got \(line)"
      }
      return nil
    }
  }

  /// Every bad file ends `fit` with 65, the place and a remedy on standard error, and no report.
  /// Catches: a reader's finding that the command swallows, a report written before the reading.
  @Test func fitRefuses() throws {
    let expectations = try Expectation.all()
    var faults: [String] = []
    try Scratch.folder { folder in
      let report = folder + "/out.html"
      for expectation in expectations {
        let outcome = try Tool.run(["fit", expectation.input, "-o", report])
        if let fault = expectation.fault(outcome) { faults.append(fault) }
      }
      #expect(try Scratch.names(folder).isEmpty)
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    #expect(expectations.count >= 110)
  }

  /// The same through `harvest` and `report`, for every ninth file. Catches: another way of reading
  /// in one of the commands; an older report lost or replaced.
  @Test func harvestAndReportRefuse() throws {
    let chosen = try Expectation.all().enumerated().filter { $0.offset % 9 == 4 }.map(\.element)
    var faults: [String] = []
    try Scratch.folder { folder in
      for expectation in chosen {
        let harvest = try Tool.run([
          "harvest", expectation.input, "--model", "live_dead", "--until", "6d", "--need",
          "2e8 cells", "-o", folder + "/new.html",
        ])
        let fresh = try Tool.run(["report", expectation.input, "-o", folder + "/new.html"])
        try Scratch.write("older", to: folder + "/old.html")
        let older = try Tool.run(["report", expectation.input, "-o", folder + "/old.html"])
        faults += [harvest, fresh, older].compactMap(expectation.fault)
        if try Scratch.text(folder + "/old.html") != "older" {
          faults.append("lost the older file")
        }
      }
      #expect(try Scratch.names(folder) == ["old.html"])
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    #expect(chosen.count >= 12)
  }

  /// One bad folder among good ones refuses all of them. Catches: fitting what could be read.
  @Test func oneBadAmongGood() throws {
    let outcome = try Tool.run([
      "fit", Tool.example, Self.bad + "number_nan.csv", "--model", "exponential_lag",
    ])
    #expect(outcome.code == 65 && outcome.out.isEmpty, "\(outcome.brief)")
    #expect(outcome.errors.contains("number_nan.csv:3:6: error E_NUMBER_NOT_FINITE"))
  }

  /// A command killed at any moment leaves the old report, or the complete new one. Catches: writing
  /// in place, renaming before everything is written, a temporary file under the report's name.
  @Test func killed() throws {
    var generator = SplitMix(state: 20_261_121)
    var seen = (old: 0, new: 0, inTime: 0)
    var wrong: [String] = []
    try Scratch.folder { folder in
      let report = folder + "/x.html"
      for kill in 0..<30 {
        // A long command, and a short one that is mostly writing.
        let arguments =
          kill % 3 == 0
          ? [
            "report", Tool.example, "--model", "exponential_lag", "--until", "6d", "--starts", "2",
          ] : ["models"]
        let latest = kill % 3 == 0 ? 0.4 : 0.03
        try Scratch.write("older", to: report)
        let running = try Tool.launch(Tool.path, arguments + ["-o", report])
        Thread.sleep(forTimeInterval: Double.random(in: 0...latest, using: &generator))
        if running.process.isRunning { Foundation.kill(running.process.processIdentifier, SIGKILL) }
        if try running.wait().signal == SIGKILL { seen.inTime += 1 }
        let text = try Scratch.text(report)
        if text == "older" {
          seen.old += 1
        } else if text.hasPrefix("<!"), text.hasSuffix("</html>\n") || text.hasSuffix("</html>") {
          seen.new += 1
        } else {
          wrong.append("after kill \(kill): \(text.count) characters")
        }
      }
      // A process that dies between create and rename cannot clean up; such a file is hidden and
      // says whose it is, and no reader takes it for a report.
      let strays = try Scratch.names(folder).filter { $0 != "x.html" }
      for stray in strays where !stray.hasPrefix(".x.html.") || !stray.hasSuffix(".tmp") {
        wrong.append("left behind: \(stray)")
      }
      // Leftovers do not stand in the way of the next run.
      let outcome = try Tool.run(["models", "-o", report])
      if outcome.code != 0 { wrong.append(outcome.brief) }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(seen.old + seen.new == 30 && seen.inTime > 0, "\(seen)")
  }
}

/// A small generator so that the tests repeat (SplitMix64, Steele et al. 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
