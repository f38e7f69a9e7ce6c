import LinearAlgebra

/// The minimiser of |A s + b|^2 / 2 inside the ellipsoid |D s| <= radius.
///
/// With A D^-1 = U diag(sigma) V^T the minimiser is
/// D s = -V [sigma_i c_i / (sigma_i^2 + lambda)], c = U^T b, and lambda >= 0 solves
/// |D s(lambda)| = radius, or is 0 when the Gauss-Newton step lies inside.
/// Source: Moré (1978), The Levenberg-Marquardt algorithm, sections 3 and 5, with the singular value
/// decomposition in place of two QR factorisations.
struct TrustRegionSubproblem {
  let spectrum: SingularValues
  let projection: [Double]
  let scale: [Double]
  let residualNorm: Double
  private let rank: Int

  /// Factors the columns `free` of A; `scale` is D for those columns.
  init(rows: Matrix, residuals: [Double], free: [Int], scale: [Double]) throws {
    self.scale = scale
    let scaled = try rows.selecting(free, scaledBy: scale.map { 1 / $0 })
    spectrum = try SingularValues(scaled)
    projection = try spectrum.left.transposedTimes(residuals)
    residualNorm = euclideanNorm(residuals)
    rank = spectrum.rank(threshold: 4 * Double(max(rows.rows, rows.columns)) * Double.ulpOfOne)
  }

  /// |U^T b| over the numerical rank: the part of the residuals that the tangent plane can remove.
  var removable: Double { euclideanNorm(Array(projection[0..<rank])) }

  /// The step s over the chosen columns, and its lambda.
  func step(radius: Double) -> (step: [Double], lambda: Double) {
    let newton = coefficients(0)
    let length = euclideanNorm(newton)
    guard length > 1.001 * radius else { return (assemble(newton), 0) }
    // Bracket: |z(lambda)| falls with lambda, and |z(lambda)| <= |sigma c| / lambda.
    var low = 0.0
    var high = euclideanNorm(zip(spectrum.values, projection).map { $0 * $1 }) / radius
    var lambda = 0.001 * high
    var z = coefficients(lambda)
    for _ in 0..<60 {
      let norm = euclideanNorm(z)
      if abs(norm - radius) <= 0.001 * radius { break }
      if norm > radius { low = max(low, lambda) } else { high = min(high, lambda) }
      // Newton's method on 1/|z| (Hebden), kept inside the bracket.
      var slope = 0.0
      for i in 0..<rank {
        slope += z[i] * z[i] / (spectrum.values[i] * spectrum.values[i] + lambda)
      }
      let next = lambda + (norm / radius - 1) * norm * norm / slope
      let middle = low > 0 ? (low * high).squareRoot() : 0.001 * high
      lambda = next > low && next < high ? next : middle
      z = coefficients(lambda)
    }
    return (assemble(z), lambda)
  }

  /// -sigma c / (sigma^2 + lambda) over the numerical rank.
  private func coefficients(_ lambda: Double) -> [Double] {
    (0..<rank).map { i in
      let sigma = spectrum.values[i]
      return lambda == 0
        ? -projection[i] / sigma : -sigma * projection[i] / (sigma * sigma + lambda)
    }
  }

  private func assemble(_ z: [Double]) -> [Double] {
    scale.indices.map { j in
      var sum = 0.0
      for i in 0..<rank { sum += spectrum.right[j, i] * z[i] }
      return sum / scale[j]
    }
  }
}
