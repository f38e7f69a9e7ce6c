import Foundation
import Quantities
import RunRecords
import Testing

@testable import Harvest
@testable import Inference

/// Decisions from draws whose probabilities are known exactly.
@Suite("Harvest decision") struct DecisionTests {
  static let count = 1000

  /// u runs over the middles of 1000 equal parts of 0 ... 1; with volume 100 mL and half of the
  /// cells CAR+, cells = 50 u at every hour unless a factor says otherwise.
  static func draws(
    hours: [Double] = [144], factors: [Double]? = nil, weights: [Double]? = nil,
    others: [String: (Double) -> Double] = [:]
  ) throws -> CultureDraws {
    let u = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    let factors = factors ?? hours.map { _ in 1 }
    var values = ["vcd": factors.map { f in u.map { $0 * f } }]
    for (name, value) in others { values[name] = hours.map { _ in u.map(value) } }
    return try CultureDraws(
      weights: weights ?? u.map { _ in 1 / Double(count) }, hours: hours,
      volumes: hours.map { _ in 100 }, values: values)
  }

  static func decide(
    _ draws: CultureDraws, planned: Double = 20, least: Double? = nil,
    losses: DecisionPlan.Losses = .init(), criteria: [Criterion] = [],
    run: Run = Run(
      name: "made", observations: [HarvestCase.reading(140, "vcd", .exact(1))])
  ) throws -> HarvestDecision {
    var plan = DecisionPlan(
      title: "test", dose: .cells(planned: planned, least: least ?? planned), losses: losses,
      criteria: criteria)
    plan.thresholds.tolerance = 0.02
    let question = HarvestDecision.Question(
      plan: plan, planned: planned, least: least ?? planned,
      car: .fraction(CARFraction(median: 0.5, sdLogit: 0, origin: "test")),
      now: draws.hours[0], horizon: draws.hours.last ?? 0)
    return try HarvestDecider.decide(
      draws, starts: draws.hours.map { HarvestStart(hour: $0, infusion: nil) }, run: run,
      model: "made", question: question, seed: 3, from: 0)
  }

  // Catches: the joint as the product of the marginals (0.3), a criterion dropped (0.6), >= for <=.
  @Test("the joint probability is counted draw by draw")
  func joint() throws {
    let draws = try Self.draws(others: ["viability": { 1 - $0 }])
    let decision = try Self.decide(draws, criteria: [Criterion(.viability, least: 0.5)])
    let outcome = try #require(decision.next)
    #expect(abs(outcome.conditions[0].probability - 0.6) < 1e-9)
    #expect(abs(outcome.conditions[1].probability - 0.5) < 1e-9)
    #expect(abs(outcome.met - 0.1) < 1e-9)
    #expect(outcome.limiting()?.kind == .viability)
    #expect(abs(outcome.error - (0.1 * 0.9 / 1000).squareRoot()) < 1e-9)
    #expect(abs(outcome.expectedCells - 25) < 1e-9)
  }

  // Catches: each kind of criterion left out or held against the wrong quantity.
  @Test("every criterion is held against its own quantity")
  func kinds() throws {
    let draws = try Self.draws(
      hours: [240],
      others: [
        "viability": { $0 }, "glucose": { 10 * $0 }, "lactate": { 20 * $0 },
        "fold": { exp2(10 * $0) },
      ])
    let cases: [(Criterion, Double)] = [
      (Criterion(.viability, least: 0.8), 0.2), (Criterion(.carPositive, least: 0.4), 1),
      (Criterion(.carPositive, least: 0.6), 0), (Criterion(.days, least: 240), 1),
      (Criterion(.days, least: 240.5), 0), (Criterion(.days, most: 239), 0),
      (Criterion(.doublings, most: 7), 0.7), (Criterion(.glucose, least: 3), 0.7),
      (Criterion(.lactate, most: 15), 0.75), (Criterion(.density, most: 0.9), 0.9),
      (Criterion(.vesselCells, most: 90), 0.9),
      (Criterion(.viability, least: 0.2, most: 0.7), 0.5),
    ]
    for (criterion, truth) in cases {
      let decision = try Self.decide(draws, planned: 1e-9, criteria: [criterion])
      #expect(abs((decision.next?.met ?? -1) - truth) < 1e-9, "\(criterion.description)")
    }
  }

