import Bioreactor
import Foundation
import Inference
import ModelLanguage
import Population
import Quantities
import RunRecords
import Testing

@testable import Harvest

/// Decisions that rest on what earlier donors taught.
@Suite("Decision from earlier donors") struct DonorDecisionTests {
  static let lesson = Result {
    try DonorLesson(
      (0..<20).map { try Culture(model: try Growers.model(), run: Growers.run($0).0) },
      Growers.question())
  }

  private func outlook(
    _ run: Run, need: Double = 100, widening: Double = 1, draws: Int = 3000
  ) throws -> DonorOutlook {
    var question = DonorOutlook.Question()
    question.options = Growers.question().fitOptions
    question.until = 72
    question.horizon = 144
    question.need = need
    question.draws = draws
    question.widening = widening
    return try DonorOutlook(
      run,
      sources: [
        .init(
          label: "made (prior.json)", model: try Growers.model(),
          prior: try Self.lesson.get().prior)
      ], platform: nil, question: question)
  }

  private func question(
    _ planned: Double, criteria: [Criterion] = [], now: Double = 72
  ) -> HarvestDecision.Question {
    let plan = DecisionPlan(
      title: "test", dose: .cells(planned: planned, least: planned), criteria: criteria)
    var question = HarvestDecision.Question(
      plan: plan, planned: planned, least: planned,
      car: .fraction(CARFraction(median: 0.5, sdLogit: 0, origin: "test")), now: now, horizon: 144)
    question.draws = 3000
    return question
  }

