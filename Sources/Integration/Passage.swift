import Lanes

/// One call of `Integrator.advance`: the loop over steps.
@usableFromInline
struct Passage<System: DifferentialSystem> {
  @usableFromInline typealias Number = System.Number

  @usableFromInline let system: System
  @usableFromInline let core: StageBuffers<Number>
  @usableFromInline let implicit: RosenbrockBuffers<Number>?
  @usableFromInline let end: Double
  @usableFromInline let span: Double
  @usableFromInline let stops: [Double]
  @usableFromInline let denseTimes: [Double]
  @usableFromInline let relative: Double
  @usableFromInline let longest: Double
  @usableFromInline let maximumSteps: Int
  @usableFromInline let maximumEvaluations: Int
  @usableFromInline let initialOrders: (explicit: Int, implicit: Int)
  @usableFromInline let errorFactors: (explicit: Double, implicit: Double)
  @usableFromInline let switches: Bool
  @usableFromInline let state: UnsafeMutablePointer<Number>
  @usableFromInline let bounds: UnsafePointer<Double>?
  @usableFromInline let guardCount: Int
  @usableFromInline let sides: UnsafeMutablePointer<Int8>?
  @usableFromInline let guardRows: UnsafeMutablePointer<Double>?

  @usableFromInline var time: Double
  @usableFromInline var proposal = 0.0
  @usableFromInline var controller: StepController
  @usableFromInline var monitor: StiffnessMonitor
  @usableFromInline var counters = SolverCounters()
  @usableFromInline var stop = 0
  @usableFromInline var dense = 0
  @usableFromInline var isStiff: Bool
  /// The rates at `time`, the Jacobian there, the dense output's own stages are computed.
  @usableFromInline var hasRates = false
  @usableFromInline var hasJacobian = false
  @usableFromInline var hasDense = false

  @inlinable
  init(
    system: System, integrator: Integrator<System>, from t0: Double, to t1: Double,
    state: UnsafeMutablePointer<Number>, stops: [Double], denseTimes: [Double],
    sides: UnsafeMutablePointer<Int8>?, isStiff: Bool
  ) {
    self.system = system
    core = integrator.workspace.core
    implicit = integrator.workspace.implicit
    end = t1
    span = t1 - t0
    self.stops = stops
    self.denseTimes = denseTimes
    relative = integrator.options.relativeTolerance
    longest = integrator.options.maximumStep ?? .infinity
    maximumSteps = integrator.options.maximumSteps
    maximumEvaluations = integrator.options.maximumEvaluations ?? .max
    initialOrders = (integrator.explicitOrder, integrator.implicitOrder)
    errorFactors = integrator.errorFactors
    switches = integrator.stabilityLimit > 0
    self.state = state
    bounds = system.lowerBounds
    guardCount = sides == nil ? 0 : system.guardCount
    self.sides = guardCount > 0 ? sides : nil
    guardRows =
      guardCount > 0 ? integrator.workspace.guardMemory(rows: 8, count: guardCount) : nil
    time = t0
    self.isStiff = isStiff || integrator.explicitOrder == 0
    controller = StepController(
      embeddedOrder: self.isStiff ? integrator.implicitOrder : integrator.explicitOrder)
    monitor = StiffnessMonitor(limit: integrator.stabilityLimit)
    implicit?.forgetDominant()
  }

