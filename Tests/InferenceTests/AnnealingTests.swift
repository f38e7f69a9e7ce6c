import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Inference

/// A density from a closure, as an objective without derivatives.
private struct MadeProblem: LeastSquaresProblem, Sendable {
  let lowerBounds: [Double]
  let upperBounds: [Double]
  let logDensity: @Sendable ([Double]) -> Double
  var parameterCount: Int { lowerBounds.count }

  func objective(at p: [Double]) -> Double? { -logDensity(p) }
  func linearise(at p: [Double]) -> Linearisation? { nil }

  func draws(
    center: [Double], sd: [Double], pool: Int = 3000, count: Int = 4000, threads: Int = 1,
    seed: UInt64 = 3, change: (inout AnnealingLimits) -> Void = { _ in }
  ) throws -> AnnealedDraws {
    let n = parameterCount
    let proposal = try #require(
      StudentProposal(
        center: center, covariance: Matrix(rows: n, columns: n) { $0 == $1 ? sd[$0] * sd[$0] : 0 },
        inside: Array(0..<n), widening: 1))
    var stream = RandomStream(seed: seed, name: "annealing", purpose: "pool")
    var draws: [ImportanceDraw] = []
    for _ in 0..<pool {
      let (point, density) = try #require(proposal.draw(&stream))
      guard zip(point, zip(lowerBounds, upperBounds)).allSatisfy({ $1.0 < $0 && $0 < $1.1 }) else {
        continue
      }
      draws.append(
        ImportanceDraw(point: point, objective: -logDensity(point), logProposal: density))
    }
    var limits = AnnealingLimits()
    change(&limits)
    let annealing = Annealing(
      bounds: zip(lowerBounds, upperBounds).map { $0...$1 }, inside: Array(0..<n),
      base: ProposalMixture([proposal], shares: [1]), limits: limits, threads: threads,
      stream: { RandomStream(seed: seed, name: "made", purpose: $0, index: UInt64($1)) },
      problem: { self })
    return annealing.sample(draws, count: count)
  }
}

extension AnnealedDraws {
  fileprivate func moments(_ j: Int) -> (mean: Double, sd: Double) {
    let mean = zip(points, weights).reduce(0) { $0 + $1.0[j] * $1.1 }
    let square = zip(points, weights).reduce(0) {
      $0 + ($1.0[j] - mean) * ($1.0[j] - mean) * $1.1
    }
    return (mean, square.squareRoot())
  }
}

