import Bioreactor
import Foundation
import ModelLanguage
import Randomness
import RunRecords
import Testing

@testable import Inference

/// ln V(t) = ln V0 + mu t with known noise: linear in normal parameters.
private let sd = 0.1
private func line(priors: Bool) throws -> Model {
  try textModel(
    """
    cells V [1e6 cells/mL] "viable"
    param V0 [1e6 cells/mL] "start" = 0.5 in 0.0001 ... 1000 log\(priors ? " prior median 0.5 sd_ln 0.1" : "")
    param mu [1/h] "rate" = 0.02 in -0.5 ... 0.5 linear\(priors ? " prior mean 0.025 sd 0.004" : "")
    V(0) = V0
    V' = mu * V
    observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: \(sd))
    """)
}

/// ln density of ln y at time t after the readings before, by the normal equations.
private func predictive(
  _ before: [(Double, Double)], at t: Double, _ y: Double, priors: Bool
) -> Double {
  var (a, b, c, u, v) = (0.0, 0.0, 0.0, 0.0, 0.0)
  for (t, y) in before {
    let w = 1 / (sd * sd)
    a += w
    b += w * t
    c += w * t * t
    u += w * log(y)
    v += w * t * log(y)
  }
  if priors {
    a += 1 / 0.01
    u += log(0.5) / 0.01
    c += 1 / (0.004 * 0.004)
    v += 0.025 / (0.004 * 0.004)
  }
  let d = a * c - b * b
  let mean = (c * u - b * v) / d + t * (a * v - b * u) / d
  let variance = sd * sd + (c - 2 * t * b + t * t * a) / d
  return -0.5 * pow(log(y) - mean, 2) / variance - 0.5 * log(2 * .pi * variance)
}

private func counts(_ index: Int, _ times: [Double], fromPriors: Bool = false) -> [Double] {
  var stream = RandomStream(seed: 8, name: "future", purpose: "counts", index: UInt64(index))
  let start = log(fromPriors ? 0.5 : 0.55) + (fromPriors ? 0.1 * stream.normal() : 0)
  let rate = fromPriors ? 0.025 + 0.004 * stream.normal() : 0.022
  return times.map { exp(start + rate * $0 + sd * stream.normal()) }
}

@Suite("Leave-future-out scores and predictive checks") struct LeaveFutureOutTests {
  private let times = [12.0, 36, 60, 84, 108, 132]

  // Catches: a sample scored by a fit that has seen it, the plug-in density at the estimate (no
  // parameter uncertainty), the density of the count in place of that of its logarithm.
  @Test(
    "scores of a linear normal model equal the closed-form predictive", arguments: [true, false])
  func closedForm(priors: Bool) throws {
    let values = counts(0, times)
    let run = made(times, values)
    let model = try line(priors: priors)
    let options = FitOptions()
    let fit = try Fit.run(try Culture(model: model, run: run), options: options)
    let future = LeaveFutureOut(
      fit, run, platform: nil, model: model, options: options, draws: 3000)
    #expect(future.points.map(\.time) == [84, 108, 132])
    for (k, point) in future.points.enumerated() {
      let m = k + LeaveFutureOut.leastSamples
      let exact = predictive(
        Array(zip(times, values).prefix(m)), at: times[m], values[m], priors: priors)
      let score = try #require(point.score)
      #expect(abs(score - exact) < 0.05, "\(point.time): \(score) \(exact)")
      let error = try #require(point.monteCarloError)
      #expect(abs(score - exact) < 4 * error + 1e-3, "\(point.time): \(score - exact) \(error)")
      #expect(point.count == 1 && point.refusal == nil)
    }
  }

