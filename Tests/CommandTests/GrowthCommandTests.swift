import Foundation
import Testing

/// Growth without a model, as a user calls it: learn, forecast, replay, and every wrong turn.
@Suite("thymus learn --growth", .enabled(if: Tool.isBuilt, "no release binary"))
struct GrowthCommandTests {
  /// Runs in closed form whose growth fades, in two media; `donors` have one run in each, and both
  /// start from one well at 42 h.
  private func write(_ donors: Range<Int>, to folder: String, medium: Bool = true) throws {
    var observations = "run,donor,time [h],sample,tvc [1e6 cells]\n"
    var attributes = "run,medium\n"
    for donor in donors {
      for medium in 0..<2 {
        let (d, m) = (Double(donor), Double(medium))
        attributes += "r\(donor)-\(medium),\(medium == 0 ? "plain" : "rich")\n"
        for (j, time) in [42, 68, 92, 116, 140].enumerated() {
          let t = Double(time - 42) / 24
          let wave = j == 0 ? 0 : 0.07 * sin(5.1 * (2 * d + m) + 3.7 * Double(j))
          let log =
            0.4 * cos(0.9 * d) + (1.5 + 0.2 * cos(1.1 * d)) * t
            - (0.25 - 0.06 * m + 0.03 * sin(2.3 * d)) * t * t + wave
          for well in 0..<(j == 0 ? 1 : 2) {
            let cells = exp(log) * (j == 0 ? 1 : well == 0 ? 0.97 : 1.03)
            observations += "r\(donor)-\(medium),d\(donor),\(time),\(time)-\(well),\(cells)\n"
          }
        }
      }
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Scratch.write(observations, to: folder + "/observations.csv")
    if medium { try Scratch.write(attributes, to: folder + "/runs.csv") }
  }

  private func learned(_ folder: String, _ body: (String) throws -> Void) throws {
    try write(0..<12, to: folder + "/history")
    try write(20..<22, to: folder + "/new")
    let learn = try Tool.run([
      "learn", folder + "/history", "--growth", "--group", "medium", "-o", folder + "/growth.json",
    ])
    #expect(learn.code == 0, "\(learn.brief)")
    let text = learn.text.unwrapped
    #expect(text.contains("12 donors, 24 runs, 108 counts (12 of them shared"), "\(text)")
    #expect(text.contains("What it cannot do") && text.contains("SHA-256"))
    try body(folder + "/growth.json")
  }

  /// From a folder of runs to a forecast that quotes a replay. Intervals are checked by the tables of
  /// Student's t with 4 degrees of freedom: 0.7407, 1.5332 and 2.1318 for 75, 90 and 95 %. Catches a link
  /// of the chain that does not read what the one before it wrote, intervals of another distribution,
  /// levels that are exchanged, bytes that depend on threads.
  @Test func wholeChain() throws {
    try Scratch.folder { folder in
      try learned(folder) { prior in
        let base = [
          "forecast", folder + "/new", "--prior", prior, "--until", "92h", "--at", "116h,140h",
        ]
        let one = try Tool.run(base + ["--json", "--threads", "1"])
        let two = try Tool.run(base + ["--json", "--threads", "2", "-o", folder + "/f.html"])
        #expect(one.code == 0 && one.out == two.out, "\(one.brief)")
        let html = try Scratch.text(folder + "/f.html")
        #expect(html.contains("<svg") && html.contains("by the learned surface"))
        let record = try JSONDecoder().decode(Record.self, from: one.out)
        #expect(record.runs.count == 4 && record.runs.allSatisfy { $0.basis == "surface" })
        for run in record.runs {
          #expect(run.days.map(\.time_h) == [116, 140] && run.latest.p_value > 0.01)
          for day in run.days {
            let logs = day.culture.map { log($0) - log(day.culture[3]) }
            for (k, t) in [(4, 0.7407), (5, 1.5332), (6, 2.1318)] {
              #expect(abs(logs[k] / logs[6] - t / 2.1318) < 1e-4)
              #expect(abs(logs[k] + logs[6 - k]) < 1e-9)
            }
          }
        }
        let replay = [
          "backtest", folder + "/history", "--growth", "--group", "medium", "--from", "92h",
          "--folds", "3", "--json",
        ]
        let test = try Tool.run(replay + ["--threads", "1"])
        #expect(test.code == 0, "\(test.brief)")
        #expect(try Tool.run(replay + ["--threads", "2"]).out == test.out)
        try test.out.write(to: URL(fileURLWithPath: folder + "/backtest.json"))
        let quoting = try Tool.run(base + ["--backtest", folder + "/backtest.json"])
        #expect(quoting.code == 0 && quoting.text.contains("Back-test ("), "\(quoting.brief)")
        #expect(!quoting.text.contains("other runs") && !quoting.text.contains("made with"))
        let own = try Tool.run([
          "backtest", folder + "/history", "--prior", prior, "--from", "92h",
        ])
        #expect(own.code == 0 && own.text.contains("flatter"), "\(own.brief)")
        let need = try Tool.run(base + ["--need", "1e12 cells"])
        #expect(need.code == 1 && need.text.contains("No hour shown has the cells"))
      }
    }
  }

  private struct Record: Decodable {
    struct Day: Decodable {
      let time_h: Double
      let culture: [Double]
    }
    struct Latest: Decodable { let p_value: Double }
    struct Run: Decodable {
      let basis: String
      let days: [Day]
      let latest: Latest
    }
    let runs: [Run]
  }

  /// Each kind of file under the wrong option, and options that say nothing together. Catches a file of
  /// one kind read as the other, an option that is passed over in silence.
  @Test func wrongKinds() throws {
    try Scratch.folder { folder in
      try learned(folder) { growth in
        let forecast = ["forecast", folder + "/new", "--prior", growth]
        let harvest = try Tool.run([
          "harvest", HarvestPriorCommandTests.child, "--prior", growth, "--harvest-plan",
          HarvestPriorCommandTests.plan,
        ])
        #expect(
          harvest.code == 65 && harvest.errors.contains("E_RECORD_KIND")
            && harvest.errors.contains("learned without a model"), "\(harvest.brief)")
        let mixed = try Tool.run(forecast + ["--prior", folder + "/other.json"])
        #expect(mixed.code == 64 && mixed.errors.contains("stands alone"), "\(mixed.brief)")
        #expect(try Tool.run(forecast + ["--prior", growth]).code == 64)
        #expect(try Tool.run(forecast + ["--model", "logistic"]).code == 64)
        #expect(try Tool.run(forecast + ["--widening", "2"]).code == 64)
        #expect(try Tool.run(forecast + ["--until", "92h", "--at", "80h"]).code == 64)
        let learn = ["learn", folder + "/history", "-o", folder + "/q.json"]
        #expect(try Tool.run(learn).code == 64)
        #expect(try Tool.run(learn + ["--growth", "--model", "logistic"]).code == 64)
        #expect(try Tool.run(learn + ["--growth", "--varies", "mu"]).code == 64)
        #expect(try Tool.run(learn + ["--model", "logistic", "--group", "medium"]).code == 64)
        #expect(!Scratch.exists(folder + "/q.json"))
        let text = try Scratch.text(growth)
        let bad = folder + "/bad.json"
        try Scratch.write(
          text.replacingOccurrences(of: "\"counts\": 108", with: "\"counts\": 109"), to: bad)
        let changed = try Tool.run(["forecast", folder + "/new", "--prior", bad])
        #expect(changed.code == 65 && changed.errors.contains("E_RECORD_CHANGED"))
      }
    }
  }