@Suite("Annealed draws") struct AnnealingTests {
  /// x ~ N(0, 1), y | x ~ N(x^2, 0.5^2) and ten bystanders: mean 1 and variance 2.25 of y.
  private func banana(_ n: Int) -> MadeProblem {
    MadeProblem(
      lowerBounds: [Double](repeating: -12, count: n),
      upperBounds: [Double](repeating: 30, count: n)
    ) { x in
      let r = x[1] - x[0] * x[0]
      return -0.5 * x[0] * x[0] - 2 * r * r - 0.5 * x.dropFirst(2).reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Moments of several seeds together: the error of their mean is known from their scatter.
  private func agree(
    _ problem: MadeProblem, center: [Double], sd: [Double], seeds: Int = 8,
    _ expected: [(column: Int, mean: Double, sd: Double)]
  ) throws {
    let found = try (0..<seeds).map {
      try problem.draws(center: center, sd: sd, seed: UInt64(10 + $0))
    }
    #expect(found.filter(\.report.isUsable).count >= seeds - 1)
    for (column, mean, sd) in expected {
      for (name, truth, values) in [
        ("mean", mean, found.map { $0.moments(column).mean }),
        ("sd", sd, found.map { $0.moments(column).sd }),
      ] {
        let middle = values.reduce(0, +) / Double(seeds)
        let scatter = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(seeds - 1)
        let error = (scatter / Double(seeds)).squareRoot()
        // Never looser than a tenth of a standard deviation.
        #expect(
          abs(middle - truth) < min(4 * error + 0.01 * sd, 0.1 * sd),
          "\(name) of \(column): \(middle) +- \(error), not \(truth)")
      }
    }
  }

  // Catches: a Metropolis ratio without the proposal's density, temper weights left out (particles
  // that stay where the proposal put them), a difference step along one's own coordinate.
  // Known: where the proposal misses the ends, moves fill them too slowly (sd of the bent coordinate
  // 0.93 where 1.5 is right) and populations that all miss them agree with each other.
  @Test("a banana in six dimensions from a proposal that misses its ends")
  func banana() throws {
    withKnownIssue("The ends of a narrow bent posterior are drawn too thin.") {
      try agree(
        banana(6), center: [0.8, 0.5, 0, 0, 0, 0], sd: [0.7, 0.5, 1, 1, 1, 1],
        [(0, 0, 1), (1, 1, 1.5), (5, 0, 1)])
    }
  }

  // Catches: ln |dx/du| left out of the moves: mass is pushed to or from the bound.
  @Test("a normal cut off at a bound")
  func bound() throws {
    let problem = MadeProblem(lowerBounds: [0, -8], upperBounds: [6, 8]) { x in
      -0.5 * (x[0] + 1) * (x[0] + 1) - 0.5 * x[1] * x[1]
    }
    let hazard = exp(-0.5) / (2 * Double.pi).squareRoot() / (0.5 * erfc(0.5.squareRoot()))
    try agree(
      problem, center: [1.5, 0.5], sd: [0.8, 0.8],
      [(0, hazard - 1, (1 - hazard * (hazard - 1)).squareRoot()), (1, 0, 1)])
  }

  // Catches: a width of moves that does not follow the place, difference steps of one length.
  @Test("a funnel")
  func funnel() throws {
    let problem = MadeProblem(
      lowerBounds: [-12, -200, -200, -200], upperBounds: [12, 200, 200, 200]
    ) { x in
      let squares = x.dropFirst().reduce(0) { $0 + $1 * $1 }
      return -x[0] * x[0] / 4.5 - 1.5 * x[0] - 0.5 * exp(-x[0]) * squares
    }
    try agree(problem, center: [0, 0, 0, 0], sd: [1.2, 1, 1, 1], [(0, 0, 1.5)])
  }

  // Catches: populations that count equally whatever their evidence, peaks lost by resampling.
  @Test("two peaks of 0.3 and 0.7")
  func peaks() throws {
    let problem = MadeProblem(lowerBounds: [-20, -20], upperBounds: [20, 20]) { x in
      let a = log(0.3) - 0.5 * ((x[0] + 4) * (x[0] + 4) + x[1] * x[1])
      let b = log(0.7) - 0.5 * ((x[0] - 4) * (x[0] - 4) + x[1] * x[1])
      return max(a, b) + log1p(exp(-abs(a - b)))
    }
    try agree(
      problem, center: [1, 0], sd: [4, 2], [(0, 1.6, (1 + 16 - 1.6 * 1.6).squareRoot()), (1, 0, 1)])
  }

  // Catches: a verdict that nothing can fail, evidence that is not compared.
  @Test("populations that found different peaks are not usable")
  func disagreement() throws {
    let problem = MadeProblem(
      lowerBounds: [Double](repeating: -60, count: 4),
      upperBounds: [Double](repeating: 60, count: 4)
    ) { x in
      let s = 0.01
      let rest = x.dropFirst().reduce(0) { $0 + $1 * $1 }
      let a = -0.5 * ((x[0] + 20) * (x[0] + 20) + rest) / (s * s)
      let b = -0.5 * ((x[0] - 20) * (x[0] - 20) + rest) / (s * s)
      return max(a, b) + log1p(exp(-abs(a - b)))
    }
    let draws = try problem.draws(
      center: [0, 0, 0, 0], sd: [15, 5, 5, 5], pool: 64
    ) { $0.particles = 8 }
    #expect(!draws.report.isUsable)
    #expect(draws.report.failures.allSatisfy { $0.hasSuffix(".") })
    let none = try problem.draws(center: [0, 0, 0, 0], sd: [15, 5, 5, 5], pool: 8)
    #expect(!none.report.isUsable && none.points.isEmpty)
  }

  // Catches: a stream shared between particles, sums in the order of completion.
  @Test("the same bytes on 1, 2 and 8 threads")
  func threads() throws {
    let one = try banana(3).draws(center: [0, 1, 0], sd: [1, 1, 1], count: 500)
    for threads in [2, 8] {
      let other = try banana(3).draws(
        center: [0, 1, 0], sd: [1, 1, 1], count: 500, threads: threads)
      #expect(one.points == other.points && one.weights == other.weights)
      #expect(one.report == other.report)
    }
  }
}