  /// From the segment's start to its end, an event or a failure.
  @inlinable
  mutating func run(
    hint: Double?, _ sink: (StepOutput, Int, UnsafePointer<Number>) -> Void
  ) -> Advance {
    while dense < denseTimes.count, denseTimes[dense] <= time {
      sink(.dense, dense, state)
      dense += 1
    }
    handStops(sink)
    if let fired = guardsAtStart() { return report(.completed, fired) }
    guard time < end else { return report(.completed) }
    system.rates(at: time, state: state, into: core.rates)
    counters.evaluations += 1
    hasRates = true
    guard core.areFinite(state), core.areFinite(core.rates) else {
      return report(.notFinite(at: time))
    }
    proposal = firstStep(hint)
    var failure = Termination.stepTooSmall(at: time)
    var lastExplicit = 0.0
    while time < end {
      let target = stop < stops.count ? stops[stop] : end
      let remaining = target - time
      proposal = min(proposal, longest)
      let lands = min(1.01 * proposal, longest) >= remaining
      if !lands, !(proposal >= max(4 * time.ulp, 1e-26 * span)) {
        guard switches, !isStiff else { return report(failure) }
        change(toStiff: true)
        proposal = 1e-9 * span
        continue
      }
      if let limit = limitReached { return report(limit) }
      let goal = lands ? target : time + proposal
      let step = goal - time
      if !hasRates {
        system.rates(at: time, state: state, into: core.rates)
        counters.evaluations += 1
        hasRates = true
      }
      if switches { watch(lastExplicit) }
      let norm = attempt(to: goal, step: step)
      guard norm <= 1 else {
        counters.rejected += 1
        failure = norm.isFinite ? .stepTooSmall(at: time) : .notFinite(at: time)
        proposal = controller.proposal(afterRejected: step, squaredNorm: norm)
        lastExplicit = 0
        continue
      }
      if let low = stateBelowBound {
        counters.rejected += 1
        failure = .belowBound(state: low, at: time)
        proposal = controller.proposal(afterRejected: step, squaredNorm: .infinity)
        lastExplicit = 0
        continue
      }
      counters.accepted += 1
      proposal = controller.proposal(after: step, squaredNorm: norm, proposal: proposal)
      if guardCount > 0, let event = findEvent(goal: goal, step: step) {
        handDense(until: event.time, step: event.time - time, sink)
        state.update(from: core.candidate, count: core.dimension)
        time = event.time
        handStops(sink)
        return report(.completed, event.index)
      }
      handDense(until: goal, step: step, sink)
      commit(goal)
      lastExplicit = isStiff ? 0 : step
      failure = .stepTooSmall(at: time)
      handStops(sink)
    }
    return report(.completed)
  }

  @inlinable
  func report(_ termination: Termination, _ guardIndex: Int? = nil) -> Advance {
    Advance(termination: termination, counters: counters, time: time, guardIndex: guardIndex)
  }

  /// A limit on work that has been reached.
  @inlinable var limitReached: Termination? {
    if counters.accepted + counters.rejected >= maximumSteps { return .tooManySteps }
    if counters.evaluations >= maximumEvaluations { return .tooManyEvaluations }
    return nil
  }

  /// The hint if there is a usable one, else the automatic first step.
  @inlinable
  mutating func firstStep(_ hint: Double?) -> Double {
    if let hint, hint > 0, hint.isFinite { return hint }
    counters.evaluations += 1
    return core.initialStep(
      system, at: time, span: span,
      order: isStiff ? initialOrders.implicit : initialOrders.explicit, state: state,
      relative: relative)
  }

  /// One step of the present kind, from rates that are ready; gives its squared error norm.
  @inlinable
  mutating func attempt(to goal: Double, step: Double) -> Double {
    hasDense = false
    guard isStiff, let implicit else {
      counters.evaluations += core.stageCount - 1
      return errorFactors.explicit
        * core.attempt(
          system, from: time, to: goal, step: step, state: state, relative: relative)
    }
    if !hasJacobian {
      system.jacobian(
        at: time, state: state, into: implicit.jacobian, timeSlopes: implicit.timeSlopes)
      counters.jacobians += 1
      hasJacobian = true
    }
    counters.factorizations += 1
    counters.evaluations += implicit.stageCount - 1
    return errorFactors.implicit
      * implicit.attempt(
        system, core: core, from: time, to: goal, step: step, state: state, relative: relative)
  }

