import LinearAlgebra
import Randomness
import Statistics

/// Weighted draws about an optimum, for expectations of one function: a `StudentProposal` proposes,
/// and the posterior over the proposal weighs.
///
/// Where the weights are too uneven the proposal is moved to the draws' own moments, twice at most.
struct LaplaceDraws {
  /// Points inside the bounds where the objective is known.
  let points: [[Double]]
  /// What the scorer said of each point.
  let scores: [[Double]]
  /// Weights, summing to 1.
  let weights: [Double]
  /// 1 / sum of squared weights.
  let effectiveSampleSize: Double

  /// What is evaluated at a point: its objective (negative log-posterior) and whatever else is
  /// wanted there; nil where it cannot be.
  typealias Evaluation = (_ point: [Double]) -> (objective: Double, scores: [Double])?

  /// nil when the covariance has no factor or no draw is feasible.
  init?(
    center: [Double], covariance: Matrix, inside: [Int], bounds: [ClosedRange<Double>],
    count: Int, wanted: Double, stream named: (_ stage: Int, _ index: Int) -> RandomStream,
    evaluate: Evaluation
  ) {
    var proposal = StudentProposal(
      center: center, covariance: covariance, inside: inside, widening: 1.3)
    var best: LaplaceDraws?
    for stage in 0..<3 {
      guard let current = proposal,
        let found = LaplaceDraws(
          current, bounds, count: count, stream: { named(stage, $0) }, evaluate)
      else { break }
      if found.effectiveSampleSize > best?.effectiveSampleSize ?? 0 { best = found }
      if found.effectiveSampleSize >= wanted { break }
      proposal =
        current.adapted(
          to: found.points, logWeights: found.weights.map { Double.log($0) }, tempers: false,
          widening: 1)
    }
    guard let best else { return nil }
    self = best
  }

  private init?(
    _ proposal: StudentProposal, _ bounds: [ClosedRange<Double>], count: Int,
    stream: (Int) -> RandomStream, _ evaluate: Evaluation
  ) {
    var points: [[Double]] = []
    var scores: [[Double]] = []
    var logs: [Double] = []
    for index in 0..<count {
      var stream = stream(index)
      guard let (point, logDensity) = proposal.draw(&stream) else { return nil }
      guard zip(bounds, point).allSatisfy({ $0.contains($1) }), let found = evaluate(point),
        found.objective.isFinite
      else { continue }
      points.append(point)
      scores.append(found.scores)
      logs.append(-found.objective - logDensity)
    }
    guard !logs.isEmpty else { return nil }
    self.points = points
    self.scores = scores
    weights = LogSum.weights(logs)
    effectiveSampleSize = LogSum.effectiveSize(weights)
  }
}
