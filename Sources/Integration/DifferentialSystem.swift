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

  /// Writes d rates_i / d state_j at `matrix[i + j * dimension]` and d rates_i / d time at
  /// `timeSlopes[i]`, both exact.
  ///
  /// Only linearly implicit methods call it. `JacobianSweep` computes it from a generic body of
  /// the rates. The default writes NaN: such a system can be integrated explicitly only.
  func jacobian(
    at time: Double, state: UnsafePointer<Number>, into matrix: UnsafeMutablePointer<Number>,
    timeSlopes: UnsafeMutablePointer<Number>)

  /// Number of guards, 0 by default: functions of time and state whose changes of sign are
  /// events.
  var guardCount: Int { get }

  /// Writes the guards' values. They should be continuous along the solution between events.
  func guards(
    at time: Double, state: UnsafePointer<Number>, into values: UnsafeMutablePointer<Double>)

  /// A lower bound for each state, minus infinity for none; nil, the default, for no bounds.
  ///
  /// A step that would carry a state below its bound by more than the state's absolute tolerance
  /// is repeated shorter; no state is ever changed to meet a bound. Concentrations have 0.
  var lowerBounds: UnsafePointer<Double>? { get }
}

extension DifferentialSystem {
  /// Not a number everywhere: this system has no Jacobian.
  @inlinable
  public func jacobian(
    at time: Double, state: UnsafePointer<Number>, into matrix: UnsafeMutablePointer<Number>,
    timeSlopes: UnsafeMutablePointer<Number>
  ) {
    for i in 0..<dimension * dimension { matrix[i] = Number(.nan) }
    for i in 0..<dimension { timeSlopes[i] = Number(.nan) }
  }

  /// No guards.
  @inlinable public var guardCount: Int { 0 }

  /// Nothing to write.
  @inlinable
  public func guards(
    at time: Double, state: UnsafePointer<Number>, into values: UnsafeMutablePointer<Double>
  ) {}

  /// No bounds.
  @inlinable public var lowerBounds: UnsafePointer<Double>? { nil }
}
