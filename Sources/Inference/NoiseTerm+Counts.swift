import RunRecords
import Statistics

extension NoiseTerm {
  /// Counted cells: negative binomial with the mean exp(m) * exposure and s the coefficient of
  /// variation beyond Poisson; Poisson at s = 0.
  ///
  /// Limits are of whole cells: below k is K < k, above k is K > k, between a and b includes both.
  /// Information: of a count `NegativeBinomial.information`; of a limit of rank one along the
  /// gradient, with the exact curvature in the mean; between two limits that of a count, shrunk by
  /// the share of its curvature in the mean that is left.
  static func counted(_ count: Observation.Count, mean m: Double, cv s: Double) -> NoiseTerm? {
    guard count.exposure > 0, !m.isNaN, s >= 0,
      let law = NegativeBinomial(mean: Double.exp(m) * count.exposure, cv: s)
    else { return nil }
    let whole = law.information
    switch count.cells {
    case .exact(let k):
      guard k >= 0, k == k.rounded(), k.isFinite else { return nil }
      let root = max(0, law.deviance(k)).squareRoot()
      return NoiseTerm(
        law.mass(k), information: (whole.mean, 0, whole.noise),
        residual: k < law.mean ? -root : root)
    case .below(let limit):
      let k = limit.rounded(.up) - 1
      let tail = law.atMost(k)
      return NoiseTerm(tail, curvature: law.curvature(ofTail: tail, k))
    case .above(let limit):
      let k = limit.rounded(.down)
      let tail = law.above(k)
      return NoiseTerm(tail, curvature: law.curvature(ofTail: tail, k))
    case .between(let low, let high):
      let (a, b) = (low.rounded(.up), high.rounded(.down))
      guard a > 0 else {
        let tail = law.atMost(b)
        return NoiseTerm(tail, curvature: law.curvature(ofTail: tail, b))
      }
      let probability = law.between(a, b)
      guard var term = NoiseTerm(probability, information: (0, 0, 0), residual: nil) else {
        return nil
      }
      let curvature = law.curvature(between: a, b, probability)
      let share = whole.mean > 0 ? min(1, curvature / whole.mean) : 0
      term.information = holding(
        term.gradient, whole.mean * share, 0, whole.noise * share * share)
      return term
    }
  }

  /// A fraction as counted cells out of all that were looked at: beta-binomial with the mean's logit
  /// and the concentration c.
  ///
  /// The number looked at is the count's exposure, else the family's own; a fraction without a count
  /// is the whole number of cells nearest to it. Information: the exact expected one; of limits, less
  /// what they hide.
  static func fraction(
    _ reading: Observation.Reading, _ count: Observation.Count?, _ looked: Double?,
    logit: Double, concentration: Double
  ) -> NoiseTerm? {
    guard let n = (count?.exposure ?? looked)?.rounded(),
      let law = BetaBinomial(trials: n, logit: logit, concentration: concentration)
    else { return nil }
    let cells = count?.cells ?? reading.cells(of: n)
    let (low, high): (Double, Double)
    switch cells {
    case .exact(let k):
      guard k >= 0, k <= n, k == k.rounded() else { return nil }
      let root = max(0, law.deviance(k)).squareRoot()
      let whole = law.information
      return NoiseTerm(
        law.mass(k), information: (whole.mean, whole.cross, whole.noise),
        residual: k < n * law.p ? -root : root)
    case .below(let limit): (low, high) = (0, limit.rounded(.up) - 1)
    case .above(let limit): (low, high) = (limit.rounded(.down) + 1, n)
    case .between(let a, let b): (low, high) = (a.rounded(.up), b.rounded(.down))
    }
    guard
      var term = NoiseTerm(law.between(low, high), information: (0, 0, 0), residual: nil)
    else { return nil }
    let left = law.information(between: low, high)
    term.information = holding(term.gradient, left.mean, left.cross, left.noise)
    return term
  }

  /// nil for an impossible event.
  private init?(
    _ law: LogProbability, information: (mean: Double, cross: Double, scale: Double),
    residual: Double?
  ) {
    guard law.value.isFinite, law.mean.isFinite, law.noise.isFinite else { return nil }
    value = -law.value
    gradient = (-law.mean, -law.noise)
    self.information = information
    self.residual = residual
  }

  /// A limit: rank one along the gradient, with the given curvature in the mean.
  private init?(_ tail: LogProbability, curvature: Double) {
    let ratio = abs(tail.mean) > 1e-150 ? tail.noise / tail.mean : 0
    self.init(
      tail, information: (curvature, curvature * ratio, curvature * ratio * ratio), residual: nil)
  }
}

extension Observation.Reading {
  /// A fraction's reading in cells out of n; a product that is whole up to rounding is whole.
  func cells(of n: Double) -> Observation.Reading {
    func scaled(_ fraction: Double) -> Double {
      let product = fraction * n
      return abs(product - product.rounded()) < 1e-9 * n ? product.rounded() : product
    }
    switch self {
    case .exact(let v): return .exact((v * n).rounded())
    case .below(let v): return .below(scaled(v))
    case .above(let v): return .above(scaled(v))
    case .between(let a, let b): return .between(scaled(a), scaled(b))
    }
  }
}
