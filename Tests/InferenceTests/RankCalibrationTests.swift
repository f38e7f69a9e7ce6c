import Foundation
import LinearAlgebra
import Randomness
import Statistics
import Testing

@testable import Inference

/// Simulation-based calibration in small; `make calibrate` does it on a shipped model.
@Suite("Ranks of the truth among draws") struct RankCalibrationTests {
  /// Ten readings y ~ N(a, s) with a ~ N(0, 1) and ln s ~ N(ln 0.5, 0.3).
  private static func ranks(
    _ index: Int, heavy: Bool
  ) -> (right: [Int], narrow: [Int]) {
    var stream = RandomStream(
      seed: 7, name: "ranks", purpose: heavy ? "heavy" : "model", index: UInt64(index))
    let truth = [stream.normal(), log(0.5) + 0.3 * stream.normal()]
    let readings = (0..<10).map { _ -> Double in
      let z = stream.normal()
      let stretch = heavy ? (stream.chiSquare(degreesOfFreedom: 4) / 4).squareRoot() : 1
      return truth[0] + exp(truth[1]) * z / stretch
    }
    let density = MadeDensity(dimension: 2) { x in
      let weight = exp(-2 * x[1])
      let sum = readings.reduce(0) { $0 + ($1 - x[0]) }
      let squares = readings.reduce(0) { $0 + ($1 - x[0]) * ($1 - x[0]) }
      let prior = (x[1] - log(0.5)) / 0.09
      return (
        -0.5 * weight * squares - 10 * x[1] - 0.5 * x[0] * x[0]
          - 0.5 * prior * (x[1] - log(0.5)),
        [weight * sum - x[0], weight * squares - 10 - prior]
      )
    }
    var options = SamplerOptions()
    (options.chains, options.warmUp, options.draws) = (2, 100, 200)
    options.seed = UInt64(index)
    let sampled = SampledPosterior.sample(
      "ranks", parameters: ["a", "ln s"], estimate: [0, log(0.5)],
      covariance: Matrix(rows: 2, columns: 2) { $0 == $1 ? 0.04 : 0 },
      lowerBounds: [-.infinity, -4], upperBounds: [.infinity, 4], options: options
    ) { density }
    let all = sampled.points
    let chosen = (1...99).map { all[$0 * all.count / 100] }
    func height(_ x: [Double]) -> Double { density.body(x)?.value ?? .nan }
    var right: [Int] = []
    var narrow: [Int] = []
    for j in 0..<2 {
      let values = chosen.map { $0[j] }
      let mean = values.reduce(0, +) / 99
      right.append(RankUniformity.rank(of: truth[j], among: values))
      narrow.append(
        RankUniformity.rank(of: truth[j], among: values.map { mean + 0.8 * ($0 - mean) }))
    }
    right.append(RankUniformity.rank(of: height(truth), among: chosen.map(height)))
    return (right, narrow)
  }

  // Catches: a sampler whose draws are too narrow, too wide or shifted; and that the check itself
  // sees an sd of 0.8 and Student noise fitted as normal (promise S2, smoke).
  @Test("uniform for the sampler, not for draws made wrong on purpose")
  func uniform() throws {
    func probabilities(_ ranks: [[Int]]) -> [Double] {
      (0..<ranks[0].count).map { j in
        RankUniformity(ranks: ranks.map { $0[j] }, draws: 99, bins: 20)?.probability ?? .nan
      }
    }
    let right = Parallel.map(chunksOf: 10, count: 500, threads: 2) {
    } body: { _, index in
      Self.ranks(index, heavy: false)
    }
    let heavy = Parallel.map(chunksOf: 10, count: 300, threads: 2) {
    } body: { _, index in
      Self.ranks(index, heavy: true)
    }
    let good = probabilities(right.map(\.right))
    let narrow = probabilities(right.map(\.narrow))
    let wrong = probabilities(heavy.map(\.right))
    #expect(good.allSatisfy { $0 > 0.01 / 3 }, "\(good)")
    #expect(narrow.contains { $0 < 0.01 / 3 }, "\(narrow)")
    #expect(wrong.contains { $0 < 0.01 / 3 }, "\(wrong)")
  }
}
