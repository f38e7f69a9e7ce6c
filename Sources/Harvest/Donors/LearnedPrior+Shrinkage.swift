import Inference
import LinearAlgebra
import Population

extension LearnedPrior {
  /// The prior of a fit whose information has no inverse, with errors of the means from shrinkage.
  ///
  /// A mean is known to omega^2/(n (1 - shrinkage)), which is exact for balanced linear donors: each
  /// of n donors tells it with the variance omega^2 + sigma^2, and 1 - shrinkage is
  /// omega^2/(omega^2 + sigma^2). `noise` names shared parameters, which move no mean; ln of each is
  /// known to 1/(2 (N - effects)). nil for an unusable fit, a shared parameter that is no noise, a
  /// spread of zero or one that is all shrinkage. The rest is as in the other initialiser.
  init?(
    shrunken result: PopulationResult, plan: PopulationPlan, noise: Set<String>, model: String,
    origin: String
  ) {
    let (m, n) = (plan.free.count, Double(result.donorCount))
    guard result.isUsable, result.donorCount > 1, result.studentDegrees == nil,
      result.fixed.count == m
    else { return nil }
    var between = [Double](repeating: 0, count: m * m)
    var errors = [Double?](repeating: nil, count: m)
    for (effects, count) in [
      (result.donorEffects, n), (result.runEffects, Double(result.runCount)),
    ] {
      let q = effects.names.count
      let rows = effects.names.compactMap { name in plan.free.firstIndex { $0.name == name } }
      guard rows.count == q else { return nil }
      for a in 0..<q {
        let shrinkage = max(
          0, (effects.shrinkage.indices.contains(a) ? effects.shrinkage[a] : nil) ?? 0.5)
        guard effects.deviations[a] > 0, shrinkage < 0.95 else { return nil }
        errors[rows[a]] =
          effects.deviations[a] * effects.deviations[a] / (count * (1 - shrinkage))
        for b in 0..<q { between[rows[a] * m + rows[b]] += effects.covariance[a * q + b] }
      }
    }
    let effects = result.donorCount * result.donorEffects.names.count
    let freedom = Double(max(result.measurements / 4, result.measurements - effects))
    for k in 0..<m where errors[k] == nil {
      guard noise.contains(plan.free[k].name), plan.free[k].scale == .log else { return nil }
      errors[k] = 1 / (2 * freedom)
    }
    let factor = LearnedPrior.widening(donors: result.donorCount)
    let variances = errors.map { $0 ?? 0 }
    func covariance(_ i: Int, _ j: Int) -> Double {
      (between[i * m + j] * n / (n - 1) + (i == j ? variances[i] : 0))
        * (between[i * m + i] > 0 ? factor : 1) * (between[j * m + j] > 0 ? factor : 1)
    }
    self.init(
      form: 1, model: model, origin: origin, donors: result.donorCount, runs: result.runCount,
      measurements: result.measurements, method: result.methodWords,
      logLikelihood: result.logLikelihood,
      parameters: (0..<m).map { k in
        let plain = (between[k * m + k] + variances[k]).squareRoot()
        let sd = covariance(k, k).squareRoot()
        return Parameter(
          named: plan.free[k].name, scale: plan.free[k].scale.rawValue,
          isRelative: plan.relative.contains(k), mean: result.fixed[k].estimate,
          meanError: variances[k].squareRoot(), spread: between[k * m + k].squareRoot(), sd: sd,
          widening: plain > 0 ? sd / plain : 1)
      },
      correlations: (0..<m).map { i in
        (0..<m).map { j in
          let scale = (covariance(i, i) * covariance(j, j)).squareRoot()
          return i == j ? 1 : scale > 0 ? covariance(i, j) / scale : 0
        }
      }, covariates: [], widening: factor * (n / (n - 1)).squareRoot(),
      wideningReason:
        "The spread between donors is itself known from \(result.donorCount) donors only: a new "
        + "donor follows a t distribution with \(result.donorCount - 1) degrees of freedom, whose "
        + "central 90 % are so much wider, and maximum likelihood understates a variance by "
        + "n/(n - 1).",
      notes: result.notes.filter { $0 != result.covarianceRefusal } + [
        "The likelihood gives no standard errors of the means here; they were taken from how much "
          + "each donor's own counts tell (spread^2/(donors x (1 - shrinkage)))."
      ])
  }
}
