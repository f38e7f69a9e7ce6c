import LinearAlgebra
import Randomness

/// Weighted draws about an optimum, for expectations of one function: a Student t with 5 degrees of
/// freedom proposes, and the posterior over the proposal weighs.
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
    var center = center
    var covariance = covariance
    var widening = 1.3
    var best: LaplaceDraws?
    for stage in 0..<3 {
      let scaled = Matrix(rows: inside.count, columns: inside.count) {
        covariance[$0, $1] * widening * widening
      }
      guard let factor = try? Cholesky(scaled) else { break }
      let found = LaplaceDraws(
        center, factor, inside, bounds, count: count, stream: { named(stage, $0) }, evaluate)
      guard let found else { break }
      if found.effectiveSampleSize > best?.effectiveSampleSize ?? 0 { best = found }
      if found.effectiveSampleSize >= wanted { break }
      // Weights truncated at sqrt(n) times their mean keep one draw from being all of it.
      let cap = 1 / Double(found.weights.count).squareRoot()
      let cut = found.weights.map { min($0, cap) }
      let total = cut.reduce(0, +)
      for j in inside {
        center[j] = zip(found.points, cut).reduce(0) { $0 + $1.0[j] * $1.1 } / total
      }
      covariance = Matrix(rows: inside.count, columns: inside.count) { a, b in
        zip(found.points, cut).reduce(0) { sum, pair in
          sum + pair.1 * (pair.0[inside[a]] - center[inside[a]])
            * (pair.0[inside[b]] - center[inside[b]])
        } / total
      }
      widening = 1
    }
    guard let best else { return nil }
    self = best
  }

  private init?(
    _ center: [Double], _ factor: Cholesky, _ inside: [Int], _ bounds: [ClosedRange<Double>],
    count: Int, stream: (Int) -> RandomStream, _ evaluate: Evaluation
  ) {
    let df = 5.0
    var points: [[Double]] = []
    var scores: [[Double]] = []
    var logs: [Double] = []
    for index in 0..<count {
      var stream = stream(index)
      let z = inside.map { _ in stream.normal() }
      let stretch = (df / stream.chiSquare(degreesOfFreedom: df)).squareRoot()
      guard let step = try? factor.timesLower(z) else { return nil }
      var point = center
      for (k, j) in inside.enumerated() { point[j] += stretch * step[k] }
      guard zip(bounds, point).allSatisfy({ $0.contains($1) }), let found = evaluate(point),
        found.objective.isFinite
      else { continue }
      let distance = stretch * stretch * z.reduce(0) { $0 + $1 * $1 }
      points.append(point)
      scores.append(found.scores)
      logs.append(
        -found.objective + 0.5 * (df + Double(inside.count)) * Double.log(1 + distance / df))
    }
    guard let top = logs.max() else { return nil }
    let raw = logs.map { Double.exp($0 - top) }
    let total = raw.reduce(0, +)
    self.points = points
    self.scores = scores
    weights = raw.map { $0 / total }
    effectiveSampleSize = 1 / weights.reduce(0) { $0 + $1 * $1 }
  }
}
