import LinearAlgebra
import Randomness
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What learned growth says of a run's ln cells to come: a joint Student t over times.
public struct GrowthForecast: Codable, Sendable, Equatable {
  /// What a forecast rests on.
  public enum Basis: String, Codable, Sendable {
    /// The surface of growth after the last count.
    case surface
    /// The path: the run's own counts and the learned change of the growth rate.
    case path
  }

  /// The run.
  public let run: String
  /// What it rests on.
  public let basis: Basis
  /// Elapsed times, h.
  public let times: [Double]
  /// Median of ln cells at each time.
  public let median: [Double]
  /// Scale matrix of the joint Student t (the covariance, where `degreesOfFreedom` is nil), row by row.
  public let scale: [Double]
  /// Degrees of freedom; nil for a normal distribution.
  public let degreesOfFreedom: Double?
  /// Sentences for the reader.
  public let notes: [String]

  /// Scale of ln cells at time `i`: the standard deviation of a normal distribution.
  public func spread(at i: Int) -> Double { max(scale[i * times.count + i], 0).squareRoot() }

  /// The quantile of ln cells at time `i`, median + t(p) spread; NaN unless 0 < p < 1.
  public func quantile(_ p: Double, at i: Int) -> Double {
    median[i] + spread(at: i) * standardQuantile(p)
  }

  /// The quantile of the standard distribution.
  func standardQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return .nan }
    return degreesOfFreedom.map { StudentT.quantile(p, degreesOfFreedom: $0) } ?? Normal.quantile(p)
  }

  /// The probability that ln cells at time `i` exceed `logCells`; NaN when that is NaN.
  public func probability(above logCells: Double, at i: Int) -> Double {
    let s = spread(at: i)
    guard s > 0 else { return logCells.isNaN ? .nan : (median[i] > logCells ? 1 : 0) }
    let z = (logCells - median[i]) / s
    return degreesOfFreedom.map { StudentT.upperTail(z, degreesOfFreedom: $0) }
      ?? Normal.cumulative(-z)
  }

  /// The continuous ranked probability score of the forecast at time `i` against what was seen, in
  /// units of ln cells; smaller is better.
  ///
  /// Normal: Gneiting and Raftery (2007), equation 21. Student's t: Jordan, Krueger and Lerch (2019),
  /// table of closed forms; needs more than one degree of freedom.
  public func score(_ seen: Double, at i: Int) -> Double {
    let s = spread(at: i)
    guard s > 0 else { return abs(seen - median[i]) }
    let z = (seen - median[i]) / s
    guard let v = degreesOfFreedom else {
      return s
        * (z * (2 * Normal.cumulative(z) - 1) + 2 * Normal.density(z) - 1 / Double.pi.squareRoot())
    }
    guard v > 1 else { return .nan }
    let body = z * (1 - 2 * StudentT.upperTail(z, degreesOfFreedom: v))
    let density = exp(StudentT.logDensity(z, degreesOfFreedom: v))
    let halves = 2 * logBeta(0.5, v - 0.5)  // below: B(1/2, v - 1/2)/B(1/2, v/2)^2
    let ratio = exp(0.5 * halves - 2 * logBeta(0.5, 0.5 * v))
    return s * (body + 2 * density * (v + z * z) / (v - 1) - 2 * v.squareRoot() / (v - 1) * ratio)
  }

  private func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }

  /// Joint draws of ln cells over all times; the same seed gives the same draws.
  ///
  /// Throws `LinearAlgebraError` when the scale matrix has no factor.
  public func draws(_ count: Int, seed: UInt64 = 1) throws -> [[Double]] {
    let m = times.count
    let tiny = 1e-12 * max((0..<m).map { scale[$0 * m + $0] }.max() ?? 0, 1e-12)
    let factor = try Cholesky(
      Matrix(rows: m, columns: m) { scale[$0 * m + $1] + ($0 == $1 ? tiny : 0) }, threshold: 0)
    var stream = RandomStream(seed: seed, name: run, purpose: "growth")
    return try (0..<max(count, 0)).map { _ in
      let z = (0..<m).map { _ in stream.normal() }
      let stretch =
        degreesOfFreedom.map { ($0 / stream.chiSquare(degreesOfFreedom: $0)).squareRoot() } ?? 1
      return zip(median, try factor.timesLower(z)).map { $0 + stretch * $1 }
    }
  }
}
