/// One constrained minimum, and how the minimum changes with the held value.
struct ProfileFoot {
  /// The value of the held quantity.
  var value: Double
  /// The objective.
  var objective: Double
  /// d objective / d value along the profile (envelope theorem: the constraint's multiplier).
  var slope: Double
  /// All parameters.
  var point: [Double]
  /// Whether the search ended well.
  var isConverged: Bool
  /// Other parameters that have come to a bound on which they are not at the estimate.
  var leaning: [Int]
}

/// Constrained minima, one for each value of some quantity.
protocol ProfileCurve {
  /// The range of values that may be asked for.
  var range: ClosedRange<Double> { get }
  /// A first step: about the standard deviation of the quantity where it is known.
  var unit: Double { get }
  /// How near its search can bring r to a goal; 0 for a value that is held exactly.
  var accuracy: Double { get }
  /// Evaluations so far.
  var evaluations: Int { get }
  /// The minimum at (or near) a value, from a neighbouring one; nil where nothing can be computed.
  mutating func foot(at value: Double, from neighbour: ProfileFoot) -> ProfileFoot?
}

/// Follows a profile to both sides of the estimate.
///
/// All steering is done in r = sqrt(2 rise), a straight line for a quadratic objective: the next
/// value is where r should have grown by about half, by r' = slope / r; the crossing is found by
/// Newton steps in r inside its bracket. On a quadratic objective each side takes about four points.
struct ProfileTrace<Curve: ProfileCurve> {
  private var curve: Curve
  private let options: ProfileOptions
  private let origin: ProfileFoot
  private let goal: Double

  init(_ curve: Curve, at origin: ProfileFoot, options: ProfileOptions) {
    self.curve = curve
    self.origin = origin
    self.options = options
    goal = (2 * options.limit).squareRoot()
  }

  /// The profile.
  mutating func run() -> Profile {
    let down = side(-1)
    let up = side(1)
    let feet = down.feet.reversed() + [origin] + up.feet
    return Profile(
      estimate: origin.value, limit: options.limit,
      points: feet.map {
        Profile.Point(
          value: $0.value, rise: $0.objective - origin.objective, parameters: $0.point,
          isConverged: $0.isConverged)
      }.sorted { $0.value < $1.value },
      lower: down.end, upper: up.end, evaluations: curve.evaluations)
  }

  private func root(_ foot: ProfileFoot) -> Double {
    let rise = foot.objective - origin.objective
    return rise > 0 ? (2 * rise).squareRoot() : 0
  }

  /// The points and the end of one side.
  private mutating func side(_ sign: Double) -> (feet: [ProfileFoot], end: Profile.End) {
    let bound = sign < 0 ? curve.range.lowerBound : curve.range.upperBound
    let room = abs(bound - origin.value)
    let budget = curve.evaluations + options.maximumEvaluations
    var feet: [ProfileFoot] = []
    var here = origin
    var step = min(curve.unit * goal / 3, room / 8)
    var refusals = 0
    while feet.count < options.maximumPoints {
      guard room > 0, !bound.isFinite || abs(bound - here.value) > 1e-12 * max(1, abs(bound))
      else {
        return (feet, .open(bound, .bound))
      }
      guard curve.evaluations < budget else { return (feet, .open(here.value, .work)) }
      let asked = abs(bound - here.value) <= 1.01 * step ? bound : here.value + sign * step
      let next = curve.foot(at: asked, from: here)
      if let next, next.isConverged, sign * (next.value - here.value) < 0.01 * step {
        // A prediction that its parameters' bounds allow to go no further.
        return (feet, .open(here.value, .bound))
      }
      guard let next, next.objective.isFinite, sign * (next.value - here.value) > 0,
        // Below the limit any point is proof, however its search ended.
        next.isConverged || root(next) < goal || refusals >= 3
      else {
        refusals += 1
        guard refusals < 10 else { return (feet, .open(here.value, .infeasible)) }
        step /= 2
        continue
      }
      refusals = 0
      if root(next) >= goal {
        let (found, end) = crossing(from: here, to: next, sign, budget)
        if case .closed(let value) = end, leansFromFarBelow(feet + found) {
          return (feet + found, .walled(value, by: walls(near: value, feet + found)))
        }
        return (feet + found, end)
      }
      feet.append(next)
      let done = abs(next.value - here.value)
      here = next
      step = stride(after: here, done, sign, room)
    }
    return (feet, .open(here.value, .reach))
  }

