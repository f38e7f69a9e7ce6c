import LinearAlgebra

/// The box of a problem, and steps that stay inside it.
struct TrustRegionBox {
  let lower: [Double]
  let upper: [Double]

  /// The nearest point of the box.
  func clamp(_ p: [Double]) -> [Double] {
    p.indices.map { i in p[i] < lower[i] ? lower[i] : p[i] > upper[i] ? upper[i] : p[i] }
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
    let other = try predicted(linearisation, step)
    if other > best.predicted {
      best = TrustRegionTrial(step: step, lambda: lambda, predicted: other)
    }
    return best
  }

  /// -(s . A^T b + |A s|^2 / 2), formed as -(A s) . (b + A s / 2).
  func predicted(_ linearisation: Linearisation, _ step: [Double]) throws -> Double {
    let moved = try linearisation.rows.times(step)
    var sum = 0.0
    for i in moved.indices { sum -= moved[i] * (linearisation.residuals[i] + moved[i] / 2) }
    return sum
  }
}
