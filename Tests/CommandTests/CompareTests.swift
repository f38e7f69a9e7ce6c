import Foundation
import Testing

@Suite("thymus compare", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct CompareTests {
  static let question = [
    "compare", Tool.example, "--run", "synthetic_prodigy_01", "--until", "8d", "--model",
    "exponential_lag", "--model", "logistic", "--forecast-day", "10d", "--starts", "4",
  ]

  /// JSON and HTML are the same bytes for any number of threads and order of models. Catches: a
  /// stream shared by threads, ranks by position on the command line.
  @Test func sameBytes() throws {
    func results(_ arguments: [String]) throws -> (Data, String) {
      try Scratch.folder { folder in
        let outcome = try Tool.run(arguments + ["--json", "-o", folder + "/x.html"])
        #expect(outcome.code == 0, "\(outcome.brief)")
        return (outcome.out, try Scratch.text(folder + "/x.html"))
      }
    }
    let one = try results(Self.question + ["--threads", "1"])
    #expect(one.0.count > 1000)
    for threads in ["2", "8"] {
      let other = try results(Self.question + ["--threads", threads])
      #expect(other.0 == one.0 && other.1 == one.1, "\(threads) threads")
    }
  }

  /// The verdict comes first, then models with weights and the forecast. Catches: a page without an
  /// answer, a table without its forecast.
  @Test func answers() throws {
    let outcome = try Tool.run(Self.question)
    #expect(outcome.code == 0, "\(outcome.brief)")
    let text = outcome.text
    let verdict = try #require(text.range(of: "Which model"))
    let table = try #require(text.range(of: "LFO"))
    #expect(verdict.lowerBound < table.lowerBound)
    for word in ["logistic", "exponential_lag", "weighted", "by -2 ln Z"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  /// Wrong usage is told apart from bad data. Catches: a draw count that is clipped in silence.
  @Test func usage() throws {
    #expect(try Tool.run(Self.question + ["--draws", "5"]).code == 64)
    #expect(try Tool.run(["compare"]).code == 64)
  }

  /// A file of counts, run by run.
  private func counts(_ runs: [(name: String, days: [Int], vcd: [Double])]) -> String {
    runs.reduce("run,time [d],vcd [1e6 cells/mL]\n") { text, run in
      zip(run.days, run.vcd).reduce(text) { $0 + "\(run.name),\($1.0),\($1.1)\n" }
    }
  }

  /// What a page says holds for its own numbers. Catches: a forecast spoken of where there is none,
  /// BIC weights called Akaike's, a model named twice, numbers of samples that contradict.
  @Test func wordsAgree() throws {
    let text = counts([
      ("three", [0, 2, 4], [0.5, 1.3, 3.1]),
      ("flat", [0, 1, 2, 3, 4, 5], [1, 1.1, 0.9, 1, 1.1, 1]),
      ("growing", [0, 1, 2, 3, 4, 5, 6], [0.5, 0.8, 1.6, 3.1, 5.2, 11, 20]),
    ])
    try Scratch.folder { folder in
      try text.write(toFile: folder + "/x.csv", atomically: true, encoding: .utf8)
      for run in ["three", "flat", "growing"] {
        let call = [
          "compare", folder + "/x.csv", "--run", run, "--model", "exponential", "--model",
          "exponential_lag", "--model", "erlang_lag", "--model", "car_fraction", "--starts", "4",
          "--draws", "400",
        ]
        let outcome = try Tool.run(call)
        #expect(outcome.code == 0 || outcome.code == 1, "\(outcome.brief)")
        let page = outcome.text
        #expect(!page.contains("weighted forecast uses") && !page.contains("forecast below"))
        #expect(!(page.contains("by AICc") && page.contains("by BIC")), "\(run)\n\(page)")
        #expect(!(page.contains("by BIC") && page.contains("Akaike")))
        #expect(!page.contains("not a number"))
      }
    }
  }
}
