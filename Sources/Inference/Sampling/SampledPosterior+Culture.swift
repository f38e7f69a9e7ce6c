import Bioreactor
import Statistics

extension SampledPosterior {
  /// Samples the posterior of a fit of the same culture; see the one for several.
  public static func sample(
    _ fit: FitResult, _ culture: Culture, options: FitOptions,
    sampling: SamplerOptions = SamplerOptions()
  ) throws(Posterior.Refusal) -> SampledPosterior {
    try sample(fit, [culture], options: options, sampling: sampling)
  }

  /// Samples the posterior of a fit of the same cultures, truncated to the model's bounds.
  ///
  /// Parameters on a bound of the estimate are sampled like all others. Randomness is keyed by the
  /// fit options' seed and the run. Throws `Posterior.Refusal` when the fit is not usable or its
  /// covariance was refused: a direction that neither data nor priors fix would be sampled from the
  /// box alone.
  public static func sample(
    _ fit: FitResult, _ cultures: [Culture], options: FitOptions,
    sampling: SamplerOptions = SamplerOptions()
  ) throws(Posterior.Refusal) -> SampledPosterior {
    guard fit.isUsable else {
      throw Posterior.Refusal(
        description: "The fit is not usable (\(fit.termination.advice)), so nothing is sampled.")
    }
    guard let covariance = fit.covariance else {
      throw Posterior.Refusal(
        description: "The measurements and priors leave a direction free "
          + "(\(fit.covarianceRefusal ?? "no covariance")), so nothing is sampled. Add priors or "
          + "hold a parameter with --hold.")
    }
    // The order of a fit's runs.
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    var seeded = sampling
    seeded.seed = options.seed
    return sample(
      fit.run, parameters: fit.plan.free.map(\.name), estimate: fit.point,
      covariance: covariance, lowerBounds: fit.plan.free.map(\.bounds.lowerBound),
      upperBounds: fit.plan.free.map(\.bounds.upperBound), options: seeded
    ) {
      CultureDensity(cultures, plan: fit.plan, options: options)
    }
  }

  /// The draws as an equally weighted posterior, for ensembles, bands and forecasts.
  ///
  /// At most `count` draws, evenly thinned over the chains. Its effective sample size is the smallest
  /// bulk ESS, and at most the number of draws. Throws `Posterior.Refusal` when the draws are not
  /// usable, with what failed.
  public func posterior(
    _ fit: FitResult, count: Int = .max
  ) throws(Posterior.Refusal) -> Posterior {
    guard isUsable else {
      throw Posterior.Refusal(
        description: "The sampled posterior is not usable. " + advice.joined(separator: " "))
    }
    let all = points
    let kept = max(1, min(count, all.count))
    let chosen = (0..<kept).map { all[$0 * all.count / kept] }
    let size = diagnostics.map(\.bulkESS).min() ?? 0
    return Posterior(
      chains: chosen, plan: fit.plan, effectiveSampleSize: min(size, Double(kept)),
      infeasible: infeasible)
  }
}
