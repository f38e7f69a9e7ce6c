extension LearnedPrior.Parameter {
  /// A parameter from its parts, such as those of a file.
  public init(
    named name: String, scale: String, isRelative: Bool, mean: Double, meanError: Double,
    spread: Double,
    sd: Double, widening: Double
  ) {
    self.name = name
    self.scale = scale
    self.isRelative = isRelative
    self.mean = mean
    self.meanError = meanError
    self.spread = spread
    self.sd = sd
    self.widening = widening
  }
}

extension LearnedPrior.Covariate {
  /// An effect of a covariate from its parts.
  public init(named name: String, effect: Double, error: Double) {
    self.name = name
    self.effect = effect
    self.error = error
  }
}

extension LearnedPrior {
  /// A prior from its parts, such as those of a file; nothing is checked here.
  public init(
    form: Int, model: String, origin: String, donors: Int, runs: Int, measurements: Int,
    method: String, logLikelihood: Double, parameters: [Parameter], correlations: [[Double]],
    covariates: [Covariate], widening: Double, wideningReason: String, notes: [String]
  ) {
    self.form = form
    self.model = model
    self.origin = origin
    self.donors = donors
    self.runs = runs
    self.measurements = measurements
    self.method = method
    self.logLikelihood = logLikelihood
    self.parameters = parameters
    self.correlations = correlations
    self.covariates = covariates
    self.widening = widening
    self.wideningReason = wideningReason
    self.notes = notes
  }
}

extension LearnedPrior.Refusal {
  /// A refusal with its cause.
  public init(cause: String) { description = cause }
}
