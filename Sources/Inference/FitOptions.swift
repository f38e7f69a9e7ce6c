import Integration

/// How a fit is done.
public struct FitOptions: Sendable, Hashable {
  /// Whether priors weigh in (maximum a posteriori) or not (maximum likelihood).
  public var usesPriors = true
  /// Number of starts, the nominal one included.
  public var starts = 12
  /// Seed of everything random.
  public var seed: UInt64 = 1
  /// Measurements after this hour are left out.
  public var until = Double.infinity
  /// Parameters held at a value, in base units.
  public var held: [String: Double] = [:]
  /// Relative tolerance of the integrator.
  public var relativeTolerance = 1e-8
  /// Absolute tolerance of the integrator, in base units.
  public var absoluteTolerance = 1e-10

  /// The defaults.
  public init() {}

  /// The integrator's options.
  public var stepOptions: StepOptions {
    StepOptions(
      relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance,
      maximumSteps: 20_000)
  }
}
