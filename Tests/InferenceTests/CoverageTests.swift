import Bioreactor
import Foundation
import ModelLanguage
import Quantities
import Randomness
import RunRecords
import Statistics
import Testing

@testable import Inference

@Suite("Coverage and forecasts over simulated runs") struct CoverageTests {
  // Catches: intervals from half the variance, a missing factor 2 of the spread, an interval taken
  // on the wrong scale. The negative control shows that the check has the power to see 25 %.
  @Test("95 % intervals of the growth rate cover the truth (promise S1, smoke)")
  func coverage() throws {
    let model = try shipped("exponential_lag")
    let times = (0...8).map { 24 * Double($0) }
    let truth = 0.027
    var options = FitOptions()
    options.usesPriors = false
    options.starts = 4
    options.held = ["s_count": 0.10]
    let settings = options
    let outcomes = Parallel.map(chunksOf: 10, count: 300, threads: 2) {
    } body: { _, index -> (covered: Bool, shrunk: Bool)? in
      var stream = RandomStream(
        seed: 21, name: "coverage", purpose: "counts", index: UInt64(index))
      let counts = times.map {
        exp(log(0.5) + lagLogFold($0, mu: truth, lag: 45) + 0.10 * stream.normal())
      }
      guard let culture = try? Culture(model: model, run: made(times, counts)),
        let fit = try? Fit.run(culture, options: settings), fit.isUsable,
        let mu = fit.parameter("mu"), let interval = mu.interval, let error = mu.standardError
      else { return nil }
      let reach = 0.75 * 1.959963984540054 * error
      return (interval.contains(truth), abs(log(mu.estimate / truth)) < reach)
    }
    let found = outcomes.compactMap { $0 }
    let share = Double(found.filter(\.covered).count) / 300
    let shrunk = Double(found.filter(\.shrunk).count) / 300
    #expect(found.count == 300)
    #expect(share > 0.91 && share < 0.98, "\(share)")
    #expect(shrunk < 0.91, "\(shrunk)")
  }

  private static let forecastModel = """
    cells V [1e6 cells/mL] "viable cells"
    per_cell w [1] "logit of the adapted fraction"
    param V0 [1e6 cells/mL] "start" = 1 in 0.0001 ... 100 log prior median 1 sd_ln 0.10
    param mu [1/h] "rate" = 0.03 in 0.0005 ... 0.3 log prior median 0.03 sd_ln 0.30
    param lag [h] "lag" = 36 in 1 ... 400 log prior median 36 sd_ln 0.50
    param K [cells] "capacity" = 5e9 in 1e7 ... 1e12 log prior median 5e9 sd_ln 0.60
    w(0) = -log(exp(mu * lag) - 1)
    w' = mu
    V(0) = V0
    V' = mu * logistic(w) * V * (1 - V * volume / K)
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.10)
    """

  // Catches: a forecast from the estimate alone (no spread), a lost prior on K (errors above
  // 100 %), draws that are not weighted.
  @Test("day-10 cells from counts to day 6 (the simulation of early prediction)")
  func earlyForecast() throws {
    let model = try textModel(Self.forecastModel)
    let options = FitOptions()
    let results = Parallel.map(chunksOf: 5, count: 80, threads: 2) {
    } body: { _, index -> (error: Double, covered: Bool)? in
      var stream = RandomStream(seed: 31, name: "donor", purpose: "truth", index: UInt64(index))
      let mu = 0.03 * exp(0.15 * stream.normal())
      let lag = 36 * exp(0.25 * stream.normal())
      let logK = log(50) + 0.30 * stream.normal()
      let logN0 = 0.10 * stream.normal()
      func path(_ t: Double) -> Double {
        baranyiLog(t, logN0: logN0, mu: mu, lag: lag, logK: logK)
      }
      let times = [0.0, 72, 120, 144]
      let counts = times.map { exp(path($0) + 0.10 * stream.normal()) }
      guard let culture = try? Culture(model: model, run: made(times, counts)),
        let fit = try? Fit.run(culture, options: options),
        let posterior = try? Posterior.sample(fit, culture, options: options, count: 2000),
        let ensemble = try? Ensemble(
          posterior, culture, instants: [Instant(time: 240)], observables: [0], run: "donor",
          options: options),
        let sample = try? WeightedSample(
          ensemble.values(instant: 0, observable: 0), weights: ensemble.weights),
        let low = try? sample.bound(0.05), let middle = try? sample.quantile(0.5),
        let high = try? sample.bound(0.95)
      else { return nil }
      let truth = exp(path(240))
      return (abs(middle / truth - 1), low <= truth && truth <= high)
    }
    let found = results.compactMap { $0 }
    #expect(found.count == 80)
    let error = median(found.map(\.error))
    let covered = Double(found.filter(\.covered).count) / 80
    #expect(error < 0.25, "\(error)")
    #expect(covered >= 0.80, "\(covered)")
    // Not so wide that it says nothing: the prior alone has an sd of 0.6 on ln K.
    #expect(error > 0.02)
  }
}
