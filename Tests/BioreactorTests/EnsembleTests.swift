import Bioreactor
import Integration
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

/// Draws that are advanced together against the same draws alone.
@Suite struct EnsembleTests {
  static let text = """
    model m "growth that eats glucose"
    cells V [1e6 cells/mL] "cells"
    solute glucose [mmol/L] "glucose"
    param mu [1/h] "growth" = 0.03 in 0.001 ... 0.2 log
    param q [pmol/cell/h] "uptake" = 0.1 in 0.001 ... 5 log
    V(0) = 0.5 [1e6 cells/mL]
    glucose(0) = 10 [mmol/L]
    V' = mu * V
    glucose' = -q * V UPTAKE
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
    observe glucose [mmol/L] = glucose ~ normal(sd: 0.2 [mmol/L])
    """

  private func culture(_ uptake: String) throws -> Culture {
    try Culture(
      model: Model(parsing: Self.text.replacing("UPTAKE", with: uptake), file: "t"),
      run: Run(
        name: "r", observations: [],
        operations: [
          operation(0, .seed(volume: 100, viableDensity: nil, viability: nil, solutes: [:])),
          operation(47, .exchange(fraction: 0.9, retention: 0.9, solutes: ["glucose": 20])),
        ]))
  }

  private func draw(_ index: Int) -> [Double] {
    var stream = RandomStream(seed: 3, name: "ensemble", purpose: "draw", index: UInt64(index))
    return [0.03 * Double.exp(0.3 * stream.normal()), 0.1 * Double.exp(0.6 * stream.normal())]
  }

  /// Catches: a draw in another's lane, a last block that is cut, a step that serves one draw only,
  /// noise scales left out.
  @Test(arguments: [1, 4, 5, 8, 13, 40])
  func togetherAsAlone(_ count: Int) throws {
    let culture = try culture("* monod(glucose, 0.5 [mmol/L])")
    let instants = [0, 24, 47, 47.5, 120.0].map { Instant(time: $0) }
    let ensemble = CultureEnsemble(culture, instants: instants)
    let single = CultureSimulation(culture, instants: instants)
    for index in 0..<count {
      let path = try #require(ensemble.path(index, of: count, draw: draw))
      let alone = try single.run(draw(index))
      for (a, b) in zip(path, alone) {
        #expect(a.instant == b.instant && a.volume == b.volume && a.kept == b.kept)
        for (x, y) in zip(a.means + a.noise + a.amounts, b.means + b.noise + b.amounts) {
          #expect(abs(x - y) <= 1e-6 * max(abs(y), 1e-3))
        }
      }
    }
    #expect(ensemble.aloneCount == (count % 8 <= 4 ? count % 8 : 0))
  }

  /// Catches: a target read at another's instant, a draw's prediction in another's place, a draw that
  /// cannot be simulated taking its neighbours along.
  @Test func predictionsTogetherAsAlone() throws {
    let culture = try culture("* monod(glucose, 0.5 [mmol/L])")
    let points = [120, 0, 47.5, 24.0].flatMap { time in
      [1, 0].map { Predictor.Point(instant: Instant(time: time), observable: $0) }
    }
    let predictor = Predictor(culture, points: points)
    var draws = (0..<22).map(draw)
    draws[10] = [.nan, 0.1]
    let together = predictor.predict(each: draws)
    #expect(together.count == draws.count && together[10] == nil)
    for (index, found) in together.enumerated() where index != 10 {
      let (found, alone) = (try #require(found), try #require(predictor.predict(draws[index])))
      for (x, y) in zip(found.means + found.noise, alone.means + alone.noise) {
        #expect(abs(x - y) <= 1e-6 * max(abs(y), 1e-3))
      }
    }
  }

  /// Uptake that does not stop: draws whose glucose would turn negative are lost, whichever
  /// neighbours they have and whenever they are looked at. Catches: packs without bounds.
  @Test func negativeDrawsAreLostInPacksToo() throws {
    let culture = try culture("")
    for instants in [[Instant(time: 120)], [20, 46.9, 120.0].map { Instant(time: $0) }] {
      let ensemble = CultureEnsemble(culture, instants: instants)
      let single = CultureSimulation(culture, instants: instants)
      var lost = 0
      for index in 0..<40 {
        let path = ensemble.path(index, of: 40, draw: draw)
        let alone = try? single.run(draw(index))
        #expect((path == nil) == (alone == nil))
        if alone == nil { lost += 1 }
      }
      #expect(lost > 3 && lost < 40)
    }
  }
}

/// What a run must not do beyond its last row, and what a rate may read.
@Suite struct LimitTests {
  private func simulate(
    _ operations: [RunRecords.Operation], on platform: Platform, to end: Double
  ) throws -> Snapshot {
    let text = """
      model m "growth"
      cells V [1e6 cells/mL] "cells"
      V(0) = 1 [1e6 cells/mL]
      V' = 0.01 [1/h] * V
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """
    return try Culture(
      model: Model(parsing: text, file: "t"),
      run: Run(
        name: "r", observations: [],
        operations: [
          operation(0, .seed(volume: 100, viableDensity: 1, viability: nil, solutes: [:]))
        ] + operations), platform: platform
    ).simulate([], at: [Instant(time: end)])[0]
  }

