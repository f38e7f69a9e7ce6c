import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Weights of models from their scores.
public enum ModelWeights {
  /// Weights exp(-d/2) / sum of them, d the criterion less the smallest one: Akaike weights when it is
  /// AICc, approximate posterior probabilities of the models when it is BIC.
  ///
  /// A criterion of infinity has no weight; without a finite one all weights are 0.
  /// Reference: Burnham and Anderson (2002), Model Selection and Multimodel Inference, sections 2.9
  /// and 6.4.
  public static func information(_ criteria: [Double]) -> [Double] {
    softmax(criteria.map { -0.5 * $0 })
  }

  /// Pseudo-BMA+ weights from pointwise log predictive densities, `scores[model][point]`.
  ///
  /// Points are weighted by a Bayesian bootstrap (Dirichlet(1, ..., 1)) and the weights
  /// exp(sum of scores) averaged over it: with few points, whose sum is uncertain, the weights
  /// shrink towards each other. `errors`, the standard errors of the scores themselves, are drawn
  /// with each replicate, so that a score known roughly does not make a sharp weight. All models
  /// need a score at every point.
  /// *Edge cases:* without models no weights; without points equal weights.
  /// Reference: Yao, Vehtari, Simpson and Gelman (2018), Bayesian Analysis 13, 917-1007, section 3.4.
  public static func pseudoBMA(
    _ scores: [[Double]], errors: [[Double]]? = nil, seed: UInt64, name: String,
    replicates: Int = 4000
  ) -> [Double] {
    guard let points = scores.first?.count else { return [] }
    guard points > 0 else {
      return [Double](repeating: 1 / Double(scores.count), count: scores.count)
    }
    var total = [Double](repeating: 0, count: scores.count)
    for index in 0..<replicates {
      var stream = RandomStream(
        seed: seed, name: name, purpose: "bayesian bootstrap", index: UInt64(index))
      let raw = (0..<points).map { _ in -log(stream.uniform()) }
      let sum = raw.reduce(0, +)
      let sums = scores.indices.map { model in
        (0..<points).reduce(0.0) { total, point in
          let error = errors.map { $0[model][point] * stream.normal() } ?? 0
          return total + (scores[model][point] + error) * raw[point]
        } / sum * Double(points)
      }
      for (k, weight) in softmax(sums).enumerated() { total[k] += weight }
    }
    let whole = total.reduce(0, +)
    return total.map { $0 / whole }
  }

  /// exp(x) / sum exp(x), without overflow; -infinity has no weight.
  static func softmax(_ x: [Double]) -> [Double] {
    guard let top = x.filter(\.isFinite).max() else { return x.map { _ in 0 } }
    let raw = x.map { $0.isFinite ? exp($0 - top) : 0 }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }
}

/// A sum over points with its standard error, sqrt(n * variance of the points).
///
/// The error is nil for fewer than two points.
public func sumWithError(_ points: [Double]) -> (sum: Double, error: Double?) {
  let n = Double(points.count)
  let sum = points.reduce(0, +)
  guard points.count > 1 else { return (sum, nil) }
  let mean = sum / n
  let variance = points.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  return (sum, (n * variance).squareRoot())
}
