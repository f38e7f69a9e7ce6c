import Bioreactor
import LinearAlgebra
import Randomness
import RunRecords
import Statistics

/// Weighted draws from the posterior of a fit: importance-sampled Laplace approximation.
///
/// Proposals are multivariate Student t with 8 degrees of freedom about the estimate, with the
/// fit's covariance; each is weighted by posterior / proposal density, so that curvature which the
/// normal approximation misses is put right. Source: Geweke (1989), Econometrica 57:1317.
public struct Posterior: Sendable {
  /// Natural values of all model parameters, one row a draw, base units.
  public let draws: [[Double]]
  /// Spread between pooled donors, one a draw; 0 without pooled donors.
  public let donorSpread: [Double]
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
  }

  /// The effective sample size below which no probability is given.
  public static let leastEffectiveSampleSize = 100.0

  /// Draws from the posterior of a fit of the same culture.
  ///
  /// The draws are the same for any number of threads: each has its own random stream, keyed by
  /// seed, run and index.
  public static func sample(
    _ fit: FitResult, _ culture: Culture, options: FitOptions, count: Int, threads: Int = 1
  ) throws(Refusal) -> Posterior {
    guard fit.isUsable else {
      throw Refusal(
        description: "The fit is not usable (\(fit.termination.advice)), so nothing is forecast.")
    }
    guard let covariance = fit.covariance else {
      throw Refusal(
        description: "The measurements and priors leave a direction free "
          + "(\(fit.covarianceRefusal ?? "no covariance")), so nothing is forecast. Add priors or "
          + "the samples named in the notes, or hold a parameter with --hold.")
    }
    let inside = fit.plan.free.indices.filter { covariance[$0, $0] > 0 }
    let factor: Cholesky
    do {
      factor = try Cholesky(
        Matrix(rows: inside.count, columns: inside.count) { covariance[inside[$0], inside[$1]] })
    } catch {
      throw Refusal(description: "The covariance has no Cholesky factor: \(error).")
    }
    let candidates = Parallel.map(chunksOf: 64, count: count, threads: threads) {
      CultureProblem(culture, plan: fit.plan, options: options)
    } body: { problem, index in
      propose(index, fit, inside, factor, problem, options)
    }
    return try Posterior(candidates, fit: fit)
  }

  /// A proposal with its logarithm of posterior over proposal density; nil when infeasible.
  private static func propose(
    _ index: Int, _ fit: FitResult, _ inside: [Int], _ factor: Cholesky, _ problem: CultureProblem,
    _ options: FitOptions
  ) -> (point: [Double], natural: [Double], logWeight: Double)? {
    let df = 8.0
    var stream = RandomStream(
      seed: options.seed, name: fit.run, purpose: "posterior", index: UInt64(index))
    var point = fit.point
    var distance = 0.0
    if !inside.isEmpty {
      let z = inside.map { _ in stream.normal() }
      // A chi-square with 8 degrees of freedom is twice a sum of four exponentials.
      let chi = -2 * (0..<4).reduce(0) { sum, _ in sum + Double.log(stream.uniform()) }
      let stretch = (df / chi).squareRoot()
      guard let step = try? factor.timesLower(z) else { return nil }
      for (k, j) in inside.enumerated() { point[j] += stretch * step[k] }
      distance = stretch * stretch * z.reduce(0) { $0 + $1 * $1 }
    }
    for (x, free) in zip(point, fit.plan.free) where !free.bounds.contains(x) { return nil }
    guard let objective = problem.objective(at: point), objective.isFinite else { return nil }
    let logProposal = -0.5 * (df + Double(inside.count)) * Double.log(1 + distance / df)
    return (point, problem.natural(point), -objective - logProposal)
  }

  private init(
    _ candidates: [(point: [Double], natural: [Double], logWeight: Double)?], fit: FitResult
  ) throws(Refusal) {
    let good = candidates.compactMap { $0 }
    let top = good.map(\.logWeight).max() ?? 0
    let raw = good.map { Double.exp($0.logWeight - top) }
    let total = raw.reduce(0, +)
    let weights = raw.map { $0 / total }
    let size = 1 / weights.reduce(0) { $0 + $1 * $1 }
    guard !good.isEmpty, size >= Posterior.leastEffectiveSampleSize else {
      throw Refusal(
        description: "The posterior is too far from its approximation (effective sample size "
          + "\(good.isEmpty ? 0 : Int(size))); no probability is given. Use more draws, tighter "
          + "priors or a simpler model.")
    }
    let donor = fit.plan.free.firstIndex { $0.index == nil }
    draws = good.map(\.natural)
    donorSpread = good.map { draw in donor.map { Double.exp(draw.point[$0]) } ?? 0 }
    self.weights = weights
    effectiveSampleSize = size
    infeasible = candidates.count - good.count
  }
}