  // Half of the cells are CAR+ and nothing is lost, so the probability of a dose of 50 is that of 100
  // cells, which the forecast tells by itself. Catches: other draws than the forecast's, weights that
  // are lost, a volume forgotten, words that do not name what taught.
  @Test func agreesWithTheForecast() throws {
    let (run, _) = Growers.run(77)
    let found = try outlook(run)
    let decision = try HarvestDecider.decide(found, platform: nil, question: question(50))
    #expect(found.basis == .models && decision.support.pathCounts == nil)
    for day in found.days {
      let outcome = try #require(decision.outcomes.first { $0.hour == day.time })
      let forecast = try #require(day.probability)
      #expect(
        abs(outcome.met - forecast.value) < 1e-12, "day \(day.time / 24): \(outcome.met)")
    }
    let teacher = try #require(decision.support.teachers.first)
    #expect(teacher.donors == 20 && teacher.runs == 20 && teacher.widening > 1)
    #expect(teacher.label == "made (prior.json)" && decision.support.counts == found.counts)
    #expect(decision.contradiction?.quantity == "vcd")
    #expect(decision.effectiveSampleSize.map { $0 > 300 && $0 <= 3000 } == true)
  }

  // Catches: an alarm that leaves the contradicted model in charge; a criterion that the path does not
  // follow and that counts as met, or as missed; a band of the model kept beside it.
  @Test func pathTakesOver() throws {
    var run = Growers.run(77).0
    let model = try outlook(run)
    for (k, factor) in [(3, 0.2)] {
      run.observations[k].value = .exact(run.observations[k].value.number * factor)
    }
    let found = try outlook(run)
    #expect(found.latest?.contradicts == true)
    #expect(found.basis == .path(counts: 4))
    let (wide, narrow) = (try #require(found.days.last), try #require(model.days.last))
    func width(_ fan: Fan) -> Double {
      Foundation.log(fan.ninety.upperBound / fan.ninety.lowerBound)
    }
    #expect(width(wide.value) > 2 * width(narrow.value))
    #expect(wide.value.median < narrow.value.median)
    let decision = try HarvestDecider.decide(
      found, platform: nil,
      question: question(
        50, criteria: [Criterion(.days, least: 24), Criterion(.vesselCells, most: 1e5)]))
    #expect(decision.verdict.kind == .alarm && decision.verdict.ground == .modelContradicted)
    #expect(decision.support.pathCounts == 4 && decision.support.unfollowed.isEmpty)
    #expect(decision.readings.isEmpty)
    let day = try #require(found.days.last)
    let outcome = try #require(decision.outcomes.first { $0.hour == day.time })
    #expect(abs(outcome.totalViable.median / (day.value.median * 100) - 1) < 0.1)
    let path = try LocalGrowth(try Culture(model: try Growers.model(), run: run), until: 72)
    let partly = try HarvestDecider.decide(
      path, planned: try Culture(model: try Growers.model(), run: run),
      starts: [HarvestStart(hour: 96)], hours: [96],
      question: question(5, criteria: [Criterion(.viability, least: 0.8)]), checks: [],
      model: "made", seed: 1, support: .init())
    #expect(partly.support.unfollowed.map(\.kind) == [.viability])
    #expect(partly.outcomes[0].conditions.count == 1 && partly.outcomes[0].met > 0.5)
  }

  // Catches: a path made of the prior alone, or a switch that hides that it could not be made.
  @Test func pathRefused() throws {
    var run = Growers.run(77).0
    run.observations = [run.observations[3]]
    run.observations[0].value = .exact(run.observations[0].value.number * 0.05)
    let found = try outlook(run)
    #expect(found.latest?.contradicts == true)
    guard case .contradictedModels(let reason) = found.basis else {
      Issue.record("\(found.basis)")
      return
    }
    #expect(reason.contains("needs 3 counts"))
    let decision = try HarvestDecider.decide(found, platform: nil, question: question(50))
    #expect(decision.verdict.kind == .alarm && decision.support.pathRefusal == reason)
    #expect(decision.support.pathCounts == nil)
    // Nothing stands in for the model, so nothing is answered from it.
    #expect(!decision.isAnswered && decision.otherwise == nil)
  }

  // Catches: a fit whose contradicted model goes on deciding.
  @Test func fitGivesWayToThePath() throws {
    let c = try HarvestCase()
    let check = LatestReadingCheck(
      hour: 96, quantity: "vcd", reading: 1, expected: 5...6, p: 0.001)
    var question = question(5, criteria: [], now: 96)
    question.horizon = 144
    func decide(_ p: Double, _ quantity: String = "vcd") throws -> HarvestDecision {
      try HarvestDecider.decide(
        c.fit, fitted: c.fitted, planned: c.planned, question: question,
        checks: [
          LatestReadingCheck(
            hour: check.hour, quantity: quantity, reading: check.reading,
            expected: check.expected, p: p)
        ], options: FitOptions())
    }
    #expect(try decide(0.001).support.pathCounts == 5)
    #expect(try decide(0.001).isAnswered && decide(0.001).otherwise != nil)
    // No path follows viability: the alarm stands alone.
    let dying = try decide(0.001, "viability")
    #expect(dying.verdict.ground == .modelContradicted && dying.support.pathCounts == nil)
    #expect(!dying.isAnswered && dying.otherwise == nil)
    let believed = try decide(0.5)
    #expect(believed.support.pathCounts == nil && believed.support.teachers.isEmpty)
  }

  // A donor whose counts tell nothing yet: the readings of the next sample. Catches: readings after the
  // harvest that they are to judge, a told share outside 0 ... 1, an order that is not by it.
  @Test func readingsAreInOrder() throws {
    var run = Growers.run(77).0
    run.operations += [HarvestCase.operation(96, .sample(volume: 1))]
    run.operations += [HarvestCase.operation(126, .sample(volume: 1))]
    let found = try outlook(run)
    let middle = try #require(found.days.first { $0.time == 120 }?.cells?.median)
    let decision = try HarvestDecider.decide(
      found, platform: nil, question: question(0.5 * middle, now: 120))
    #expect(!decision.readings.isEmpty)
    for reading in decision.readings {
      #expect((0...1).contains(reading.told) && (0...1).contains(reading.safe))
      #expect(reading.hour < reading.target && reading.isPlanned)
      #expect(reading.after.lowerBound <= reading.after.upperBound)
    }
    let target = try #require((decision.target ?? decision.best)?.hour)
    let aimed = decision.readings.filter { $0.target == target }.map(\.told)
    #expect(aimed == aimed.sorted(by: >))
    #expect(decision.readings.allSatisfy { $0.target == target || $0.safe >= 0.02 })
    // What a count would change. Catches: readings weighed by the wrong hour, steps that lose readings,
    // fewer cells that lead to an earlier or a safer harvest.
    let effect = try #require(decision.countEffect)
    #expect(abs(effect.steps.reduce(0) { $0 + $1.chance } - 1) < 1e-9)
    for (low, high) in zip(effect.steps, effect.steps.dropFirst()) {
      #expect(low.readings.upperBound <= high.readings.lowerBound)
    }
    let (fewest, most) = try (#require(effect.steps.first), #require(effect.steps.last))
    #expect(fewest.start >= most.start)
    #expect(fewest.chances.lowerBound <= most.chances.upperBound)
  }
}
