#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Counts with mean mu and variance mu + s^2 mu^2: a Poisson count of a mean that itself scatters as
/// a gamma number with the coefficient of variation s. At s = 0 it is the Poisson law.
///
/// P(k) = Gamma(k + a) / (Gamma(a) k!) (a/(a + mu))^a (mu/(a + mu))^k with a = 1/s^2. Everything is
/// computed in forms that go smoothly to s = 0 and keep their accuracy for counts of 1e7 and more.
/// Reference: Hilbe (2011), Negative Binomial Regression, section 5 (NB2); Loader (2000).
public struct NegativeBinomial: Sendable, Hashable {
  /// The mean, mu >= 0.
  public let mean: Double
  /// The coefficient of variation beyond Poisson, s >= 0.
  public let cv: Double
  /// s^2.
  let dispersion: Double
  /// 1 + s^2 mu: the variance over the mean.
  let inflation: Double

  /// nil unless the mean and cv are finite and at least 0.
  public init?(mean: Double, cv: Double) {
    guard mean >= 0, mean.isFinite, cv >= 0, cv.isFinite else { return nil }
    self.mean = mean
    self.cv = cv
    // A dispersion whose inverse overflows is none.
    dispersion = cv > 1e-150 ? cv * cv : 0
    inflation = 1 + dispersion * mean
    guard inflation.isFinite else { return nil }
  }

  /// mu + s^2 mu^2.
  public var variance: Double { mean * inflation }

  /// ln P(K = k) with its slopes by ln mu, (k - mu)/(1 + s^2 mu), and by ln s; k >= 0 and whole.
  public func mass(_ k: Double) -> LogProbability {
    guard k >= 0 else { return .never }
    guard mean > 0 else { return k == 0 ? .always : .never }
    return LogProbability(
      value: -0.5 * deviance(k) - normaliser(k), mean: (k - mean) / inflation,
      noise: noiseSlope(k, at: mean, step: step(k)))
  }

  /// Twice the log-likelihood ratio of mu = k to this mean at the same s.
  public func deviance(_ k: Double) -> Double {
    guard mean > 0 else { return k == 0 ? 0 : .infinity }
    let difference = (k - mean) / inflation
    let shift = (1 + dispersion * k) / inflation
    let poisson = deviancePart(
      k, mean: mean * shift, difference: difference, ratio: mean / k * shift)
    guard dispersion > 0 else { return 2 * poisson }
    return 2 * (poisson + logExcess(dispersion * difference, complement: shift) / dispersion)
  }

  /// -ln P(k) at mu = k.
  private func normaliser(_ k: Double) -> Double {
    guard k > 0 else { return 0 }
    guard dispersion > 0 else { return factorialExcess(k) }
    let a = 1 / dispersion
    return factorialExcess(k) + 0.5 * log1p(k * dispersion) - stirlingError(a + k)
      + stirlingError(a)
  }

  /// a (psi(a + k) - ln(a + k) - psi(a) + ln a).
  func step(_ k: Double) -> Double {
    dispersion > 0 ? digammaStep(1 / dispersion, k) : 0
  }

  /// d ln P(k) / d ln s at the mean w.
  func noiseSlope(_ k: Double, at w: Double, step: Double) -> Double {
    guard dispersion > 0 else { return 0 }
    let scaled = 1 + dispersion * w
    let u = dispersion * (k - w) / scaled
    return 2 * (logExcess(u, complement: (1 + dispersion * k) / scaled) / dispersion - step)
  }

  /// Expected information of one count on ln mu and ln s; they are orthogonal.
  ///
  /// On the mean mu/(1 + s^2 mu), exactly. On ln s it has no closed form: it is what a gamma number
  /// of shape a tells, 4 a^2 (psi'(a) - 1/a), times the squared share of the variance that is not
  /// Poisson's; exact for s^2 mu much below and much above 1.
  public var information: (mean: Double, noise: Double) {
    guard dispersion > 0 else { return (mean, 0) }
    let a = 1 / dispersion
    let share = dispersion * mean / inflation
    // 4 a^2 (psi'(a) - 1/a) tends to 2 (1 + s^2/3).
    let gamma = a > 1e4 ? 2 + 2 * dispersion / 3 : 4 * a * a * (trigamma(a) - 1 / a)
    return (mean / inflation, gamma * share * share)
  }
}
