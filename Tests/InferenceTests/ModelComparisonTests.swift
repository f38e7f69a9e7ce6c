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