  /// Catches: a condition that is guessed, one that never taught, NaN, one donor only, a split that is
  /// taken for growth, one refused run that hides the others.
  @Test func whatCannotBeDone() throws {
    try Scratch.folder { folder in
      try learned(folder) { prior in
        let learn = ["learn", folder + "/h", "--growth", "-o", folder + "/q.json"]
        try write(0..<3, to: folder + "/h", medium: false)
        let bare = try Tool.run(learn + ["--group", "medium"])
        #expect(bare.code == 65 && bare.errors.contains("E_GROWTH_GROUP"), "\(bare.brief)")
        #expect(bare.errors.contains("runs.csv"))
        let table = try Scratch.text(folder + "/h/observations.csv")
        try Scratch.write(
          "run,time [h],operation,fraction [1]\nr0-0,80,split,0.5\n",
          to: folder + "/h/operations.csv")
        let split = try Tool.run(learn)
        #expect(split.code == 65 && split.errors.contains("E_GROWTH_CELLS"), "\(split.brief)")
        #expect(split.errors.contains("operations.csv:2"), "\(split.brief)")
        try FileManager.default.removeItem(atPath: folder + "/h/operations.csv")
        let lines = table.split(separator: "\n").map(String.init)
        try Scratch.write(
          ([lines[0], "r0-0,d0,30,x,NaN"] + lines.dropFirst()).joined(separator: "\n") + "\n",
          to: folder + "/h/observations.csv")
        let nan = try Tool.run(learn)
        #expect(nan.code == 65 && nan.errors.contains("observations.csv:2"), "\(nan.brief)")
        try write(0..<1, to: folder + "/h")
        let one = try Tool.run(learn)
        #expect(one.code == 65 && one.errors.contains("E_LEARN_DONORS"), "\(one.brief)")
        #expect(!Scratch.exists(folder + "/q.json"))

        let base = [
          "forecast", folder + "/new", "--prior", prior, "--until", "92h", "--at", "116h",
        ]
        try Scratch.write(
          "run,time [h],operation,fraction [1]\nr20-0,80,split,0.5\n",
          to: folder + "/new/operations.csv")
        let some = try Tool.run(base)
        #expect(some.code == 1 && some.text.contains("The split of the run 'r20-0'"))
        #expect(some.text.unwrapped.components(separatedBy: "by the learned surface").count == 4)
        try FileManager.default.removeItem(atPath: folder + "/new/operations.csv")
        let far = try Tool.run(Array(base.dropLast()) + ["400h"])
        #expect(far.code == 1 && far.text.unwrapped.contains("No run was followed so long"))
        let attributes = try Scratch.text(folder + "/new/runs.csv")
        try Scratch.write(
          attributes.replacingOccurrences(of: "r20-0,plain", with: "r20-0,poor"),
          to: folder + "/new/runs.csv")
        let kind = try Tool.run(base)
        #expect(kind.code == 65 && kind.errors.contains("Known are: plain; rich"), "\(kind.brief)")
      }
    }
  }
}