  let vessel = Platform(name: "toy", mostVolume: .init(200, .read))

  /// Catches: limits that are looked at up to the last row only.
  @Test func flowAfterTheLastRow() throws {
    let flow = operation(0, .flow(Flow(inflow: 2)))
    #expect(abs(try simulate([flow], on: vessel, to: 50).volume - 200) < 1e-9)
    do {
      _ = try simulate([flow], on: vessel, to: 51)
      Issue.record("the vessel held more than it can")
    } catch let error as SimulationFailure {
      #expect(error.cause == .vessel(at: 50, volume: 200, limit: 200))
    }
  }

  /// A rule that never fires must not lift the limit of a scheduled feed. Catches: limits that are
  /// left to the run once there is a rule, and not looked at there.
  @Test func scheduledFeedBesideARule() throws {
    let place = Place(file: "z", line: 3)
    let rule = RunRecords.Operation(
      time: 0, action: .feed(volume: 1, solutes: [:]),
      when: Trigger(text: "V < 0.001 [1e6 cells/mL]", place: place), place: place)
    do {
      _ = try simulate([rule, operation(20, .feed(volume: 150, solutes: [:]))], on: vessel, to: 30)
      Issue.record("the vessel held more than it can")
    } catch let error as SimulationFailure {
      #expect(error.cause == .vessel(at: 20, volume: 250, limit: 200))
    }
  }

  /// Catches: a rate that reads the fold of an earlier look.
  @Test func foldsAreNotForRates() {
    let text = """
      model m "m"
      cells V [1e6 cells/mL] "cells"
      V(0) = 1 [1e6 cells/mL]
      V' = 0.01 [1/h] * V / fold(V)
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """
    do {
      _ = try Model(parsing: text, file: "t")
      Issue.record("it was read")
    } catch { #expect(error.findings.map(\.code) == ["E_MODEL_FOLD"]) }
  }

  /// A Hill term of a broken power whose substrate runs out, with every method. The cells stop where
  /// the substrate is used up: V = V0 + Y S0. Catches: a power of an error below nothing.
  @Test(arguments: [0.7, 1.5, 2.5])
  func hillTermAtTheEnd(_ power: Double) throws {
    let text = """
      model m "m"
      per_cell V [1] "cells"
      solute S [mmol/L] "substrate"
      V(0) = 0.5
      S(0) = 2 [mmol/L]
      V' = 0.05 [1/h] * hill(S, 0.001 [mmol/L], \(power)) * V
      S' = -0.5 [mmol/L] * 0.05 [1/h] * hill(S, 0.001 [mmol/L], \(power)) * V
      observe vcd [1] = V ~ normal(sd: 1)
      """
    var culture = try Culture(
      model: Model(parsing: text, file: "t"), run: Run(name: "r", observations: []))
    for (name, method) in try ClosedFormTests.methods() where name != "explicit 8" {
      culture.method = method
      let end = try culture.simulate([], at: [Instant(time: 400)])[0]
      #expect(abs(end.means[0] - 4.5) < 5e-3, "\(name): \(end.means[0])")
    }
  }

  /// A pulse of an hour on day 2 of a culture in which nothing else happens. Catches: a step as long
  /// as the whole run.
  @Test func quietPulse() throws {
    let text = """
      model m "m"
      per_cell n [1] "n"
      n(0) = 0
      n' = 1 [1/h] * exp(-((time - 50 [h]) / 2 [h])^2)
      observe vcd [1] = n ~ normal(sd: 1)
      """
    var culture = try Culture(
      model: Model(parsing: text, file: "t"), run: Run(name: "r", observations: []))
    for (name, method) in try ClosedFormTests.methods() {
      culture.method = method
      let end = try culture.simulate([], at: [Instant(time: 100)])[0]
      #expect(abs(end.means[0] / (2 * Double.pi.squareRoot()) - 1) < 1e-6, "\(name)")
    }
  }
}
