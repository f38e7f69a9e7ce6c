import LinearAlgebra

/// The box of a problem, and steps that stay inside it.
struct TrustRegionBox {
  let lower: [Double]
  let upper: [Double]

  /// The nearest point of the box.
  func clamp(_ p: [Double]) -> [Double] {
    p.indices.map { i in p[i] < lower[i] ? lower[i] : p[i] > upper[i] ? upper[i] : p[i] }
  }

  /// The point that a step leads to, put exactly on a wall that it meets to within rounding.
  ///
  /// p + (wall - p) may miss the wall by its last bit, and a parameter so close to a wall is neither
  /// held nor able to move.
  func target(from p: [Double], step: [Double]) -> [Double] {
    clamp(
      p.indices.map { i in
        let q = p[i] + step[i]
        let rounding = 4 * Double.ulpOfOne * max(abs(p[i]), abs(q))
        if abs(q - lower[i]) <= rounding { return lower[i] }
        if abs(q - upper[i]) <= rounding { return upper[i] }
        return q
      })
  }

  /// True when the second point lies on a wall that the first does not: progress, however short.
  func meetsWall(from p: [Double], to q: [Double]) -> Bool {
    p.indices.contains { p[$0] != q[$0] && (q[$0] == lower[$0] || q[$0] == upper[$0]) }
  }

  /// The bound that holds each parameter: it lies on it, and descent points outward.
  func active(at p: [Double], gradient: [Double]) -> [ActiveBound] {
    p.indices.map { i in
      if p[i] <= lower[i] && gradient[i] > 0 { return .lower }
      if p[i] >= upper[i] && gradient[i] < 0 { return .upper }
      return .none
    }
  }

  /// The largest share t <= 1 of the step that stays inside, and the parameters that stop it there.
  func reach(from p: [Double], step: [Double]) -> (share: Double, blocking: [Int]) {
    var share = 1.0
    var blocking: [Int] = []
    for i in p.indices where step[i] != 0 {
      let room = step[i] > 0 ? upper[i] - p[i] : lower[i] - p[i]
      let limit = room / step[i]
      if limit < share {
        share = max(limit, 0)
        blocking = [i]
      } else if limit == share && limit < 1 {
        blocking.append(i)
      }
    }
    return (share, blocking)
  }
}

/// A step inside the box with what the model promises of it.
struct TrustRegionTrial {
  var step: [Double]
  var lambda: Double
  /// f - model(f): positive for a promising step.
  var predicted: Double
}

extension TrustRegionBox {
  /// A step that lowers the model, stays in the box and about in the trust region.
  ///
  /// First the step over the free parameters. When it leaves the box, two candidates compete: the
  /// same step shortened to the wall, and an active-set step, where the parameters that meet a wall
  /// are put on it one by one and the others are solved for again. The better model value wins.
  func trial(
    at p: [Double], linearisation: Linearisation, free: [Int], scale: [Double], radius: Double,
    first: TrustRegionSubproblem
  ) throws -> TrustRegionTrial {
    let count = p.count
    var (part, lambda) = first.step(radius: radius)
    var step = [Double](repeating: 0, count: count)
    for (k, j) in free.enumerated() { step[j] = part[k] }
    var (share, blocking) = reach(from: p, step: step)
    if blocking.isEmpty {
      return TrustRegionTrial(
        step: step, lambda: lambda, predicted: try predicted(linearisation, step))
    }
    let shortened = step.map { $0 * share }
    var best = TrustRegionTrial(
      step: shortened, lambda: lambda, predicted: try predicted(linearisation, shortened))
    var fixed = [Double](repeating: 0, count: count)
    var loose = free
    while !blocking.isEmpty {
      for i in blocking { fixed[i] = (step[i] > 0 ? upper[i] : lower[i]) - p[i] }
      loose.removeAll { blocking.contains($0) }
      step = fixed
      if loose.isEmpty { break }
      let moved = try linearisation.rows.times(fixed)
      let sub = try TrustRegionSubproblem(
        rows: linearisation.rows, residuals: zip(linearisation.residuals, moved).map { $0 + $1 },
        free: loose, scale: loose.map { scale[$0] })
      (part, lambda) = sub.step(radius: radius)
      for (k, j) in loose.enumerated() { step[j] = part[k] }
      (share, blocking) = reach(from: p, step: step)
      blocking.removeAll { !loose.contains($0) }
    }
    let downhill = try steepest(
      at: p, linearisation: linearisation, free: free, scale: scale, radius: radius)
    for candidate in [step, downhill] {
      let promise = try predicted(linearisation, candidate)
      if promise > best.predicted {
        best = TrustRegionTrial(step: candidate, lambda: lambda, predicted: promise)
      }
    }
    return best
  }

  /// A step down the scaled gradient, bent along the walls and halved until the model falls.
  ///
  /// It always lowers the model where the projected gradient is not zero, which the other candidates
  /// cannot promise in a corner.
  private func steepest(
    at p: [Double], linearisation: Linearisation, free: [Int], scale: [Double], radius: Double
  ) throws -> [Double] {
    let gradient = try linearisation.rows.transposedTimes(linearisation.residuals)
    var direction = [Double](repeating: 0, count: p.count)
    for j in free where scale[j] > 0 { direction[j] = -gradient[j] / scale[j] / scale[j] }
    let length = euclideanNorm(zip(direction, scale).map { $0 * $1 })
    let moved = euclideanNorm(try linearisation.rows.times(direction))
    guard length > 0, moved > 0 else { return direction }
    var share = min(-dot(gradient, direction) / (moved * moved), radius / length)
    var step = direction
    for _ in 0..<40 {
      step = zip(target(from: p, step: direction.map { share * $0 }), p).map { $0 - $1 }
      if try predicted(linearisation, step) > 0 { break }
      share /= 2
    }
    return step
  }

  /// -(s . A^T b + |A s|^2 / 2), formed as -(A s) . (b + A s / 2).
  func predicted(_ linearisation: Linearisation, _ step: [Double]) throws -> Double {
    let moved = try linearisation.rows.times(step)
    var sum = 0.0
    for i in moved.indices { sum -= moved[i] * (linearisation.residuals[i] + moved[i] / 2) }
    return sum
  }
}
