import LinearAlgebra

extension TrustRegionSearch {
  /// One point with everything that its steps share.
  struct Tangent {
    let point: [Double]
    let linearisation: Linearisation
    let gradient: [Double]
    let active: [ActiveBound]
    let free: [Int]
    let subproblem: TrustRegionSubproblem
    let residualNorm: Double
    /// Bates and Watts' relative offset over the free parameters.
    let offset: Double
  }

  mutating func tangent(
    at point: [Double], _ linearisation: Linearisation
  ) throws -> Tangent {
    let norms = linearisation.rows.columnNorms
    for j in norms.indices { scale[j] = max(scale[j], norms[j]) }
    let gradient = try linearisation.rows.transposedTimes(linearisation.residuals)
    let active = box.active(at: point, gradient: gradient)
    let free = point.indices.filter { active[$0] == .none }
    let subproblem = try TrustRegionSubproblem(
      rows: linearisation.rows, residuals: linearisation.residuals, free: free,
      scale: free.map { scale[$0] > 0 ? scale[$0] : 1 })
    // Columns that shrank far below their largest norm would fall under the rank decision and hide
    // their gradient: judge the tangent plane by its present norms then.
    let shrunk = free.contains { norms[$0] < 1e-3 * scale[$0] }
    let present =
      shrunk
      ? try TrustRegionSubproblem(
        rows: linearisation.rows, residuals: linearisation.residuals, free: free,
        scale: free.map { norms[$0] > 0 ? norms[$0] : 1 })
      : subproblem
    // For squares sqrt(2 f) is |b|; for a likelihood whose b holds only what the tangent plane can
    // remove it stands in for the missing part. Residuals that vanish leave no direction: measure
    // them by the first ones then.
    let norm = euclideanNorm(linearisation.residuals)
    let whole = max(norm, (2 * abs(linearisation.objective)).squareRoot())
    let reference = max(whole, 1e-10 * firstResidualNorm)
    return Tangent(
      point: point, linearisation: linearisation, gradient: gradient, active: active, free: free,
      subproblem: subproblem, residualNorm: norm,
      offset: reference > 0 ? present.removable / reference : 0)
  }

  /// Reciprocal condition number over the free parameters; 0 with fewer rows than free parameters.
  func reciprocalCondition() throws -> Double {
    guard let rows = result.linearisation?.rows else { return 0 }
    let free = result.activeBounds.indices.filter { result.activeBounds[$0] == .none }
    guard rows.rows >= free.count else { return 0 }
    guard !free.isEmpty else { return 1 }
    return try PivotedQR(rows.selecting(free, scaledBy: free.map { _ in 1 })).rcond
  }

  mutating func record(_ tangent: Tangent) {
    result.parameters = tangent.point
    result.objective = tangent.linearisation.objective
    result.gradientNorm = tangent.offset
    result.activeBounds = tangent.active
    result.linearisation = tangent.linearisation
  }
}
