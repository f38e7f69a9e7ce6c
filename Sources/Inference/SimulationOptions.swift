import Bioreactor
import Integration

/// How a simulation is integrated.
public struct SimulationOptions: Sendable, Hashable {
  /// Relative tolerance of the integrator.
  public var relativeTolerance = 1e-8
  /// Absolute tolerance of the integrator, in base units.
  public var absoluteTolerance = 1e-10
  /// Largest number of steps between two operations.
  public var maximumSteps = 100_000

  /// The defaults.
  public init() {}

  /// The integrator's options.
  public var stepOptions: StepOptions {
    StepOptions(
      relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance,
      maximumSteps: maximumSteps)
  }
}

extension Culture {
  /// The culture at given instants, at natural parameters in base units.
  ///
  /// Throws `SimulationFailure` when the integration ends early; there is no partial result.
  public func simulate(
    _ parameters: [Double], at instants: [Instant], _ options: SimulationOptions
  ) throws(SimulationFailure) -> [Snapshot] {
    try simulate(parameters, at: instants, options: options.stepOptions)
  }
}
