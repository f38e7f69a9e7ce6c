import LinearAlgebra

/// Minimises a smooth function of a few variables by BFGS with backtracking (Nocedal and Wright 2006,
/// algorithms 3.1 and 6.1). Work is bounded by steps, never by time.
enum GrowthSearch {
  /// Where the search ended.
  struct End {
    var point: [Double]
    var value: Double
    var gradient: [Double]
    /// True when the largest slope fell below the tolerance.
    var isConverged: Bool
    var steps: Int
  }

  /// From `start`; nil when the function cannot be evaluated there.
  static func minimise(
    from start: [Double], steps: Int, tolerance: Double = 1e-3,
    _ function: ([Double]) -> (value: Double, gradient: [Double])?
  ) -> End? {
    guard let first = function(start), first.value.isFinite, allFinite(first.gradient) else {
      return nil
    }
    let n = start.count
    var here = End(
      point: start, value: first.value, gradient: first.gradient, isConverged: false, steps: 0)
    var inverse = identity(n, 1 / max(1, euclideanNorm(first.gradient)))
    var isFresh = true
    while here.steps < steps {
      if (here.gradient.map { abs($0) }.max() ?? 0) < tolerance {
        here.isConverged = true
        return here
      }
      var direction = (0..<n).map { i in
        -(0..<n).reduce(0.0) { $0 + inverse[i * n + $1] * here.gradient[$1] }
      }
      var slope = dot(direction, here.gradient)
      if !(slope < 0) {
        direction = here.gradient.map { -$0 }
        slope = dot(direction, here.gradient)
        inverse = identity(n, 1)
      }
      // A change of a hyper-parameter by more than a factor e in one step is no local step.
      let longest = direction.map { abs($0) }.max() ?? 0
      var length = longest > 1 ? 1 / longest : 1
      var next: End?
      for _ in 0..<30 {
        let point = zip(here.point, direction).map { $0 + length * $1 }
        if let there = function(point), there.value.isFinite, allFinite(there.gradient),
          there.value <= here.value + 1e-4 * length * slope
        {
          next = End(
            point: point, value: there.value, gradient: there.gradient, isConverged: false,
            steps: here.steps + 1)
          break
        }
        length *= 0.5
      }
      guard let next else {
        if isFresh { return here }
        inverse = identity(n, 1 / max(1, euclideanNorm(here.gradient)))
        isFresh = true
        continue
      }
      update(
        &inverse, step: difference(next.point, here.point),
        change: difference(next.gradient, here.gradient), isFresh: isFresh)
      isFresh = false
      here = next
    }
    return here
  }

  private static func difference(_ a: [Double], _ b: [Double]) -> [Double] {
    zip(a, b).map { $0 - $1 }
  }

  private static func identity(_ n: Int, _ scale: Double) -> [Double] {
    (0..<(n * n)).map { $0 / n == $0 % n ? scale : 0 }
  }

  /// Nocedal and Wright (2006), equations 6.17 and 6.20; skipped where the curvature is not positive.
  private static func update(
    _ h: inout [Double], step s: [Double], change y: [Double], isFresh: Bool
  ) {
    let n = s.count
    let sy = dot(s, y)
    let yy = dot(y, y)
    guard sy > 1e-10 * euclideanNorm(s) * yy.squareRoot(), yy > 0 else { return }
    if isFresh { h = identity(n, sy / yy) }
    let hy = (0..<n).map { i in (0..<n).reduce(0.0) { $0 + h[i * n + $1] * y[$1] } }
    let factor = (1 + dot(y, hy) / sy) / sy
    for i in 0..<n {
      for j in 0..<n { h[i * n + j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy }
    }
  }
}
