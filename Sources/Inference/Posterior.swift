import Bioreactor
import LinearAlgebra
import Randomness
import RunRecords
import Statistics

/// Weighted draws from the posterior of a fit, by adaptive importance sampling.
///
/// Proposals are multivariate Student t with 5 degrees of freedom, first about the estimate with
/// the fit's covariance widened, then twice about the weighted mean with the weighted covariance of
/// the draws before (weights truncated at sqrt(n) times their mean). Each draw of the last stage is
/// weighted by posterior / proposal density, so that curvature which a normal approximation misses
/// is put right. Sources: Geweke (1989), Econometrica 57:1317; Cappe et al. (2004), J Comput Graph
/// Stat 13:907; Ionides (2008), J Comput Graph Stat 17:295.
public struct Posterior: Sendable {
  /// Points on the estimation scales, one row a draw, in the order of `plan.free`.
  public let points: [[Double]]
  /// What was estimated.
  public let plan: ParameterPlan
  /// Weights, summing to 1.
  public let weights: [Double]
  /// 1 / sum of squared weights: how many equal draws these are worth.
  public let effectiveSampleSize: Double
  /// Proposals outside the bounds or where the simulation failed; they have no weight.
  public let infeasible: Int

  /// Why there are no draws.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String

    /// A refusal with its cause.
    public init(description: String) { self.description = description }
  }

  /// The share of equal draws below which chains should be asked: on simulated runs with thirteen
  /// parameters and a smaller share, intervals held the truth in 86 to 95 %.
  public static let soundShare = 0.2
  /// True where weights are even enough that intervals can be relied on.
  public var isSound: Bool {
    effectiveSampleSize >= Posterior.soundShare * Double(count) && !(paretoShape >= 0.7)
  }

  /// The effective sample size below which no probability is given.
  public static let leastEffectiveSampleSize = 100.0
  /// Stages when the first proposals are poor; three when they are not.
  static let mostStages = 8

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
    guard
      var proposal = PosteriorProposal(
        center: center, covariance: covariance, inside: inside, widening: 1.5)
    else { throw Refusal(description: "The covariance has no Cholesky factor.") }
    var settled = 0
    for stage in 0..<Posterior.mostStages {
      let current = proposal
      let isLast = settled == 2 || stage == Posterior.mostStages - 1
      // Learning a mean and a covariance takes fewer draws than quantiles do.
      let learning = min(count, max(300, 15 * inside.count * inside.count))
      let candidates = Parallel.map(
        chunksOf: 64, count: isLast ? count : learning, threads: threads
      ) {
        FitProblem(cultures, plan: fit.plan, options: options)
      } body: { problem, index in
        var stream = RandomStream(
          seed: options.seed, name: fit.run, purpose: "posterior \(stage)", index: UInt64(index))
        return current.draw(&stream, problem)
      }
      if isLast { return try Posterior(candidates, fit: fit) }
      if let next = PosteriorProposal(adapting: current, to: candidates.compactMap { $0 }) {
        proposal = next
      }
      settled += proposal.isTempered ? 0 : 1
    }
    throw Refusal(description: "No draws were made.")
  }

  private init(_ candidates: [PosteriorProposal.Draw?], fit: FitResult) throws(Refusal) {
    let good = candidates.compactMap { $0 }
    let weights = PosteriorProposal.weights(good)
    let size = 1 / weights.reduce(0) { $0 + $1 * $1 }
    guard !good.isEmpty, size >= Posterior.leastEffectiveSampleSize else {
      throw Refusal(
        description: "The posterior is too far from its approximation (effective sample size "
          + "\(good.isEmpty ? 0 : Int(size))); no probability is given. Use more draws, tighter "
          + "priors or a simpler model.")
    }
    points = good.map(\.point)
    plan = fit.plan
    self.weights = weights
    effectiveSampleSize = size
    infeasible = candidates.count - good.count
  }
}
