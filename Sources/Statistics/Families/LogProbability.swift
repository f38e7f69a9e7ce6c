#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The logarithm of a probability with its slopes.
public struct LogProbability: Sendable, Hashable {
  /// ln P; -infinity for an impossible event.
  public var value: Double
  /// d ln P by the mean on the law's link: ln mean of a count, logit of a fraction.
  public var mean: Double
  /// d ln P by the logarithm of the law's noise number.
  public var noise: Double

  /// From its parts.
  public init(value: Double, mean: Double, noise: Double) {
    (self.value, self.mean, self.noise) = (value, mean, noise)
  }

  /// The impossible event.
  public static let never = LogProbability(value: -.infinity, mean: 0, noise: 0)
  /// The certain event.
  public static let always = LogProbability(value: 0, mean: 0, noise: 0)

  /// The complement, ln(1 - P); accurate while P is not near 1.
  var complement: LogProbability {
    let rest = log1p(-exp(value))
    let odds = exp(value - rest)
    return LogProbability(value: rest, mean: -mean * odds, noise: -noise * odds)
  }

  /// ln(P - Q) for an event Q within this one; accurate while Q is not near P.
  func without(_ other: LogProbability) -> LogProbability {
    guard other.value > -.infinity else { return self }
    let ratio = exp(other.value - value)
    guard ratio < 1 else { return .never }
    return LogProbability(
      value: value + log1p(-ratio), mean: (mean - ratio * other.mean) / (1 - ratio),
      noise: (noise - ratio * other.noise) / (1 - ratio))
  }
}
