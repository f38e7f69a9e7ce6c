import Foundation
import Population
import Quantities
import RunRecords
import Testing

/// Runs as growth reads them: wells, shared counts, conditions, and what must not have been done.
struct GrowthRunsTests {
  private func run(
    _ name: String, donor: Donor = .one("D"), _ rows: [(Double, Observation.Reading, String?)],
    quantity: String = "tvc", medium: String? = "plain", operations: [RunRecords.Operation] = []
  ) -> Run {
    Run(
      name: name, donor: donor, group: "g",
      attributes: medium.map { ["medium": .word($0)] } ?? [:],
      observations: rows.enumerated().map { k, row in
        Observation(
          time: row.0, quantity: quantity, value: row.1, sample: row.2,
          place: Place(file: "made", line: k + 2))
      }, operations: operations)
  }

  private func codes(_ body: () throws -> Void) -> [String] {
    do { try body() } catch let refused as InputRefused {
      return refused.findings.map(\.code)
    } catch { return ["\(error)"] }
    return []
  }

  /// Wells of one time are their arithmetic mean, with their number. Catches a mean of logarithms (ln 2
  /// in place of ln 2.5), and replicates that are lost.
  @Test func wells() throws {
    let runs = try GrowthRuns(
      [run("A", [(42, .exact(1), "a"), (42, .exact(4), "b"), (68, .exact(3), nil)])],
      factors: ["medium", "group"])
    let history = runs.histories[0]
    #expect(history.factors == ["plain", "g"] && history.donor == "D" && runs.quantity == "tvc")
    #expect(history.counts.map(\.replicates) == [2, 1])
    #expect(abs(history.counts[0].logCells - log(2.5)) < 1e-15)
    #expect(runs.counts == 2 && runs.sharedCounts == 0 && runs.notes.isEmpty)
  }

  /// One well of three media of a donor counts once; equal names with other numbers, of other donors or
  /// without a name are counts of their own. Catches a key that leaves one of them out.
  @Test func shared() throws {
    func culture(_ name: String, _ donor: String, _ first: Double, _ sample: String?) -> Run {
      run(name, donor: .one(donor), [(42, .exact(first), sample), (68, .exact(3), nil)])
    }
    let runs = try GrowthRuns(
      [
        culture("C", "D", 1, "s"), culture("A", "D", 1, "s"), culture("B", "D", 1, "s"),
        culture("E", "D", 1.5, "s"), culture("F", "other", 1, "s"), culture("G", "D", 1, nil),
      ], factors: [])
    #expect(
      runs.histories.map { $0.counts[0].isRepeat } == [true, false, true, false, false, false])
    #expect(runs.histories.allSatisfy { !$0.counts[1].isRepeat })
    #expect(runs.counts == 10 && runs.sharedCounts == 1)
    #expect(runs.notes.contains { $0.contains("1 count is shared") })
  }

  /// Catches: a limit or a zero taken for a number, a run without its condition, a pooled run, runs that
  /// were counted for nothing in common.
  @Test func refused() throws {
    let limits = try GrowthRuns(
      [
        run(
          "A",
          [(42, .exact(1), nil), (68, .below(2), nil), (68, .exact(2), nil), (92, .exact(0), nil)])
      ],
      factors: [])
    #expect(limits.histories[0].counts.map(\.time) == [42])
    #expect(limits.notes.contains { $0.hasPrefix("2 sampling times") })
    let some: [(Double, Observation.Reading, String?)] = [(42, .exact(1), nil)]
    #expect(
      codes { _ = try GrowthRuns([run("A", some, medium: nil)], factors: ["medium"]) }
        == ["E_GROWTH_GROUP"])
    let bare = ["A", "B", "C"].map { run($0, some, medium: nil) }
    #expect(codes { _ = try GrowthRuns(bare, factors: ["medium"]) } == ["E_GROWTH_GROUP"])
    #expect(
      codes { _ = try GrowthRuns(bare + [run("D", some)], factors: ["medium"]) }
        == Array(repeating: "E_GROWTH_GROUP", count: 3))
    #expect(
      codes { _ = try GrowthRuns([run("A", donor: .pooled, some)], factors: []) }
        == ["E_LEARN_POOLED"])
    let mixed = [run("A", some), run("B", some, quantity: "vcd")]
    #expect(codes { _ = try GrowthRuns(mixed, factors: []) } == ["E_GROWTH_QUANTITY"])
    #expect(
      codes { _ = try GrowthRuns([run("A", [(42, .exact(0), nil)])], factors: []) }
        == ["E_GROWTH_NO_COUNT"])
    let one = try GrowthRuns([run("A", some), run("B", some)], factors: [])
    #expect(codes { try one.checkTeaching() } == ["E_LEARN_DONORS"])
  }

  /// Operations that change the cells are refused when they lie before the last count, and only then.
  /// Catches a split that is let pass, a feed that is refused where cells are counted or let pass where a
  /// density is, a plan after the last count that is taken for something done.
  @Test func operations() throws {
    let some: [(Double, Observation.Reading, String?)] = [
      (42, .exact(1), nil), (92, .exact(2), nil),
    ]
    func codes(
      _ action: RunRecords.Operation.Action, _ quantity: String = "tvc", at time: Double = 50
    )
      throws -> [String]
    {
      let operation = RunRecords.Operation(
        time: time, action: action, place: Place(file: "ops", line: 2))
      let runs = try GrowthRuns(
        [
          run("A", some, quantity: quantity, operations: [operation]),
          run("B", donor: .one("E"), some, quantity: quantity),
        ], factors: [])
      return self.codes { try runs.checkTeaching() }
    }
    let bad = ["E_GROWTH_CELLS"]
    #expect(try codes(.split(discarded: 0.5)) == bad)
    #expect(try codes(.split(discarded: 0.5), at: 100) == [])
    #expect(try codes(.wash(recovery: 1, volume: 10, solutes: [:])) == bad)
    #expect(try codes(.debead(recovery: 0.9)) == bad)
    #expect(try codes(.exchange(fraction: 0.5, retention: 1, solutes: [:])) == [])
    #expect(try codes(.exchange(fraction: 0.5, retention: 0.9, solutes: [:])) == bad)
    #expect(try codes(.flow(Flow(inflow: 1, bleed: 1))) == bad)
    #expect(try codes(.flow(Flow(inflow: 1, permeate: 1))) == [])
    #expect(try codes(.flow(Flow(inflow: 1, permeate: 1, retention: 0.9))) == bad)
    #expect(try codes(.feed(volume: 10, solutes: [:])) == [])
    #expect(try codes(.feed(volume: 10, solutes: [:]), "vcd") == bad)
    #expect(try codes(.sample(volume: 1), "vcd") == [])
    let seed = RunRecords.Operation.Action.seed(
      volume: 10, viableDensity: 0.5, viability: nil, solutes: [:])
    #expect(try codes(seed, at: 0) == [])
    #expect(try codes(seed) == bad)
  }
}
