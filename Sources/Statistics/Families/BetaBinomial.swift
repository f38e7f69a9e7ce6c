#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Counts out of n with the mean fraction p, where the fraction itself scatters as Beta(p c, q c),
/// q = 1 - p: variance n p q (1 + (n - 1)/(c + 1)). Large c is the binomial law.
///
/// P(k) = C(n, k) B(k + p c, n - k + q c) / B(p c, q c), computed as differences of deviances
/// (Loader's form), so that nothing cancels for large n or c.
/// Reference: Skellam (1948), J. R. Stat. Soc. B 10, 257-261; Loader (2000).
public struct BetaBinomial: Sendable, Hashable {
  /// How many were looked at, n: whole and at least 1.
  public let trials: Double
  /// The mean fraction, p.
  public let p: Double
  /// 1 - p, without cancellation.
  public let q: Double
  /// The concentration c > 0.
  public let concentration: Double

  /// From logit p; infinite logits are p = 0 and 1. nil for a NaN, n below 1 or c not above 0.
  public init?(trials: Double, logit: Double, concentration: Double) {
    guard trials >= 1, trials.isFinite, trials == trials.rounded(), !logit.isNaN,
      concentration > 0, concentration.isFinite
    else { return nil }
    self.trials = trials
    self.concentration = concentration
    p = 1 / (1 + exp(-logit))
    q = 1 / (1 + exp(logit))
  }

  /// n p q (1 + (n - 1)/(c + 1)).
  public var variance: Double {
    trials * p * q * (1 + (trials - 1) / (concentration + 1))
  }

  /// ln P(K = k) with its slopes by logit p and ln c; k whole.
  public func mass(_ k: Double) -> LogProbability {
    let n = trials
    let c = concentration
    guard k >= 0, k <= n else { return .never }
    guard p > 0 else { return k == 0 ? .always : .never }
    guard q > 0 else { return k == n ? .always : .never }
    let rest = n - k
    let (a, b) = (p * c, q * c)
    let difference = k * q - rest * p
    let size = c + n
    // Shares of the shrunken fraction (a + k)/(c + n) over p, less 1; likewise of q.
    let (u, v) = (difference / (size * p), -difference / (size * q))
    let (more, less) = ((a + k) / (size * p), (b + rest) / (size * q))
    let raw =
      deviancePart(k, mean: n * p, difference: difference, ratio: n * p / k)
      + deviancePart(rest, mean: n * q, difference: -difference, ratio: n * q / rest)
    let shrunken =
      deviancePart(a + k, mean: size * p, difference: difference, ratio: 1 / more)
      + deviancePart(b + rest, mean: size * q, difference: -difference, ratio: 1 / less)
    let constant =
      factorialExcess(n) - factorialExcess(k) - factorialExcess(rest)
      - 0.5 * (log1p(k / a) + log1p(rest / b) - log1p(n / c))
      + (stirlingError(a + k) - stirlingError(a))
      + (stirlingError(b + rest) - stirlingError(b))
      - (stirlingError(size) - stirlingError(c))
    let (first, second) = (digammaStep(a, k), digammaStep(b, rest))
    return LogProbability(
      value: shrunken - raw + constant,
      mean: q * (a * log1p(k / a) + first) - p * (b * log1p(rest / b) + second),
      noise: first + second - digammaStep(c, n)
        - c * (p * logExcess(u, complement: more) + q * logExcess(v, complement: less)))
  }

  /// Twice the log-likelihood ratio of p = k/n to this p at the same c, approximately: the binomial
  /// deviance over the variance's inflation.
  public func deviance(_ k: Double) -> Double {
    let n = trials
    let rest = n - k
    let difference = k * q - rest * p
    let raw =
      deviancePart(k, mean: n * p, difference: difference, ratio: n * p / k)
      + deviancePart(rest, mean: n * q, difference: -difference, ratio: n * q / rest)
    return 2 * raw / (1 + (n - 1) / (concentration + 1))
  }

  /// ln P(K <= k) with its slopes; never for k < 0.
  public func atMost(_ k: Double) -> LogProbability { set(0, k).probability }

  /// ln P(K > k) with its slopes; always for k < 0.
  public func above(_ k: Double) -> LogProbability { set(k + 1, trials).probability }

  /// ln P(a <= K <= b) with its slopes; a and b whole.
  public func between(_ a: Double, _ b: Double) -> LogProbability { set(a, b).probability }
}
