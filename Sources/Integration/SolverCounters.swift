/// The work an integration took.
public struct SolverCounters: Sendable, Equatable {
  /// Steps that met the tolerances.
  public var accepted: Int
  /// Steps that were tried and repeated shorter.
  public var rejected: Int
  /// Evaluations of the rates.
  public var evaluations: Int

  /// Counters with the stated values; zero by default.
  @inlinable
  public init(accepted: Int = 0, rejected: Int = 0, evaluations: Int = 0) {
    self.accepted = accepted
    self.rejected = rejected
    self.evaluations = evaluations
  }

  /// Adds the work of another integration.
  @inlinable
  public static func += (total: inout SolverCounters, more: SolverCounters) {
    total.accepted += more.accepted
    total.rejected += more.rejected
    total.evaluations += more.evaluations
  }
}
