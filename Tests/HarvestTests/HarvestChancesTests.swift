import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import RunRecords
import Statistics
import Testing

@testable import Harvest
@testable import Inference

/// Probabilities with losses and CAR+ share averaged over, against closed forms and against drawing.
@Suite("Chances of a harvest") struct HarvestChancesTests {
  private func chances(
    cells: [[Double]], car: CARFraction, planned: Double, losses: DecisionPlan.Losses = .init(),
    criteria: [Criterion] = []
  ) throws -> HarvestChances {
    let plan = DecisionPlan(
      title: "test", dose: .cells(planned: planned, least: planned), losses: losses,
      criteria: criteria)
    let count = cells[0].count
    let draws = try CultureDraws(
      weights: [Double](repeating: 1 / Double(count), count: count),
      hours: cells.indices.map { 24 * Double($0) }, volumes: cells.map { _ in 1 },
      values: ["vcd": cells])
    let evaluation = HarvestEvaluation(
      plan, draws, start: 0, planned: planned, car: .fraction(car), seed: 1,
      name: "x")
    return HarvestChances(
      evaluation, planned: planned, least: planned, car: .fraction(car), seed: 1, name: "x")
  }

  // One culture of 200 cells, a share with median 0.3 and logit sd 0.25, need 50: P(f >= 0.25) =
  // Phi((logit 0.3 - logit 0.25) / 0.25) = 0.8429 (Python: NormalDist().cdf(0.25131443/0.25) = 0.84262).
  // Catches: the sd taken for a variance, shares that are not equally probable.
  @Test func closedForm() throws {
    let car = CARFraction(median: 0.3, sdLogit: 0.25, origin: "test")
    let found = try chances(cells: [[200]], car: car, planned: 50)
    let truth = Normal.cumulative((Foundation.log(0.3 / 0.7) - Foundation.log(0.25 / 0.75)) / 0.25)
    #expect(abs(truth - 0.84262) < 1e-4)
    let outcome = try found.outcome(0, start: HarvestStart(hour: 0)).outcome
    #expect(abs(outcome.met - truth) < 1.0 / 64, "\(outcome.met)")
    // A share of at least 0.28 as well: Phi((logit 0.3 - logit 0.28) / 0.25).
    let strict = try chances(
      cells: [[200]], car: car, planned: 50, criteria: [Criterion(.carPositive, least: 0.28)])
    let both = Normal.cumulative((Foundation.log(0.3 / 0.7) - Foundation.log(0.28 / 0.72)) / 0.25)
    let limited = try strict.outcome(0, start: HarvestStart(hour: 0)).outcome
    #expect(abs(limited.met - both) < 1.0 / 64)
    #expect(abs((limited.conditions.last?.probability ?? 0) - both) < 1.0 / 64)
    // The share that is still safe: logit x = logit 0.25 + 0.25 Phi^-1(0.9).
    let least = try #require(found.leastShare(0, .everything, confidence: 0.9))
    let logit = Foundation.log(0.25 / 0.75) + 0.25 * Normal.quantile(0.9)
    #expect(abs(least - 1 / (1 + Foundation.exp(-logit))) < 0.004, "\(least)")
  }

  // Ten thousand draws of everything against the average. Catches: a recovery left out or applied twice,
  // pairs counted that are not enough.
  @Test func againstDrawing() throws {
    let losses = DecisionPlan.Losses(
      recoveries: [
        .init(name: "wash", mean: 0.65, sd: 0.08), .init(name: "fill", mean: 0.93, sd: 0.02),
      ],
      retains: [.init(name: "r", cells: 30)], quality: 0.02)
    let car = CARFraction(median: 0.26, sdLogit: 0.25, origin: "test")
    let cells = (0..<10_000).map { 700 + 0.1 * Double($0) }
    let found = try chances(cells: [cells], car: car, planned: 90, losses: losses)
    let met = try found.outcome(0, start: HarvestStart(hour: 0)).outcome.met
    let drawn = found.evaluation.draws.share(found.evaluation.met(0))
    #expect(abs(met - drawn.value) < 4 * drawn.error, "\(met) against \(drawn)")
    #expect(met > 0.5 && met < 0.999)
  }

  // Two hours of the same draws, the second with 1 % more cells: the loss is known far better than either
  // probability. Catches: hours with draws of their own, an error of the loss that forgets the pairing.
  @Test func lossesArePaired() throws {
    let cells = (0..<1000).map { 100 + 0.2 * Double($0) }
    let car = CARFraction(median: 0.3, sdLogit: 0.25, origin: "test")
    let plan = DecisionPlan(title: "test", dose: .cells(planned: 45, least: 45))
    let question = HarvestDecision.Question(
      plan: plan, planned: 45, least: 45, car: .fraction(car), now: 0, horizon: 24)
    let decision = try HarvestDecider.decide(
      try CultureDraws(
        weights: [Double](repeating: 0.001, count: 1000), hours: [0, 24], volumes: [1, 1],
        values: ["vcd": [cells, cells.map { 1.01 * $0 }]]),
      starts: [HarvestStart(hour: 0), HarvestStart(hour: 24)],
      run: Run(name: "made", observations: []), model: "made", question: question, seed: 1, from: 0)
    let (first, last) = (decision.outcomes[0], decision.outcomes[1])
    #expect(last.met > first.met && last.lossError == 0)
    #expect(first.lossError > 0 && first.lossError < 0.1 * first.error)
  }

  // logit 0.26 and logit 0.05 are 1.90 apart, 5.4 sd of a difference (0.354). Catches: readings held
  // against one that reads high, a lower one after such a one called a contradiction.
  @Test func carReadings() throws {
    func check(_ readings: [(Double, Double)]) -> LatestReadingCheck? {
      let run = Run(
        name: "made",
        observations: readings.map { HarvestCase.reading($0.0, "car_positive", .exact($0.1)) },
        operations: [HarvestCase.operation(24, .transduction)])
      return CARFraction.check(in: run, until: 1000)
    }
    #expect(check([(150, 0.26)]) == nil)
    #expect(try #require(check([(150, 0.26), (174, 0.05)])).p < 1e-6)
    #expect(try #require(check([(150, 0.26), (174, 0.24)])).p > 0.5)
    #expect(try #require(check([(100, 0.26), (174, 0.05)])).p > 0.99)
    #expect(try #require(check([(100, 0.26), (174, 0.7)])).p < 1e-6)
  }

  // Catches: a search that stops before the criteria can be met, STOP said of such a search.
  @Test func searchEnds() throws {
    let c = try HarvestCase(planned: [HarvestCase.operation(200, .harvest)])
    func end(_ days: Criterion?, asked: Double? = nil) -> (Double, HarvestDecision.SearchEnd, Bool)
    {
      let plan = DecisionPlan(
        title: "test", dose: .cells(planned: 1, least: 1), criteria: days.map { [$0] } ?? [])
      let end = HarvestDecision.Question.searchEnd(
        plan, asked: asked, c.planned.timeline, now: 96)
      let question = HarvestDecision.Question(
        plan: plan, planned: 1, least: 1, car: .model, now: 96, horizon: end.hour)
      return (end.hour, end.reason, HarvestDecider.isExhaustive(question, start: 0))
    }
    #expect(end(nil) == (200, .plannedHarvest, false))
    #expect(end(Criterion(.days, least: 150, most: 312)) == (312, .daysInCulture, true))
    #expect(end(Criterion(.days, least: 336)) == (408, .leastDays, false))
    #expect(end(Criterion(.days, most: 312), asked: 240) == (240, .asked, false))
  }
}
