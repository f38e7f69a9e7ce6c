#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// ln |Gamma(x)|; infinity at 0 and the negative integers.
public func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// ln Gamma(x + 1/2) - ln Gamma(x) for x > 0, without cancellation for large x.
///
/// From x = 30 on the series ln(x)/2 - 1/(8x) + 1/(192 x^3) - 1/(640 x^5) + 17/(14336 x^7).
/// Reference: Tricomi and Erdelyi (1951), Pacific J. Math. 1, 133-142.
func logGammaHalfStep(_ x: Double) -> Double {
  guard x >= 30 else { return logGamma(x + 0.5) - logGamma(x) }
  let y = 1 / (x * x)
  let series = -1.0 / 8 + y * (1.0 / 192 + y * (-1.0 / 640 + y * 17 / 14336))
  return 0.5 * log(x) + series / x
}

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x).
///
/// Defined for a > 0 and x >= 0, NaN elsewhere. The smaller of the two is computed and the other
/// is its complement, so an upper tail keeps its relative accuracy, about 1e-12 for a below 1e3.
/// Reference: Press et al. (2007), Numerical Recipes, section 6.2.
public func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
  guard a > 0, a.isFinite, x >= 0 else { return (.nan, .nan) }
  guard x > 0 else { return (0, 1) }
  guard x.isFinite else { return (1, 0) }
  let factor = exp(a * log(x) - x - logGamma(a))
  // Both expansions need a number of terms that grows with the root of a.
  let limit = 200 + Int(min(20 * a.squareRoot(), 1e6))
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    for n in 1...limit {
      term *= x / (a + Double(n))
      sum += term
      if term < sum * 1e-17 { break }
    }
    let lower = min(sum * factor, 1)
    return (lower, 1 - lower)
  }
  // Lentz's evaluation of 1/(x+1-a - 1(1-a)/(x+3-a - ...)).
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var fraction = d
  for n in 1...limit {
    let an = -Double(n) * (Double(n) - a)
    b += 2
    d = 1 / nonzero(an * d + b)
    c = nonzero(b + an / c)
    fraction *= c * d
    if abs(c * d - 1) < 1e-16 { break }
  }
  let upper = min(fraction * factor, 1)
  return (1 - upper, upper)
}

/// The value, kept away from zero for Lentz's method.
func nonzero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
