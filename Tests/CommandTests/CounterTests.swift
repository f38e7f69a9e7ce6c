import Foundation
import Testing

/// `thymus counter`: the shipped series, its record, a series that is refused.
@Suite("Counter", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct CounterTests {
  static let example = "data/counters/example_dilution_series.csv"

  private struct Record: Decodable {
    struct Series: Decodable {
      let cells: String
      let cv_extra_low95: Double
      let cv_extra_high95: Double
      let stock_1e6_per_mL: Double
      let model_line: String
    }
    let schema: String
    let series: [Series]
  }

  /// The intervals of the synthetic series hold what it was made with (truth.csv: 0.064062 and 1.472,
  /// the latter within 5 %). Catches: per cent for fractions in the record, an exposure off by the
  /// dilution.
  @Test func findsTheTruth() throws {
    let outcome = try Tool.run(["counter", Self.example, "--json"])
    #expect(outcome.code == 0, "\(outcome.brief)")
    let record = try JSONDecoder().decode(Record.self, from: outcome.out)
    #expect(record.schema == "thymus.counter/1")
    let viable = try #require(record.series.first { $0.cells == "viable" })
    #expect(viable.cv_extra_low95 < 0.064062 && viable.cv_extra_high95 > 0.064062)
    #expect(abs(viable.stock_1e6_per_mL / 1.472 - 1) < 0.05)
  }

  /// The line that is offered is one that a model takes. Catches: a number that the language refuses,
  /// a median outside its bounds.
  @Test func lineFitsAModel() throws {
    let outcome = try Tool.run(["counter", Self.example, "--json"])
    let record = try JSONDecoder().decode(Record.self, from: outcome.out)
    let line = try #require(record.series.first { $0.cells == "viable" }).model_line
    try Scratch.folder { folder in
      let text = try Scratch.text(Tool.root + "/data/models/exponential_lag.thymus")
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.hasPrefix("param s_count ") ? line : String($0)
      }
      #expect(lines.contains(line))
      let path = folder + "/own.thymus"
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let check = try Tool.run(["models", "check", path])
      #expect(check.code == 0, "\(check.brief)")
    }
  }

  /// A file that is no series ends with 65 and its place, and nothing on standard output.
  @Test func refusal() throws {
    let outcome = try Tool.run(["counter", "data/runs/prodigy_example/observations.csv"])
    #expect(outcome.code == 65 && outcome.out.isEmpty)
    #expect(outcome.errors.contains("observations.csv:1:"))
  }
}
