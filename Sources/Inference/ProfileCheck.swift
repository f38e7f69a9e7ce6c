/// Asks whether the other parameters can make up for a large change of one.
///
/// A standard error sees only the curvature at the estimate. On a bent or walled valley it is small
/// although the objective hardly rises far along it; a profile sees that. Source: Raue et al. (2009),
/// Bioinformatics 25:1923.
enum ProfileCheck {
  /// Half the 95 % quantile of chi-square with one degree of freedom.
  static let rise = 1.92

  /// True when the j-th parameter can move by `reach` to either side, inside its bounds, and the
  /// best objective with it held there rises by less than `rise`.
  static func isFlat(
    _ j: Int, _ problem: some LeastSquaresProblem, at point: [Double], reach: Double,
    options: TrustRegionOptions
  ) -> Bool {
    guard let best = try? problem.objective(at: point) else { return false }
    return [-reach, reach].contains { step in
      let moved = point[j] + step
      guard moved >= problem.lowerBounds[j], moved <= problem.upperBounds[j] else { return false }
      let held = HeldParameter(problem: problem, index: j, value: moved)
      // Any point below the limit is proof, whether or not the search ended well.
      let objective =
        point.count == 1
        ? ((try? problem.objective(at: [moved])) ?? nil) ?? .infinity
        : minimise(held, from: held.without(point), options: options).objective
      return objective < best + rise
    }
  }
}

/// A problem with one of its parameters held at a value.
private struct HeldParameter<Problem: LeastSquaresProblem>: LeastSquaresProblem {
  let problem: Problem
  let index: Int
  let value: Double

  var parameterCount: Int { problem.parameterCount - 1 }
  var lowerBounds: [Double] { without(problem.lowerBounds) }
  var upperBounds: [Double] { without(problem.upperBounds) }

  func without(_ p: [Double]) -> [Double] {
    p.indices.filter { $0 != index }.map { p[$0] }
  }

  private func whole(_ p: [Double]) -> [Double] {
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
