import Lanes

/// Guards and the search for their roots.
///
/// Rows of guard values: 0 to 4 at 0, 1/4, 1/2, 3/4 and 1 of the step, 5 and 6 at the ends of the
/// bracket, 7 for the value being looked at.
extension Passage {
  @usableFromInline typealias Event = (time: Double, index: Int)

  @inlinable
  func row(_ index: Int) -> UnsafeMutablePointer<Double> {
    // Called with guards only, where the memory is there; the candidate's tolerances are not.
    guardRows.map { $0 + index * guardCount } ?? core.tolerances
  }

  /// side * value of guard k: not negative before its event, negative after.
  @inlinable
  func margin(_ values: UnsafePointer<Double>, _ k: Int) -> Double {
    Double(sides?[k] ?? 1) * values[k]
  }

  /// The first guard that is strictly on the other side.
  @inlinable
  func firstFired(_ values: UnsafePointer<Double>) -> Int? {
    for k in 0..<guardCount where margin(values, k) < 0 { return k }
    return nil
  }

  @inlinable
  func guardsAtStart() -> Int? {
    guard guardCount > 0 else { return nil }
    system.guards(at: time, state: state, into: row(0))
    return firstFired(row(0))
  }

  /// Guard values of the dense output at theta, into a row.
  @inlinable
  mutating func look(_ theta: Double, into index: Int, goal: Double, step: Double) {
    let output = interpolate(theta: theta, goal: goal, step: step)
    system.guards(at: time + theta * step, state: output, into: row(index))
  }

  /// The first event of the accepted step, whose state is then the candidate; nil when no guard
  /// changed sides.
  @inlinable
  mutating func findEvent(goal: Double, step: Double) -> Event? {
    system.guards(at: goal, state: core.candidate, into: row(4))
    for point in 1...3 { look(0.25 * Double(point), into: point, goal: goal, step: step) }
    if let bracket = bracket(goal: goal, step: step),
      let event = polish(refine(bracket, goal: goal, step: step), goal: goal, step: step)
    {
      return event
    }
    row(0).update(from: row(4), count: guardCount)
    return nil
  }

  /// The thetas around the first event, none fired at the lower one; their rows are 5 and 6.
  @inlinable
  mutating func bracket(goal: Double, step: Double) -> (lower: Double, upper: Double)? {
    var fired = 1
    while fired <= 4, firstFired(row(fired)) == nil { fired += 1 }
    // A guard that dips between the points before that: the extremum of a parabola tells.
    for middle in 1..<max(min(fired, 4), 1) {
      for k in 0..<guardCount {
        let (a, b, c) =
          (margin(row(middle - 1), k), margin(row(middle), k), margin(row(middle + 1), k))
        let bend = a - 2 * b + c
        guard b <= a, b <= c, bend > 0 else { continue }
        let shift = 0.5 * (a - c) / bend
        guard b - 0.25 * (a - c) * shift <= 0.5 * b else { continue }
        let theta = 0.25 * (Double(middle) + shift)
        look(theta, into: 6, goal: goal, step: step)
        guard firstFired(row(6)) != nil else { continue }
        let lower = shift > 0 ? middle : middle - 1
        row(5).update(from: row(lower), count: guardCount)
        return (0.25 * Double(lower), theta)
      }
    }
    guard fired <= 4 else { return nil }
    row(5).update(from: row(fired - 1), count: guardCount)
    row(6).update(from: row(fired), count: guardCount)
    return (0.25 * Double(fired - 1), 0.25 * Double(fired))
  }

  /// Narrows a bracket on the dense output: the earliest secant of the guards that fired, halving
  /// when the same end moves twice.
  @inlinable
  mutating func refine(
    _ bracket: (lower: Double, upper: Double), goal: Double, step: Double
  ) -> (lower: Double, upper: Double) {
    var (lower, upper) = bracket
    var moves = 0
    for _ in 0..<100 where upper - lower > 1e-7 {
      var share = 1.0
      for k in 0..<guardCount where margin(row(6), k) < 0 {
        let (a, b) = (margin(row(5), k), margin(row(6), k))
        share = min(share, a / (a - b))
      }
      if !(share > 0.01 && share < 0.99) || abs(moves) >= 2 {
        share = abs(moves) >= 2 ? 0.5 : min(max(share, 0.01), 0.99)
        moves = 0
      }
      let theta = lower + share * (upper - lower)
      look(theta, into: 7, goal: goal, step: step)
      let hasFired = firstFired(row(7)) != nil
      if hasFired { upper = theta } else { lower = theta }
      row(hasFired ? 6 : 5).update(from: row(7), count: guardCount)
      moves = hasFired ? max(moves, 0) + 1 : min(moves, 0) - 1
    }
    return (lower, upper)
  }

  /// Steps from the start to the root itself, so that the state there is a step's result.
  ///
  /// Newton steps along the dense output's slope, then halving; ends when the event lies between
  /// two steps that differ by no more than the tolerance on the root. Nil when no step shows the
  /// event, which the dense output then had by its own error; the candidate is the whole step's.
  @inlinable
  mutating func polish(
    _ bracket: (lower: Double, upper: Double), goal: Double, step: Double
  ) -> Event? {
    let leader = firstFired(row(6)) ?? 0
    let apart = 1e-3
    let before = max(bracket.upper - apart, 0)
    let after = min(bracket.upper + apart, 1)
    look(before, into: 5, goal: goal, step: step)
    look(after, into: 7, goal: goal, step: step)
    let slope =
      (margin(row(7), leader) - margin(row(5), leader)) / ((after - before) * step)
    let width = max(8 * max(abs(time), abs(goal)).ulp, 1e-11 * min(step, 1))
    var lower = 0.0
    var upper: Double?
    var index = leader
    var length = bracket.upper * step
    var isAtUpper = false
    for round in 0..<200 {
      let instant = length < step ? time + length : goal
      length = instant - time
      _ = attempt(to: instant, step: length)
      system.guards(at: instant, state: core.candidate, into: row(7))
      let fired = margin(row(7), leader) < 0 ? leader : firstFired(row(7))
      isAtUpper = fired != nil
      if let fired {
        upper = length
        index = fired
      } else {
        lower = length
        if upper == nil, length >= step { return nil }
      }
      if let upper, upper - lower <= width { break }
      var next =
        round < 8 && slope < 0
        ? length - margin(row(7), index) / slope + (isAtUpper ? -0.4 : 0.4) * width : .nan
      let ceiling = upper ?? step
      if !(next > lower && next < ceiling) {
        next =
          upper == nil
          ? min(step, length + max(width, 1e-6 * step) * pow4(round))
          : 0.5 * (lower + ceiling)
      }
      guard next > 0, next != length else { break }
      length = next
    }
    guard let upper else { return nil }
    let instant = upper < step ? time + upper : goal
    if !isAtUpper { _ = attempt(to: instant, step: instant - time) }
    return (instant, index)
  }

  /// 4^n, at most 4^20.
  @inlinable
  func pow4(_ n: Int) -> Double { Double(1 << (2 * min(n, 20))) }
}
