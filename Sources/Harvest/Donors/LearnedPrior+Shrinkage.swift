import Inference
import LinearAlgebra
import Population

extension LearnedPrior {
  /// The prior of a fit whose information has no inverse, with errors of the means from shrinkage.
  ///
  /// A mean is known to omega^2/(n (1 - shrinkage)), which is exact for balanced linear donors: each
  /// of n donors tells it with the variance omega^2 + sigma^2, and 1 - shrinkage is
  /// omega^2/(omega^2 + sigma^2). `noise` names shared parameters, which move no mean; ln of each is
  /// known to 1/(2 (N - effects)). A spread of zero, or one that is all shrinkage, gets the floor of the
  /// other initialiser with the model's own prior for a donor's error. nil for an unusable fit or a
  /// shared parameter that is no noise. The rest is as in the other initialiser.
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
    var untold: [String] = []
    for (effects, count) in [
      (result.donorEffects, n), (result.runEffects, Double(result.runCount)),
    ] {
      let q = effects.names.count
      let rows = effects.names.compactMap { name in plan.free.firstIndex { $0.name == name } }
      guard rows.count == q else { return nil }
      let shrinkages = (0..<q).map { a in
        max(0, (effects.shrinkage.indices.contains(a) ? effects.shrinkage[a] : nil) ?? 0.5)
      }
      let isTold = (0..<q).map { effects.deviations[$0] > 0 && shrinkages[$0] < 0.95 }
      for a in 0..<q {
        let row = rows[a]
        guard isTold[a] else {
          // Not told from none: a donor's counts are taken to tell it as well as the model's prior.
          guard let own = plan.free[row].prior?.sd else { return nil }
          let error = own * own / count
          errors[row] = error
          let floor = error * count * (2 / count).squareRoot()
          between[row * m + row] += max(
            floor, effects.deviations[a] * effects.deviations[a])
          untold.append(plan.free[row].name)
          continue
        }
        errors[row] = effects.deviations[a] * effects.deviations[a] / (count * (1 - shrinkages[a]))
        for b in 0..<q where isTold[b] {
          between[row * m + rows[b]] += effects.covariance[a * q + b]
        }
      }
    }
    let numbers = result.donorCount * result.donorEffects.names.count
    let freedom = Double(max(result.measurements / 4, result.measurements - numbers))
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
      ]
        + untold.map {
          "These donors do not show that \($0) varies; what they could not have told from none is "
            + "taken for its spread."
        })
  }
}
