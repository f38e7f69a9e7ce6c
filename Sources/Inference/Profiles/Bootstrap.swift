import Bioreactor
import ModelLanguage
import Randomness
import RunRecords
import Statistics

/// Estimates from data drawn anew out of the fitted model: the parametric bootstrap.
///
/// Every measurement is drawn from its law at the estimate; a prior is one more measurement, so its
/// centre is drawn anew too. Each data set is fitted from the estimate. Source: Efron and Tibshirani
/// (1993), An Introduction to the Bootstrap, section 6.5 and chapter 13.
public struct Bootstrap: Sendable {
  /// Estimates on the estimation scales, one row a data set whose fit converged.
  public let points: [[Double]]
  /// Data sets whose fit did not converge; they are left out, and counted.
  public let failed: Int

  /// The central interval of one parameter by percentiles; nil with fewer than 40 estimates.
  public func interval(_ j: Int, level: Double = 0.95) -> ClosedRange<Double>? {
    guard points.count >= 40, let sample = try? WeightedSample(points.map { $0[j] }),
      let low = try? sample.bound((1 - level) / 2),
      let high = try? sample.bound((1 + level) / 2), low <= high
    else { return nil }
    return low...high
  }
}

extension Fit {
  /// Parametric bootstrap of a fit; nil when it did not converge.
  ///
  /// Each data set has its own random stream, so the result is the same for any number of threads.
  public static func bootstrap(
    _ fit: FitResult, _ cultures: [Culture], count: Int = 200, options: FitOptions,
    threads: Int = 1
  ) -> Bootstrap? {
    guard fit.termination.isConverged, !cultures.isEmpty else { return nil }
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    let found = Parallel.map(chunksOf: 4, count: count, threads: threads) {
      FitProblem(cultures, plan: fit.plan, options: options)
    } body: { problem, index -> [Double]? in
      var stream = RandomStream(
        seed: options.seed, name: fit.run, purpose: "bootstrap", index: UInt64(index))
      guard let again = redrawn(problem, fit, options, &stream) else { return nil }
      let result = minimise(again, from: fit.point, options: again.search)
      return result.isUsable ? result.parameters : nil
    }
    let good = found.compactMap { $0 }
    return Bootstrap(points: good, failed: count - good.count)
  }

  /// The problem with every measurement and every prior's centre drawn anew.
  private static func redrawn(
    _ problem: FitProblem, _ fit: FitResult, _ options: FitOptions, _ stream: inout RandomStream
  ) -> FitProblem? {
    var cultures: [Culture] = []
    for (k, member) in problem.members.enumerated() {
      let culture = member.culture
      guard let prediction = member.predictor.predict(problem.natural(fit.point, member: k)),
        let terms = problem.terms(of: member, prediction, fit.point)
      else { return nil }
      var run = culture.run
      run.observations = zip(culture.targets, terms).map { target, entry in
        NoiseDraw.redrawn(
          target.observation, family: culture.model.observables[target.observable].family,
          link: entry.context.mean, scale: entry.context.scale, &stream)
      }
      guard let again = try? Culture(model: culture.model, run: run, platform: culture.platform)
      else { return nil }
      cultures.append(again)
    }
    var plan = fit.plan
    plan.free = plan.free.map { free in
      guard let prior = free.prior else { return free }
      return ParameterPlan.Free(
        name: free.name, role: free.role, scale: free.scale, bounds: free.bounds,
        start: free.start,
        prior: ParameterPlan.NormalPrior(
          mean: prior.mean + prior.sd * stream.normal(), sd: prior.sd, origin: prior.origin))
    }
    return FitProblem(cultures, plan: plan, options: options)
  }
}
