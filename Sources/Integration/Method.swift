/// How an integrator steps.
public enum Method: Sendable, Equatable {
  /// Explicit steps only; for systems without fast decays.
  case explicit(ButcherTableau)
  /// Linearly implicit steps only; needs the system's Jacobian.
  case rosenbrock(RosenbrockTableau)
  /// Explicit steps until a test finds the system stiff, then implicit ones until it has not been
  /// stiff for long; needs the system's Jacobian.
  case automatic(ButcherTableau, RosenbrockTableau)

  /// The explicit method, if the choice has one.
  @inlinable public var butcher: ButcherTableau? {
    switch self {
    case .explicit(let tableau), .automatic(let tableau, _): tableau
    case .rosenbrock: nil
    }
  }

  /// The Rosenbrock method, if the choice has one.
  @inlinable public var rosenbrock: RosenbrockTableau? {
    switch self {
    case .rosenbrock(let tableau), .automatic(_, let tableau): tableau
    case .explicit: nil
    }
  }
}
