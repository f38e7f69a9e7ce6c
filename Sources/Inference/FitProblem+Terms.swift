import Bioreactor
import ModelLanguage
import RunRecords

extension FitProblem {
  /// What the likelihood needs of one target, whatever the parameters.
  struct Law {
    let family: NoiseFamily
    /// The scale on which the family's mean acts.
    let scale: EstimationScale
    /// The measurement as the likelihood sees it.
    let reading: Observation.Reading
    let count: Observation.Count?
    /// What counting adds to the variance of the noise.
    let counting: Double
    /// Column of the bias of its counter.
    let bias: Int?

    init(_ target: Culture.Target, _ model: Model, bias: Int?) {
      family = model.observables[target.observable].family
      scale = family.scale
      reading = Law.reading(target.observation.value, family)
      count = target.observation.count
      counting = NoiseTerm.countingVariance(target.observation, family)
      self.bias = bias
    }

    /// A fraction of exactly 0 or 1 has no logit: it is read as beyond the last printed half per
    /// cent, and so is a limit there. (A limit that says nothing, such as <100 %, is refused before.)
    private static func reading(
      _ value: Observation.Reading, _ family: NoiseFamily
    ) -> Observation.Reading {
      guard family == .logitNormal else { return value }
      switch value {
      case .exact(let y) where y >= 1, .above(let y) where y >= 1: return .above(0.995)
      case .exact(let y) where y <= 0, .below(let y) where y <= 0: return .below(0.005)
      case .between(let low, let high) where low <= 0 && high < 1: return .below(high)
      case .between(let low, let high) where low > 0 && high >= 1: return .above(low)
      default: return value
      }
    }
  }

  /// What a term's derivatives need.
  struct Context {
    /// Mean on the family's scale.
    let mean: Double
    /// d (mean on the family's scale) / d mean.
    let meanSlope: Double
    /// d (mean on the family's scale) / d ln of the counter's factor.
    let biasSlope: Double
    /// Total noise scale.
    let scale: Double
    /// Spread between pooled donors; 0 when donors are not pooled.
    let donor: Double
  }

  /// The likelihood terms of one run; nil when a mean or noise leaves its domain.
  func terms(
    of member: Member, _ prediction: Prediction, _ p: [Double]
  ) -> [(term: NoiseTerm, context: Context)]? {
    let donor = member.spread.map { Double.exp(p[$0]) } ?? 0
    var result: [(term: NoiseTerm, context: Context)] = []
    result.reserveCapacity(member.laws.count)
    for (index, law) in member.laws.enumerated() {
      let family = law.family
      let mean = prediction.means[index]
      let noise = prediction.noise[index]
      // The spread between donors is one of ln cells; it has no meaning on another scale.
      let between = law.scale == .log ? donor : 0
      let scale =
        law.counting + between > 0
        ? (noise * noise + law.counting + between * between).squareRoot() : noise
      // A bias is a factor of the mean: a sum on the scale of ln, a product on the natural one.
      let bias = law.bias.map { p[$0] } ?? 0
      let factor = bias == 0 || law.scale == .log ? 1 : Double.exp(bias)
      let link =
        law.scale == .log
        ? law.scale.toEstimation(mean) + bias : law.scale.toEstimation(mean * factor)
      guard
        let term = NoiseTerm.evaluate(
          reading: law.reading, count: law.count, family: family, mean: link, scale: scale)
      else { return nil }
      let context = Context(
        mean: link, meanSlope: factor / law.scale.slope(atNatural: mean * factor),
        biasSlope: law.scale == .log ? 1 : mean * factor, scale: scale, donor: between)
      result.append((term: term, context: context))
    }
    return result
  }
}
