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
}

/// What is asked of a marginal.
enum MarginalOrder: Int, Sendable, Comparable {
  case value, score, information

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension DonorMode {
  /// Integrates the random effects out with a rule.
  ///
  /// With points that move by a `Transport`, the gradient is the posterior mean of the score there
  /// and the Hessian that of the second derivative less the scores' covariance (Louis' identity).
  /// Both are those of the integral itself, whatever the field. Sources: Louis (1982), J R Stat Soc
  /// B 44:226; Pinheiro and Bates (1995), section 2.4, for the points.
  func marginal(
    _ h: DonorIntegrand, rule: IntegrationRule, order: MarginalOrder, exactly: Bool
  ) -> DonorMarginal? {
    let d = h.dimension
    let laplace = expansion.value - 0.5 * Double(d) * Double.log(2 * .pi) - logSpread
    let points = (0..<rule.count).map { rule.point($0, center: v, spread: spread) }
    var logs = [Double](repeating: -.infinity, count: rule.count)
    for k in points.indices {
      if let value = h.value(points[k]) { logs[k] = rule.logWeights[k] - value }
    }
    let weights = LogSum.weights(logs)
    var result = DonorMarginal(
      value: -(logSpread + LogSum.of(logs)), mode: v, laplace: laplace,
      isExact: expansion.isExact, effectivePoints: LogSum.effectiveSize(weights),
      error: rule.isRandom ? DonorMode.pairError(weights, rule.normalWeights) : 0)
    guard result.value.isFinite else { return nil }
    if order == .value { return result }
    return moments(h, points, weights, order, exactly, &result) ? result : nil
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

  /// Points that weigh less than this in all are not expanded.
  private static let negligible = 1e-9

  private func moments(
    _ h: DonorIntegrand, _ points: [[Double]], _ weights: [Double], _ order: MarginalOrder,
    _ exactly: Bool, _ result: inout DonorMarginal
  ) -> Bool {
    let n = h.layout.count
    let d = h.dimension
    let wants = order == .information
    guard let transport = Transport(h, self) else { return false }
    result.score = [Double](repeating: 0, count: n)
    result.mean = [Double](repeating: 0, count: d)
    result.covariance = [Double](repeating: 0, count: d * d)
    var complete = [Double](repeating: 0, count: wants ? n * n : 0)
    var outer = complete
    var scratch = complete
    for (point, weight) in zip(points, weights)
    where weight > DonorMode.negligible / Double(points.count) {
      guard let expansion = h.expand(point, exactly: exactly) else { return false }
      var score = [Double](repeating: 0, count: n)
      if wants { for k in scratch.indices { scratch[k] = 0 } }
      let offset = zip(point, v).map { $0 - $1 }
      h.addScore(
        point, expansion, transport, field: transport.field(offset), to: &score,
        information: &scratch, wantsInformation: wants)
      for k in 0..<n { result.score[k] += weight * score[k] }
      for i in 0..<d {
        result.mean[i] += weight * (point[i] - v[i])
        for j in 0..<d {
          result.covariance[i * d + j] += weight * (point[i] - v[i]) * (point[j] - v[j])
        }
      }
      guard wants else { continue }
      for i in 0..<n {
        for j in 0..<n {
          complete[i * n + j] += weight * scratch[i * n + j]
          outer[i * n + j] += weight * score[i] * score[j]
        }
      }
    }
    for i in 0..<d {
      for j in 0..<d { result.covariance[i * d + j] -= result.mean[i] * result.mean[j] }
    }
    for i in 0..<d { result.mean[i] += v[i] }
    if wants {
      for k in 0..<n where !transport.stretch[k].isEmpty {
        for l in 0..<n where !transport.stretch[l].isEmpty {
          for a in 0..<d {
            for b in 0..<d {
              complete[k * n + l] +=
                transport.stretch[k][a * d + b] * transport.stretch[l][b * d + a]
            }
          }
        }
      }
      result.complete = complete
      result.information = complete.indices.map { k in
        complete[k] - outer[k] + result.score[k / n] * result.score[k % n]
      }
    }
    return true
  }
}
