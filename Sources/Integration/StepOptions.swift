/// Tolerances and limits of one integration.
public struct StepOptions: Sendable, Equatable {
  /// Permitted error of a step in units of the component's magnitude; must be above 0.
  public var relativeTolerance: Double
  /// Permitted error of a step in the component's own unit; must be above 0.
  public var absoluteTolerance: Double
  /// Permitted errors state by state in place of `absoluteTolerance`; nil for the same for all.
  ///
  /// With fewer entries than states the others have `absoluteTolerance`.
  public var absoluteTolerances: [Double]?
  /// Largest number of attempted steps, accepted and rejected, in one segment.
  public var maximumSteps: Int
  /// Largest number of evaluations of the rates in one segment; nil for no limit.
  public var maximumEvaluations: Int?
  /// First step of a segment in units of time; nil or a value that is not a positive number
  /// lets the solver choose.
  public var initialStep: Double?
  /// Longest step in units of time; nil for no limit.
  public var maximumStep: Double?

  /// Options with the stated tolerances and limits.
  public init(
    relativeTolerance: Double = 1e-8, absoluteTolerance: Double = 1e-10,
    absoluteTolerances: [Double]? = nil, maximumSteps: Int = 100_000,
    maximumEvaluations: Int? = nil, initialStep: Double? = nil, maximumStep: Double? = nil
  ) {
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.absoluteTolerances = absoluteTolerances
    self.maximumSteps = maximumSteps
    self.maximumEvaluations = maximumEvaluations
    self.initialStep = initialStep
    self.maximumStep = maximumStep
  }
}
