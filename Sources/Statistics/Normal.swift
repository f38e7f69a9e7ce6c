import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The normal distribution, accurate in its far tails.
public enum Normal {
  /// ln sqrt(2 pi).
  static let logRootTwoPi = 0.918938533204672741780

  /// The z within which 95 % lie, Phi^-1(0.975).
  public static let reach95 = 1.959963984540054

  /// phi(z) = e^(-z^2/2) / sqrt(2 pi).
  public static func density(_ z: Double) -> Double { exp(logDensity(z)) }

  /// ln phi(z) = -z^2/2 - ln sqrt(2 pi).
  public static func logDensity(_ z: Double) -> Double { -0.5 * z * z - logRootTwoPi }

  /// ln of the density at `x` with a mean and a standard deviation, all in the unit of x.
  ///
  /// *Edge case:* a standard deviation that is not above zero gives NaN.
  public static func logDensity(_ x: Double, mean: Double, standardDeviation: Double) -> Double {
    guard standardDeviation > 0 else { return .nan }
    return logDensity((x - mean) / standardDeviation) - log(standardDeviation)
  }

  /// Phi(z), the probability below z; the probability above is Phi(-z).
  public static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  /// ln Phi(z), to a relative error below 1e-12 for z in -1e7 ... 37.
  ///
  /// Below -5 it is ln phi(z) + ln of Mills' ratio, so nothing underflows.
  public static func logCumulative(_ z: Double) -> Double {
    if z < -5 { return logDensity(z) + log(millsRatio(-z)) }
    return z <= 0 ? log(cumulative(z)) : log1p(-cumulative(-z))
  }

  /// phi(z) / Phi(z), the slope of ln Phi: the expected excess of a left-truncated normal.
  ///
  /// *Edge cases:* it tends to -z as z falls and to 0 as z grows.
  public static func inverseMills(_ z: Double) -> Double {
    z < -5 ? 1 / millsRatio(-z) : density(z) / cumulative(z)
  }

  /// The quantile z with Phi(z) = p; -infinity at 0, infinity at 1, NaN outside 0 ... 1.
  public static func quantile(_ p: Double) -> Double { standardNormalQuantile(p) }

  /// Mills' ratio (1 - Phi(x)) / phi(x) for x >= 5: 1/(x + 1/(x + 2/(x + 3/(x + ...)))).
  ///
  /// Reference: Abramowitz and Stegun (1964), 26.2.14.
  private static func millsRatio(_ x: Double) -> Double {
    var tail = x
    for k in stride(from: 60.0, through: 1, by: -1) { tail = x + k / tail }
    return 1 / tail
  }
}
