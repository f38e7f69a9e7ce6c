import ModelLanguage
import RunRecords
import Statistics

/// One measurement's negative log-likelihood, with its gradient and curvature.
///
/// With z the reading and m the mean on the family's scale (ln, logit or natural), s the noise scale
/// and r = (z - m)/s:
///   normal      r^2/2 + ln s + ln(2 pi)/2
///   Student t   (df+1)/2 ln(1 + r^2/df) + ln s + const
/// plus the logarithm of the scale's slope, so that values are densities of the reading itself. With
/// F the distribution of r and zl = (g(L) - m)/s at a limit L:
///   below L     -ln F(zl)        above L   -ln F(-zl)        between  -ln(F(zb) - F(za))
/// Counted cells have probabilities of whole numbers: see `counted`.
/// docs/theory/likelihood.md holds the equations and their sources.
struct NoiseTerm {
  /// The negative log-likelihood.
  var value: Double
  /// d value / d m and d value / d ln s.
  var gradient: (mean: Double, scale: Double)
  /// The curvature in the same two, positive semidefinite; the gradient lies in its range.
  ///
  /// Expected (Fisher) where it has a closed form, else the stand-in that the law's own function
  /// states.
  var information: (mean: Double, cross: Double, scale: Double)
  /// The standardised residual, for checks; nil when censored.
  ///
  /// r for densities, the signed root of the deviance for counts.
  var residual: Double?

  /// The term of a reading, or of the counted cells where the family reads them.
  ///
  /// `m` is the mean on the family's scale, infinite for a count's mean of 0 and for a fraction of 0
  /// or 1; `s` the total noise number, which may be 0 for counts only.
  /// nil when the mean or the noise is not in the family's domain, when the reading is impossible
  /// there, and for a count family without a count.
  static func evaluate(
    reading: Observation.Reading, count: Observation.Count? = nil, family: NoiseFamily,
    mean m: Double, scale s: Double
  ) -> NoiseTerm? {
    switch family {
    case .poisson, .negativeBinomial:
      return count.flatMap { counted($0, mean: m, cv: s) }
    case .betaBinomial(let looked):
      return fraction(reading, count, looked, logit: m, concentration: s)
    case .lognormal:
      if let count { return counted(count, mean: m, cv: s) }
    case .normal, .studentT, .studentTLog, .logitNormal: break
    }
    guard m.isFinite, s.isFinite, s > 0 else { return nil }
    let transform = family.scale
    let law = family.studentDegrees.map(ContinuousLaw.student) ?? .normal
    func standard(_ limit: Double) -> Double { (transform.toEstimation(limit) - m) / s }
    switch reading {
    case .exact(let y):
      let jacobian = Double.log(transform.slope(atNatural: y))
      guard jacobian.isFinite else { return nil }
      return density(law, standard(y), s, jacobian: jacobian)
    case .below(let limit): return oneSided(law, standard(limit), s, sign: 1)
    case .above(let limit): return oneSided(law, standard(limit), s, sign: -1)
    case .between(let low, let high): return interval(law, standard(low), standard(high), s)
    }
  }

  /// What counting adds to the variance of the noise on the family's scale.
  ///
  /// Only Student's t on ln scale takes it: the count laws hold their own.
  static func countingVariance(_ observation: Observation, _ family: NoiseFamily) -> Double {
    guard case .studentTLog = family else { return 0 }
    return observation.count?.variance ?? 0
  }

  /// Standard deviation of a reading on the family's scale, to first order: for error bars.
  ///
  /// `mean` is natural, `scale` the total noise number; a count's law adds what counting adds.
  static func spread(
    _ family: NoiseFamily, mean: Double, scale: Double, count: Observation.Count?
  ) -> Double {
    switch family {
    case .lognormal, .poisson, .negativeBinomial:
      guard let count, mean > 0 else { return scale }
      return (scale * scale + 1 / (mean * count.exposure)).squareRoot()
    case .betaBinomial(let looked):
      let n = count?.exposure ?? looked ?? 1
      return ((1 + (n - 1) / (scale + 1)) / (n * mean * (1 - mean))).squareRoot()
    case .normal, .studentT, .studentTLog, .logitNormal: return scale
    }
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

  /// The information, mended where it is not positive definite enough to hold the gradient.
  ///
  /// What a curvature lacks in a direction is the squared slope there (the information of one
  /// observation by its score), which holds the gradient by construction.
  static func holding(
    _ gradient: (mean: Double, scale: Double), _ a: Double, _ b: Double, _ c: Double
  ) -> (mean: Double, cross: Double, scale: Double) {
    guard a > 1e-12, a.isFinite, b.isFinite, c.isFinite else {
      let (g, h) = gradient
      return (g * g, g * h, h * h)
    }
    let lever = b / a
    let left = gradient.scale - lever * gradient.mean
    var rest = c - lever * b
    if !(rest > 1e-9 * max(c, lever * b)) { rest = left * left }
    return (a, b, lever * b + rest)
  }
}

extension NoiseFamily {
  /// True for fractions that are read as counts.
  var isFraction: Bool {
    if case .betaBinomial = self { return true }
    return false
  }

  /// Degrees of freedom of a Student t; nil for other families.
  var studentDegrees: Double? {
    switch self {
    case .studentT(let df), .studentTLog(let df): df
    case .lognormal, .normal, .logitNormal, .poisson, .negativeBinomial, .betaBinomial: nil
    }
  }
}