  /// The next step: r grows by about a quarter of the goal, or just past it when it is near.
  private func stride(
    after here: ProfileFoot, _ done: Double, _ sign: Double, _ room: Double
  ) -> Double {
    let r = root(here)
    if sign * here.slope < 0, r > 0.02 * goal || here.objective < origin.objective - 1e-4 {
      // Downhill, perhaps to a better optimum: a long step would pass it by.
      return room.isFinite ? min(done, room / 20) : done
    }
    // Nearer to zero r is the noise of the objective.
    let growth = r > 0.02 * goal ? sign * here.slope / r : 0
    let left = goal - r
    let wanted = left < 0.5 * goal ? 1.02 * left : 0.35 * goal
    let longest = room.isFinite ? min(2 * done, room / 6) : 2 * done
    guard growth > 0 else { return max(longest, room.isFinite ? room / 100 : 0) }
    return max(min(wanted / growth, longest), done / 8)
  }

  /// True when the rise began only where another parameter had met its bound: that bound ends the
  /// profile, not the data.
  private func leansFromFarBelow(_ feet: [ProfileFoot]) -> Bool {
    guard feet.contains(where: { !$0.leaning.isEmpty }) else { return false }
    let free = feet.filter(\.leaning.isEmpty).map { $0.objective - origin.objective }
    return (free.max() ?? 0) < 0.5 * options.limit
  }

  /// The parameters whose bounds hold the profile at its end.
  private func walls(near end: Double, _ feet: [ProfileFoot]) -> [Int] {
    feet.filter { !$0.leaning.isEmpty }
      .min { abs($0.value - end) < abs($1.value - end) }?.leaning ?? []
  }

  /// The value where r meets its goal, between a foot below and one above.
  ///
  /// It is closed only by a minimum that met the tolerance, or by a bracket as tight as that, and
  /// only when the search above the limit converged: a rise that a search stopped at proves nothing.
  private mutating func crossing(
    from inner: ProfileFoot, to outer: ProfileFoot, _ sign: Double, _ budget: Int
  ) -> (feet: [ProfileFoot], end: Profile.End) {
    var low = inner
    var high = outer
    var found = [outer]
    for _ in 0..<options.maximumPoints {
      let nearest = abs(root(low) - goal) < abs(root(high) - goal) ? low : high
      let r = root(nearest)
      let closed: Profile.End =
        high.isConverged ? .closed(nearest.value) : .open(low.value, .work)
      if abs(r - goal) <= options.tolerance { return (found, closed) }
      let width = high.value - low.value
      let tight = max(options.tolerance * curve.unit, 1e-13 * max(1, abs(high.value)))
      guard abs(width) > tight else { return (found, closed) }
      let share = (goal - root(low)) / (root(high) - root(low))
      var next = r > 0 ? nearest.value + (goal - r) * r / nearest.slope : .nan
      let inside = (next - low.value) / width
      if !(inside > 0.001 && inside < 0.999) {
        next = low.value + min(max(share, 0.05), 0.95) * width
      }
      guard curve.evaluations < budget else { return (found, .open(low.value, .work)) }
      // A converged neighbour is the better start.
      guard let foot = curve.foot(at: next, from: nearest.isConverged ? nearest : low) else {
        return (found, .open(low.value, .infeasible))
      }
      found.append(foot)
      guard sign * (foot.value - low.value) > 0, sign * (high.value - foot.value) > 0 else {
        // A prediction that its search moves no further.
        let rest = abs(root(foot) - goal) < abs(r - goal) ? foot : nearest
        let isMet =
          abs(root(rest) - goal) <= max(options.tolerance, curve.accuracy)
          && (root(rest) < goal ? high.isConverged : rest.isConverged)
        return (found, isMet ? .closed(rest.value) : .open(low.value, .work))
      }
      if root(foot) >= goal { high = foot } else { low = foot }
    }
    return (found, .open(low.value, .work))
  }
}
