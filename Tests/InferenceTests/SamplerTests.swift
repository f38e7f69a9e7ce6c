import Bioreactor
import Foundation
import LinearAlgebra
import Quantities
import Randomness
import RunRecords
import Statistics
import Testing

@testable import Inference

@Suite("The no-U-turn sampler") struct SamplerTests {
  // Catches: a step that is not reversible, weights exp(H) for exp(-H), momenta of another variance
  // than the metric's, a lost volume of the box map, a metric's mean or factor applied twice, a
  // turn asked across the wrong seam (sd too small), adaptation that goes on while draws are kept.
  @Test(
    "means within 3 MCSE and sds within 5 % on eleven reference posteriors (promise S3)",
    arguments: [
      ReferencePosterior.independent(1), .independent(5), .independent(20), .correlated,
      .truncated, .student, .banana, .gamma, .mirrored, .beta, .logistic,
    ])
  func reference(posterior: ReferencePosterior) {
    let sampled = posterior.sample()
    let isUsable = sampled.isUsable
    #expect(isUsable, "\(posterior.name): \(sampled.advice)")
    for (j, found) in sampled.diagnostics.enumerated() {
      let shift = abs(found.mean - posterior.means[j]) / found.meanError
      #expect(shift < 3, "\(posterior.name), x\(j): mean \(found.mean), \(shift) MCSE")
      let ratio = found.standardDeviation / posterior.deviations[j]
      #expect(abs(ratio - 1) < 0.05, "\(posterior.name), x\(j): sd ratio \(ratio)")
    }
  }

  // Catches: divergences not counted, a verdict that overlooks disagreeing chains.
  @Test("a funnel and two distant peaks are not usable, in words")
  func flagged() {
    let funnel = ReferencePosterior.funnel.sample()
    #expect(funnel.isUsable == false)
    #expect(funnel.advice.allSatisfy { !$0.isEmpty })
    // With this seed the chains start on both sides; four on one side could not be told.
    let peaks = ReferencePosterior.peaks.sample { $0.seed = 2 }
    let isUsable = peaks.isUsable
    #expect(!isUsable)
    #expect(peaks.diagnostics[0].rHat > 1.05)
    #expect(peaks.advice.contains { $0.contains("R-hat of x0") && $0.contains("1.01") })
  }

  // Catches: a verdict that starts as usable, an ESS that is not asked for (promise S3's teeth).
  @Test("stopped after 50 draws, or before any, it is not usable")
  func stopped() {
    let early = ReferencePosterior.independent(5).sample { $0.draws = 50 }
    #expect(early.isUsable == false)
    #expect(early.advice.contains { $0.contains("Effective sample size") })
    let none = ReferencePosterior.independent(5).sample { $0.draws = 0 }
    #expect(none.isUsable == false)
    let alone = ReferencePosterior.independent(1).sample { $0.chains = 1 }
    #expect(alone.isUsable == false)
    #expect(!SampledPosterior(name: "made", parameters: ["a"]).isUsable)
  }

  // Catches: an infeasible point that counts as a number, a chain that cannot start and passes.
  @Test("points that cannot be computed have no density, and are counted")
  func infeasible() {
    let half = ReferencePosterior(
      "half", estimate: [1], variances: [1], means: [], deviations: []
    ) { x in x[0] > 0 ? (-0.5 * x[0] * x[0], [-x[0]]) : nil }
    let sampled = half.sample()
    #expect(sampled.infeasible > 40 && !sampled.isUsable)
    #expect(sampled.points.allSatisfy { $0[0] > 0 })
    #expect(sampled.advice.contains { $0.contains("Failed simulations") })
    let nowhere = ReferencePosterior(
      "nowhere", estimate: [1], variances: [1], means: [], deviations: []
    ) { _ in nil }
    #expect(nowhere.sample().isUsable == false)
    let hollow = ReferencePosterior(
      "hollow", estimate: [1], variances: [1], means: [], deviations: []
    ) { _ in (.nan, [.nan]) }
    #expect(hollow.sample().isUsable == false)
  }

