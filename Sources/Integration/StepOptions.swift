/// Tolerances and limits of one integration.
public struct StepOptions: Sendable, Equatable {
  /// Permitted error of a step in units of the component's magnitude; must be above 0.
  public var relativeTolerance: Double
  /// Permitted error of a step in the component's own unit; must be above 0.
  public var absoluteTolerance: Double
  /// Largest number of attempted steps, accepted and rejected, in one segment.
  public var maximumSteps: Int
  /// First step of a segment in units of time; nil or a value that is not a positive number
  /// lets the solver choose.
  public var initialStep: Double?
  /// Longest step in units of time; nil for no limit.
  public var maximumStep: Double?

  /// Options with the stated tolerances and limits.
  public init(
    relativeTolerance: Double = 1e-8, absoluteTolerance: Double = 1e-10,
    maximumSteps: Int = 100_000, initialStep: Double? = nil, maximumStep: Double? = nil
  ) {
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.maximumSteps = maximumSteps
    self.initialStep = initialStep
    self.maximumStep = maximumStep
  }
}
