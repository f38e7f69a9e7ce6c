import LinearAlgebra

/// A problem with one of its parameters held at a value.
struct HeldParameter<Problem: LeastSquaresProblem>: LeastSquaresProblem {
  let problem: Problem
  let index: Int
  let value: Double

  var parameterCount: Int { problem.parameterCount - 1 }
  var lowerBounds: [Double] { without(problem.lowerBounds) }
  var upperBounds: [Double] { without(problem.upperBounds) }

  /// A point without the held parameter.
  func without(_ p: [Double]) -> [Double] {
    p.indices.filter { $0 != index }.map { p[$0] }
  }

  /// A point with it.
  func whole(_ p: [Double]) -> [Double] {
    Array(p[..<index]) + [value] + Array(p[index...])
  }

  func objective(at p: [Double]) throws -> Double? { try problem.objective(at: whole(p)) }

  func linearise(at p: [Double]) throws -> Linearisation? {
    guard let line = try problem.linearise(at: whole(p)) else { return nil }
    let kept = (0..<problem.parameterCount).filter { $0 != index }
    return Linearisation(
      objective: line.objective,
      rows: try line.rows.selecting(kept, scaledBy: kept.map { _ in 1 }),
      residuals: line.residuals)
  }
}

/// The walls of a box, and which parameters lie on them at an estimate.
struct BoundSet {
  private let lower: [Double]
  private let upper: [Double]
  private let already: Set<Int>

  init(_ problem: some LeastSquaresProblem, at point: [Double]) {
    let (low, high) = (problem.lowerBounds, problem.upperBounds)
    lower = low
    upper = high
    already = Set(point.indices.filter { point[$0] <= low[$0] || point[$0] >= high[$0] })
  }

  /// The parameters that lie on a wall on which they did not lie at the estimate.
  func metAnew(_ p: [Double], except index: Int?) -> [Int] {
    p.indices.filter {
      $0 != index && !already.contains($0) && (p[$0] <= lower[$0] || p[$0] >= upper[$0])
    }
  }
}
