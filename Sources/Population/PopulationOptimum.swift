import Inference

/// Where a search ended, whichever it was.
struct PopulationOptimum {
  var parameters: [Double]
  var objective: Double
  var termination: TrustRegionTermination
  /// The relative offset.
  var gradientNorm: Double
  var activeBounds: [ActiveBound]

  init(
    parameters: [Double], objective: Double, termination: TrustRegionTermination,
    gradientNorm: Double, activeBounds: [ActiveBound]
  ) {
    self.parameters = parameters
    self.objective = objective
    self.termination = termination
    self.gradientNorm = gradientNorm
    self.activeBounds = activeBounds
  }

  init(_ found: TrustRegionResult) {
    self.init(
      parameters: found.parameters, objective: found.objective, termination: found.termination,
      gradientNorm: found.gradientNorm, activeBounds: found.activeBounds)
  }
}
