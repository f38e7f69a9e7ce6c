import LinearAlgebra

/// The most probable random effects of one donor, with the curvature there.
struct DonorMode {
  /// The mode.
  let v: [Double]
  /// h there, with its parts.
  let expansion: DonorIntegrand.Expansion
  /// The factor M of the curvature, H = M M^T.
  let factor: Cholesky
  /// C with C C^T = H^-1, row by row: C = M^-T.
  let spread: [Double]

  /// ln |C|.
  var logSpread: Double { -0.5 * factor.logDeterminant }
}

/// Finds modes by damped Newton steps: on the expected information first, on the exact curvature
/// once near, where that is positive definite.
enum ModeSearch {
  /// Most steps of one search.
  static let maximumSteps = 100
  /// A step whose squared length in standard units is not above this ends the search.
  static let tolerance = 1e-20
  /// A search that can get no further has ended well below this squared length.
  static let acceptable = 1e-8

  /// The mode from a start, or nil when it cannot be found.
  static func find(_ h: DonorIntegrand, from start: [Double], exactly: Bool) -> DonorMode? {
    var v = start
    guard var here = h.expand(v, exactly: false) else { return nil }
    var damping = 0.0
    var near = false
    for _ in 0..<maximumSteps {
      guard let (step, decrement) = newton(here, damping) else {
        damping = max(4 * damping, 1e-3)
        if damping > 1e12 { return nil }
        continue
      }
      if decrement < 1e-2, exactly, !near {
        near = true
        if let exact = h.expand(v, exactly: true), exact.isExact, newton(exact, 0) != nil {
          here = exact
          continue
        }
      }
      if decrement <= tolerance { break }
      let target = zip(v, step).map { $0 + $1 }
      let ahead = h.expand(target, exactly: here.isExact)
      let limit = here.value + 1e-13 * (1 + abs(here.value))
      if let ahead, ahead.value <= limit || decrement < 1e-12 {
        // Within rounding only a falling slope is progress.
        if decrement < 1e-10, let next = newton(ahead, 0), next.decrement >= decrement { break }
        v = target
        here = ahead
        damping = damping < 1e-6 ? 0 : damping / 10
      } else {
        if decrement < acceptable { break }
        damping = max(4 * damping, 1e-2)
        if damping > 1e12 { return nil }
      }
    }
    guard let (_, decrement) = newton(here, 0), decrement < acceptable else { return nil }
    return finished(h, v, here, exactly: exactly)
  }

  /// The mode with its factored curvature: exact where that is wanted and positive definite.
  private static func finished(
    _ h: DonorIntegrand, _ v: [Double], _ here: DonorIntegrand.Expansion, exactly: Bool
  ) -> DonorMode? {
    let tries = exactly && !here.isExact ? [true, false] : [false]
    for exact in tries {
      guard let expansion = exact ? h.expand(v, exactly: true) : here,
        let factor = try? Cholesky(matrix(expansion.curvature, h.dimension)),
        let spread = try? inverseTransposed(factor)
      else { continue }
      return DonorMode(v: v, expansion: expansion, factor: factor, spread: spread)
    }
    return nil
  }

  /// The damped Newton step, and its squared length in standard units, g H^-1 g.
  private static func newton(
    _ here: DonorIntegrand.Expansion, _ damping: Double
  ) -> (step: [Double], decrement: Double)? {
    let d = here.gradient.count
    if d == 0 { return ([], 0) }
    let curved = Matrix(rows: d, columns: d) { i, j in
      here.curvature[i * d + j] * (i == j ? 1 + damping : 1)
    }
    guard let factor = try? Cholesky(curved), let step = try? factor.solve(here.gradient) else {
      return nil
    }
    return (step.map { -$0 }, dot(step, here.gradient))
  }

  static func matrix(_ rows: [Double], _ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { i, j in 0.5 * (rows[i * n + j] + rows[j * n + i]) }
  }

  /// M^-T, row by row.
  private static func inverseTransposed(_ factor: Cholesky) throws -> [Double] {
    let d = factor.lower.rows
    var result = [Double](repeating: 0, count: d * d)
    for j in 0..<d {
      // Column j of M^-1 is row j of M^-T.
      let column = try factor.solveLower((0..<d).map { $0 == j ? 1 : 0 })
      for i in 0..<d { result[j * d + i] = column[i] }
    }
    return result
  }
}
