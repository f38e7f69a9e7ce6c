import LinearAlgebra
import Statistics

/// What one donor adds to the negative marginal log-likelihood, with its derivatives.
struct DonorMarginal: Sendable {
  /// -ln of the integral.
  var value: Double
  /// d value / d theta; empty when not asked for.
  var score: [Double] = []
  /// Its Hessian by Louis' identity, row by row; empty when not asked for.
  var information: [Double] = []
  /// The mean second derivative, before the covariance of the scores is taken off.
  var complete: [Double] = []
  /// The mode of the random effects.
  var mode: [Double]
  /// Mean and covariance (row by row) of the random effects given the data.
  var mean: [Double] = []
  var covariance: [Double] = []
  /// The Laplace approximation of `value`, for comparison.
  var laplace: Double
  /// True when the mode's curvature is the exact Hessian.
  var isExact: Bool
  /// (sum w)^2 / sum w^2 of the points.
  var effectivePoints: Double
  /// Monte Carlo standard error of `value`; 0 for quadrature.
  var error: Double
  /// Log-weights of random points; empty for quadrature.
  var logWeights: [Double] = []
}

/// What is asked of a marginal.
enum MarginalOrder: Int, Sendable, Comparable {
  case value, score, information

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension DonorMode {
  /// The Laplace approximation of -ln of the integral.
  var laplace: Double {
    expansion.value - 0.5 * Double(v.count) * Double.log(2 * .pi) - logSpread
  }

  /// Integrates the random effects out with a rule.
  ///
  /// With points that move by a `Transport`, the gradient is the posterior mean of the score there
  /// and the Hessian that of the second derivative less the scores' covariance (Louis' identity).
  /// Both are those of the integral itself, whatever the field. Sources: Louis (1982), J R Stat Soc
  /// B 44:226; Pinheiro and Bates (1995), section 2.4, for the points.
  func marginal(
    _ h: DonorIntegrand, rule: IntegrationRule, order: MarginalOrder, exactly: Bool
  ) -> DonorMarginal? {
    let values = h.values(rule.count) { rule.fill(&$0, $1, center: v, spread: spread) }
    let logs = values.enumerated().map { k, value in
      value.map { rule.logWeights[k] - $0 } ?? -.infinity
    }
    let weights = LogSum.weights(logs)
    var result = DonorMarginal(
      value: -(logSpread + LogSum.of(logs)), mode: v, laplace: laplace,
      isExact: expansion.isExact, effectivePoints: LogSum.effectiveSize(weights),
      error: rule.isRandom ? DonorMode.pairError(weights, rule.normalWeights) : 0)
    guard result.value.isFinite else { return nil }
    if rule.isRandom { result.logWeights = logs }
    if order == .value { return result }
    return moments(h, rule, weights, order, exactly, &result) ? result : nil
  }

  /// Relative standard error of the sum of antithetic weights, beside the normal density's, which
  /// is known: that of a ratio of sums.
  private static func pairError(_ weights: [Double], _ normal: [Double]) -> Double {
    let (total, known) = (weights.reduce(0, +), normal.reduce(0, +))
    let pairs = stride(from: 0, to: weights.count - 1, by: 2).map {
      (weights[$0] + weights[$0 + 1]) / total - (normal[$0] + normal[$0 + 1]) / known
    }
    guard pairs.count > 1 else { return .infinity }
    return pairs.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// H^-1, row by row: what one point alone tells of the width.
  private var curvatureCovariance: [Double] {
    let d = v.count
    return (0..<(d * d)).map { k in
      (0..<d).reduce(0) { $0 + spread[(k / d) * d + $1] * spread[(k % d) * d + $1] }
    }
  }

  /// Points that weigh less than this in all are not expanded.
  private static let negligible = 1e-9

  private func moments(
    _ h: DonorIntegrand, _ rule: IntegrationRule, _ weights: [Double], _ order: MarginalOrder,
    _ exactly: Bool, _ result: inout DonorMarginal
  ) -> Bool {
    let n = h.layout.count
    let d = h.dimension
    let wants = order == .information
    guard let transport = Transport(h, self) else { return false }
    result.mean = [Double](repeating: 0, count: d)
    result.covariance = [Double](repeating: 0, count: d * d)
    var sums = ScoreSum(h, transport, mode: v, wantsInformation: wants)
    var point = v
    var psi = h.centres.first ?? []
    var parts: [LikelihoodExpansion] = []
    for (k, weight) in weights.enumerated()
    where weight > DonorMode.negligible / Double(weights.count) {
      rule.fill(&point, k, center: v, spread: spread)
      guard h.expandParts(point, exactly: exactly, room: &psi, &parts) else { return false }
      sums.add(point, parts, weight: weight)
      for i in 0..<d {
        let left = weight * (point[i] - v[i])
        result.mean[i] += left
        for j in 0..<d { result.covariance[i * d + j] += left * (point[j] - v[j]) }
      }
    }
    sums.finish()
    for i in 0..<d {
      for j in 0..<d { result.covariance[i * d + j] -= result.mean[i] * result.mean[j] }
    }
    for i in 0..<d { result.mean[i] += v[i] }
    if rule.count == 1 { result.covariance = curvatureCovariance }
    result.score = sums.score
    if wants {
      result.complete = sums.complete
      result.information = sums.complete.indices.map { k in
        sums.complete[k] - sums.outer[k] + result.score[k / n] * result.score[k % n]
      }
    }
    return true
  }
}