  /// The first state of the candidate below its bound by more than a thousandth of its absolute
  /// tolerance. A whole tolerance would let Monod terms G / (K + G) with a small K reach their
  /// pole at -K; none would hold a state that has run out to steps without any undershoot.
  @inlinable var stateBelowBound: Int? {
    guard let bounds else { return nil }
    for i in 0..<core.dimension
    where core.candidate[i].least < bounds[i] - 1e-3 * core.tolerances[i] { return i }
    return nil
  }

  /// Switches between explicit and implicit steps when the last step says so.
  @inlinable
  mutating func watch(_ lastExplicit: Double) {
    guard let implicit else { return }
    if isStiff {
      // After an accepted step the Jacobian in memory is that step's; so is the estimate.
      if hasJacobian || counters.jacobians == 0 { return }
      if monitor.isCalm(proposal * implicit.spectralRadius(steps: 1)) { change(toStiff: false) }
      return
    }
    guard lastExplicit > 0 else { return }
    var isStiff = monitor.isStiff(squared: core.stiffness(step: lastExplicit, state: state))
    if !isStiff, monitor.wantsLook() {
      system.jacobian(
        at: time, state: state, into: implicit.jacobian, timeSlopes: implicit.timeSlopes)
      counters.jacobians += 1
      isStiff = monitor.isStiff(looked: lastExplicit * implicit.spectralRadius(steps: 8))
    }
    if isStiff { change(toStiff: true) }
  }

  /// Takes up the other kind of step.
  @inlinable
  mutating func change(toStiff: Bool) {
    isStiff = toStiff
    hasJacobian = false
    counters.switches += 1
    monitor.switched(toImplicit: toStiff)
    controller = StepController(
      embeddedOrder: toStiff ? initialOrders.implicit : initialOrders.explicit)
  }

  /// The dense output of the last step at start + theta * step.
  @inlinable
  mutating func interpolate(theta: Double, goal: Double, step: Double) -> UnsafePointer<Number> {
    let n = core.dimension
    if isStiff, let implicit {
      implicit.dense.interpolate(
        theta: theta, step: 1, blocks: implicit.blocks, count: n, base: state, into: core.output)
      return UnsafePointer(core.output)
    }
    if !hasDense {
      core.complete(system, from: time, to: goal, step: step, state: state)
      counters.evaluations += core.allStages - core.stageCount
      hasDense = true
    }
    core.dense.interpolate(
      theta: theta, step: step, blocks: core.rates, count: n, base: state, into: core.output)
    return UnsafePointer(core.output)
  }

  /// Hands over the dense outputs up to `goal`, which a step of length `step` reached.
  @inlinable
  mutating func handDense(
    until goal: Double, step: Double, _ sink: (StepOutput, Int, UnsafePointer<Number>) -> Void
  ) {
    while dense < denseTimes.count, denseTimes[dense] <= goal {
      let output =
        denseTimes[dense] == goal
        ? UnsafePointer(core.candidate)
        : interpolate(theta: (denseTimes[dense] - time) / step, goal: goal, step: step)
      sink(.dense, dense, output)
      dense += 1
    }
  }

  /// Hands over the stops up to the present time.
  @inlinable
  mutating func handStops(_ sink: (StepOutput, Int, UnsafePointer<Number>) -> Void) {
    while stop < stops.count, stops[stop] <= time {
      sink(.stop, stop, state)
      stop += 1
    }
  }

  /// Makes the candidate the state, and the rates at its end the first stage if they are known.
  @inlinable
  mutating func commit(_ goal: Double) {
    let n = core.dimension
    hasRates = !isStiff && core.endStage > 0 && (core.isFSAL || hasDense)
    // Loops, since a call to copy a few numbers costs more than the numbers.
    if hasRates {
      let rates = core.rates + core.endStage * n
      for i in 0..<n {
        state[i] = core.candidate[i]
        core.rates[i] = rates[i]
      }
    } else {
      for i in 0..<n { state[i] = core.candidate[i] }
    }
    hasJacobian = false
    time = goal
  }
}
