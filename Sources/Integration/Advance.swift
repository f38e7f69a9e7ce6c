/// Why the integrator hands a state to its caller.
public enum StepOutput: Sendable, Equatable {
  /// The state at one of `stops`, which a step landed on.
  case stop
  /// The state at one of `denseTimes`, from the method's interpolant.
  case dense
}

/// What one call of `Integrator.advance` did.
public struct Advance: Sendable, Equatable {
  /// How it ended.
  public var termination: Termination
  /// The work it took.
  public var counters: SolverCounters
  /// The time of the state it left: the segment's end, the event, or the last accepted step.
  public var time: Double
  /// The guard that changed sides at `time`; nil when no event ended the call.
  public var guardIndex: Int?

  /// A report with the stated parts.
  @inlinable
  public init(
    termination: Termination, counters: SolverCounters, time: Double, guardIndex: Int? = nil
  ) {
    self.termination = termination
    self.counters = counters
    self.time = time
    self.guardIndex = guardIndex
  }
}
