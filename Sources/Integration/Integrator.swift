import Lanes

/// Integrates a system over segments with any `Method`.
///
/// Create it once for a system's dimension and use it for every segment of every run with that
/// dimension: memory is allocated at creation only (and once more when a system has more guards
/// than any before it). A copy shares the scratch memory with its original; the type is not
/// `Sendable`, so use one integrator per task.
public struct Integrator<System: DifferentialSystem> {
  /// The number type of the states.
  public typealias Number = System.Number

  /// Tolerances and limits; may be changed between segments.
  public var options: StepOptions
  /// The step the controller would take next after the last segment. Nil before the first.
  @inlinable public var proposedStep: Double? { lastProposal }
  /// True when the last segment ended with implicit steps.
  @inlinable public var endedStiff: Bool { lastWasStiff }

  @usableFromInline var lastProposal: Double?
  @usableFromInline var lastWasStiff = false
  @usableFromInline let explicitOrder: Int
  @usableFromInline let implicitOrder: Int
  /// The explicit method's limit of stability; 0 unless the method is automatic.
  @usableFromInline let stabilityLimit: Double
  /// Squares of the factors on the error estimates.
  @usableFromInline let errorFactors: (explicit: Double, implicit: Double)
  @usableFromInline let workspace: IntegratorWorkspace<Number>

  /// An integrator for systems of `dimension` states with a method and options.
  public init(dimension: Int, method: Method, options: StepOptions = StepOptions()) {
    self.options = options
    let scales = (method.butcher?.errorScale ?? 1, method.rosenbrock?.errorScale ?? 1)
    errorFactors = (scales.0 * scales.0, scales.1 * scales.1)
    explicitOrder = method.butcher?.controlOrder ?? 0
    implicitOrder = method.rosenbrock?.embeddedOrder ?? 0
    if case .automatic(let tableau, _) = method {
      stabilityLimit = tableau.stabilityLimit
    } else {
      stabilityLimit = 0
    }
    workspace = IntegratorWorkspace(dimension: dimension, method: method)
  }

  /// Advances `state`, `dimension` numbers, in place from `t0` exactly to `t1` or to an event.
  ///
  /// The segment starts afresh: rates are computed from its first state, so a jump between two
  /// segments is never stepped across. With `continues` the first step is the last segment's
  /// proposal (`options.initialStep` goes before it) and an automatic method goes on with the kind
  /// of step it ended with; otherwise nothing of an earlier segment is remembered.
  ///
  /// Steps land exactly on each of `stops`; `denseTimes` are interpolated and do not shorten
  /// steps. Both are sorted and lie within t0 ... t1; at t0 the initial state is handed over.
  /// `sink` receives the kind, the index into its array and `dimension` numbers, valid during the
  /// call; of a step's outputs the dense ones come first.
  ///
  /// `sides[k]`, -1 or 1, is the side of zero that guard k is on; without `sides` guards are not
  /// looked at. When a guard's value has strictly the other sign the call ends: `.completed`, the
  /// guard's index, the time of the event and the state there, which is the result of a step and
  /// not interpolated. The time is past the root by at most 1e-11 of a unit of time, of the step,
  /// or by the resolution of the time axis if that is more. Two crossings within one step are
  /// found when the guard is on the other side at a quarter, half or three quarters of the step or
  /// where a parabola through such points has its extremum. A guard already on the other side at
  /// t0 ends the call there. Outputs at times up to and including `Advance.time` have been handed
  /// over. The caller changes `sides[k]` and goes on.
  ///
  /// Ends early with a `termination` other than `.completed` when steps fail; `state` is then the
  /// last accepted state, later outputs have not been handed over, and no result is usable.
  ///
  /// *Preconditions:* t0 <= t1, both finite; stops and dense times sorted within t0 ... t1; the
  /// system's dimension is the integrator's.
  @inlinable
  public mutating func advance(
    _ system: System, from t0: Double, to t1: Double, state: UnsafeMutablePointer<Number>,
    stops: [Double] = [], denseTimes: [Double] = [], sides: UnsafeMutablePointer<Int8>? = nil,
    continues: Bool = false,
    sink: (StepOutput, Int, UnsafePointer<Number>) -> Void = { _, _, _ in }
  ) -> Advance {
    precondition(
      system.dimension == workspace.core.dimension, "the integrator has another dimension")
    precondition(t0 <= t1 && t0.isFinite && t1.isFinite, "the segment must be finite and forward")
    precondition(isSorted(stops, from: t0, to: t1), "stops must be sorted within the segment")
    precondition(isSorted(denseTimes, from: t0, to: t1), "times must be sorted in the segment")
    workspace.setTolerances(options)
    var passage = Passage(
      system: system, integrator: self, from: t0, to: t1, state: state, stops: stops,
      denseTimes: denseTimes, sides: sides, isStiff: continues && lastWasStiff)
    var hint = options.initialStep
    if hint == nil, continues { hint = lastProposal }
    let advance = passage.run(hint: hint, sink)
    if passage.proposal > 0 { lastProposal = passage.proposal }
    lastWasStiff = passage.isStiff
    return advance
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
