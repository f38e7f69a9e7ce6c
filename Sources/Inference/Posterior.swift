import Bioreactor
import LinearAlgebra
import Quantities
import Randomness
import RunRecords
import Statistics

/// Weighted draws from the posterior of a fit that can be relied on.
///
/// By adaptive importance sampling where that is good enough. Proposals are multivariate Student t
/// with 5 degrees of freedom, first about the estimate with the fit's covariance widened, then about
/// the weighted mean with the weighted covariance of the draws before (weights truncated at sqrt(n)
/// times their mean). Each draw of the last stage is weighted by posterior / proposal density, so
/// that curvature which a normal approximation misses is put right. Where the weights are too uneven,
/// the proposals stand along the profiles of all parameters; see `BentProposal`. What passes neither
/// is refused. Sources: Geweke (1989), Econometrica 57:1317; Cappe et al. (2004), J Comput Graph Stat
/// 13:907; Ionides (2008), J Comput Graph Stat 17:295.
public struct Posterior: Sendable {
  /// How draws were made.
  public enum Method: Sendable, Hashable {
    /// By importance sampling about the estimate; the Pareto k-hat of the weights.
    case importance(paretoShape: Double)
    /// By importance sampling along the profiles; k-hat likewise, and the number of proposals.
    case profiles(paretoShape: Double, proposals: Int)
    /// By Markov chains that passed their checks.
    case chains

    /// A short word for machines.
    public var code: String {
      switch self {
      case .importance: "importance"
      case .profiles: "profiles"
      case .chains: "chains"
      }
    }
  }

  /// Points on the estimation scales, one row a draw, in the order of `plan.free`.
  public let points: [[Double]]
  /// What was estimated.
  public let plan: ParameterPlan
  /// Weights, summing to 1.
  public let weights: [Double]
  /// How many independent draws these are worth: 1 / sum of squared weights for importance
  /// sampling, what their autocorrelation says for chains.
  public let effectiveSampleSize: Double
  /// Proposals outside the bounds or where the simulation failed; they have no weight.
  public let infeasible: Int
  /// How the draws were made.
  public let method: Method

  /// Why there are no draws.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String

