/// How an integration ended.
public enum Termination: Sendable, Equatable {
  /// The end time or an event was reached and every step met the tolerances.
  case completed
  /// The limit on attempted steps was reached before the end time.
  case tooManySteps
  /// The limit on evaluations of the rates was reached before the end time.
  case tooManyEvaluations
  /// Meeting the tolerances needs a step below the resolution of the time axis.
  case stepTooSmall(at: Double)
  /// A state, a rate or an error estimate stayed infinite or NaN however short the step.
  case notFinite(at: Double)
  /// A state fell below its lower bound however short the step.
  case belowBound(state: Int, at: Double)

  /// True when the state at the end time may be used.
  public var isUsable: Bool { self == .completed }

  /// The cause in words and what to do about it.
  public var advice: String {
    switch self {
    case .completed:
      "The end time was reached within the tolerances."
    case .tooManySteps:
      "The maximum number of solver steps was reached. The system is probably stiff at these "
        + "parameters: bound the rate and half-saturation constants away from extremes, use the "
        + "automatic or the Rosenbrock method (stiff), or raise the maximum."
    case .tooManyEvaluations:
      "The maximum number of evaluations of the rates was reached. Loosen the tolerances, use the "
        + "automatic or the Rosenbrock method (stiff) if the system is stiff, or raise the maximum."
    case .stepTooSmall(let time):
      "The step fell below the resolution of the time axis at t = \(time). Look for a jump or a "
        + "solution that grows without bound there, make a known jump an event, or loosen the "
        + "tolerances."
    case .notFinite(let time):
      "A state or a rate is infinite or not a number at t = \(time). Look for a division by "
        + "zero, a logarithm or a root of a negative number, or overflow in the rate laws there."
    case .belowBound(let state, let time):
      "State \(state + 1) would fall below its lower bound at t = \(time). Its loss does not stop "
        + "when nothing is left: let the rate law vanish with the state, or end the loss by an "
        + "event."
    }
  }
}
