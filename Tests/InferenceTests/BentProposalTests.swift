import Foundation
import LinearAlgebra
import Randomness
import Statistics
import Testing

@testable import Inference

/// -ln p as half a sum of squares of made residuals.
private struct MadeProblem: LeastSquaresProblem, Sendable {
  let lowerBounds: [Double]
  let upperBounds: [Double]
  /// Residuals and their slopes.
  let rows: @Sendable ([Double]) -> (residuals: [Double], slopes: [[Double]])
  var parameterCount: Int { lowerBounds.count }

  func objective(at p: [Double]) -> Double? {
    rows(p).residuals.reduce(0) { $0 + 0.5 * $1 * $1 }
  }

  func linearise(at p: [Double]) -> Linearisation? {
    let (residuals, slopes) = rows(p)
    return Linearisation(
      objective: residuals.reduce(0) { $0 + 0.5 * $1 * $1 },
      rows: Matrix(rows: residuals.count, columns: p.count) { slopes[$0][$1] },
      residuals: residuals)
  }

  /// Draws along the profiles of an optimum, weighted, and those about the optimum alone.
  func draws(at point: [Double], seed: UInt64, threads: Int = 1) throws -> Drawn {
    let active = zip(point, zip(lowerBounds, upperBounds)).map { x, b -> ActiveBound in
      x <= b.0 ? .lower : x >= b.1 ? .upper : .none
    }
    let bounds = zip(lowerBounds, upperBounds).map { $0...$1 }
    let line = try #require(linearise(at: point))
    let covariance = try #require(
      BoxInformation.covariance(line.rows, bounds: bounds, active: active))
    let inside = Array(point.indices)
    let first = try #require(
      StudentProposal(
        center: StudentProposal.center(point, covariance, active, bounds: bounds),
        covariance: covariance, inside: inside, widening: 1.5))
    let mixture = try #require(
      BentProposal(
        problem: self, point: point, inside: inside, search: TrustRegionOptions()
      ).mixture(wide: first))
    var stages = BentStages<MadeProblem>(first: mixture, inside: inside.count, threads: threads)
    let found = stages.run(
      problem: { self },
      stream: { RandomStream(seed: seed, name: "made", purpose: $0, index: UInt64($1)) })
    return Drawn(found)
  }
}

private struct Drawn {
  let points: [[Double]]
  let weights: [Double]
  let size: Double
  let shape: Double

  init(_ draws: [ImportanceDraw?]) {
    let good = draws.compactMap { $0 }
    points = good.map(\.point)
    weights = LogSum.weights(good.map(\.logWeight))
    size = LogSum.effectiveSize(weights)
    shape = ParetoTail.shape(logWeights: draws.map { $0?.logWeight ?? -.infinity })
  }

  func mean(_ f: ([Double]) -> Double) -> Double {
    zip(points, weights).reduce(0) { $0 + $1.1 * f($1.0) }
  }
}

@Suite("Draws along the profiles") struct BentProposalTests {
  /// x ~ N(0, 1), y | x ~ N(x^2, 0.5^2) and bystanders: mean 1 and variance 2.25 of y.
  private func banana(_ n: Int) -> MadeProblem {
    MadeProblem(
      lowerBounds: [Double](repeating: -30, count: n),
      upperBounds: [Double](repeating: 30, count: n)
    ) { x in
      var slopes = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
      slopes[1] = (0..<n).map { $0 == 0 ? -4 * x[0] : $0 == 1 ? 2 : 0 }
      return ([x[0], 2 * (x[1] - x[0] * x[0])] + x.dropFirst(2), slopes)
    }
  }

  // Catches: components that do not follow the profile, a weight by the density of the component
  // that was drawn from and not of the mixture, stages weighted each by itself, shares that learn
  // the wrong component.
  @Test("a banana in six dimensions has its ends")
  func bananaMoments() throws {
    let seeds = 12
    let found = try (0..<seeds).map {
      try banana(6).draws(at: [0, 0, 0, 0, 0, 0], seed: UInt64(40 + $0))
    }
    #expect(found.allSatisfy { $0.size > 200 && $0.shape < 0.7 })
    let expected: [(String, Double, Double, ([Double]) -> Double)] = [
      ("mean of x", 0, 1, { $0[0] }), ("x^2", 1, 1.4, { $0[0] * $0[0] }),
      ("mean of y", 1, 1.5, { $0[1] }), ("y^2", 3.25, 8, { $0[1] * $0[1] }),
      ("y above 4", 0.04768, 0.213, { $0[1] > 4 ? 1 : 0 }), ("z^2", 1, 1.4, { $0[5] * $0[5] }),
    ]
    for (name, truth, sd, f) in expected {
      let values = found.map { $0.mean(f) }
      let middle = values.reduce(0, +) / Double(seeds)
      // 12 seeds of 200 equal draws and more: the mean is known to sd / sqrt(2400).
      #expect(abs(middle - truth) < 4 * sd / 2400.0.squareRoot(), "\(name): \(middle)")
    }
  }

  // Catches: a component on a bound that is not moved off it, draws outside counted as none at all.
  @Test("a normal cut off at a bound")
  func bound() throws {
    let problem = MadeProblem(lowerBounds: [0, -8], upperBounds: [6, 8]) { x in
      ([x[0] + 1, x[1]], [[1, 0], [0, 1]])
    }
    let hazard = exp(-0.5) / (2 * Double.pi).squareRoot() / (0.5 * erfc(0.5.squareRoot()))
    let found = try (0..<12).map { try problem.draws(at: [0, 0], seed: UInt64(70 + $0)) }
    #expect(found.allSatisfy { $0.shape < 0.7 })
    let middle = found.map { $0.mean { $0[0] } }.reduce(0, +) / 12
    #expect(abs(middle - (hazard - 1)) < 0.03, "\(middle)")
  }

  // Catches: streams shared between threads, sums in the order of arrival.
  @Test("the same draws on one thread and on several")
  func threads() throws {
    let one = try banana(3).draws(at: [0, 0, 0], seed: 5)
    let four = try banana(3).draws(at: [0, 0, 0], seed: 5, threads: 4)
    #expect(one.points == four.points && one.weights == four.weights)
  }
}
