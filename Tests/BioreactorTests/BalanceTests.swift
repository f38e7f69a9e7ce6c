import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Testing

/// The vessel's balance against hand calculation. Each would catch one wrong map or one wrong order.
@Suite struct BalanceTests {
  static let text = """
    model tracer "cells that only sit there, and glucose"
    cells V [1e6 cells/mL] "cells"
    solute glucose [mmol/L] "glucose"
    V(0) = 2 [1e6 cells/mL]
    glucose(0) = 10 [mmol/L]
    V' = 0 [1e6 cells/mL/h]
    glucose' = 0 [mmol/L/h]
    observe vcd [1e6 cells/mL] = V ~ normal(sd: 1 [1e6 cells/mL])
    observe glucose [mmol/L] = glucose ~ normal(sd: 1 [mmol/L])
    observe fold [1] = fold(V) ~ normal(sd: 1)
    """

  func look(
    _ operations: [RunRecords.Operation], _ instant: Instant
  ) throws -> (vcd: Double, glucose: Double, volume: Double, kept: Double) {
    let culture = try Culture(
      model: Model(parsing: Self.text, file: "t"),
      run: Run(
        name: "r", observations: [],
        operations: [
          operation(0, .seed(volume: 100, viableDensity: 2, viability: nil, solutes: [:]))
        ] + operations))
    let s = try culture.simulate([], at: [instant])[0]
    return (s.means[0], s.means[1], s.volume, s.kept)
  }

  func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }

  @Test func sample() throws {
    let s = try look([operation(5, .sample(volume: 3))], Instant(time: 6))
    #expect(close(s.vcd, 2) && close(s.glucose, 10) && close(s.volume, 97) && close(s.kept, 0.97))
  }

  @Test func feed() throws {
    let s = try look([operation(5, .feed(volume: 100, solutes: ["glucose": 20]))], Instant(time: 6))
    #expect(close(s.vcd, 1) && close(s.glucose, 15) && close(s.volume, 200) && close(s.kept, 1))
  }

  @Test func exchangeKeepsCells() throws {
    let half = operation(5, .exchange(fraction: 0.5, retention: 0.9, solutes: ["glucose": 20]))
    let s = try look([half], Instant(time: 6))
    #expect(close(s.vcd, 1.9) && close(s.glucose, 15) && close(s.kept, 0.95))
    #expect(close(s.volume, 100))
  }

  @Test func wash() throws {
    let wash = operation(5, .wash(recovery: 0.8, volume: 50, solutes: ["glucose": 7]))
    let s = try look([wash], Instant(time: 6))
    #expect(close(s.vcd, 3.2) && close(s.glucose, 7) && close(s.volume, 50) && close(s.kept, 0.8))
  }

  /// Order within one moment is the file's order: sample then feed is not feed then sample.
  @Test func orderWithinAMoment() throws {
    let feed = RunRecords.Operation.Action.feed(volume: 100, solutes: ["glucose": 20])
    func pair(_ first: RunRecords.Operation.Action, _ second: RunRecords.Operation.Action)
      -> [RunRecords.Operation]
    {
      [
        Operation(time: 5, action: first, place: Place(file: "t", line: 1)),
        Operation(time: 5, action: second, place: Place(file: "t", line: 2)),
      ]
    }
    let a = try look(pair(.sample(volume: 50), feed), Instant(time: 6))
    let b = try look(pair(feed, .sample(volume: 50)), Instant(time: 6))
    #expect(close(a.kept, 0.5) && close(b.kept, 0.75))
    #expect(close(a.vcd, 2.0 / 3) && close(b.vcd, 1))
    #expect(close(a.glucose, 50.0 / 3) && close(b.glucose, 15))
  }

  /// An instant at a moment's time is before it by default.
  @Test func beforeAndAfter() throws {
    let feed = [operation(5, .feed(volume: 100, solutes: ["glucose": 20]))]
    #expect(close(try look(feed, Instant(time: 5)).vcd, 2))
    #expect(close(try look(feed, Instant(time: 5, phase: .after)).vcd, 1))
    #expect(close(try look(feed, Instant(time: 5)).volume, 100))
  }

  @Test func refusals() throws {
    let model = try Model(parsing: Self.text, file: "t")
    func refuses(_ operations: [RunRecords.Operation], _ code: String) -> Bool {
      do {
        _ = try Culture(model: model, run: Run(name: "r", observations: [], operations: operations))
        return false
      } catch { return error.findings.first?.code == code }
    }
    let seed = operation(0, .seed(volume: 100, viableDensity: 2, viability: nil, solutes: [:]))
    #expect(refuses([seed, operation(5, .sample(volume: 100))], "E_RUN_VOLUME_EMPTY"))
    #expect(refuses([operation(5, .sample(volume: 1))], "E_RUN_VOLUME_UNKNOWN"))
    #expect(refuses([seed, operation(5, .feed(volume: 10, solutes: [:]))], "E_RUN_MEDIUM"))
  }
}
