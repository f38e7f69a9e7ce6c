import Foundation
import LinearAlgebra
import Quantities
import Testing

@testable import Population

/// A made-up cohort in closed form: no randomness, so that another program can make the same.
enum MadeUp {
  static let kinds = [["CD4", "alone"], ["CD4", "IL-2"], ["CD8", "alone"], ["CD8", "IL-2"]]

  static func history(_ i: Int) throws -> GrowthHistory {
    let k = Double(i)
    let late = 24 * sin(1.7 * k) / 12
    let times = [42, 68 + late / 2, 92 + late / 3, 116 + late / 4, 140 + late / 5]
    let kind = Self.kinds[i % 4]
    let fade = (kind[1] == "IL-2" ? 0.35 : 0.55) + 0.08 * sin(2.3 * k)
    let rate = 1.6 + 0.2 * cos(1.1 * k) + (kind[0] == "CD8" ? 0.1 : 0)
    let counts = times.enumerated().map { j, time in
      let d = (time - 42) / 24
      let wave = 0.07 * sin(5.1 * k + 3.7 * Double(j))
      return GrowthCount(
        time: time, logCells: 8.5 + 0.4 * cos(0.9 * k) + rate * d - 0.5 * fade * d * d + wave,
        replicates: Double(1 + i % 3))
    }
    return try GrowthHistory(run: "R\(i)", donor: "D\(i / 2)", factors: kind, counts: counts)
  }

  static func histories(_ count: Int = 40) throws -> [GrowthHistory] {
    try (0..<count).map(history)
  }
}

struct GrowthTests {
  /// Slopes of both marginal likelihoods against central differences. Catches a wrong factor in any
  /// slope of the kernel, of the run's covariance or of the prior of the coefficients.
  @Test func slopes() throws {
    let histories = try MadeUp.histories(24)
    let vocabulary = try GrowthVocabulary(histories)
    var options = GrowthOptions()
    options.maximumSteps = 1
    options.rounds = 1
    options.fewestRuns = 10
    options.knotSpacing = 30
    let surface = try #require(
      try GrowthSurface(histories, window: 90...96, vocabulary: vocabulary, options: options))
    var weights = surface.weights
    for k in weights.indices { weights[k] = 0.6 + 0.05 * Double(k % 9) }
    let theta = surface.kernel.prior.centre.enumerated().map { $1 + 0.1 * sin(Double($0)) }
    #expect(worst(theta) { surface.objective($0, weights) } < 2e-6)

