import Lanes
import RunRecords

/// A rule that was carried out.
public struct Firing: Sendable, Equatable {
  /// Hours from the run's zero.
  public let time: Double
  /// Index of its operation in the run.
  public let operation: Int
}

/// Conditions that change on the way: branches, `on` statements and rules.
///
/// At a crossing the time itself depends on the parameters: with a guard g,
/// tau' = -(dg/dp at fixed time) / (dg/dt along the solution). The sensitivities jump to
/// S+ = M (S- + f- tau') + dM/dp - f+ tau', where M is what happens. Here `delta` is a number with
/// value 0 and derivatives tau': the state is moved along f- to the moving instant, changed there in
/// the lane's own arithmetic, and moved back along f+. Volume, kept fraction and clocks take the
/// moving instant itself, so their derivatives follow the same rule.
/// Reference: Galan, Feehery and Barton (1999), Parametric sensitivity functions for hybrid
/// discrete/continuous systems, Appl. Numer. Math. 31, 17-47.
extension Simulator {
  /// A guard changed sides at a time: its deed, and whatever that makes true or false.
  func cross(_ index: Int, at time: Double) throws(SimulationFailure) {
    var delta = Number(0)
    if let slopes {
      system.rates(at: time, state: state, into: rates)
      system.guards(at: time, state: state, into: guardValues)
      let value = evaluator.guardValue(index)
      let slope = slopes.slope(of: index, system, at: time, state: state, rates: rates)
      delta = Number.scaled(value - Number(value.value), by: -1 / slope)
      for i in 0..<system.dimension { state[i] = state[i] + rates[i] * delta }
    }
    let now = Number(time) + delta
    gather(at: now)
    try fire(index, at: now)
    try settleGuards(at: now)
    if slopes != nil {
      system.rates(at: time, state: state, into: rates)
      for i in 0..<system.dimension { state[i] = state[i] - rates[i] * delta }
    }
  }

  /// Fires every guard that a jump left on the wrong side, at the instant of the jump.
  func settleGuards(at now: Number) throws(SimulationFailure) {
    var index = 0
    while index < system.guardCount {
      system.guards(at: now.value, state: state, into: guardValues)
      index = 0
      while index < system.guardCount, (guardValues[index] > 0) == (sides[index] > 0) { index += 1 }
      if index < system.guardCount { try fire(index, at: now) }
    }
  }

  /// Changes a guard's side and does what belongs to it.
  private func fire(_ index: Int, at now: Number) throws(SimulationFailure) {
    firingCount += 1
    guard firingCount <= SimulationFailure.firingLimit else {
      throw SimulationFailure(
        .tooManyFirings(at: now.value, condition: culture.words(ofGuard: index)))
    }
    sides[index] = -sides[index]
    let holds = sides[index] > 0
    settled.pointee = .nan
    if index < culture.model.conditionCount {
      evaluator.setBranch(index, holds)
      system.jets.setBranch(index, holds)
      slopes?.setBranch(index, holds)
    } else if holds, index >= culture.firstRuleGuard {
      let operation = culture.timeline.rules[index - culture.firstRuleGuard].operation
      firings.append(Firing(time: now.value, operation: operation))
      try perform(operation, at: now)
      try checkLimits(at: now.value)
    } else if holds {
      for reset in culture.model.resets where reset.guard == index {
        assign(reset.assignments, now)
      }
    }
  }

  private func assign(_ assignments: [(state: Int, value: Int)], _ now: Number) {
    // The moving instant itself, so that values that read the time carry its derivatives.
    system.loadAll(evaluator, setting.pointee, time: now, origins: origins, state: state)
    evaluator.runResets()
    for (index, value) in assignments { state[index] = evaluator.resetValue(value) }
    settled.pointee = .nan
  }

  func checkLimits(at time: Double) throws(SimulationFailure) {
    let volume = setting.pointee.reference.value
    let slack = 1e-9 * volume
    if let most = culture.platform?.mostVolume?.value, volume > most + slack {
      throw SimulationFailure(.vessel(at: time, volume: volume, limit: most))
    }
    if let least = culture.platform?.leastVolume?.value, volume < least - slack {
      throw SimulationFailure(.vessel(at: time, volume: volume, limit: least))
    }
  }

  /// Where the flows carry the volume past a limit before `to`; nil when they do not.
  func wall(from: Double, to: Double) -> (time: Double, limit: Double)? {
    let net = setting.pointee.flow.net
    if net == 0 { return nil }
    let here = setting.pointee.volume(at: Number(from)).value
    let limit: Double
    if net > 0 {
      guard let most = culture.platform?.mostVolume?.value else { return nil }
      limit = most
    } else {
      // A drying vessel ends the run a little before its concentrations become infinite.
      limit = max(culture.platform?.leastVolume?.value ?? 0, 1e-6 * setting.pointee.reference.value)
    }
    let time = from + (limit - here) / net
    if (here - limit) * net > 1e-9 * limit * abs(net) { return (from, limit) }
    return time < to && time >= from ? (time, limit) : nil
  }
}
