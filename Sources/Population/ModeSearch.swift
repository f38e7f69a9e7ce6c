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

/// Finds modes by damped Newton steps: on the expected information first; once near, on the exact
/// curvature where it is positive definite, or on BFGS updates of the expected one.
enum ModeSearch {
  /// Most steps of one search.
  static let maximumSteps = 100
  /// A step whose squared length in standard units is not above this ends the search.
  static let tolerance = 1e-20
  /// A search that can get no further has ended well below this squared length.
  static let acceptable = 1e-8
  /// From this squared length on the quadratic model is trusted to learn from steps.
  private static let nearness = 1.0

  /// The mode from a start, or nil when it cannot be found.
  static func find(_ h: DonorIntegrand, from start: [Double], exactly: Bool) -> DonorMode? {
    var v = start
    guard var here = h.expand(v, exactly: false) else { return nil }
    var curvature = here.curvature
    var damping = 0.0
    var triesExact = exactly
    for _ in 0..<maximumSteps {
      guard let (step, decrement) = newton(here.gradient, curvature, damping) else {
        curvature = here.curvature
        damping = max(4 * damping, 1e-3)
        if damping > 1e12 { return nil }
        continue
      }
      if decrement < 1e-2, triesExact {
        triesExact = false
        if let exact = h.expand(v, exactly: true), exact.isExact,
          newton(exact.gradient, exact.curvature, 0) != nil
        {
          here = exact
          curvature = exact.curvature
          continue
        }
      }
      if decrement <= tolerance { break }
      let target = zip(v, step).map { $0 + $1 }
      let rounding = 1e-13 * (1 + abs(here.value))
      guard let ahead = h.expand(target, exactly: here.isExact),
        ahead.value <= here.value + rounding || decrement < 1e-12
      else {
        if decrement < acceptable { break }
        damping = max(4 * damping, 1e-2)
        if damping > 1e12 { return nil }
        continue
      }
      // Within rounding only a falling slope is progress.
      if decrement < 1e-10,
        euclideanNorm(ahead.gradient) >= euclideanNorm(here.gradient)
      {
        break
      }
      let gain = (here.value - ahead.value) / max(0.5 * decrement, 1e-300)
      if decrement > 1e-8 {
        damping = gain < 0.25 ? max(4 * damping, 1e-2) : gain > 0.75 ? damping / 10 : damping
        if damping < 1e-6 { damping = 0 }
      }
      let learns = !here.isExact && decrement < nearness
      curvature =
        learns
        ? updated(curvature, step, zip(ahead.gradient, here.gradient).map { $0 - $1 })
        : ahead.curvature
      v = target
      here = ahead
    }
    guard let (_, decrement) = newton(here.gradient, curvature, 0), decrement < acceptable else {
      return nil
    }
    return finished(h, v, here, exactly: exactly)
  }

  /// The BFGS update B - (B s)(B s)^T/(s B s) + y y^T/(y s), where the curvature along s is
  /// positive; source: Nocedal and Wright (2006), equation 6.19.
  private static func updated(_ b: [Double], _ s: [Double], _ y: [Double]) -> [Double] {
    let d = s.count
    let bs = (0..<d).map { i in (0..<d).reduce(0) { $0 + b[i * d + $1] * s[$1] } }
    let (old, new) = (dot(bs, s), dot(y, s))
    guard old > 0, new > 1e-8 * old else { return b }
    return (0..<(d * d)).map { k in
      b[k] - bs[k / d] * bs[k % d] / old + y[k / d] * y[k % d] / new
    }
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
    _ gradient: [Double], _ curvature: [Double], _ damping: Double
  ) -> (step: [Double], decrement: Double)? {
    let d = gradient.count
    if d == 0 { return ([], 0) }
    let curved = Matrix(rows: d, columns: d) { i, j in
      0.5 * (curvature[i * d + j] + curvature[j * d + i]) * (i == j ? 1 + damping : 1)
    }
    guard let factor = try? Cholesky(curved), let step = try? factor.solve(gradient) else {
      return nil
    }
    return (step.map { -$0 }, dot(step, gradient))
  }

  static func matrix(_ rows: [Double], _ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { i, j in 0.5 * (rows[i * n + j] + rows[j * n + i]) }
  }

  /// M^-T, row by row.
  static func inverseTransposed(_ factor: Cholesky) throws -> [Double] {
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