    let path = try GrowthPath(histories, vocabulary: vocabulary, options: options)
    let series = histories.compactMap { path.series($0, vocabulary) }
    let many = series.indices.map { 0.6 + 0.05 * Double($0 % 9) }
    let point = path.prior.centre.enumerated().map { $1 + 0.1 * sin(Double($0)) }
    #expect(worst(point) { path.objective($0, series, many) } < 2e-6)
  }

  private func worst(
    _ theta: [Double], _ f: ([Double]) -> (value: Double, gradient: [Double])?
  ) -> Double {
    guard let here = f(theta) else { return .infinity }
    var result = 0.0
    for k in theta.indices {
      var (up, down) = (theta, theta)
      up[k] += 1e-4
      down[k] -= 1e-4
      guard let a = f(up)?.value, let b = f(down)?.value else { return .infinity }
      result = max(result, abs((a - b) / 2e-4 - here.gradient[k]) / (1 + abs(here.gradient[k])))
    }
    return result
  }

  /// Predictions and likelihoods at given hyper-parameters against numpy's dense formulas
  /// (Records/growth.py, written apart: the path there is one big normal vector, without knots'
  /// normal equations). Catches a wrong integral of a hat or of the Ornstein-Uhlenbeck rate, lost
  /// replicates, weights that multiply instead of divide.
  @Test func beside() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Records/growth.json")
    let record = try JSONDecoder().decode(Record.self, from: try Data(contentsOf: file))
    var histories = try MadeUp.histories()
    let new = histories.removeLast()
    let vocabulary = try GrowthVocabulary(histories)
    var options = GrowthOptions()
    options.maximumSteps = 1
    options.rounds = 1
    var surface = try #require(
      try GrowthSurface(histories, window: 90...96, vocabulary: vocabulary, options: options))
    let theta = surface.kernel.prior.centre.enumerated().map { $1 + 0.1 * sin(Double($0)) }
    surface.values = theta.map { exp($0) }
    surface.weights = surface.weights.indices.map { 0.6 + 0.05 * Double($0 % 9) }
    let posterior = try surface.posterior(surface.values, surface.weights)
    let value = try #require(surface.objective(theta, surface.weights)).value
    let origin = try #require(GrowthOrigin(new.counts, last: 2, spacing: 12))
    let labels = try #require(vocabulary.labels(new))
    let group = try #require(vocabulary.group(new))
    let told = surface.predict(
      features: origin.features, labels: labels, group: group, horizons: [1, 2], replicates: 2,
      posterior)
    #expect(apart(told.mean + told.scale + [value], record.surface) < 1e-6)
    let weights = try surface.reweighted(surface.values, surface.weights)
    #expect(apart(Array(weights[..<6]), record.weights) < 1e-6)

    var path = try GrowthPath(histories, vocabulary: vocabulary, options: options)
    let point = path.prior.centre.enumerated().map { $1 + 0.1 * sin(Double($0)) }
    let series = histories.compactMap { path.series($0, vocabulary) }
    let many = series.indices.map { 0.6 + 0.05 * Double($0 % 9) }
    let pass = try path.pass(series, many, point.map { exp($0) })
    path.values = point.map { exp($0) }
    path.mean = pass.mean
    path.covariance = pass.precision.elements
    let ahead = try path.predict(
      Array(new.counts[..<3]), group: group, times: [116, 150], replicates: 2)
    #expect(apart(ahead.mean + ahead.scale + [pass.value], record.path) < 1e-6)
  }

  private struct Record: Decodable {
    let surface: [Double]
    let weights: [Double]
    let path: [Double]
  }

  private func apart(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 0 : .infinity
  }

  /// Score, quantiles, tails and draws of one distribution agree: the CRPS is the integral of the
  /// squared distance of the distribution functions. Catches a wrong constant in the closed form and
  /// draws without the stretch of Student's t.
  @Test func distribution() throws {
    for degrees in [nil, 4.0, 7] as [Double?] {
      let told = GrowthForecast(
        run: "R", basis: .path, times: [1, 2], median: [1, 2], scale: [0.04, 0.03, 0.03, 0.09],
        degreesOfFreedom: degrees, notes: [])
      let seen = 1.13
      let n = 400_000
      let step = 40.0 / Double(n)
      var sum = 0.0
      for k in 0..<n {
        let x = -19 + step * (Double(k) + 0.5)
        let below = 1 - told.probability(above: x, at: 0)
        sum += step * (x < seen ? below * below : (1 - below) * (1 - below))
      }
      #expect(abs(sum - told.score(seen, at: 0)) < 1e-5)
      #expect(abs(told.probability(above: told.quantile(0.9, at: 1), at: 1) - 0.1) < 1e-9)
      let draws = try told.draws(20_000, seed: 3)
      let above = draws.filter { $0[1] > told.quantile(0.9, at: 1) }.count
      #expect(abs(above - 2000) < 130)
      let both = draws.filter { $0[0] > 1 && $0[1] > 2 }.count
      // An orthant of a normal (or t) pair of correlation 1/2 holds a third.
      #expect(abs(both - 6667) < 210)
      #expect(try told.draws(3, seed: 3) == Array(draws[..<3]))
    }
  }

  /// What was learned survives its file and forecasts alike; what it never saw is refused, and where
  /// the surface does not reach, the path is used with a reason. Catches a posterior left out when
  /// decoded, an unknown condition that is taken for another, and a silent change of method.
  @Test func rules() throws {
    var histories = try MadeUp.histories()
    let new = histories.removeLast()
    let learned = try GrowthProcess.learn(histories, origin: "made up", origins: [92])
    let told = try JSONDecoder().decode(
      LearnedGrowth.self, from: try JSONEncoder().encode(learned))
    #expect(told == learned && learned.surfaces.count == 1 && learned.runs == 39)
    var early = new
    early.counts = Array(new.counts[..<3])
    let a = try learned.forecast(early, at: [116, 140])
    #expect(try told.forecast(early, at: [116, 140]) == a && a.basis == .surface)
    #expect(abs(a.median[0] - new.counts[3].logCells) < 0.4)
    early.counts = Array(new.counts[..<2])
    let b = try learned.forecast(early, at: [116, 140])
    #expect(b.basis == .path && b.notes.count == 1)
    #expect(b.spread(at: 1) > a.spread(at: 1))
    let none = try learned.forecast(
      try GrowthHistory(run: "N", donor: "N", factors: new.factors, counts: []), at: [116])
    #expect(none.spread(at: 0) > b.spread(at: 0))
    var strange = early
    strange.factors[1] = "IL-7"
    #expect(throws: InputRefused.self) { try learned.forecast(strange, at: [116]) }
    #expect(throws: InputRefused.self) { try learned.forecast(early, at: [60]) }
    #expect(throws: InputRefused.self) { try learned.forecast(early, at: [400]) }
    #expect(throws: InputRefused.self) { try learned.forecast(early, at: [116], basis: .surface) }
    #expect(throws: InputRefused.self) {
      try GrowthHistory(
        run: "X", donor: "X", factors: [],
        counts: [GrowthCount(time: 2, logCells: 1), GrowthCount(time: 1, logCells: 1)])
    }
    #expect(throws: InputRefused.self) {
      try GrowthProcess.learn([new], origin: "one run")
    }
  }

  /// A run far off loses weight, the others do not. Catches Student weights that are turned around.
  @Test func outlier() throws {
    var histories = try MadeUp.histories()
    histories[7].counts[3].logCells -= 2.5
    histories[7].counts[4].logCells -= 2.5
    let learned = try GrowthProcess.learn(histories, origin: "made up")
    // Windows with three counts and one after: about 92 and 116 h.
    #expect(learned.surfaces.map { ($0.origins.lowerBound / 24).rounded() } == [4, 5])
    let weights = try #require(learned.surfaces.first).weights
    #expect(weights[7] < 0.2 && weights.indices.allSatisfy { $0 == 7 || weights[$0] > 0.4 })
  }
}
