import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Testing

@testable import Inference

@Suite("Model comparison") struct ModelComparisonTests {
  private func curve() -> Run {
    var stream = RandomStream(seed: 9, name: "comparison", purpose: "counts")
    let times = (0...11).map { 24 * Double($0) }
    let counts = times.map {
      exp(
        baranyiLog($0, logN0: log(0.4), mu: 0.035, lag: 40, logK: log(20)) + 0.08 * stream.normal())
    }
    return made(times, counts)
  }

  // Catches: weights not normalised, the noise parameter not counted, AIC in place of AICc.
  @Test("Akaike weights follow from log-likelihood, n and k, and sum to 1")
  func weights() throws {
    var options = FitOptions()
    options.usesPriors = false
    let models = try ["exponential", "exponential_lag", "logistic", "baranyi_roberts"].map(shipped)
    let comparison = try ModelComparison(curve(), models: models, options: options)
    #expect(comparison.criterion == "AICc")
    #expect(comparison.entries.first?.fit.model == "baranyi_roberts")
    #expect(comparison.unbound.isEmpty)
    let usable = comparison.entries.filter { $0.fit.isUsable }
    #expect(usable.count >= 3)
    let scores = usable.map { entry in
      let k = Double(entry.fit.estimated)
      return -2 * entry.fit.logLikelihood + 2 * k + 2 * k * (k + 1) / (12 - k - 1)
    }
    let best = try #require(scores.min())
    let total = scores.reduce(0) { $0 + exp(-0.5 * ($1 - best)) }
    for (entry, score) in zip(usable, scores) {
      #expect(abs(try #require(entry.delta) - (score - best)) < 1e-9)
      #expect(abs(try #require(entry.weight) - exp(-0.5 * (score - best)) / total) < 1e-9)
    }
    #expect(abs(usable.compactMap(\.weight).reduce(0, +) - 1) < 1e-12)
    #expect(usable.map { $0.delta ?? .nan } == usable.map { $0.delta ?? .nan }.sorted())
  }

  // Catches: models compared across different measurements.
  @Test("a model that uses fewer measurements is not ranked against the others")
  func groups() throws {
    let run = try shippedRun("prodigy_example", "synthetic_prodigy_01")
    var options = FitOptions()
    options.starts = 3
    let comparison = try ModelComparison(
      run, models: try ["logistic", "live_dead"].map(shipped), options: options)
    #expect(comparison.entries.map(\.fit.model) == ["live_dead", "logistic"])
    #expect(comparison.entries.last?.isComparable == false)
    #expect(comparison.entries.last?.delta == nil)
    // A model that is alone on its measurements has nothing to be weighed against.
    #expect(comparison.entries.first?.weight == nil)
  }

  /// The counts of a shipped run, days 3 to 12.
  private func prodigy(_ quantities: Set<String>, until: Double = .infinity) throws -> Run {
    var run = try shippedRun("prodigy_example", "synthetic_prodigy_01")
    run.observations.removeAll { !quantities.contains($0.quantity) || $0.time > until }
    return run
  }

