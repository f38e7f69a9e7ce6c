import Bioreactor
import Foundation
import Inference
import Population
import Quantities
import RunRecords
import Statistics
import Testing

/// Two platforms, of which the second grows slower and ends lower: what the covariate is for.
struct CovariateForecastTests {
  /// Donors 0 to 14 and 100 to 114 of the two platforms teach; others of the second are forecast.
  /// Catches an effect that is learned and not used, used twice or with the other sign: the errors
  /// are then those of the prior without.
  @Test func twoPlatforms() throws {
    let model = try Made.baranyi()
    var (bag, xuri) = (Baranyi(), Baranyi())
    bag.capacity = 5e3
    (xuri.mu, xuri.capacity) = (0.85 * bag.mu, 0.4 * bag.capacity)
    func run(_ world: Baranyi, _ index: Int, _ platform: String, until day: Double) -> Run {
      var run = world.donor(index, seed: 77, until: day).run
      run.platform = platform
      return run
    }
    let runs =
      (0..<15).map { run(bag, $0, "bag", until: 9) }
      + (100..<115).map { run(xuri, $0, "xuri", until: 9) }
    let cultures = try runs.map { try Culture(model: model, run: $0) }
    var options = PopulationOptions()
    options.method = .importance(draws: 200)
    options.checkDraws = 0
    options.threads = 2
    var fitOptions = FitOptions()
    fitOptions.relativeTolerance = 1e-6
    func prior(_ covariates: [String]) throws -> LearnedPrior {
      var specification = PopulationSpecification(donorEffects: ["V0", "mu", "lag", "K"])
      specification.covariates = covariates.compactMap { .init(parsing: $0) }
      let (fit, plan) = try PopulationFit.run(
        cultures: cultures, specification: specification, fitOptions: fitOptions,
        options: options)
      return try LearnedPrior(fit, plan: plan, model: model.name, origin: "simulated")
    }
    let (with, without) = (try prior(["mu~platform", "K~platform"]), try prior([]))
    #expect(with.fault == nil && with.covariates.count == 2)
    for (effect, truth) in zip(with.covariates, [log(0.85), log(0.4)]) {
      let half = StudentT.quantile(0.975, degreesOfFreedom: 28) * effect.error
      #expect(abs(effect.effect - truth) < half && half < 0.5, "\(effect)")
    }
    let spread = { (prior: LearnedPrior) in prior.parameters.first { $0.name == "K" }?.spread ?? 0 }
    #expect(spread(with) < 0.75 * spread(without))
    for day in [5.0, 7] {
      var errors: [[Double]] = [[], []]
      var inside = [0, 0]
      var width = [0.0, 0]
      for index in 200..<240 {
        let target = xuri.donor(index, seed: 77, until: day).target
        let culture = try Culture(model: model, run: run(xuri, index, "xuri", until: day))
        for (k, prior) in [with, without].enumerated() {
          let forecast = try DonorForecast(
            culture, prior: prior, draws: 400, fitOptions: fitOptions)
          let logs = forecast.draws.map { psi -> Double in
            let p = forecast.natural(psi)
            return Baranyi.log(
              240, logN0: log(100 * p[0]), mu: p[1], lag: p[2], logK: log(p[3]))
          }
          let sample = try WeightedSample(logs, weights: forecast.weights)
          let (low, high) = (try sample.quantile(0.05), try sample.quantile(0.95))
          errors[k].append(abs(exp(try sample.quantile(0.5) - target) - 1))
          inside[k] += (low...high).contains(target) ? 1 : 0
          width[k] += (high - low) / 40
        }
      }
      let medians = errors.map { $0.sorted()[20] }
      #expect(medians[0] < 0.8 * medians[1], "day \(day): \(medians)")
      #expect(inside[0] >= 32 && width[0] < 0.9 * width[1], "day \(day): \(inside) \(width)")
    }
  }
}
