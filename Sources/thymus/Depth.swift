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

  /// Draws by importance sampling: enough that the share of a prior is known to about 4 points where
  /// a third of them are effective, so that its verdict does not hang on the seed.
  private static let importanceDraws = 4000

  /// Draws of the posterior, by the method that was asked for.
  func posterior(
    _ fit: FitResult, _ cultures: [Culture]
  ) throws(Posterior.Refusal) -> Drawn {
    switch sampler {
    case .laplace:
      let draws = try Posterior.sample(
        fit, cultures, options: options, count: Depth.importanceDraws, threads: threads)
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

  /// The profiles that were asked for. Where one of them found a better optimum the fit is made anew
  /// from there, and profiled again.
  func profiled(
    _ fit: FitResult, _ cultures: [Culture], sharing: Sharing = Sharing()
  ) throws(InputRefused) -> (fit: FitResult, profiles: [ParameterProfile]) {
    guard fit.isUsable, kinds.contains(.profile) else { return (fit, []) }
    let profiles = Fit.profiles(fit, cultures, options: options, threads: threads)
    guard
      let better = try Fit.improved(
        fit, cultures, profiles: profiles, sharing: sharing, options: options)
    else { return (fit, profiles) }
    return (better, Fit.profiles(better, cultures, options: options, threads: threads))
  }

  /// The intervals that were asked for, side by side.
  func intervals(
    _ fit: FitResult, _ cultures: [Culture], profiles: [ParameterProfile], posterior: Posterior?
  ) -> [IntervalSet] {
    guard fit.isUsable, !kinds.isEmpty, let model = cultures.first?.model else { return [] }
    let bootstrap =
      kinds.contains(.bootstrap)
      ? Fit.bootstrap(fit, cultures, options: options, threads: threads) : nil
    return IntervalSet.sets(
      fit, profiles: profiles, bootstrap: bootstrap,
      posterior: kinds.contains(.posterior) ? posterior?.intervals ?? [] : [], model: model)
  }

  /// The sample that would narrow the forecast of one of the fitted runs most, or why there is none.
  func next(
    _ fit: FitResult, _ cultures: [Culture], member: Int = 0, planned: Culture,
    sharing: Sharing = Sharing(), until: Double?, posterior: Posterior?
  ) -> Result<NextSample, NextSample.Refusal> {
    let fitted = cultures[member]
    let last = fitted.targets.map(\.observation.time).max() ?? planned.timeline.start
    var question = NextSample.Question(
      fitted: fitted, planned: planned, now: max(last, until ?? last))
    if let posterior { question.average(over: posterior) }
    return Result { () throws(NextSample.Refusal) in
      try NextSample(
        fit, joint: cultures, member: member, planned: planned, sharing: sharing,
        question: question, options: options)
    }
  }
}
