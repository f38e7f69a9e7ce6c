#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Facility {
  /// How long something takes [d], and how that varies.
  public enum Duration: Sendable, Hashable {
    /// Always the same.
    case fixed(Double)
    /// Exponential with a mean.
    case exponential(mean: Double)
    /// Lognormal with the mean and the coefficient of variation of the time itself.
    case lognormal(mean: Double, cv: Double)
    /// Normal, given that it is not below a bound (a draw below is drawn again).
    case normal(mean: Double, sd: Double, least: Double)
    /// Triangular: least, most likely, most.
    case triangular(least: Double, mode: Double, most: Double)
    /// Some values with their weights, which sum to 1.
    case empirical([Point])

    /// One value of an empirical law.
    public struct Point: Sendable, Hashable {
      /// Time [d].
      public var value: Double
      /// Its probability.
      public var weight: Double

      /// A value with its probability.
      public init(value: Double, weight: Double) {
        self.value = value
        self.weight = weight
      }
    }

    /// Mean [d].
    public var mean: Double { moments.mean }

    /// Variance [d2].
    public var variance: Double { moments.variance }

    /// Mean and variance; of the cut normal by the inverse Mills ratio (Johnson, Kotz and
    /// Balakrishnan 1994, eq. 13.134).
    public var moments: (mean: Double, variance: Double) {
      switch self {
      case .fixed(let value): return (value, 0)
      case .exponential(let mean): return (mean, mean * mean)
      case .lognormal(let mean, let cv): return (mean, mean * mean * cv * cv)
      case .normal(let mean, let sd, let least):
        guard sd > 0 else { return (mean, 0) }
        let alpha = (least - mean) / sd
        let density = exp(-alpha * alpha / 2) / (2 * Double.pi).squareRoot()
        let ratio = density / (erfc(alpha / 2.0.squareRoot()) / 2)
        return (mean + sd * ratio, sd * sd * (1 + alpha * ratio - ratio * ratio))
      case .triangular(let a, let b, let c):
        return ((a + b + c) / 3, (a * a + b * b + c * c - a * b - a * c - b * c) / 18)
      case .empirical(let points):
        let total = points.reduce(0) { $0 + $1.weight }
        let mean = points.reduce(0) { $0 + $1.weight * $1.value } / total
        let square = points.reduce(0) { $0 + $1.weight * ($1.value - mean) * ($1.value - mean) }
        return (mean, square / total)
      }
    }
  }
}
