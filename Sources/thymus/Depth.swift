import Bioreactor
import Inference
import ModelLanguage
import Quantities
import Reports

/// What is found out about one fit beyond its estimates: draws, intervals, checks, the next sample.
struct Depth {
  let kinds: Set<IntervalSet.Kind>
  let sampler: SamplerArgument
  let options: FitOptions
  let threads: Int
  /// Whether the posterior is drawn: for a few runs always, for many when asked.
  var draws: Bool { !isMany || kinds.contains(.posterior) }

  /// Whether bands, residual checks and the next sample are wanted too.
  let report: Bool
  /// Whether there are so many runs that a report rests on the curvature, without draws.
  let isMany: Bool

  /// Draws and what is to be said of them.
  struct Drawn {
    let draws: Posterior
    let words: String
  }

  /// Draws of the posterior, by the method that was asked for.
  func posterior(
    _ fit: FitResult, _ cultures: [Culture]
  ) throws(Posterior.Refusal) -> Drawn {
    switch sampler {
    case .laplace:
      let draws = try Posterior.sample(
        fit, cultures, options: options, count: 1000, threads: threads)
      return Drawn(draws: draws, words: PosteriorWords.draws(draws))
    case .nuts: return try chains(fit, cultures)
    }
  }

  private func chains(
    _ fit: FitResult, _ cultures: [Culture]
  ) throws(Posterior.Refusal) -> Drawn {
    var sampling = SamplerOptions()
    sampling.threads = threads
    let sampled = try SampledPosterior.sample(fit, cultures, options: options, sampling: sampling)
    return Drawn(
      draws: try sampled.posterior(fit, count: 2000), words: PosteriorWords.chains(sampled))
  }

  /// The intervals that were asked for, side by side, with the profiles behind them.
  func intervals(
    _ fit: FitResult, _ cultures: [Culture], posterior: Posterior?
  ) -> (sets: [IntervalSet], profiles: [ParameterProfile]) {
    guard fit.isUsable, !kinds.isEmpty, let model = cultures.first?.model else { return ([], []) }
    let profiles =
      kinds.contains(.profile)
      ? Fit.profiles(fit, cultures, options: options, threads: threads) : []
    let bootstrap =
      kinds.contains(.bootstrap)
      ? Fit.bootstrap(fit, cultures, options: options, threads: threads) : nil
    let sets = IntervalSet.sets(
      fit, profiles: profiles, bootstrap: bootstrap,
      posterior: kinds.contains(.posterior) ? posterior?.intervals ?? [] : [], model: model)
    return (sets, profiles)
  }

  /// The sample that would narrow the forecast most: of the planned harvest, or of two days after the
  /// last measurement.
  func next(
    _ fit: FitResult, _ fitted: Culture, planned: Culture, until: Double?
  ) -> NextSample? {
    let last = fitted.targets.map(\.observation.time).max() ?? 0
    let now = max(last, until ?? last)
    let harvest = planned.timeline.harvest ?? 0
    let target = harvest > now + 24 ? harvest : now + 48
    var times: [Double] = []
    var day = (now / 24 + 1e-9).rounded(.down) + 1
    while 24 * day < target - 1e-9 {
      times.append(24 * day)
      day += 1
    }
    let measured = Set(fitted.targets.map(\.observation.quantity))
    let assays = planned.model.observables.map(\.name).filter(measured.contains)
    let question = NextSample.Question(target: target, assays: assays, times: times)
    return try? NextSample(
      fit, fitted: fitted, planned: planned, question: question, options: options)
  }
}