  // Catches: a recovery applied twice (0.2 of the cells in place of 0.5), retains left out, quality
  // control added where it is multiplied.
  @Test("losses are applied once each")
  func losses() throws {
    func met(_ losses: DecisionPlan.Losses) throws -> Double {
      try #require(try Self.decide(try Self.draws(), planned: 10, losses: losses).next).met
    }
    #expect(abs(try met(.init()) - 0.8) < 1e-9)
    let half = DecisionPlan.Recovery(name: "wash", mean: 0.5, sd: 0)
    #expect(abs(try met(.init(recoveries: [half])) - 0.6) < 1e-9)
    #expect(
      abs(try met(.init(recoveries: [half], retains: [.init(name: "r", cells: 5)])) - 0.4) < 1e-9)
    #expect(abs(try met(.init(recoveries: [half], quality: 0.2)) - 0.5) < 1e-9)
  }

  // Catches: the sd taken for a variance, a recovery drawn once for all.
  @Test("uncertain recoveries have the moments written, and the uniform one its closed form")
  func recovery() throws {
    let wash = DecisionPlan.Recovery(name: "wash", mean: 0.88, sd: 0.05)
    let shares = HarvestYield(
      .init(recoveries: [wash]), count: 20_000, seed: 1, name: "x"
    ).shares
    let mean = shares.reduce(0, +) / 20_000
    let sd = (shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000).squareRoot()
    #expect(abs(mean - 0.88) < 0.002 && abs(sd - 0.05) < 0.001)
    #expect(shares.allSatisfy { $0 > 0 && $0 < 1 })
    // Mean 1/2 and variance 1/12 are those of the uniform share R: P(c R >= D) = 1 - D / c.
    let uniform = DecisionPlan.Recovery(name: "wash", mean: 0.5, sd: (1 / 12.0).squareRoot())
    let flat = try CultureDraws(
      weights: [Double](repeating: 1 / 4000.0, count: 4000), hours: [0], volumes: [100],
      values: ["vcd": [[Double](repeating: 1, count: 4000)]])
    let decision = try Self.decide(flat, planned: 15, losses: .init(recoveries: [uniform]))
    #expect(abs((decision.next?.met ?? 0) - 0.7) < 4 * (0.21 / 4000.0).squareRoot())
  }

  // Catches: a reduced dose counted as met, outcomes that do not sum to one.
  @Test("met, reduced and failed")
  func outcomes() throws {
    let outcome = try #require(try Self.decide(try Self.draws(), planned: 20, least: 10).next)
    #expect(abs(outcome.met - 0.6) < 1e-9)
    #expect(abs(outcome.reduced - 0.2) < 1e-9)
    #expect(abs(outcome.failed - 0.2) < 1e-9)
  }

  // 10 and 5 cells of the harvest are kept back, the first only if it does not cost the dose: cells = 50 u
  // of a planned 20 and a least 10. Met with 35 cells, P = 0.3; planned without the optional 25, 0.5;
  // least 15, 0.7. Catches: a reduced dose, or STOP, that counts what can be given up, a planned dose that
  // does not.
  @Test("optional retains are given up before the dose is")
  func optionalRetains() throws {
    let losses = DecisionPlan.Losses(retains: [
      .init(name: "second dose", cells: 10, isOptional: true), .init(name: "sentinel", cells: 5),
    ])
    let decision = try Self.decide(try Self.draws(), planned: 20, least: 10, losses: losses)
    let outcome = try #require(decision.next)
    #expect(abs(outcome.met - 0.3) < 1e-9 && abs(outcome.reduced - 0.4) < 1e-9)
    #expect(abs((outcome.withoutOptional ?? -1) - 0.5) < 1e-9)
    #expect(decision.leastNeed.median == 15 && decision.hasReduced)
    // All but the optional 1000 cells is there: no reason to stop.
    let huge = DecisionPlan.Losses(retains: [.init(name: "r", cells: 1000, isOptional: true)])
    let kept = try Self.decide(try Self.draws(), planned: 20, losses: huge)
    #expect(kept.verdict.kind != .stop && abs((kept.next?.reduced ?? 0) - 0.6) < 1e-9)
    #expect(try Self.decide(try Self.draws()).next?.withoutOptional == nil)
  }

  // P(50 u >= 20) = 0.6 of a dose with all criteria; the least dose is met by more. The planned one never
  // is: starts are compared by the least. Catches: a start with no dose at all advised because no start
  // gives the planned one; a best start that is another than the rule's.
  @Test("starts that the planned dose does not tell apart are compared by the least")
  func leastDose() throws {
    let draws = try Self.draws(hours: [144, 168, 192], factors: [0.1, 0.5, 2])
    let decision = try Self.decide(draws, planned: 500, least: 20)
    #expect(decision.yardstick == .anyDose && decision.next?.any == 0)
    #expect(decision.best?.hour == 192 && decision.target?.hour == 192)
    #expect(decision.verdict.kind == .wait && decision.verdict.hour == 192)
    #expect(abs((decision.waiting?.won ?? 0) - 0.8) < 1e-9)
  }

  // Catches: a harvest advised on a count of days ago, on none, or on that of a reading that is no count;
  // an age taken from now and not from the start.
  @Test("no harvest without a fresh viable count")
  func oldCount() throws {
    let others: [String: (Double) -> Double] = ["viability": { _ in 0.9 }]
    func verdict(_ readings: [(Double, String)]) throws -> String {
      let run = Run(
        name: "made",
        observations: readings.map { HarvestCase.reading($0.0, $0.1, .exact(0.9)) })
      let made = try Self.decide(try Self.draws(others: others), planned: 1, run: run)
      return "\(made.verdict.kind.rawValue) \(made.newestCount ?? -1) \(made.countIsOld)"
    }
    #expect(try verdict([(108, "vcd")]) == "harvest 108.0 false")
    #expect(try verdict([(107, "vcd"), (144, "glucose")]) == "alarm 107.0 true")
    #expect(try verdict([(107, "vcd"), (145, "vcd")]) == "alarm 107.0 true")
    #expect(try verdict([(143, "viability")]) == "alarm -1.0 true")
  }

  // Catches: a reading that broke a criterion forgotten with the next one.
  @Test("an earlier reading that broke a criterion is remembered")
  func recovered() throws {
    let run = Run(
      name: "made",
      observations: [(70.0, 0.5), (100, 0.75), (140, 0.9)].map {
        HarvestCase.reading($0.0, "viability", .exact($0.1))
      })
    let plan = DecisionPlan(
      title: "test", dose: .cells(planned: 1, least: 1),
      criteria: [Criterion(.viability, least: 0.8)])
    #expect(Violation.recovered(in: run, plan: plan, now: 144).map(\.hour) == [100])
    #expect(Violation.recovered(in: run, plan: plan, now: 110).isEmpty)
  }

  // Catches: a viability that is too good to be true taken for an alarm, one that is too low, or a count,
  // taken for a note.
  @Test("a viability above what was expected is a note")
  func welcome() throws {
    func decision(_ quantity: String, _ reading: Double) throws -> HarvestDecision {
      let draws = try Self.draws(others: ["viability": { _ in 0.9 }])
      var plan = DecisionPlan(
        title: "test", dose: .cells(planned: 1, least: 1),
        criteria: [Criterion(.viability, least: 0.8)])
      plan.thresholds.newestCount = 1e6
      return try HarvestDecider.decide(
        draws, starts: [HarvestStart(hour: 144)],
        run: Run(name: "made", observations: [HarvestCase.reading(140, "vcd", .exact(1))]),
        model: "made",
        question: HarvestDecision.Question(
          plan: plan, planned: 1, least: 1,
          car: .fraction(CARFraction(median: 0.5, sdLogit: 0, origin: "test")), now: 144,
          horizon: 144),
        checks: [
          LatestReadingCheck(
            hour: 140, quantity: quantity, reading: reading, expected: 0.85...0.92, p: 0.001)
        ], seed: 3, from: 0)
    }
    let good = try decision("viability", 0.95)
    #expect(good.verdict.kind == .harvest && good.isAnswered && good.welcome.count == 1)
    #expect(try decision("viability", 0.5).verdict.kind == .alarm)
    #expect(try decision("vcd", 0.95).verdict.kind == .alarm)
  }

  // Catches: weights left out.
  @Test("weighted draws")
  func weighted() throws {
    // Weight proportional to u: P(u >= 0.4) = 1 - 0.16.
    let u = (0..<Self.count).map { (Double($0) + 0.5) / Double(Self.count) }
    let weights = u.map { $0 / 500 }
    let outcome = try #require(try Self.decide(try Self.draws(weights: weights)).next)
    #expect(abs(outcome.met - 0.84) < 1e-3)
  }

  // Catches: the balance turned round, key times out of order.
  @Test("key times and what waiting wins")
  func times() throws {
    // P(cells >= 5) = 1 - 0.1 / factor.
    let draws = try Self.draws(
      hours: [144, 168, 192, 216, 240], factors: [0.5, 1.25, 4, 1.25, 0.5])
    let decision = try Self.decide(draws, planned: 5)
    #expect(decision.next?.hour == 144 && decision.best?.hour == 192)
    #expect(decision.earliestSafe?.hour == 168 && decision.latestSafe?.hour == 216)
    #expect(decision.target?.hour == 192)
    #expect(abs((decision.regret ?? 0) - (0.975 - 0.8)) < 1e-9)
    #expect(abs((decision.waiting?.won ?? 0) - 0.175) < 1e-9 && decision.waiting?.lost == 0)
    #expect(decision.nextShift?.hour == 168)
    #expect(decision.verdict.kind == .wait && decision.verdict.hour == 192)
  }

  // Catches: a criterion without draws taken for one that holds.
  @Test("what cannot be known is refused")
  func refused() throws {
    let draws = try Self.draws()
    #expect(throws: Posterior.Refusal.self) {
      try Self.decide(draws, criteria: [Criterion(.viability, least: 0.8)])
    }
    #expect(throws: Posterior.Refusal.self) { try Self.decide(draws, planned: .nan) }
    #expect(throws: Posterior.Refusal.self) { try Self.decide(draws, planned: 5, least: 6) }
    #expect(throws: Posterior.Refusal.self) {
      try CultureDraws(weights: [0.5], hours: [0], volumes: [1], values: ["vcd": [[1]]])
    }
  }

  // Catches: an old reading taken for the present, a limit ignored.
  @Test("a measured criterion that does not hold now is an alarm")
  func violation() throws {
    func run(_ time: Double, _ viability: Double) -> Run {
      Run(
        name: "made",
        observations: [
          HarvestCase.reading(time, "viability", .exact(viability)),
          HarvestCase.reading(140, "vcd", .exact(1)),
        ])
    }
    let draws = try Self.draws(others: ["viability": { _ in 0.95 }])
    let limit = [Criterion(.viability, least: 0.8)]
    for (made, kind) in [
      (run(140, 0.79), HarvestVerdict.Kind.alarm), (run(140, 0.81), .harvest),
      (run(100, 0.5), .harvest), (run(150, 0.5), .harvest),
    ] {
      let decision = try Self.decide(draws, planned: 1, criteria: limit, run: made)
      #expect(decision.verdict.kind == kind)
      #expect((decision.otherwise != nil) == (kind == .alarm))
    }
  }
}