    /// A refusal with its cause.
    public init(description: String) { self.description = description }
  }

  /// The share of equal draws below which importance sampling is not relied on: on simulated runs
  /// with thirteen parameters and a share of 0.2 to 0.3, intervals held the truth in 88 %.
  public static let soundShare = 0.3
  /// True where intervals can be relied on. `sample` gives no others.
  public var isSound: Bool {
    switch method {
    case .importance(let shape):
      effectiveSampleSize >= Posterior.soundShare * Double(count + infeasible)
        && effectiveSampleSize >= Posterior.leastEffectiveSampleSize
        && shape < ParetoTail.largestReliableShape
    case .profiles(let shape, _):
      effectiveSampleSize >= Posterior.leastEffectiveSampleSize
        && shape < ParetoTail.largestReliableShape
    case .chains: true
    }
  }

  /// The effective sample size below which no probability is given.
  public static let leastEffectiveSampleSize = 100.0
  /// The same for all draws along the profiles together, before the number asked for is chosen.
  static let leastAlongProfiles = 200.0

  /// Number of draws.
  public var count: Int { points.count }

  /// Central 95 % intervals on the estimation scales, in the order of `plan.free`; nil for a
  /// parameter that does not vary.
  public var intervals: [ClosedRange<Double>?] {
    plan.free.indices.map { j in
      guard let sample = try? WeightedSample(points.map { $0[j] }, weights: weights),
        let low = try? sample.bound(0.025), let high = try? sample.bound(0.975), low < high
      else { return nil }
      return low...high
    }
  }

  /// Natural values of all model parameters of a run, one row a draw, base units.
  public func draws(member: Int = 0) -> [[Double]] {
    points.map { plan.natural($0, member: member) }
  }

  /// Spread between pooled donors, one a draw; 0 without pooled donors.
  public var donorSpread: [Double] {
    let column = plan.free.firstIndex { $0.role == .donorSpread }
    return points.map { point in column.map { Double.exp(point[$0]) } ?? 0 }
  }

  /// Draws from the posterior of a fit of the same culture.
  public static func sample(
    _ fit: FitResult, _ culture: Culture, options: FitOptions, count: Int, threads: Int = 1
  ) throws(Refusal) -> Posterior {
    try sample(fit, [culture], options: options, count: count, threads: threads)
  }

  /// Draws from the posterior of a joint fit of the same cultures, in the order of `fit.runs`.
  ///
  /// The draws are the same for any number of threads: each has its own random stream, keyed by
  /// seed, run, stage and index.
  public static func sample(
    _ fit: FitResult, _ cultures: [Culture], options: FitOptions, count: Int, threads: Int = 1
  ) throws(Refusal) -> Posterior {
    guard fit.isUsable else {
      throw Refusal(
        description: "The fit is not usable (\(fit.termination.advice)), so nothing is forecast.")
    }
    guard fit.covariance != nil, let covariance = fit.boxCovariance else {
      throw Refusal(
        description: "The measurements and priors leave a direction free "
          + "(\(fit.covarianceRefusal ?? "no covariance")), so nothing is forecast. Add priors or "
          + "the samples named in the notes, or hold a parameter with --hold.")
    }
    let inside = fit.plan.free.indices.filter { covariance[$0, $0] > 0 }
    let center = StudentProposal.center(
      fit.point, covariance, fit.assessedBounds, bounds: fit.plan.free.map(\.bounds))
    guard count >= Int(Posterior.leastEffectiveSampleSize) else {
      throw Refusal(description: "No probability is given from fewer than 100 draws.")
    }
    guard
      let first = StudentProposal(
        center: center, covariance: covariance, inside: inside, widening: 1.5)
    else { throw Refusal(description: "The covariance has no Cholesky factor.") }
    let problem = { @Sendable in FitProblem(cultures, plan: fit.plan, options: options) }
    let stream = { @Sendable (purpose: String, index: Int) in
      RandomStream(seed: options.seed, name: fit.run, purpose: purpose, index: UInt64(index))
    }
    let stages = ImportanceStages(first: first, count: count, threads: threads)
    let candidates = stages.run(problem: problem, stream: stream)
    let about = Posterior(candidates, plan: fit.plan, method: Method.importance)
    if about.isSound { return about }
    let whole = problem()
    let bent = BentProposal(
      problem: whole, point: fit.point, inside: inside, search: whole.search
    ).mixture(wide: first)
    var reason = "and no profile could be followed."
    if let bent {
      var along = BentStages<FitProblem>(first: bent, inside: inside.count, threads: threads)
      let all = Posterior(
        along.run(problem: problem, stream: stream), plan: fit.plan,
        method: { .profiles(paretoShape: $0, proposals: bent.components.count) })
      if all.isSound, all.effectiveSampleSize >= Posterior.leastAlongProfiles {
        var stream = stream("thinning", 0)
        return all.thinned(to: max(count, Int(2 * Posterior.leastAlongProfiles)), &stream)
      }
      reason =
        "and \(all.count + all.infeasible) along the profiles \(Int(all.effectiveSampleSize)) "
        + "(Pareto k \(NumberText.fixed(all.paretoShape ?? .nan, decimals: 2)); at least "
        + "\(Int(Posterior.leastAlongProfiles)) and below 0.7 are asked)."
    }
    throw Refusal(
      description: "The posterior could not be drawn. By importance sampling about the estimate "
        + "\(count) draws are worth \(Int(about.effectiveSampleSize)) equal ones, \(reason) "
        + "No probability is given. Use tighter priors or a simpler model, or ask for chains with "
        + "--sampler nuts.")
  }

  /// Draws of one proposal or of a mixture, weighted.
  private init(
    _ candidates: [ImportanceDraw?], plan: ParameterPlan, method: (_ paretoShape: Double) -> Method
  ) {
    let good = candidates.compactMap { $0 }
    points = good.map(\.point)
    self.plan = plan
    weights = LogSum.weights(good.map(\.logWeight))
    effectiveSampleSize = LogSum.effectiveSize(weights)
    infeasible = candidates.count - good.count
    // A proposal outside the bounds is a draw of weight zero.
    self.method = method(
      ParetoTail.shape(logWeights: candidates.map { $0?.logWeight ?? -.infinity }))
  }

  /// About `count` of the draws, chosen systematically by weight; one chosen n times weighs n.
  private func thinned(to count: Int, _ stream: inout RandomStream) -> Posterior {
    let offset = stream.uniform()
    var chosen: [[Double]] = []
    var shares: [Double] = []
    var (sum, taken) = (0.0, 0)
    for (point, weight) in zip(points, weights) {
      sum += weight * Double(count)
      let times = max(0, Int((sum - offset).rounded(.up)) - taken)
      guard times > 0 else { continue }
      taken += times
      chosen.append(point)
      shares.append(Double(times))
    }
    let equal = shares.map { $0 / Double(taken) }
    return Posterior(
      points: chosen, weights: equal, plan: plan,
      effectiveSampleSize: min(effectiveSampleSize, LogSum.effectiveSize(equal)), infeasible: 0,
      method: method)
  }

  private init(
    points: [[Double]], weights: [Double], plan: ParameterPlan, effectiveSampleSize: Double,
    infeasible: Int, method: Method
  ) {
    self.points = points
    self.weights = weights
    self.plan = plan
    self.effectiveSampleSize = effectiveSampleSize
    self.infeasible = infeasible
    self.method = method
  }

  /// Draws of equal weight from chains that passed their checks, on the estimation scales.
  init(
    chains points: [[Double]], plan: ParameterPlan, effectiveSampleSize: Double, infeasible: Int
  ) {
    self.init(
      points: points,
      weights: [Double](repeating: 1 / Double(points.count), count: points.count), plan: plan,
      effectiveSampleSize: effectiveSampleSize, infeasible: infeasible, method: .chains)
  }

  /// Pareto k-hat of the importance weights, in which proposals outside the bounds count as weight
  /// zero: below 0.7 weighted means can be trusted; nil for draws made otherwise. See
  /// `ParetoTail.shape`.
  public var paretoShape: Double? {
    switch method {
    case .importance(let shape), .profiles(let shape, _): shape
    case .chains: nil
    }
  }
}
