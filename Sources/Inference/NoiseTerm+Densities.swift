import Statistics

/// A law of standardised residuals with a density.
enum ContinuousLaw {
  case normal
  case student(Double)

  func logDensity(_ z: Double) -> Double {
    switch self {
    case .normal: Normal.logDensity(z)
    case .student(let v): StudentT.logDensity(z, degreesOfFreedom: v)
    }
  }

  func logInterval(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .normal: Normal.logInterval(a, b)
    case .student(let v): StudentT.logInterval(a, b, degreesOfFreedom: v)
    }
  }

  /// -d ln density / dz.
  func pull(_ z: Double) -> Double {
    switch self {
    case .normal: z
    case .student(let v): (v + 1) * z / (v + z * z)
    }
  }

  /// Expected information of one residual on location and ln scale.
  var information: (mean: Double, scale: Double) {
    switch self {
    case .normal: (1, 2)
    case .student(let v): ((v + 1) / (v + 3), 2 * v / (v + 3))
    }
  }
}

extension NoiseTerm {
  /// A measured number; information is the expected one.
  static func density(
    _ law: ContinuousLaw, _ r: Double, _ s: Double, jacobian: Double
  ) -> NoiseTerm? {
    guard r.isFinite else { return nil }
    let pull = law.pull(r)
    let information = law.information
    return NoiseTerm(
      value: -law.logDensity(r) + Double.log(s) + jacobian, gradient: (-pull / s, 1 - r * pull),
      information: (information.mean / (s * s), 0, information.scale), residual: r)
  }

  /// Below (sign 1) or above (sign -1) a limit that lies z standard units from the mean.
  ///
  /// Mean and scale act together, through z alone, so the information has rank one. It is the exact
  /// curvature in z; where Student's tail is not log-concave, slope^2/v, the size of that curvature.
  static func oneSided(
    _ law: ContinuousLaw, _ z: Double, _ s: Double, sign: Double
  ) -> NoiseTerm? {
    guard !z.isNaN else { return nil }
    let side = sign * z
    // A limit at the end of the scale says nothing, or cannot be.
    if side == .infinity {
      return NoiseTerm(value: 0, gradient: (0, 0), information: (0, 0, 0), residual: nil)
    }
    guard side.isFinite else { return nil }
    let value: Double
    let slope: Double
    let curvature: Double
    switch law {
    case .normal:
      value = -Normal.logCumulative(side)
      slope = Normal.inverseMills(side)
      curvature = max(slope * (slope + side), 0)
    case .student(let v):
      value = -StudentT.logCumulative(side, degreesOfFreedom: v)
      slope = Double.exp(StudentT.logDensity(side, degreesOfFreedom: v) + value)
      curvature = max(slope * (slope + law.pull(side)), slope * slope / v)
    }
    let score = sign * slope
    return NoiseTerm(
      value: value, gradient: (score / s, z * score),
      information: (curvature / (s * s), curvature * z / s, curvature * z * z), residual: nil)
  }

  /// Between two limits at a < b standard units.
  ///
  /// The information is the expected one of a measured number less the covariance of its slopes
  /// within the interval (what the interval hides); for Student's t that of the normal law, scaled
  /// to its own, as a stand-in.
  static func interval(_ law: ContinuousLaw, _ a: Double, _ b: Double, _ s: Double) -> NoiseTerm? {
    guard a < b else { return nil }
    if a == -.infinity { return oneSided(law, b, s, sign: 1) }
    if b == .infinity { return oneSided(law, a, s, sign: -1) }
    let value = -law.logInterval(a, b)
    guard value.isFinite else { return nil }
    // The density at the limits over the probability between them.
    let low = Double.exp(law.logDensity(a) + value)
    let high = Double.exp(law.logDensity(b) + value)
    let gradient = ((high - low) / s, b * high - a * low)
    let hidden = hiddenByInterval(a, b)
    let whole = law.information
    let scale = (whole.mean * whole.scale / 2).squareRoot()
    return NoiseTerm(
      value: value, gradient: gradient,
      information: holding(
        gradient, whole.mean * (1 - hidden.mean) / (s * s), -scale * hidden.cross / s,
        whole.scale / 2 * (2 - hidden.scale)), residual: nil)
  }

  /// Covariance of z and z^2 for a standard normal z between two limits.
  private static func hiddenByInterval(
    _ a: Double, _ b: Double
  ) -> (mean: Double, cross: Double, scale: Double) {
    // So narrow an interval hides less than rounding adds.
    guard b - a > 1e-5 else { return (0, 0, 0) }
    let logP = Normal.logInterval(a, b)
    let low = Double.exp(Normal.logDensity(a) - logP)
    let high = Double.exp(Normal.logDensity(b) - logP)
    // E z^(k+1) = k E z^(k-1) - (b^k high - a^k low).
    let first = low - high
    let second = 1 - (b * high - a * low)
    let third = 2 * first - (b * b * high - a * a * low)
    let fourth = 3 * second - (b * b * b * high - a * a * a * low)
    return (second - first * first, third - first * second, fourth - second * second)
  }
}
