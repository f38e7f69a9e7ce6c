/// The work an integration took.
public struct SolverCounters: Sendable, Equatable {
  /// Steps that met the tolerances.
  public var accepted: Int
  /// Steps that were tried and repeated shorter.
  public var rejected: Int
  /// Evaluations of the rates.
  public var evaluations: Int
  /// Evaluations of the Jacobian.
  public var jacobians: Int
  /// Factorisations of a step's matrix.
  public var factorizations: Int
  /// Changes between explicit and implicit steps.
  public var switches: Int

  /// Counters with the stated values; zero by default.
  @inlinable
  public init(
    accepted: Int = 0, rejected: Int = 0, evaluations: Int = 0, jacobians: Int = 0,
    factorizations: Int = 0, switches: Int = 0
  ) {
    self.accepted = accepted
    self.rejected = rejected
    self.evaluations = evaluations
    self.jacobians = jacobians
    self.factorizations = factorizations
    self.switches = switches
  }

  /// Adds the work of another integration.
  @inlinable
  public static func += (total: inout SolverCounters, more: SolverCounters) {
    total.accepted += more.accepted
    total.rejected += more.rejected
    total.evaluations += more.evaluations
    total.jacobians += more.jacobians
    total.factorizations += more.factorizations
    total.switches += more.switches
  }
}
