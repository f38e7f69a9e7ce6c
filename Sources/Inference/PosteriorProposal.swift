import LinearAlgebra
import Randomness

/// A multivariate Student t over the parameters inside their bounds.
struct PosteriorProposal: Sendable {
  /// A draw with the logarithm of posterior over proposal density.
  struct Draw: Sendable {
    let point: [Double]
    let logWeight: Double
  }

  private let degreesOfFreedom = 5.0
  private let center: [Double]
  private let inside: [Int]
  private let factor: Cholesky
  /// True when it was adapted to flattened weights, so that one more stage is worth while.
  private(set) var isTempered = false

  /// nil when the covariance has no Cholesky factor.
  init?(center: [Double], covariance: Matrix, inside: [Int], widening: Double) {
    self.center = center
    self.inside = inside
    let scaled = Matrix(rows: inside.count, columns: inside.count) {
      covariance[inside[$0], inside[$1]] * widening * widening
    }
    guard let factor = try? Cholesky(scaled) else { return nil }
    self.factor = factor
  }

  /// The t about the weighted moments of draws; nil when they do not carry a covariance.
  ///
  /// Where few of the draws carry the weight, it is flattened to w^a, with the largest a of 1, 0.8,
  /// 0.64 ... whose effective sample size is ten draws a parameter: the proposal then moves towards
  /// the posterior in steps that can be estimated.
  init?(adapting old: PosteriorProposal, to draws: [Draw]) {
    let n = draws.count
    guard n > 10 * old.inside.count else { return nil }
    var exponent = 1.0
    var raw = PosteriorProposal.weights(draws)
    let enough = min(0.25 * Double(n), 10 * Double(old.inside.count))
    while 1 / raw.reduce(0, { $0 + $1 * $1 }) < enough, exponent > 0.01 {
      exponent *= 0.8
      raw = PosteriorProposal.weights(draws, exponent: exponent)
    }
    let cap = Double(n).squareRoot() / Double(n)
    let truncated = raw.map { min($0, cap) }
    let total = truncated.reduce(0, +)
    let weights = truncated.map { $0 / total }
    var center = old.center
    for j in old.inside {
      center[j] = zip(draws, weights).reduce(0) { $0 + $1.0.point[j] * $1.1 }
    }
    let size = center.count
    var covariance = Matrix(rows: size, columns: size)
    for a in old.inside {
      for b in old.inside {
        covariance[a, b] = zip(draws, weights).reduce(0) { sum, pair in
          sum + pair.1 * (pair.0.point[a] - center[a]) * (pair.0.point[b] - center[b])
        }
      }
    }
    // A t with 5 degrees of freedom has 5/3 of its scale matrix as covariance; a little wider than
    // the posterior is safer than narrower.
    self.init(center: center, covariance: covariance, inside: old.inside, widening: 0.9)
    isTempered = exponent < 1
  }

  /// One draw; nil outside the bounds or where the simulation fails.
  ///
  /// With d parameters, ln q = const - (df + d)/2 ln(1 + |L^-1 (x - c)|^2 / df).
  func draw(_ stream: inout RandomStream, _ problem: FitProblem) -> Draw? {
    var point = center
    var distance = 0.0
    if !inside.isEmpty {
      let z = inside.map { _ in stream.normal() }
      let chi = stream.chiSquare(degreesOfFreedom: degreesOfFreedom)
      let stretch = (degreesOfFreedom / chi).squareRoot()
      guard let step = try? factor.timesLower(z) else { return nil }
      for (k, j) in inside.enumerated() { point[j] += stretch * step[k] }
      distance = stretch * stretch * z.reduce(0) { $0 + $1 * $1 }
    }
    for (x, free) in zip(point, problem.plan.free) where !free.bounds.contains(x) { return nil }
    guard let objective = problem.objective(at: point), objective.isFinite else { return nil }
    let logProposal =
      -0.5 * (degreesOfFreedom + Double(inside.count))
      * Double.log(1 + distance / degreesOfFreedom)
    return Draw(point: point, logWeight: -objective - logProposal)
  }

  /// Weights to a power that sum to 1.
  static func weights(_ draws: [Draw], exponent: Double = 1) -> [Double] {
    let top = draws.map(\.logWeight).max() ?? 0
    let raw = draws.map { Double.exp(exponent * ($0.logWeight - top)) }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }
}
