import Bioreactor
import Foundation
import Integration
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

/// Exact sensitivities at and around state-triggered events against sixth-order central
/// differences: 1,000 random cases over all kinds of events, with samples before, between and after.
///
/// V = V0 e^(mu t) eats glucose, so the event is at ln(1 + (G0 - thr) mu / (q V0)) / mu. Catches:
/// a jump of the sensitivities left out or with the wrong sign, f- and f+ swapped, dM/dp forgotten,
/// volume, kept fraction or clock without the derivative of the event's time.
@Suite struct EventSensitivityTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    var growth = "mu * V"
    var more = ""
    var action: RunRecords.Operation.Action?
    var scheduled: [RunRecords.Operation] = []
    /// True when flows from the start make the event's time no closed form.
    var isLooked = false
    /// What lets the uptake end with the glucose, where no later medium brings more.
    var fade = ""
    var testDescription: String { name }
  }

  /// Glucose is an attribute of cells, which may turn negative, where no operation brings medium.
  static func bringsMedium(_ action: RunRecords.Operation.Action) -> Bool {
    switch action {
    case .transduction, .split: false
    default: true
    }
  }

  static let medium = ["glucose": 20.0]
  static let kinds: [Kind] = [
    Kind(name: "branch", growth: "mu * V * (if glucose < thr then 0.3 else 1)"),
    Kind(name: "maximum", growth: "mu * V * max(0.3, min(1, 0.5 + 0.5 * glucose / thr))"),
    Kind(
      name: "reset", growth: "mu * V * (1 + w)",
      more: "per_cell w [1] \"\"\nw(0) = 0\nw' = 0 [1/h]\n"
        + "on glucose < thr: w = 0.1 * thr / 1 [mmol/L] + mu * time, glucose = glucose + G0"
    ),
    Kind(name: "feed", action: .feedShare(fraction: 0.5, solutes: medium)),
    Kind(
      name: "feed while flowing", action: .feed(volume: 200, solutes: medium),
      scheduled: [
        operation(
          0, .flow(Flow(inflow: 1, permeate: 0.2, bleed: 0.1, retention: 0.8, solutes: medium)))
      ], isLooked: true),
    Kind(name: "exchange", action: .exchange(fraction: 0.6, retention: 0.9, solutes: medium)),
    Kind(name: "sample and wash", action: .wash(recovery: 0.8, volume: 70, solutes: medium)),
    Kind(
      name: "flow step",
      action: .flow(
        Flow(
          inflow: 6, permeate: 1, bleed: 0.5, evaporation: 0.2, retention: 0.7, solutes: medium))),
    Kind(
      name: "flow step from a flow",
      action: .flow(Flow(inflow: 5, permeate: 6, bleed: 0.5, retention: 0.7, solutes: medium)),
      scheduled: [operation(0, .flow(Flow(inflow: 1, permeate: 0.2, bleed: 0.1, solutes: medium)))],
      isLooked: true, fade: " * monod(glucose, 1e-6 [mmol/L])"),
    Kind(
      name: "clock reset", growth: "mu * V * exp(-0.01 [1/h] * since(transduction))",
      action: .transduction, scheduled: [operation(0, .transduction)], isLooked: true),
    Kind(
      name: "rule and branch at once", growth: "mu * V * (if glucose < thr then 0.3 else 1)",
      action: .split(discarded: 0.4)),
  ]

  static func text(_ kind: Kind) -> String {
    """
    model event "an event"
    cells V [1e6 cells/mL] "cells"
    \(kind.action.map { Self.bringsMedium($0) } ?? false ? "solute" : "per_cell") glucose [mmol/L] "glucose"
    param mu [1/h] "growth" = 0.03 in 0.001 ... 1 log
    param q [fmol/cell/h] "uptake" = 100 in 1 ... 1000 log
    param thr [mmol/L] "threshold" = 4 in 0.1 ... 20 log
    param V0 [1e6 cells/mL] "seed" = 0.5 in 0.01 ... 10 log
    param G0 [mmol/L] "glucose at the start" = 10 in 1 ... 50 log
    V(0) = V0
    glucose(0) = G0
    V' = \(kind.growth)
    glucose' = -q * V\(kind.fade)
    \(kind.more)
    observe vcd [1e6 cells/mL] = V ~ normal(sd: 1 [1e6 cells/mL])
    observe glucose [mmol/L] = glucose ~ normal(sd: 1 [mmol/L])
    observe tvc [1e6 cells] = V * volume ~ normal(sd: 1 [1e6 cells])
    observe fold [1] = fold(V) ~ normal(sd: 1)
    observe volume [mL] = volume * thr / thr ~ normal(sd: 1 [mL])
    """
  }

  static func run(_ kind: Kind, times: [Double]) -> Run {
    var line = 0
    let observations = times.flatMap { time in
      ["vcd", "glucose", "tvc", "fold", "volume"].map { quantity in
        line += 1
        return Observation(
          time: time, quantity: quantity, value: .exact(1), place: Place(file: "d", line: line))
      }
    }
    let place = Place(file: "z", line: 9)
    let rule = kind.action.map {
      RunRecords.Operation(
        time: 0, action: $0, when: Trigger(text: "glucose < thr", place: place), place: place)
    }
    return Run(
      name: "r", observations: observations,
      operations: [
        operation(0, .seed(volume: 100, viableDensity: 1, viability: nil, solutes: [:]))
      ] + kind.scheduled + (rule.map { [$0] } ?? []))
  }

  static let casesPerKind = 91

  @Test(arguments: kinds) func againstDifferences(_ kind: Kind) throws {
    let options = StepOptions(relativeTolerance: 1e-12, absoluteTolerance: 1e-13)
    let model = try Model(parsing: Self.text(kind), file: "t")
    var worst = (error: 0.0, what: "")
    var fired = 0
    for index in 0..<Self.casesPerKind {
      var stream = RandomStream(
        seed: 11, name: kind.name, purpose: "event", index: UInt64(index))
      var values = model.parameters.map { $0.value * exp(0.5 * (stream.uniform() - 0.5)) }
      values[4] = values[2] * (1.6 + 2 * stream.uniform())
      var at = log(1 + (values[4] - values[2]) * values[0] / (values[1] * values[3])) / values[0]
      if kind.isLooked {
        let seen = try Culture(model: model, run: Self.run(kind, times: []))
          .simulate(values, at: [Instant(time: 130)], options: options)[0].firings
        at = try #require(seen.first).time
      }
      let times = [0.4, 0.96, 1.04, 1.12, 1.2].map { $0 * at }
      let culture = try Culture(model: model, run: Self.run(kind, times: times))
      let predictor = Predictor(culture, options: options)
      let direction = values.map { _ in stream.uniform() - 0.5 }
      guard let exact = predictor.predict(values, seeds: [0, 1, 2, 3, 4], slopes: values) else {
        worst = (.infinity, "\(index): \(predictor.lastFailure.map { "\($0)" } ?? "")")
        continue
      }
      let h = 1.5e-3
      let near = [-3.0, -2, -1, 1, 2, 3].compactMap { k in
        predictor.predict(zip(values, direction).map { $0 * exp(k * h * $1) })?.means
      }
      guard near.count == 6 else { continue }
      fired += 1
      for k in exact.means.indices {
        let slope = (0..<5).reduce(0.0) { $0 + exact.meanSlopes[k * 5 + $1] * direction[$1] }
        let difference =
          zip([-1.0, 9, -45, 45, -9, 1], near).reduce(0) { $0 + $1.0 * $1.1[k] } / (60 * h)
        let scale = max(abs(difference), 0.01 * abs(exact.means[k]), 1e-6)
        let error = abs(slope - difference) / scale
        if !(error <= worst.error) {
          worst = (error, "case \(index) target \(k): \(slope), difference \(difference)")
        }
      }
    }
    #expect(fired == Self.casesPerKind)
    #expect(worst.error <= 1e-6, "\(kind.name): \(worst)")
  }

  /// Seventeen and thirty-two directions, in passes of eight, give what one pass does. Catches: a
  /// pass whose slopes land in another's columns.
  @Test func manyDirections() throws {
    let kind = Self.kinds[3]
    let model = try Model(parsing: Self.text(kind), file: "t")
    let culture = try Culture(model: model, run: Self.run(kind, times: [10, 60, 90]))
    let predictor = Predictor(culture)
    let values = model.parameters.map(\.value)
    let narrow = try #require(
      predictor.predict(values, seeds: [0, 1, 2, 3, 4], slopes: values))
    for count in [9, 17, 32] {
      let seeds = (0..<count).map { $0 % 5 }
      let wide = try #require(
        predictor.predict(values, seeds: seeds, slopes: seeds.map { values[$0] }))
      var worst = 0.0
      for k in wide.means.indices {
        for j in 0..<count {
          let (a, b) = (wide.meanSlopes[k * count + j], narrow.meanSlopes[k * 5 + j % 5])
          worst = max(worst, abs(a - b) / max(abs(b), 1e-3))
        }
      }
      #expect(worst < 1e-5)
    }
    #expect(predictor.predict(values, seeds: Array(repeating: 0, count: 33), slopes: []) == nil)
  }
}
