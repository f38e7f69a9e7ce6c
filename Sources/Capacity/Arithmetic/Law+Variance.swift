#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Law {
  /// The variance of the law [the square of its unit].
  ///
  /// Of the cut normal with a = (least - mean) / sd, b = (most - mean) / sd and
  /// Z = Phi(b) - Phi(a): sd2 (1 + (a phi(a) - b phi(b)) / Z - ((phi(a) - phi(b)) / Z)^2).
  /// Source: Johnson, Kotz and Balakrishnan 1994, Continuous Univariate Distributions 1, eq. 13.135.
  public var variance: Double {
    switch self {
    case .fixed: return 0
    case .exponential(let mean): return mean * mean
    case .lognormal(let mean, let cv): return mean * mean * cv * cv
    case .uniform(let least, let most): return (most - least) * (most - least) / 12
    case .triangular(let a, let b, let c):
      return (a * a + b * b + c * c - a * b - a * c - b * c) / 18
    case .empirical(let values, let weights):
      let total = weights.reduce(0, +)
      let mean = self.mean
      let sum = zip(values, weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
      return sum / total
    case .normal(let mean, let sd, let least, let most):
      func density(_ z: Double) -> Double {
        z.isFinite ? exp(-z * z / 2) / (2 * Double.pi).squareRoot() : 0
      }
      func below(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
      let (a, b) = ((least - mean) / sd, (most - mean) / sd)
      let inside = below(b) - below(a)
      let tilt = (a * density(a) - (b.isFinite ? b * density(b) : 0)) / inside
      let shift = (density(a) - density(b)) / inside
      return sd * sd * (1 + tilt - shift * shift)
    }
  }
}
