import ModelLanguage
import RunRecords
import Statistics

/// One measurement's negative log-likelihood, with its score and curvature.
///
/// With z the reading and m the mean on the family's scale (ln, logit or natural), s the noise scale
/// and r = (z - m)/s:
///   normal      r^2/2 + ln s + ln(2 pi)/2
///   Student t   (df+1)/2 ln(1 + r^2/df) + ln s + const
///   below L     -ln Phi((g(L) - m)/s)        above L   -ln Phi((m - g(L))/s)
/// plus the logarithm of the scale's slope, so that values are densities of the reading itself.
/// The curvature is the expected (Fisher) one, or the exact one where it is positive (censored).
struct NoiseTerm {
  /// The negative log-likelihood.
  var value: Double
  /// Pairs (weight w, score u): a row sqrt(w) * direction with residual u / sqrt(w).
  var location: (weight: Double, score: Double)
  /// The same for d ln s.
  var spread: (weight: Double, score: Double)
  /// For a censored reading, location and spread move together: direction + lever * d ln s.
  var lever: Double?
  /// The standardised residual, for checks; nil when censored.
  var residual: Double?

  /// nil when the mean or the noise is not in the family's domain, and for a censored reading of a
  /// Student t family, which is not supported.
  static func evaluate(
    reading: Observation.Reading, family: NoiseFamily, mean m: Double, scale s: Double
  ) -> NoiseTerm? {
    guard m.isFinite, s.isFinite, s > 0 else { return nil }
    let transform = family.scale
    switch reading {
    case .exact(let y):
      let z = transform.toEstimation(y)
      let jacobian = Double.log(transform.slope(atNatural: y))
      guard z.isFinite, jacobian.isFinite else { return nil }
      let r = (z - m) / s
      switch family {
      case .studentT(let df), .studentTLog(let df):
        let tail = (df + 1) * r / (df + r * r)
        return NoiseTerm(
          value: -StudentT.logDensity(r, degreesOfFreedom: df) + Double.log(s) + jacobian,
          location: ((df + 1) / (df + 3), -tail), spread: (2 * df / (df + 3), 1 - r * tail),
          residual: r)
      default:
        return NoiseTerm(
          value: 0.5 * r * r + Double.log(s) + 0.5 * Double.log(2 * .pi) + jacobian,
          location: (1, -r), spread: (2, 1 - r * r), residual: r)
      }
    case .below(let limit):
      return family.isNormal ? censored(transform.toEstimation(limit), m, s, sign: 1) : nil
    case .above(let limit):
      return family.isNormal ? censored(transform.toEstimation(limit), m, s, sign: -1) : nil
    }
  }

  private static func censored(
    _ limit: Double, _ m: Double, _ s: Double, sign: Double
  ) -> NoiseTerm? {
    guard limit.isFinite else { return nil }
    let z = (limit - m) / s
    // -ln Phi(sign z); its slope in m/s is sign * ratio, its curvature ratio * (ratio + sign z).
    let ratio = Normal.inverseMills(sign * z)
    let curvature = ratio * (ratio + sign * z)
    return NoiseTerm(
      value: -Normal.logCumulative(sign * z), location: (max(curvature, 0), sign * ratio),
      spread: (0, 0), lever: z, residual: nil)
  }
}

extension NoiseFamily {
  /// True when readings are normal on the family's scale.
  var isNormal: Bool {
    switch self {
    case .lognormal, .normal, .logitNormal: true
    case .studentT, .studentTLog: false
    }
  }
}
