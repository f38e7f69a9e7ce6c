#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// The pieces of Loader's saddle-point forms of count laws: every one is of the size of the answer, so
// nothing cancels for large counts. Reference: Loader (2000), Fast and accurate computation of
// binomial probabilities (the algorithm behind R's dbinom, dpois and dnbinom).

/// u - ln(1 + u) for u > -1, without cancellation about 0.
///
/// `complement` is 1 + u, given where the caller has it without cancellation.
func logExcess(_ u: Double, complement: Double) -> Double {
  guard abs(u) < 0.3 else { return u - log(complement) }
  // With r = u/(2 + u): ln(1 + u) = 2 (r + r^3/3 + r^5/5 + ...) and u - 2 r = u r.
  let r = u / (2 + u)
  let square = r * r
  var power = r * square
  var sum = 0.0
  var k = 3.0
  while abs(power) > 1e-18 * r * r {
    sum += power / k
    power *= square
    k += 2
  }
  return u * r - 2 * sum
}

/// x ln(x/m) + m - x, half the Poisson deviance; `difference` is x - m and `ratio` m/x, as exact as
/// the caller has them.
func deviancePart(_ x: Double, mean m: Double, difference: Double, ratio: Double) -> Double {
  x > 0 ? x * logExcess(-difference / x, complement: ratio) : m
}

/// ln Gamma(x + 1) - (x + 1/2) ln x + x - ln sqrt(2 pi): what Stirling's formula leaves, x > 0.
func stirlingError(_ x: Double) -> Double {
  guard x >= 16 else { return logGamma(x + 1) - (x + 0.5) * log(x) + x - Normal.logRootTwoPi }
  let y = 1 / (x * x)
  let series =
    1.0 / 12 - y
    * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * 691 / 360360))))
  return series / x
}

/// ln k! - k ln k + k for k >= 0: stirlingError + ln sqrt(2 pi k), and 0 for none.
func factorialExcess(_ k: Double) -> Double {
  k > 0 ? stirlingError(k) + 0.5 * log(k) + Normal.logRootTwoPi : 0
}

/// psi(x) - ln x + 1/(2x) for x > 0, about -1/(12 x^2): the digamma function without its large parts.
func digammaRest(_ x: Double) -> Double {
  guard x >= 12 else {
    // psi(x) = psi(x + 1) - 1/x.
    return digammaRest(x + 1) + log1p(1 / x) - 0.5 / x - 0.5 / (x + 1)
  }
  let y = 1 / (x * x)
  return -y
    * (1.0 / 12 - y
      * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * 691 / 32760)))))
}

/// x (psi(x + k) - ln(x + k) - psi(x) + ln x) for x > 0 and k >= 0, smooth to k/(2x) for large x.
func digammaStep(_ x: Double, _ k: Double) -> Double {
  0.5 * k / (x + k) + x * (digammaRest(x + k) - digammaRest(x))
}

/// The trigamma function, the slope of digamma, for x > 0. Reference: DLMF 5.15.8.
public func trigamma(_ x: Double) -> Double {
  guard x > 0 else { return .nan }
  var shift = 0.0
  var x = x
  while x < 12 {
    shift += 1 / (x * x)
    x += 1
  }
  let y = 1 / (x * x)
  let series = 1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * 5 / 66)))
  return shift + 1 / x + 0.5 * y + series * y / x
}

/// The digamma function, the slope of ln Gamma, for x > 0; NaN elsewhere.
public func digamma(_ x: Double) -> Double {
  x > 0 ? digammaRest(x) + log(x) - 0.5 / x : .nan
}
