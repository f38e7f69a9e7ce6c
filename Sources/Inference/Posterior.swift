import Bioreactor
import LinearAlgebra
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
/// the draws of all stages are carried to the posterior by annealing; see `Annealing`. What passes
/// neither is refused. Sources: Geweke (1989), Econometrica 57:1317; Cappe et al. (2004), J Comput
/// Graph Stat 13:907; Ionides (2008), J Comput Graph Stat 17:295.
public struct Posterior: Sendable {
  /// How draws were made.
  public enum Method: Sendable, Hashable {
    /// By importance sampling about the estimate; the Pareto k-hat of the weights.
    case importance(paretoShape: Double)
    /// By annealed populations that agree.
    case annealed(AnnealingReport)
    /// By Markov chains that passed their checks.
    case chains

    /// A short word for machines.
    public var code: String {
      switch self {
      case .importance: "importance"
      case .annealed: "annealed"
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
  /// sampling, what populations or chains say for the others.
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
  /// with thirteen parameters and a smaller share, intervals held the truth in 86 to 95 %.
  public static let soundShare = 0.2
  /// True where intervals can be relied on. `sample` gives no others.
  public var isSound: Bool {
    switch method {
    case .importance(let shape):
      effectiveSampleSize >= Posterior.soundShare * Double(count + infeasible)
        && effectiveSampleSize >= Posterior.leastEffectiveSampleSize
        && shape < ParetoTail.largestReliableShape
    case .annealed(let report): report.isUsable
    case .chains: true
    }
  }

  /// The effective sample size below which no probability is given.
  public static let leastEffectiveSampleSize = 100.0
  /// Stages when the first proposals are poor; three when they are not.
  static let mostStages = 4

  /// Number of draws.
  public var count: Int { points.count }

  /// Central 95 % intervals on the estimation scales, in the order of `plan.free`; nil for a
  /// parameter that does not vary.
  public var intervals: [ClosedRange<Double>?] {
    plan.free.indices.map { j in
      guard let sample = try? WeightedSample(points.map { $0[j] }, weights: weights),
        let low = try? sample.quantile(0.025), let high = try? sample.quantile(0.975), low < high
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
    // From a bound only one side is open.
    let center = fit.point.indices.map { j -> Double in
      let sd = max(covariance[j, j], 0).squareRoot()
      switch fit.assessedBounds[j] {
      case .none: return fit.point[j]
      case .lower: return min(fit.point[j] + 0.8 * sd, fit.plan.free[j].bounds.upperBound)
      case .upper: return max(fit.point[j] - 0.8 * sd, fit.plan.free[j].bounds.lowerBound)
      }
    }
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
    var stages = ImportanceStages(first: first, count: count, threads: threads)
    let weighted = Posterior(stages.run(problem: problem, stream: stream), plan: fit.plan)
    if weighted.isSound { return weighted }
    // Moves tell densities apart that differ by much more than this tolerance does.
    var rough = options
    rough.relativeTolerance = max(rough.relativeTolerance, 1e-6)
    rough.absoluteTolerance = max(rough.absoluteTolerance, 1e-8)
    let annealing = Annealing(
      bounds: fit.plan.free.map(\.bounds), inside: inside, base: stages.mixture,
      limits: AnnealingLimits(), threads: threads,
      stream: { stream("annealing \($0)", $1) },
      problem: { [rough] in FitProblem(cultures, plan: fit.plan, options: rough) })
    let annealed = annealing.sample(stages.pool, count: count)
    guard annealed.report.isUsable else {
      throw Refusal(
        description: "The posterior could not be drawn. By importance sampling \(count) draws are "
          + "worth \(Int(weighted.effectiveSampleSize)) equal ones, and annealed populations do not "
          + "agree: " + annealed.report.failures.joined(separator: " ")
          + " No probability is given. Use tighter priors or a simpler model, or ask for chains with "
          + "--sampler nuts.")
    }
    return Posterior(annealed, plan: fit.plan)
  }

  /// The draws of one proposal, weighted.
  private init(_ candidates: [ImportanceDraw?], plan: ParameterPlan) {
    let good = candidates.compactMap { $0 }
    points = good.map(\.point)
    self.plan = plan
    weights = LogSum.weights(good.map(\.logWeight))
    effectiveSampleSize = LogSum.effectiveSize(weights)
    infeasible = candidates.count - good.count
    // A proposal outside the bounds is a draw of weight zero.
    method = .importance(
      paretoShape: ParetoTail.shape(logWeights: candidates.map { $0?.logWeight ?? -.infinity }))
  }

  private init(_ annealed: AnnealedDraws, plan: ParameterPlan) {
    points = annealed.points
    self.plan = plan
    weights = annealed.weights
    effectiveSampleSize = min(annealed.report.effectiveSize, Double(annealed.points.count))
    infeasible = 0
    method = .annealed(annealed.report)
  }

  /// Draws of equal weight from chains that passed their checks, on the estimation scales.
  init(
    chains points: [[Double]], plan: ParameterPlan, effectiveSampleSize: Double, infeasible: Int
  ) {
    self.points = points
    self.plan = plan
    weights = [Double](repeating: 1 / Double(points.count), count: points.count)
    self.effectiveSampleSize = effectiveSampleSize
    self.infeasible = infeasible
    method = .chains
  }

  /// Pareto k-hat of the importance weights, in which proposals outside the bounds count as weight
  /// zero: below 0.7 weighted means can be trusted; nil for draws made otherwise. See
  /// `ParetoTail.shape`.
  public var paretoShape: Double? {
    if case .importance(let shape) = method { return shape }
    return nil
  }
}