  // Catches: a sample scored, or a fit started or pruned, by what comes after it.
  @Test("later readings do not move earlier scores")
  func unseen() throws {
    let model = try line(priors: true)
    let options = FitOptions()
    func scores(_ values: [Double]) throws -> [LeaveFutureOut.Point] {
      let run = made(times, values)
      let fit = try Fit.run(try Culture(model: model, run: run), options: options)
      return LeaveFutureOut(fit, run, platform: nil, model: model, options: options).points
    }
    let values = counts(1, times)
    var other = values
    other[5] *= 1.8
    let (one, two) = (try scores(values), try scores(other))
    for k in 0..<2 {
      let (a, b) = (try #require(one[k].score), try #require(two[k].score))
      // The draws lie about optima that agree to the tolerance of the search.
      #expect(abs(a - b) < 1e-3, "\(one[k].time): \(a) \(b)")
    }
    let (a, b) = (try #require(one[2].score), try #require(two[2].score))
    #expect(a - b > 1, "\(a) \(b)")
  }

  // Catches: an error of the weights alone or of the densities alone, a variance for its root, an
  // error over the effective size that forgets how weights and densities go together.
  @Test("the Monte-Carlo error is the scatter of the score over seeds")
  func monteCarlo() throws {
    let model = try line(priors: true)
    let run = made(times, counts(2, times))
    let found = Parallel.map(chunksOf: 4, count: 60, threads: 2) {
    } body: { _, index -> [LeaveFutureOut.Point]? in
      var options = FitOptions()
      options.seed = UInt64(index + 1)
      guard let culture = try? Culture(model: model, run: run),
        let fit = try? Fit.run(culture, options: options)
      else { return nil }
      return LeaveFutureOut(fit, run, platform: nil, model: model, options: options, draws: 150)
        .points
    }.compactMap { $0 }
    try #require(found.count == 60)
    for k in 0..<3 {
      let scores = found.compactMap { $0[k].score }
      let errors = found.compactMap { $0[k].monteCarloError }
      try #require(scores.count == 60 && errors.count == 60)
      let mean = scores.reduce(0, +) / 60
      let scatter = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
      let stated = (errors.reduce(0) { $0 + $1 * $1 } / 60).squareRoot()
      // The standard deviation of 60 is known to 9 %.
      #expect(stated / scatter > 0.7 && stated / scatter < 1.4, "\(k): \(stated) \(scatter)")
      #expect(found.allSatisfy { ($0[k].paretoShape ?? 1) < 0.7 })
    }
  }

  // Catches: weights that need not sum to 1, the mean of the logarithms, an error that does not
  // vanish for equal densities.
  @Test("the log mean and its error by hand")
  func logMean() throws {
    let weights = [0.5, 0.3, 0.2]
    let p = [0.2, 0.4, 1.0]
    let found = try #require(FutureScore.logMean(p.map { log($0) }, weights: weights))
    let mean = 0.5 * 0.2 + 0.3 * 0.4 + 0.2 * 1.0
    #expect(abs(found.value - log(mean)) < 1e-12)
    let variance = zip(weights, p).reduce(0) { $0 + pow($1.0 * ($1.1 / mean - 1), 2) }
    #expect(abs(found.error - variance.squareRoot()) < 1e-12)
    #expect(try #require(FutureScore.logMean([-3, -3, -3], weights: weights)).error < 1e-12)
    #expect(FutureScore.logMean([-.infinity], weights: [1]) == nil)
  }

  // Catches: the p-value of the other tail, of which a middling mean says nothing.
  @Test("three times the noise gives a predictive p near 0, a fifth of it one near 1")
  func tails() throws {
    let model = try line(priors: true)
    let options = FitOptions()
    func overall(_ factor: Double) throws -> PredictiveCheck {
      var stream = RandomStream(seed: 9, name: "tails", purpose: "counts")
      let run = made(
        times, times.map { exp(log(0.5) + 0.025 * $0 + factor * sd * stream.normal()) })
      let culture = try Culture(model: model, run: run)
      let fit = try Fit.run(culture, options: options)
      let posterior = try Posterior.sample(fit, culture, options: options, count: 250)
      return try #require(
        ResidualChecks(fit, culture, options: options, posterior: posterior).predictive)
    }
    let wide = try overall(3)
    let narrow = try overall(0.2)
    #expect(try #require(wide.overall) < 0.01 && wide.parts[0].pValue < 0.01)
    let (all, one) = (try #require(narrow.overall), narrow.parts[0].pValue)
    // The draws of two parameters add 2 to the sum, whatever the data: it does not come near 1.
    #expect(all > 0.7 && one > 0.7, "\(all) \(one)")
  }

  // Catches: a score made up where the data before do not fix the model.
  @Test("a sample before which a direction is free has no score, and that is said")
  func free() throws {
    let model = try textModel(
      """
      cells V [1e6 cells/mL] "viable"
      param a [1/h] "early" = 0.02 in 0.0001 ... 0.5 log
      param b [1/h] "late" = 0.02 in 0.0001 ... 0.5 log
      V(0) = 0.5 [1e6 cells/mL]
      let rate = if time < 100 [h] then a else b
      V' = rate * V
      observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
      """)
    let times = [24.0, 48, 72, 96, 120, 144]
    let run = made(times, times.map { 0.5 * exp(0.02 * $0) })
    let fit = try Fit.run(try Culture(model: model, run: run))
    try #require(fit.isUsable)
    let future = LeaveFutureOut(fit, run, platform: nil, model: model, options: FitOptions())
    #expect(future.points.map { $0.score != nil } == [false, false, true])
    #expect(future.points[0].refusal?.isEmpty == false)
  }

  // Catches: a latest count held against a fit that follows it (p-values heaped at 1), noise left
  // out (heaped at 0), a one-sided p-value.
  @Test("under the truth the latest count's p-value is uniform and the overall one is not small")
  func calibrated() throws {
    let model = try line(priors: true)
    let options = FitOptions()
    let times = self.times
    let found = Parallel.map(chunksOf: 5, count: 120, threads: 2) {
    } body: { _, index -> (latest: Double, overall: Double)? in
      let run = made(times, counts(index, times, fromPriors: true))
      guard let culture = try? Culture(model: model, run: run),
        let fit = try? Fit.run(culture, options: options),
        let posterior = try? Posterior.sample(fit, culture, options: options, count: 250)
      else { return nil }
      let checks = ResidualChecks(fit, culture, options: options, posterior: posterior)
      guard let predictive = checks.predictive, predictive.usesDraws,
        let latest = predictive.latest.first,
        let overall = predictive.overall
      else { return nil }
      return (latest.pValue, overall)
    }.compactMap { $0 }
    try #require(found.count == 120)
    let latest = found.map(\.latest).sorted()
    // Kolmogorov-Smirnov: 1.63 / sqrt(n) is the 1 % point.
    var distance = 0.0
    for (i, p) in latest.enumerated() {
      let (below, above) = (Double(i) / 120, Double(i + 1) / 120)
      distance = max(distance, abs(p - below), abs(above - p))
    }
    #expect(distance < 1.63 / 120.0.squareRoot(), "\(distance)")
    let overall = found.map(\.overall)
    let mean = overall.reduce(0, +) / 120
    #expect(mean > 0.4 && mean < 0.6, "\(mean)")
    #expect(Double(overall.filter { $0 < 0.05 }.count) / 120 <= 0.08)
  }
}
