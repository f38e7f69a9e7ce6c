import Lanes

/// Why the stepper hands a state to its caller.
public enum StepOutput: Sendable, Equatable {
  /// The state at one of `stops`, which a step landed on.
  case stop
  /// The state at one of `denseTimes`, from the method's interpolant.
  case dense
}

/// Integrates a system over segments with an explicit Runge-Kutta method.
///
/// Create it once for a system's dimension and use it for every segment of every run with that
/// dimension: memory is allocated at creation only. A copy shares the scratch memory with its
/// original; nothing is kept there between calls, and the type is not `Sendable`, so use one
/// stepper per task.
public struct ExplicitStepper<System: DifferentialSystem> {
  /// The number type of the states.
  public typealias Number = System.Number

  /// Tolerances and limits; may be changed between segments.
  public var options: StepOptions
  /// The step the controller would take next after the last segment: a possible first step for a
  /// following segment that continues smoothly. Nil before the first segment.
  @inlinable public var proposedStep: Double? { lastProposal }

  @usableFromInline var lastProposal: Double?
  @usableFromInline let embeddedOrder: Int
  @usableFromInline let workspace: StageWorkspace<Number>

  /// A stepper for systems of `dimension` states with a method and options.
  @inlinable
  public init(dimension: Int, tableau: ButcherTableau, options: StepOptions = StepOptions()) {
    self.options = options
    embeddedOrder = tableau.embeddedOrder
    workspace = StageWorkspace(dimension: dimension, tableau: tableau)
  }

  /// Advances `state`, `dimension` numbers, in place from `t0` exactly to `t1`.
  ///
  /// The segment starts afresh: rates and step length are computed from its first state, so a
  /// jump between two segments is never stepped across. Steps land exactly on each of `stops`;
  /// `denseTimes` are interpolated and do not shorten steps. Both are sorted and lie within
  /// t0 ... t1; at t0 the initial state is handed over. `sink` receives the kind, the index into
  /// its array and `dimension` numbers, valid during the call; of a step's outputs the dense ones
  /// come first.
  ///
  /// Ends early with a `termination` other than `.completed` when steps fail; `state` is then the
  /// last accepted state, later outputs have not been handed over, and no result is usable.
  ///
  /// *Preconditions:* t0 <= t1, both finite; stops and dense times sorted within t0 ... t1; the
  /// system's dimension is the stepper's.
  @inlinable
  public mutating func advance(
    _ system: System, from t0: Double, to t1: Double, state: UnsafeMutablePointer<Number>,
    stops: [Double] = [], denseTimes: [Double] = [],
    sink: (StepOutput, Int, UnsafePointer<Number>) -> Void = { _, _, _ in }
  ) -> (termination: Termination, counters: SolverCounters) {
    let buffers = workspace.buffers
    let n = buffers.dimension
    precondition(system.dimension == n, "the stepper was made for another dimension")
    precondition(t0 <= t1 && t0.isFinite && t1.isFinite, "the segment must be finite and forward")
    precondition(isSorted(stops, from: t0, to: t1), "stops must be sorted within the segment")
    precondition(isSorted(denseTimes, from: t0, to: t1), "times must be sorted in the segment")
    var counters = SolverCounters()
    var stop = 0
    var dense = 0
    while dense < denseTimes.count, denseTimes[dense] == t0 {
      sink(.dense, dense, state)
      dense += 1
    }
    while stop < stops.count, stops[stop] == t0 {
      sink(.stop, stop, state)
      stop += 1
    }
    guard t0 < t1 else { return (.completed, counters) }

    system.rates(at: t0, state: state, into: buffers.rates)
    counters.evaluations += 1
    guard buffers.areFinite(state), buffers.areFinite(buffers.rates) else {
      return (.notFinite(at: t0), counters)
    }
    var proposal = firstStep(system, from: t0, to: t1, state: state, counters: &counters)
    var controller = StepController(embeddedOrder: embeddedOrder)
    let longest = options.maximumStep ?? .infinity
    let resolution = 4 * max(abs(t0), abs(t1)).ulp
    var time = t0
    var failure = Termination.stepTooSmall(at: t0)
    var isReady = true

    while time < t1 {
      let target = stop < stops.count ? stops[stop] : t1
      let remaining = target - time
      proposal = min(proposal, longest)
      let lands = min(1.01 * proposal, longest) >= remaining
      guard lands || proposal >= resolution else { return (failure, counters) }
      guard counters.accepted + counters.rejected < options.maximumSteps else {
        return (.tooManySteps, counters)
      }
      let end = lands ? target : time + proposal
      let step = end - time
      if !isReady {
        system.rates(at: time, state: state, into: buffers.rates)
        counters.evaluations += 1
      }
      let norm = buffers.attempt(
        system, from: time, to: end, step: step, state: state, options: options)
      counters.evaluations += buffers.stageCount - 1
      guard norm <= 1 else {
        counters.rejected += 1
        failure = norm.isFinite ? .stepTooSmall(at: time) : .notFinite(at: time)
        proposal = controller.proposal(afterRejected: step, squaredNorm: norm)
        isReady = true
        continue
      }
      counters.accepted += 1
      proposal = controller.proposal(after: step, squaredNorm: norm, proposal: proposal)
      while dense < denseTimes.count, denseTimes[dense] <= end {
        let theta = (denseTimes[dense] - time) / step
        let output =
          denseTimes[dense] == end
          ? UnsafePointer(buffers.candidate)
          : buffers.interpolate(theta: theta, step: step, state: state)
        sink(.dense, dense, output)
        dense += 1
      }
      state.update(from: buffers.candidate, count: n)
      if buffers.isFSAL { buffers.rates.update(from: buffers.lastRates, count: n) }
      isReady = buffers.isFSAL
      time = end
      failure = .stepTooSmall(at: time)
      while stop < stops.count, stops[stop] <= time {
        sink(.stop, stop, state)
        stop += 1
      }
    }
    lastProposal = proposal
    return (.completed, counters)
  }

  /// The hint if there is a usable one, else the automatic first step.
  @inlinable
  func firstStep(
    _ system: System, from t0: Double, to t1: Double, state: UnsafePointer<Number>,
    counters: inout SolverCounters
  ) -> Double {
    if let hint = options.initialStep, hint > 0, hint.isFinite { return hint }
    counters.evaluations += 1
    return workspace.buffers.initialStep(
      system, at: t0, span: t1 - t0, order: embeddedOrder, state: state, options: options)
  }

  /// True when the times do not decrease and lie within the segment.
  @inlinable
  func isSorted(_ times: [Double], from t0: Double, to t1: Double) -> Bool {
    var previous = t0
    for time in times {
      guard time >= previous, time <= t1 else { return false }
      previous = time
    }
    return true
  }
}
