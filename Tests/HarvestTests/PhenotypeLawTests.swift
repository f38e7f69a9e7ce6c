import Foundation
import RunRecords
import Statistics
import Testing

@testable import Harvest
@testable import Inference

@Suite("Phenotype of a run") struct PhenotypeLawTests {
  private func run(_ readings: [(Double, Observation.Reading)]) -> Run {
    Run(
      name: "flow", observations: readings.map { HarvestCase.reading($0, "memory", $1) },
      operations: [])
  }

  // One reading of 60 % on day 4: the median stays, the variance grows by (0.2 d)^2 + 0.1^2 d.
  // Catches: hours taken for days in the drift or the wandering.
  @Test func oneReading() throws {
    let law = try #require(PhenotypeLaw(.memory, in: run([(96, .exact(0.6))]), until: 100))
    let then = law.logit(at: 192)
    #expect(abs(then.mean - log(1.5)) < 1e-12)
    #expect(abs(then.sd - (0.0625 + 0.64 + 0.04).squareRoot()) < 1e-12)
    #expect(abs(law.share(at: 192).median - 0.6) < 1e-12)
  }

  // Three readings against conditioning of one joint normal law with a flat level (numpy, covariance
  // s^2 t t' + w^2 min(t, t') + a^2 I, generalised least squares for the level).
  // Catches: a gain of the drift that is not used, a covariance that is not moved.
  @Test func threeReadings() throws {
    let law = try #require(
      PhenotypeLaw(
        .memory, in: run([(96, .exact(0.62)), (144, .exact(0.55)), (192, .exact(0.41))]),
        until: 200))
    #expect(law.count == 3)
    #expect(abs(law.share(at: 192).median - 0.43630571148448516) < 1e-10)
    #expect(abs(law.logit(at: 192).sd - 0.21962437233954812) < 1e-10)
    #expect(abs(law.share(at: 264).median - 0.3175408375840178) < 1e-10)
    #expect(abs(law.logit(at: 264).sd - 0.47598093059701413) < 1e-10)
  }

  // Catches: readings of the future used; a latest reading without a logit passed over in silence.
  @Test func whatIsKnown() {
    let readings = run([(96, .exact(0.6)), (144, .below(0.05))])
    #expect(PhenotypeLaw(.memory, in: readings, until: 90) == nil)
    #expect(PhenotypeLaw(.memory, in: readings, until: 120) != nil)
    #expect(PhenotypeLaw(.memory, in: readings, until: 150) == nil)
    #expect(PhenotypeLaw(.cd4, in: readings, until: 150) == nil)
  }

  // Catches: a slip of a factor ten taken for a drift, an ordinary reading taken for a slip.
  @Test func checks() throws {
    let slip = try #require(
      PhenotypeLaw.check(.memory, in: run([(96, .exact(0.8)), (144, .exact(0.08))]), until: 200))
    #expect(slip.p < 0.001 && slip.isOfFlow && slip.words == "naive and central memory")
    let plain = try #require(
      PhenotypeLaw.check(.memory, in: run([(96, .exact(0.8)), (144, .exact(0.7))]), until: 200))
    #expect(plain.p > 0.05)
    #expect(PhenotypeLaw.check(.memory, in: run([(96, .exact(0.8))]), until: 200) == nil)
  }

  // Catches: a spread after a reading that is not smaller, readings whose lateness does not count.
  @Test func readingsNarrow() throws {
    let law = try #require(PhenotypeLaw(.memory, in: run([(96, .exact(0.6))]), until: 96))
    let plain = law.logit(at: 192).sd
    let (early, late) = (law.spread(at: 192, readAt: 120), law.spread(at: 192, readAt: 192))
    #expect(late < early && early < plain)
    // Read at the hour itself: 1 / (1/V + 1/a^2) with V = 0.0625 + 0.64 + 0.04, a = 0.25.
    #expect(abs(late - (1 / (1 / 0.7425 + 16)).squareRoot()) < 1e-12)
  }

  // Cells that always suffice: P(met) is the probability of the share alone, Phi((m - logit c) / sd).
  // Catches: a criterion that is read and never asked, limits turned round.
  @Test func decides() throws {
    let culture = try HarvestCase(carReadings: [0.9])
    var question = HarvestDecision.Question(
      plan: DecisionPlan(
        title: "t", dose: .cells(planned: 1, least: 1), losses: .init(),
        criteria: [Criterion(.memory, least: 0.5)]),
      planned: 1, least: 1, car: .fraction(CARFraction(median: 0.9, sdLogit: 0, origin: "test")),
      now: 96, horizon: 168)
    question.draws = 4000
    let law = try #require(PhenotypeLaw(.memory, in: run([(96, .exact(0.6))]), until: 96))
    question.phenotypes = [.memory: law]
    let decision = try HarvestDecider.decide(
      culture.fit, fitted: culture.fitted, planned: culture.planned, question: question,
      options: FitOptions())
    let last = try #require(decision.starts.last)
    let (mean, sd) = law.logit(at: last.hour)
    #expect(abs(last.met - Normal.cumulative(mean / sd)) < 0.03, "\(last.met)")
    #expect(last.conditions.contains { $0.kind == .memory })
    question.phenotypes = [:]
    #expect(throws: Posterior.Refusal.self) {
      try HarvestDecider.decide(
        culture.fit, fitted: culture.fitted, planned: culture.planned, question: question,
        options: FitOptions())
    }
  }
}
