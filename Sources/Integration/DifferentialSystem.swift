import Lanes

/// A system of ordinary differential equations y' = f(t, y) on a lane.
///
/// A conforming type holds its parameters as values of `Number`; on `Dual` the partial derivatives
/// of the parameters then travel into the solution and the solution's partials are its exact
/// discrete sensitivities.
///
/// Mark the witnesses `@inlinable`: a generic solver in another module is many times slower
/// without it.
public protocol DifferentialSystem {
  /// The number type of the states: `Double` for values, `Dual` for values with derivatives.
  associatedtype Number: Lane

  /// Number of states, constant over the system's life.
  var dimension: Int { get }

  /// Writes y' at a time: `dimension` values into `rates` from `dimension` values of `state`.
  ///
  /// `time` is in the system's own unit of time. The function must depend on its arguments only:
  /// rejected steps evaluate it at times and states that are not part of the solution. A rate
  /// that cannot be computed is NaN; the solver then shortens the step.
  func rates(
    at time: Double, state: UnsafePointer<Number>, into rates: UnsafeMutablePointer<Number>)
}
