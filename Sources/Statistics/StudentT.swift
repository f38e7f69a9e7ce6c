#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Student's t distribution.
public enum StudentT {
  /// ln of the density at `x` with a location and a scale, in the unit of x.
  ///
  /// ln Gamma((v+1)/2) - ln Gamma(v/2) - ln(v pi)/2 - ln s - (v+1)/2 ln(1 + z^2/v), with
  /// z = (x - location)/s. Tends to the normal one as v, the degrees of freedom, grows.
  /// *Edge case:* NaN unless degrees of freedom and scale are above 0.
  public static func logDensity(
    _ x: Double, degreesOfFreedom v: Double, location: Double = 0, scale: Double = 1
  ) -> Double {
    guard v > 0, scale > 0 else { return .nan }
    let z = (x - location) / scale
    guard v.isFinite else { return Normal.logDensity(z) - log(scale) }
    return logGammaHalfStep(0.5 * v) - 0.5 * log(v * Double.pi) - log(scale)
      - 0.5 * (v + 1) * log1p(z / v * z)
  }

  /// The probability above `t`; NaN unless the degrees of freedom are above 0.
  public static func upperTail(_ t: Double, degreesOfFreedom v: Double) -> Double {
    guard v > 0, !t.isNaN else { return .nan }
    guard v.isFinite else { return Normal.cumulative(-t) }
    let square = t * t
    guard square.isFinite else { return t > 0 ? 0 : 1 }
    let tail = 0.5 * incompleteBeta(0.5 * v, 0.5, v / (v + square), square / (v + square))
    return t > 0 ? tail : 1 - tail
  }

  /// The value with probability `p` below it, to about 12 digits.
  ///
  /// *Edge cases:* -infinity at 0, infinity at 1; NaN for p outside 0 ... 1 or degrees of freedom
  /// that are not above 0.
  public static func quantile(_ p: Double, degreesOfFreedom v: Double) -> Double {
    guard p >= 0, p <= 1, v > 0 else { return .nan }
    guard v.isFinite else { return Normal.quantile(p) }
    guard p != 0.5 else { return 0 }
    let tail = p < 0.5 ? p : 1 - p
    guard tail > 0 else { return p < 0.5 ? -.infinity : .infinity }
    let size = bisect { upperTail($0, degreesOfFreedom: v) < tail }
    return p < 0.5 ? -size : size
  }
}

/// The regularised incomplete beta function I_x(a, b); `y` is 1 - x without cancellation.
///
/// Reference: Press et al. (2007), Numerical Recipes, section 6.4.
func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
  guard x > 0 else { return 0 }
  guard y > 0 else { return 1 }
  let logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
  let factor = exp(a * log(x) + b * log(y) - logBeta)
  return x < (a + 1) / (a + b + 2)
    ? factor * betaFraction(a, b, x) / a : 1 - factor * betaFraction(b, a, y) / b
}

func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...10_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonzero(1 + even * d)
    c = nonzero(1 + even / c)
    fraction *= c * d
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonzero(1 + odd * d)
    c = nonzero(1 + odd / c)
    fraction *= c * d
    if abs(c * d - 1) < 1e-16 { break }
  }
  return fraction
}
