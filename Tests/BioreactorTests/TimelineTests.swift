import Bioreactor
import Foundation
import Quantities
import RunRecords
import Testing

/// Volumes under flows against hand calculation, and schedules that a vessel cannot do.
@Suite struct TimelineTests {
  typealias Action = RunRecords.Operation.Action

  func at(_ time: Double, _ line: Int, _ action: Action) -> RunRecords.Operation {
    Operation(time: time, action: action, place: Place(file: "o.csv", line: line, column: 5))
  }
  func seed(_ volume: Double) -> Action {
    .seed(volume: volume, viableDensity: 1, viability: nil, solutes: [:])
  }
  func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }

  /// V = 100 + 6 t from 10 h; losses 0.1 x 10 + 2 = 3 mL/h, so kept = (V/100)^(-3/6); then at
  /// constant volume kept falls as exp(-3 t/V). Catches: the bleed retained, the retention taken for
  /// the loss, evaporation that carries cells.
  @Test func volumeAndKept() throws {
    let ramp = Flow(inflow: 20, permeate: 10, bleed: 2, evaporation: 2, retention: 0.9)
    let steady = Flow(inflow: 14, permeate: 10, bleed: 2, evaporation: 2, retention: 0.9)
    let timeline = try Timeline(
      Run(
        name: "r", observations: [],
        operations: [
          at(0, 2, seed(100)), at(10, 3, .flow(ramp)), at(20, 4, .flow(steady)),
          at(30, 5, .sample(volume: 16)), at(40, 6, .flow(.none)),
        ]))
    #expect(timeline.volume(at: 10, phase: .after) == 100)
    #expect(timeline.volume(at: 15, phase: .before) == 130)
    #expect(timeline.volume(at: 30, phase: .before) == 160)
    #expect(timeline.volume(at: 35, phase: .before) == 144)
    #expect(timeline.volume(at: 90, phase: .before) == 144)
    #expect(timeline.largestVolume == 160)
    #expect(close(timeline.kept(at: 15, phase: .before), pow(1.3, -0.5)))
    let k20 = pow(1.6, -0.5)
    #expect(close(timeline.kept(at: 25, phase: .before), k20 * exp(-3.0 * 5 / 160)))
    let k30 = k20 * exp(-3.0 * 10 / 160) * 0.9
    #expect(close(timeline.kept(at: 30, phase: .after), k30))
    #expect(close(timeline.kept(at: 90, phase: .before), k30 * exp(-3.0 * 10 / 144)))
  }

  /// A nearly balanced flow: the series and the logarithm agree where they meet.
  @Test func nearlyBalanced() throws {
    for net in [1e-9, 1e-4, 0.0999, 0.1001, -0.0999, -0.1001] {
      let flow = Flow(inflow: 10 + net, permeate: 10, retention: 0.5)
      let timeline = try Timeline(
        Run(
          name: "r", observations: [],
          operations: [at(0, 2, seed(1000)), at(0, 3, .flow(flow))]))
      let exact = exp(-5 * log1p(net * 10 / 1000) / net)
      #expect(abs(timeline.kept(at: 10, phase: .before) / exact - 1) < 1e-13)
    }
  }

  func findings(_ platform: Platform?, _ run: Run) -> [Finding] {
    do {
      _ = try Timeline(run, platform: platform)
      return []
    } catch { return error.findings }
  }

  /// Everything that one schedule cannot do, told at once, each at its row with its numbers.
  @Test func allFaults() {
    let vessel = Platform(
      name: "toy", title: "Toy vessel", leastVolume: .init(50, .read),
      mostVolume: .init(200, .unverified), operations: [.seed, .feed, .sample, .flow, .harvest])
    let run = Run(
      name: "r", observations: [],
      operations: [
        at(0, 2, seed(100)), at(24, 3, .feed(volume: 120, solutes: [:])),
        at(48, 4, .debead(recovery: 0.9)), at(60, 5, .sample(volume: 180)),
        at(72, 6, .flow(Flow(inflow: 1, permeate: 3))), at(96, 7, .flow(.none)),
        at(96, 8, .sample(volume: 500)), at(100, 9, .harvest),
      ])
    let told = findings(vessel, run)
    #expect(
      told.map { "\($0.place) \($0.code)" } == [
        "o.csv:3:5 E_PLATFORM_VOLUME", "o.csv:4:5 E_PLATFORM_OPERATION",
        "o.csv:5:5 E_PLATFORM_VOLUME", "o.csv:6:5 E_VESSEL_DRY", "o.csv:8:5 E_RUN_VOLUME_EMPTY",
      ])
    #expect(
      told[0].cause
        == "After the feed at 24 h the culture has 220 mL, but Toy vessel holds at most 200 mL "
        + "(unverified).")
    #expect(told[0].remedy.contains("20 mL less"))
    #expect(told[1].remedy.contains("seed, sample, feed, flow, harvest"))
    #expect(told[2].cause.contains("40 mL") && told[2].cause.contains("at least 50 mL"))
    #expect(
      told[3].cause
        == "At 72 h the vessel holds 40 mL; the flows take 2 mL/h more than they bring, so it is "
        + "empty at 92 h, before the flow at 96 h.")
    #expect(told.allSatisfy { !$0.remedy.isEmpty })
    #expect(findings(nil, run).map(\.code) == ["E_VESSEL_DRY", "E_RUN_VOLUME_EMPTY"])
  }

  /// Limits passed while flows run are told at the row of the flow, with the hour.
  @Test func limitsUnderFlow() {
    let vessel = Platform(
      name: "toy", title: "Toy", leastVolume: .init(80, .read), mostVolume: .init(200, .read))
    func cause(_ flow: Flow) -> [String] {
      let late = Observation(
        time: 60, quantity: "glucose", value: .exact(1), place: Place(file: "d.csv", line: 2))
      return findings(
        vessel,
        Run(
          name: "r", observations: [late],
          operations: [at(0, 2, seed(100)), at(10, 3, .flow(flow))])
      ).map { "\($0.place.line) \($0.code) \($0.cause)" }
    }
    #expect(cause(Flow(inflow: 5)).first?.contains("200 mL that Toy holds at 30 h") == true)
    #expect(
      cause(Flow(evaporation: 1)).first?.contains("80 mL that Toy works with at 30 h") == true)
    #expect(cause(Flow(inflow: 5, permeate: 5)).isEmpty)
  }

  /// A hollow fibre: no cell sample, no count between seed and harvest, balanced flows only.
  @Test func hollowFibre() {
    var fibre = Platform(name: "fibre", title: "Fibre", allowsCellSampling: false)
    fibre.perfused = .extracapillary
    fibre.geometry[.extracapillary] = .init(300, .read)
    func observation(_ time: Double, _ quantity: String, _ line: Int) -> Observation {
      Observation(
        time: time, quantity: quantity, value: .exact(1),
        place: Place(file: "d.csv", line: line, column: 9))
    }
    let run = Run(
      name: "r",
      observations: [
        observation(0, "vcd", 2), observation(24, "glucose", 3), observation(48, "vcd", 4),
        observation(48, "viability", 4), observation(96, "vcd", 5),
      ],
      operations: [
        at(0, 2, seed(124)), at(10, 3, .flow(Flow(inflow: 6, permeate: 5, bleed: 1))),
        at(24, 4, .sample(volume: 1)), at(96, 5, .harvest),
      ])
    #expect(
      findings(fibre, run).map { "\($0.place) \($0.code)" } == [
        "d.csv:4:9 E_PLATFORM_SAMPLING", "o.csv:3:5 E_PLATFORM_FLOW",
        "o.csv:4:5 E_PLATFORM_SAMPLING",
      ])
  }
}