  // Three readings each of four quantities for glucose_lactate with its 13 parameters; exponential
  // has 3 for its 3 counts, logistic 4. Catches: the group with most readings leading, whatever its
  // parameters; a leader with n <= k.
  @Test("a model with as many parameters as readings does not lead because it reads the most")
  func leader() throws {
    var options = FitOptions()
    options.starts = 3
    options.checksProfiles = false
    let run = try prodigy(["vcd", "viability", "glucose", "lactate"], until: 192)
    let models = try ["glucose_lactate", "exponential", "logistic", "car_fraction"].map(shipped)
    var options8 = options
    options8.until = 168
    for chosen in [options, options8] {
      let comparison = try ModelComparison(run, models: models, options: chosen)
      let lead = try #require(comparison.entries.first)
      #expect(comparison.compared == ["vcd"] && lead.fit.measurements > lead.fit.estimated)
      #expect(lead.standing == .contender)
      #expect(
        comparison.entries.last?.fit.model == "glucose_lactate"
          && comparison.entries.last?.standing == .otherMeasurements)
      let words = try #require(comparison.leadWords)
      #expect(words.hasPrefix(lead.fit.model) && words.contains("1 other set"), "\(words)")
    }
    // Without priors one with too few readings, beside others with enough, has no weight and is named;
    // with priors the evidence ranks both.
    let pair = try ["exponential", "lineage_chain"].map(shipped)
    let both = try ModelComparison(run, models: pair, options: options)
    #expect(both.criterion == ModelComparison.evidence)
    #expect(both.entries.map(\.standing) == [.contender, .contender])
    var plain = options
    plain.usesPriors = false
    let few = try ModelComparison(run, models: pair, options: plain)
    #expect(few.entries.first?.fit.model == "exponential" && few.criterion == "AICc")
    #expect(few.entries.map(\.standing).last != .contender)
  }

  // Without CAR readings transduction is exponential, and without metabolites metabolite_sensor is
  // exponential_lag: their formulas are then the same. Catches: one model with two votes; the copy
  // kept in place of the plain one; models alike by their k alone taken for one.
  @Test("models that are one on these data have one weight")
  func twins() throws {
    var options = FitOptions()
    options.starts = 3
    options.checksProfiles = false
    let names = ["exponential", "transduction", "exponential_lag", "metabolite_sensor", "logistic"]
    var alone = try ModelComparison(
      prodigy(["vcd"]), models: try ["exponential", "exponential_lag", "logistic"].map(shipped),
      options: options)
    var all = try ModelComparison(
      prodigy(["vcd"]), models: try names.map(shipped), options: options)
    for _ in 0..<2 {
      let standing = Dictionary(
        uniqueKeysWithValues: all.entries.map { ($0.fit.model, $0.standing) })
      #expect(standing["transduction"] == .sameAs("exponential"))
      #expect(standing["metabolite_sensor"] == .sameAs("exponential_lag"))
      for entry in alone.entries {
        let other = all.entries.first { $0.fit.model == entry.fit.model }
        #expect(other?.weight == entry.weight && other?.standing == entry.standing)
      }
      #expect(all.leadWords?.contains("transduction is the same as exponential") == true)
      alone.check(options: options, draws: 300)
      all.check(options: options, draws: 300)
    }
  }

  // Catches: a leader by criterion that its residuals contradict, or one with a weight; a rule of
  // `fit` that is not that of `compare`.
  @Test("fit and compare rank by one rule, which regards the residuals")
  func oneRule() throws {
    var options = FitOptions()
    options.starts = 3
    options.checksProfiles = false
    let models = try ["exponential", "logistic", "baranyi_roberts"].map(shipped)
    var comparison = try ModelComparison(curve(), models: models, options: options)
    comparison.check(options: options, draws: 400)
    var question = ModelStudy.Question()
    question.draws = 400
    question.scoreDraws = 60
    let study = try ModelStudy(curve(), models: models, options: options, question: question)
    #expect(
      study.comparison.entries.map(\.fit.model) == comparison.entries.map(\.fit.model))
    #expect(study.candidates.map(\.entry.weight) == comparison.entries.map(\.weight))
    #expect(study.candidates.map(\.entry.standing) == comparison.entries.map(\.standing))
    let misfit = try #require(
      comparison.entries.first { $0.fit.model == "exponential" }?.checks)
    #expect(misfit.isMisfit && comparison.entries[0].standing == .contender)
    // The leader with the residuals of a bad fit steps behind the next.
    let first = comparison.entries[0].fit.model
    comparison.entries[0].checks = misfit
    comparison.rank()
    let fallen = try #require(comparison.entries.first { $0.fit.model == first })
    #expect(fallen.weight == nil && fallen.delta == 0 && fallen.standing == .contradicted)
    if comparison.entries.contains(where: { $0.standing == .contender }) {
      #expect(comparison.entries[0].fit.model != first)
      #expect(
        comparison.leadWords?.contains("Lower by AICc, but contradicted by residuals: \(first)")
          == true)
    }
    for index in comparison.entries.indices { comparison.entries[index].checks = misfit }
    comparison.rank()
    #expect(comparison.entries[0].fit.model == first)
    #expect(comparison.leadWords?.contains("the least bad, not a good one") == true)
  }

  // Catches: a model that cannot be bound that vanishes, or a comparison of nothing.
  @Test("a model that the run cannot feed is named; none at all is a refusal")
  func unbound() throws {
    let times = [0.0, 24, 48, 72]
    let run = made(times, times.map { exp(0.02 * $0) }, operations: [])
    let comparison = try ModelComparison(
      run, models: try ["exponential", "exponential_lag"].map(shipped),
      options: FitOptions())
    #expect(comparison.unbound.map(\.model) == ["exponential_lag"])
    #expect(throws: InputRefused.self) {
      try ModelComparison(
        run, models: [try shipped("exponential_lag")], options: FitOptions())
    }
  }
}
