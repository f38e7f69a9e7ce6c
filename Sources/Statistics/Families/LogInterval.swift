#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Normal {
  /// ln(Phi(b) - Phi(a)) for a < b, in either tail and for narrow intervals, to about 1e-13.
  ///
  /// Wide intervals are differences of tails on their own side; narrow ones are integrals of the
  /// density, which a difference would lose. *Edge cases:* infinite ends are tails; NaN unless a < b.
  public static func logInterval(_ a: Double, _ b: Double) -> Double {
    guard a < b else { return .nan }
    let width = b - a
    let middle = a + 0.5 * width
    if width <= 1, abs(middle) * width <= 4 {
      return logDensity(middle) + logMean(half: 0.5 * width) { -$0 * (middle + 0.5 * $0) }
    }
    if a > 0 { return logInterval(-b, -a) }
    if b > 0 { return log1p(-cumulative(a) - cumulative(-b)) }
    let upper = logCumulative(b)
    return upper + log1p(-exp(logCumulative(a) - upper))
  }
}

extension StudentT {
  /// ln P(T <= t), accurate in its far lower tail, where it falls as |t|^-v; NaN unless v > 0.
  ///
  /// The tail is (v/(v + t^2))^(v/2) (t^2/(v + t^2))^(1/2) / (v B(v/2, 1/2)) times the continued
  /// fraction of the incomplete beta function. Reference: DLMF 8.17.22.
  public static func logCumulative(_ t: Double, degreesOfFreedom v: Double) -> Double {
    guard v > 0, !t.isNaN else { return .nan }
    guard v.isFinite else { return Normal.logCumulative(t) }
    guard t.isFinite else { return t < 0 ? -.infinity : 0 }
    let tail = logTail(abs(t), v)
    return t <= 0 ? tail : log1p(-exp(tail))
  }

  /// ln P(a < T <= b) for a < b, in either tail and for narrow intervals; NaN unless a < b and v > 0.
  public static func logInterval(_ a: Double, _ b: Double, degreesOfFreedom v: Double) -> Double {
    guard a < b, v > 0 else { return .nan }
    guard v.isFinite else { return Normal.logInterval(a, b) }
    let width = b - a
    let middle = a + 0.5 * width
    let size = v + middle * middle
    if size.isFinite, width * width * (v + 1) <= size, (v + 1) * abs(middle) * width <= 4 * size {
      return logDensity(middle, degreesOfFreedom: v)
        + logMean(half: 0.5 * width) {
          -0.5 * (v + 1) * log1p($0 * (2 * middle + $0) / size)
        }
    }
    if a > 0 { return logInterval(-b, -a, degreesOfFreedom: v) }
    if b > 0 {
      let lower = a.isFinite ? exp(logTail(-a, v)) : 0
      let upper = b.isFinite ? exp(logTail(b, v)) : 0
      return log1p(-lower - upper)
    }
    let upper = logCumulative(b, degreesOfFreedom: v)
    return upper + log1p(-exp(logCumulative(a, degreesOfFreedom: v) - upper))
  }

  /// ln of the probability beyond t >= 0.
  private static func logTail(_ t: Double, _ v: Double) -> Double {
    let ratio = t / v * t
    let a = 0.5 * v
    // 1/B(v/2, 1/2) = Gamma(v/2 + 1/2) / (Gamma(v/2) Gamma(1/2)).
    let logBeta = 0.5 * log(Double.pi) - logGammaHalfStep(a)
    let x = 1 / (1 + ratio)
    let y = ratio < 1e300 ? ratio / (1 + ratio) : 1
    let logFactor =
      (ratio < 1e300 ? -a * log1p(ratio) : -a * (2 * log(t) - log(v))) + 0.5 * log(y) - logBeta
    if x < (a + 1) / (a + 2.5) {
      return logFactor + log(betaFraction(a, 0.5, x) / a) - log(2)
    }
    return log(0.5 - (y > 0 ? exp(logFactor) * betaFraction(0.5, a, y) : 0))
  }
}

/// ln of the integral of e^f over -half ... half.
private func logMean(half: Double, _ f: (Double) -> Double) -> Double {
  var sum = 0.0
  GaussLegendre.points(from: -1, to: 1) { x, weight in sum += weight * exp(f(half * x)) }
  return log(half) + log(sum)
}
