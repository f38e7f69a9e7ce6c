import Bioreactor
import Foundation
import Inference
import ModelLanguage
import Population
import Quantities
import Randomness
import RunRecords
import Statistics
import Testing

/// Donors whose counts follow Baranyi and Roberts with normal ln parameters: the simulation of
/// reference/kinetics.md, 4.5.
struct Baranyi {
  var mu = 0.030
  var lag = 36.0
  var capacity = 5e3  // 1e6 cells
  let days = [0.0, 3, 5, 6, 7, 8, 9]

  struct Donor {
    let run: Run
    /// ln of the cells at day 10, 1e6.
    let target: Double
  }

  /// ln N of Baranyi and Roberts in closed form.
  static func log(_ t: Double, logN0: Double, mu: Double, lag: Double, logK: Double) -> Double {
    let h0 = mu * lag
    let adapted = mu * t + Foundation.log(exp(-mu * t) + exp(-h0) - exp(-mu * t - h0))
    return logN0 + adapted - Foundation.log(1 + (exp(adapted) - 1) / exp(logK - logN0))
  }

  func donor(_ index: Int, seed: UInt64, until day: Double) -> Donor {
    var stream = RandomStream(
      seed: seed, name: "baranyi", purpose: "donors", index: UInt64(index))
    let mu = mu * exp(0.15 * stream.normal())
    let lag = lag * exp(0.25 * stream.normal())
    let logK = Foundation.log(capacity) + 0.30 * stream.normal()
    let seeded = 0.5
    let logN0 = Foundation.log(100 * seeded) + 0.10 * stream.normal()
    func at(_ t: Double) -> Double {
      Baranyi.log(t, logN0: logN0, mu: mu, lag: lag, logK: logK)
    }
    let noise = days.map { _ in 0.10 * stream.normal() }
    let seen = days.indices.filter { days[$0] <= day }
    return Donor(
      run: Made.run(
        "run \(index)", donor: "donor \(index)", seeded: seeded, times: seen.map { 24 * days[$0] },
        vcd: seen.map { .exact(exp(at(24 * days[$0]) + noise[$0]) / 100) }),
      target: at(240))
  }
}

struct LearnedPriorTests {
  /// Catches a widening that forgets the number of donors, or one by the variance of a t, which has
  /// none for two or three donors.
  @Test func fewDonorsAreWide() {
    // t(0.95; v)/1.644854 for v = 1, 4, 29 from tables.
    #expect(abs(LearnedPrior.widening(donors: 2) - 6.313752 / 1.644854) < 1e-5)
    #expect(abs(LearnedPrior.widening(donors: 5) - 2.131847 / 1.644854) < 1e-5)
    #expect(abs(LearnedPrior.widening(donors: 30) - 1.699127 / 1.644854) < 1e-5)
    #expect(LearnedPrior.widening(donors: 1) == .infinity)
  }

  /// Thirty donors teach a prior; other donors' day 10 is forecast from their first counts. Catches
  /// a prior of the mean donor in place of a new one (coverage falls), and an offset that is
  /// forgotten.
  @Test func thirtyDonorsTeachOthers() throws {
    let model = try Made.baranyi()
    let truth = Baranyi()
    let cultures = try (0..<30).map {
      try Culture(model: model, run: truth.donor($0, seed: 45, until: 9).run)
    }
    let specification = PopulationSpecification(donorEffects: ["V0", "mu", "lag", "K"])
    var options = PopulationOptions()
    options.method = .importance(draws: 200)
    options.checkDraws = 0
    options.threads = 2
    var fitOptions = FitOptions()
    fitOptions.relativeTolerance = 1e-6
    let (fit, plan) = try PopulationFit.run(
      cultures: cultures, specification: specification, fitOptions: fitOptions, options: options)
    #expect(fit.isUsable, "\(fit.notes)")
    let prior = try LearnedPrior(fit, plan: plan, model: model.name, origin: "simulated")
    #expect(prior.fault == nil && prior.donors == 30)
    let others = 60
    for day in [5.0, 7, 9] {
      let (error, coverage) = try score(truth, others, day) {
        try DonorForecast($0, prior: prior, draws: 400, fitOptions: fitOptions)
      }
      let limit = day < 6 ? 0.22 : day < 8 ? 0.16 : 0.10
      #expect(error < limit && coverage > 0.8, "day \(day): \(error) \(coverage)")
    }
    // Donors of a slower population: the prior as it is misleads; twice as wide it covers.
    var slow = truth
    slow.mu *= 0.8
    slow.lag *= 1.3
    slow.capacity *= 0.6
    let (_, narrow) = try score(slow, others, 6) {
      try DonorForecast($0, prior: prior, draws: 400, fitOptions: fitOptions)
    }
    let (_, wide) = try score(slow, others, 6) {
      try DonorForecast($0, prior: prior, widening: 2, draws: 400, fitOptions: fitOptions)
    }
    let (_, robust) = try score(slow, others, 6) {
      try DonorForecast.robust($0, prior: prior, draws: 300, fitOptions: fitOptions)
    }
    #expect(narrow < robust && robust < wide && wide > 0.85, "\(narrow) \(robust) \(wide)")
  }

  /// Median absolute error at day 10 and coverage of 90 % over donors that did not teach.
  private func score(
    _ world: Baranyi, _ others: Int, _ day: Double,
    _ forecast: (Culture) throws -> DonorForecast
  ) throws -> (error: Double, coverage: Double) {
    var errors: [Double] = []
    var covered = 0.0
    let model = try Made.baranyi()
    for k in 0..<others {
      let other = world.donor(1000 + k, seed: 45, until: day)
      let forecast = try forecast(Culture(model: model, run: other.run))
      let logs = forecast.draws.map { psi -> Double in
        let p = forecast.natural(psi)
        return Baranyi.log(240, logN0: log(100 * p[0]), mu: p[1], lag: p[2], logK: log(p[3]))
      }
      let sample = try WeightedSample(logs, weights: forecast.weights)
      errors.append(abs(exp(try sample.quantile(0.5) - other.target) - 1))
      if try sample.quantile(0.05) <= other.target, try sample.quantile(0.95) >= other.target {
        covered += 1
      }
    }
    return (errors.sorted()[others / 2], covered / Double(others))
  }
}
