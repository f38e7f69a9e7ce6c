#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// P(K <= k) = integral of h from mu to infinity and P(K > k) = integral of h from 0 to mu, where
// h(w) = (1 + s^2 k)/(1 + s^2 w) P(k; w, s) is the law of the mean at which the count passes k (the
// incomplete beta integral; at s = 0 the incomplete gamma integral). In y = ln w the integrand is
// log-concave with its peak at w = k + 1, so from mu away from the peak it only falls: a few panels of
// Gauss-Legendre quadrature give the smaller tail, and the slope by ln s under the integral, whatever
// the size of the counts. The slope by ln mu is the integrand's end.

extension NegativeBinomial {
  /// ln P(K <= k) with its slopes; k whole, never for k < 0.
  public func atMost(_ k: Double) -> LogProbability {
    guard k >= 0 else { return .never }
    guard mean > 0 else { return .always }
    return mean >= k + 1 ? tail(k, up: true) : tail(k, up: false).complement
  }

  /// ln P(K > k) with its slopes; k whole, always for k < 0.
  public func above(_ k: Double) -> LogProbability {
    guard k >= 0 else { return .always }
    guard mean > 0 else { return .never }
    return mean >= k + 1 ? tail(k, up: true).complement : tail(k, up: false)
  }

  /// ln P(a <= K <= b) with its slopes; a and b whole.
  public func between(_ a: Double, _ b: Double) -> LogProbability {
    guard a <= b, b >= 0 else { return .never }
    guard a > 0 else { return atMost(b) }
    guard mean > 0 else { return .never }
    if b - a < 1000 { return sum(a, b) }
    if mean >= b + 1 { return atMost(b).without(atMost(a - 1)) }
    if mean < a { return above(a - 1).without(above(b)) }
    let (low, high) = (atMost(a - 1), above(b))
    return LogProbability.always.without(low).without(high)
  }

  /// -d^2 ln P(K <= k) / d (ln mu)^2 (or of P(K > k)) from its slope; never negative.
  public func curvature(ofTail tail: LogProbability, _ k: Double) -> Double {
    max(0, tail.mean * (tail.mean - (k + 1 - mean) / inflation))
  }

  /// -d^2 ln P(a <= K <= b) / d (ln mu)^2 from its slope, for a > 0; never negative.
  public func curvature(
    between a: Double, _ b: Double, _ probability: LogProbability
  ) -> Double {
    /// The law of the mean at which the count passes k, times mu over the probability; its slope.
    func bend(_ k: Double) -> Double {
      let edge = mass(k).value - probability.value
      return exp(edge) * mean * (1 + dispersion * k) / inflation * (k + 1 - mean) / inflation
    }
    return max(0, probability.mean * probability.mean + bend(b) - bend(a - 1))
  }

  private func sum(_ a: Double, _ b: Double) -> LogProbability {
    let peak = mass(min(max(mean.rounded(), a), b)).value
    guard peak > -.infinity else { return .never }
    var total = (weight: 0.0, mean: 0.0, noise: 0.0)
    for k in stride(from: a, through: b, by: 1) {
      let term = mass(k)
      let weight = exp(term.value - peak)
      total.weight += weight
      total.mean += weight * term.mean
      total.noise += weight * term.noise
    }
    return LogProbability(
      value: peak + log(total.weight), mean: total.mean / total.weight,
      noise: total.noise / total.weight)
  }

  /// The integral from mu up (P(K <= k)) or down (P(K > k)); mu stands on that side of the peak.
  private func tail(_ k: Double, up: Bool) -> LogProbability {
    let here = mass(k).value
    guard here > -.infinity else { return .never }
    let top = 1 + dispersion * k
    let edge = here + log(mean * top / inflation)
    let step = step(k)
    let direction = up ? 1.0 : -1
    /// The integrand's logarithm over its value at mu, and w, a distance from ln mu.
    func fall(_ distance: Double) -> (log: Double, w: Double) {
      let y = direction * distance
      let moved = mean * expm1(y) / inflation
      let x = dispersion * moved
      // ln(1 + x)/s^2, and ln(w/mu) less ln(1 + x) without cancellation.
      let spent = moved * (abs(x) > 1e-8 ? log1p(x) / x : 1 - 0.5 * x)
      return (-(k + 1) * log1p(expm1(-y) / inflation) - spent, mean * exp(y))
    }
    var integral = 0.0
    var noise = 0.0
    var start = 0.0
    var widest = 1.5
    for _ in 0..<400 {
      let (log, w) = fall(start)
      if log < -46 { break }
      let scaled = 1 + dispersion * w
      let slope = abs(k + 1 - w) / scaled
      let bend = w / scaled * (1 + dispersion * (k + 1)) / scaled
      // The integrand falls by about e^-6 in a panel, to second order.
      let width = min(12 / (slope + (slope * slope + 12 * bend).squareRoot()), widest)
      widest *= 1.5
      GaussLegendre.points(from: start, to: start + width) { distance, weight in
        let (log, w) = fall(distance)
        let density = weight * exp(log)
        integral += density
        noise +=
          density
          * (noiseSlope(k, at: w, step: step)
            + 2 * dispersion * (k - w) / (top * (1 + dispersion * w)))
      }
      start += width
    }
    guard integral > 0 else { return .never }
    return LogProbability(
      value: edge + log(integral), mean: -direction / integral, noise: noise / integral)
  }
}
