import ModelLanguage
import Randomness
import RunRecords
import Statistics

/// Randomised quantile residuals of counted cells.
///
/// With F the distribution of the count and u uniform on 0 ... 1,
///   r = Phi^-1( P(K < k) + u P(K = k) ),
/// which is standard normal under a true model whatever the count: signed roots of the deviance are
/// not, for fewer than about ten cells. u belongs to the reading, so that all models and all draws
/// are held against the same one. Densities keep (reading - mean) / noise, which is the same thing
/// for normal noise.
/// Source: Dunn and Smyth (1996), J Comput Graph Stat 5:236.
enum QuantileResidual {
  /// The uniform numbers of a run's readings; they depend on the seed and the run alone.
  static func uniforms(run: String, count: Int, seed: UInt64) -> [Double] {
    (0..<count).map { index in
      var stream = RandomStream(
        seed: seed, name: run, purpose: "quantile residual", index: UInt64(index))
      return stream.uniform()
    }
  }

  /// The residual of a reading of which a whole number of cells was counted; nil for densities and
  /// limits.
  ///
  /// `link` is the mean on the family's scale and `scale` the total noise number, both as the
  /// likelihood has them.
  static func value(
    _ observation: Observation, family: NoiseFamily, link: Double, scale: Double, uniform u: Double
  ) -> Double? {
    switch family {
    case .lognormal, .poisson, .negativeBinomial:
      guard let count = observation.count, case .exact(let k) = count.cells,
        let law = NegativeBinomial(mean: Double.exp(link) * count.exposure, cv: scale)
      else { return nil }
      return normal(below: law.atMost(k - 1), at: law.mass(k), above: law.above(k), u)
    case .betaBinomial(let looked):
      guard let n = (observation.count?.exposure ?? looked)?.rounded(),
        case .exact(let k) = observation.count?.cells ?? observation.value.cells(of: n),
        let law = BetaBinomial(trials: n, logit: link, concentration: scale)
      else { return nil }
      return normal(below: law.atMost(k - 1), at: law.mass(k), above: law.above(k), u)
    case .normal, .studentT, .studentTLog, .logitNormal: return nil
    }
  }

  /// Taken from the nearer tail, so that neither is lost to rounding.
  private static func normal(
    below: LogProbability, at: LogProbability, above: LogProbability, _ u: Double
  ) -> Double? {
    let mass = Double.exp(at.value)
    let low = Double.exp(below.value) + u * mass
    let high = Double.exp(above.value) + (1 - u) * mass
    let z = low < high ? Normal.quantile(low) : -Normal.quantile(high)
    return z.isFinite ? z : nil
  }
}

extension FitProblem {
  /// The residuals that are checked: quantile residuals of counted cells, standardised ones of
  /// densities; nil for limits.
  func checkedResiduals(
    of member: Member, _ terms: [(term: NoiseTerm, context: Context)], uniforms: [Double]
  ) -> [Double?] {
    zip(terms.indices, terms).map { index, entry in
      guard let plain = entry.term.residual, plain.isFinite else { return nil }
      let target = member.culture.targets[index]
      // So far out that a probability underflows, the deviance says as much.
      return QuantileResidual.value(
        target.observation, family: member.culture.model.observables[target.observable].family,
        link: entry.context.mean, scale: entry.context.scale, uniform: uniforms[index]) ?? plain
    }
  }
}
