import LinearAlgebra
import Quantities

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The learned surface of growth after one window of origins: mean growth rate over the days to come
/// as a function of the last two growth rates, level, conditions and horizon.
public struct GrowthSurface: Codable, Sendable, Equatable {
  /// Earliest and latest origin that taught, h.
  public let origins: ClosedRange<Double>
  /// Shortest and longest horizon that taught, h.
  public let horizons: ClosedRange<Double>
  /// Smallest and largest value of each feature: older and newer growth rate (1/d), level.
  public let features: [ClosedRange<Double>]
  /// Runs and donors that taught.
  public let runs: Int
  /// See `runs`.
  public let donors: Int
  /// Names of the hyper-parameters.
  public let names: [String]
  /// Their values.
  public internal(set) var values: [Double]
  /// Whether the last search met its tolerance.
  public internal(set) var isConverged: Bool
  /// Weight of each run, below 1 where it lies far off.
  public internal(set) var weights: [Double]
  let kernel: GrowthKernel
  let cases: [GrowthCase]
  let degrees: Double

  /// What a forecast needs: K^-1 and K^-1 y.
  struct Posterior: Sendable {
    let inverse: SymmetricInverse
    let alpha: [Double]
  }

  /// Hyper-parameters of the numbers to come are ln of `values`.
  func posterior(_ p: [Double], _ weights: [Double]) throws -> Posterior {
    let n = cases.count
    let k = Matrix(rows: n, columns: n) { i, j in
      let (a, b) = i >= j ? (cases[i], cases[j]) : (cases[j], cases[i])
      let shared = kernel.surface(a, b, p)
      if a.run != b.run { return shared }
      return shared + kernel.own(a, b, p, isSame: i == j) / weights[a.run]
    }
    let inverse = try SymmetricInverse(k)
    return Posterior(inverse: inverse, alpha: inverse.times(cases.map(\.growth)))
  }

  /// Minus ln of marginal likelihood and prior of the hyper-parameters, with its slopes:
  /// (y K^-1 y + ln |K|)/2, and tr((K^-1 - a a^T) dK)/2 (Rasmussen and Williams 2006, equation 5.9).
  func objective(_ theta: [Double], _ weights: [Double]) -> (value: Double, gradient: [Double])? {
    let p = theta.map { exp($0) }
    guard allFinite(p), let here = try? posterior(p, weights) else { return nil }
    let n = cases.count
    var gradient = [Double](repeating: 0, count: theta.count)
    for i in 0..<n {
      for j in 0...i {
        let q = here.inverse[i, j] - here.alpha[i] * here.alpha[j]
        kernel.addSlopes(
          cases[i], cases[j], p, weight: weights[cases[i].run], isSame: i == j,
          times: i == j ? 0.5 * q : q, to: &gradient)
      }
    }
    var value = 0.5 * (dot(cases.map(\.growth), here.alpha) + here.inverse.logDeterminant)
    let prior = kernel.prior
    for k in theta.indices {
      let z = (theta[k] - prior.centre[k]) / prior.sd[k]
      value += 0.5 * z * z
      gradient[k] += z / prior.sd[k]
    }
    return (value, gradient)
  }

  /// Weights of the runs, (v + n)/(v + E q), with q the squared deviation of a run in its own units:
  /// the expectation step for Student's t (Lange, Little and Taylor 1989; Tipping and Lawrence 2005).
  func reweighted(_ p: [Double], _ weights: [Double]) throws -> [Double] {
    let here = try posterior(p, weights)
    var result = weights
    var start = 0
    while start < cases.count {
      let run = cases[start].run
      var end = start
      while end < cases.count, cases[end].run == run { end += 1 }
      let w = weights[run]
      var q = Double(end - start)
      for i in start..<end {
        for j in start..<end {
          let own = kernel.own(cases[i], cases[j], p, isSame: i == j)
          q += own * (here.alpha[i] * here.alpha[j] - here.inverse[i, j]) / w
        }
      }
      result[run] = (degrees + Double(end - start)) / (degrees + max(q, 0) / w)
      start = end
    }
    return result
  }

  /// The joint predictive distribution at horizons (d) of a run with these features and labels:
  /// mean, and covariance of Student's scale, row by row.
  func predict(
    features: [Double], labels: [Int], group: Int, horizons: [Double], replicates: Double?,
    _ posterior: Posterior
  ) -> (mean: [Double], scale: [Double]) {
    let new = horizons.map {
      GrowthCase(
        run: -1, features: features, labels: labels, group: group, horizon: $0, growth: 0,
        replicates: replicates ?? 1)
    }
    let cross = new.map { a in cases.map { kernel.surface(a, $0, values) } }
    let solved = cross.map { posterior.inverse.times($0) }
    let m = new.count
    var scale = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      for j in 0..<m {
        scale[i * m + j] =
          kernel.surface(new[i], new[j], values) - 0.5
          * (dot(cross[i], solved[j]) + dot(cross[j], solved[i]))
          + kernel.own(new[i], new[j], values, isSame: i == j && replicates != nil)
      }
    }
    return (cross.map { dot($0, posterior.alpha) }, scale)
  }
}