  // Catches: a stream or a simulator's memory shared between chains.
  @Test("the same bytes on 1, 2 and 8 threads")
  func threads() throws {
    let culture = try self.culture()
    var options = FitOptions()
    options.starts = 2
    let fit = try Fit.run(culture, options: options)
    func sample(_ threads: Int) throws -> SampledPosterior {
      var sampling = SamplerOptions()
      (sampling.warmUp, sampling.draws, sampling.threads) = (100, 60, threads)
      return try SampledPosterior.sample(fit, culture, options: options, sampling: sampling)
    }
    let one = try sample(1)
    #expect(one.points.count == 240)
    #expect(Set(one.points).count > 200)
    for threads in [2, 8] {
      #expect(try sample(threads).chains == one.chains)
    }
  }

  private let times = [12.0, 36, 60, 84, 108]

  /// ln V(t) = ln V0 + mu t, known noise and normal priors: the posterior is exactly normal.
  private func culture() throws -> Culture {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      param V0 [1e6 cells/mL] "start" = 0.5 in 0.0001 ... 1000 log prior median 0.5 sd_ln 0.1
      param mu [1/h] "rate" = 0.02 in -0.5 ... 0.5 linear prior mean 0.025 sd 0.004
      V(0) = V0
      V' = mu * V
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """)
    return try Culture(model: model, run: made(times, times.map { 0.55 * exp(0.022 * $0) }))
  }

  // Catches: a gradient without the priors, the box map's volume on the wrong scale, estimation
  // points handed on as natural values, weights that do not sum to 1.
  @Test("an exactly normal posterior of a culture, and its draws in bands")
  func exact() throws {
    let culture = try self.culture()
    let options = FitOptions()
    let fit = try Fit.run(culture, options: options)
    var sampling = SamplerOptions()
    (sampling.warmUp, sampling.draws) = (150, 500)
    let sampled = try SampledPosterior.sample(fit, culture, options: options, sampling: sampling)
    let isUsable = sampled.isUsable
    #expect(isUsable, "\(sampled.advice)")
    let (a, b, c) = times.reduce((100.0, 0.0, 1 / 1.6e-5)) {
      ($0.0 + 100, $0.1 + 100 * $1, $0.2 + 100 * $1 * $1)
    }
    let (u, v) = times.reduce((100 * log(0.5), 0.025 / 1.6e-5)) { sum, t in
      let y = log(0.55) + 0.022 * t
      return (sum.0 + 100 * y, sum.1 + 100 * t * y)
    }
    let d = a * c - b * b
    let means = [(c * u - b * v) / d, (a * v - b * u) / d]
    let deviations = [(c / d).squareRoot(), (a / d).squareRoot()]
    for (j, found) in sampled.diagnostics.enumerated() {
      #expect(abs(found.mean - means[j]) < 3 * found.meanError)
      #expect(abs(found.standardDeviation / deviations[j] - 1) < 0.05)
    }
    let posterior = try sampled.posterior(fit, count: 1600)
    #expect(posterior.count == 1600)
    #expect(abs(posterior.weights.reduce(0, +) - 1) < 1e-12)
    let ensemble = try Ensemble(
      posterior, culture, instants: [Instant(time: 150)], observables: [0], run: "made",
      options: options)
    let middle = try ensemble.curve(instant: 0, observable: 0).values[3]
    #expect(abs(log(middle) - means[0] - 150 * means[1]) < 0.02)
    sampling.draws = 50
    let early = try SampledPosterior.sample(fit, culture, options: options, sampling: sampling)
    #expect(throws: Posterior.Refusal.self) {
      try early.posterior(fit)
    }
  }

  // Catches: k-hat of weights instead of their logarithms, of a tail that is the wrong end.
  @Test("importance weights tell the shape of their tail")
  func paretoShape() throws {
    let culture = try self.culture()
    let options = FitOptions()
    let fit = try Fit.run(culture, options: options)
    let posterior = try Posterior.sample(fit, culture, options: options, count: 1000)
    // A Student t about a normal posterior has bounded weights.
    let shape = try #require(posterior.paretoShape)
    #expect(shape < 0.5)
  }
}
