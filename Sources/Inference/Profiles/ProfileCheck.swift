/// Asks whether the other parameters can make up for a large change of one.
///
/// A standard error sees only the curvature at the estimate. On a bent or walled valley it is small
/// although the objective hardly rises far along it; a profile sees that. Source: Raue et al. (2009),
/// Bioinformatics 25:1923.
enum ProfileCheck {
  /// Half the 95 % quantile of chi-square with one degree of freedom.
  static let rise = 1.92

  /// True when the j-th parameter can move by `reach` to either side, or to a bound that is nearer,
  /// and the best objective with it held there rises by less than `rise`.
  ///
  /// The limit is far above the error of a coarse simulation.
  static func isFlat(
    _ j: Int, _ problem: some LeastSquaresProblem, at point: [Double], reach: Double,
    options: TrustRegionOptions, countsBounds: Bool = true
  ) -> Bool {
    guard let best = try? problem.objective(at: point) else { return false }
    var options = options
    options.gradientTolerance = max(options.gradientTolerance, 0.02)
    options.sufficientObjective = (best + rise).nextDown
    return [-reach, reach].contains { step in
      let moved = (point[j] + step).clamped(
        to: problem.lowerBounds[j]...problem.upperBounds[j])
      // Noise may be small, and a parameter on its bound is spoken of as such.
      guard moved == point[j] + step || countsBounds, moved != point[j] else { return false }
      let held = HeldParameter(problem: problem, index: j, value: moved)
      // Any point below the limit is proof, whether or not the search ended well; and where the
      // relative offset is 0.02 the objective cannot fall by more than a part in 2000.
      let objective =
        point.count == 1
        ? ((try? problem.objective(at: [moved])) ?? nil) ?? .infinity
        : minimise(held, from: held.without(point), options: options).objective
      return objective < best + rise
    }
  }
}
