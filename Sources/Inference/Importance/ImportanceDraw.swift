import Randomness
import Statistics

/// A point of a proposal, with the objective there.
struct ImportanceDraw: Sendable {
  /// On the estimation scales.
  let point: [Double]
  /// The negative log-posterior.
  let objective: Double
  /// ln density of the proposal up to a constant.
  let logProposal: Double

  /// ln of posterior over proposal density.
  var logWeight: Double { -objective - logProposal }

  /// One draw; nil outside the bounds or where the simulation fails.
  init?(
    _ proposal: StudentProposal, _ problem: some LeastSquaresProblem,
    _ stream: inout RandomStream
  ) {
    guard let (point, logDensity) = proposal.draw(&stream) else { return nil }
    self.init(point, logProposal: logDensity, problem)
  }

  /// One draw of a mixture; nil likewise.
  init?(
    _ mixture: ProposalMixture, _ problem: some LeastSquaresProblem,
    _ stream: inout RandomStream
  ) {
    guard let point = mixture.draw(&stream) else { return nil }
    self.init(point, logProposal: mixture.logDensity(point), problem)
  }

  private init?(_ point: [Double], logProposal: Double, _ problem: some LeastSquaresProblem) {
    for (x, range) in zip(point, zip(problem.lowerBounds, problem.upperBounds))
    where !(x >= range.0 && x <= range.1) { return nil }
    guard let objective = try? problem.objective(at: point), objective.isFinite else {
      return nil
    }
    self.init(point: point, objective: objective, logProposal: logProposal)
  }

  init(point: [Double], objective: Double, logProposal: Double) {
    (self.point, self.objective, self.logProposal) = (point, objective, logProposal)
  }
}

extension StudentProposal {
  /// The t about the weighted moments of draws; nil when they do not carry a covariance.
  ///
  /// Weights are truncated at sqrt(n) times their mean, which keeps one draw from being all of it.
  /// With `tempers`, where few of the draws carry the weight it is flattened to w^a, with the largest
  /// a of 1, 0.8, 0.64 ... whose effective sample size is ten draws a parameter: the proposal then
  /// moves towards the posterior in steps that can be estimated.
  /// Source: Ionides (2008), J Comput Graph Stat 17:295.
  func adapted(
    to points: [[Double]], logWeights: [Double], tempers: Bool, widening: Double
  ) -> StudentProposal? {
    let n = points.count
    guard n > 0, !inside.isEmpty else { return nil }
    var exponent = 1.0
    var raw = LogSum.weights(logWeights)
    if tempers {
      guard n > 10 * inside.count else { return nil }
      let enough = min(0.25 * Double(n), 10 * Double(inside.count))
      while LogSum.effectiveSize(raw) < enough, exponent > 0.01 {
        exponent *= 0.8
        raw = LogSum.weights(logWeights.map { exponent * $0 })
      }
    }
    let cap = 1 / Double(n).squareRoot()
    return StudentProposal(
      points: points, weights: raw.map { min($0, cap) }, like: self, widening: widening)
  }
}
