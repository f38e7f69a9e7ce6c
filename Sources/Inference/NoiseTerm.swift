import ModelLanguage
import RunRecords
import Statistics

/// One measurement's negative log-likelihood, with its gradient and curvature.
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
  /// d value / d m and d value / d ln s.
  var gradient: (mean: Double, scale: Double)
  /// The curvature in the same two, positive semidefinite; the gradient lies in its range.
  var information: (mean: Double, cross: Double, scale: Double)
  /// The standardised residual, for checks; nil when censored.
  var residual: Double?

  /// nil when the mean or the noise is not in the family's domain, and for a censored reading of a
  /// Student t family, which is not supported.
  static func evaluate(
    reading: Observation.Reading, count: Observation.Count? = nil, family: NoiseFamily,
    mean m: Double, scale s: Double
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
          gradient: (-tail / s, 1 - r * tail),
          information: ((df + 1) / (df + 3) / (s * s), 0, 2 * df / (df + 3)), residual: r)
      default:
        return NoiseTerm(
          value: 0.5 * r * r + Double.log(s) + 0.5 * Double.log(2 * .pi) + jacobian,
          gradient: (-r / s, 1 - r * r), information: (1 / (s * s), 0, 2), residual: r)
      }
    case .below(let limit):
      return family.isNormal ? censored(transform.toEstimation(limit), m, s, sign: 1) : nil
    case .above(let limit):
      return family.isNormal ? censored(transform.toEstimation(limit), m, s, sign: -1) : nil
    case .between: return nil
    }
  }

  /// What counting adds to the variance of the noise on the family's scale.
  static func countingVariance(_ observation: Observation, _ family: NoiseFamily) -> Double {
    family.scale == .log ? observation.count?.variance ?? 0 : 0
  }

  private static func censored(
    _ limit: Double, _ m: Double, _ s: Double, sign: Double
  ) -> NoiseTerm? {
    guard limit.isFinite else { return nil }
    let z = (limit - m) / s
    // -ln Phi(sign z); its slope in m/s is sign * ratio, its curvature ratio * (ratio + sign z).
    // Mean and scale act together, through z alone: the information has rank one.
    let ratio = Normal.inverseMills(sign * z)
    let curvature = max(ratio * (ratio + sign * z), 0)
    let score = sign * ratio
    return NoiseTerm(
      value: -Normal.logCumulative(sign * z), gradient: (score / s, z * score),
      information: (curvature / (s * s), curvature * z / s, curvature * z * z), residual: nil)
  }
}

extension NoiseTerm {
  /// Rows of a linearisation with A^T A the information and A^T b the gradient: with the Cholesky
  /// factor L of the information, A = L^T (dm, d ln s) and L b = gradient.
  ///
  /// `add` gets the weights of dm and of d ln s in the row, and its residual.
  func rows(_ add: (_ mean: Double, _ scale: Double, _ residual: Double) -> Void) {
    let (a, b, c) = information
    guard a > 1e-300 else {
      if c > 1e-300 { add(0, c.squareRoot(), gradient.scale / c.squareRoot()) }
      return
    }
    let root = a.squareRoot()
    let lever = b / root
    let first = gradient.mean / root
    add(root, lever, first)
    // Below rounding the second row carries nothing (rank one).
    let rest = c - lever * lever
    guard rest > 1e-12 * c, rest > 1e-300 else { return }
    add(0, rest.squareRoot(), (gradient.scale - lever * first) / rest.squareRoot())
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
