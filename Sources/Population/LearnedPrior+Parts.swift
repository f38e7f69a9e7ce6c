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

extension LearnedPrior.Refusal {
  /// A refusal with its cause.
  public init(cause: String) { description = cause }
}
