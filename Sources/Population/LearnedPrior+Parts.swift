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
  /// An effect of a covariate from its parts, such as those of a file.
  public init(
    of name: String, on parameter: String, values: Values, effect: Double, error: Double,
    donors: Int, meanCovariances: [Double], effectCovariances: [Double]
  ) {
    self.name = name
    self.parameter = parameter
    self.values = values
    self.effect = effect
    self.error = error
    self.donors = donors
    self.meanCovariances = meanCovariances
    self.effectCovariances = effectCovariances
  }

  /// What it is the effect of: `age`, `ln(il2_level)`, `platform xuri`.
  public var label: String {
    switch values {
    case .number(let transform, _, _, _, _): transform.label(name)
    case .word(let word, _): "\(name) \(word)"
    }
  }
}

extension LearnedPrior.Refusal {
  /// A refusal with its cause.
  public init(cause: String) { description = cause }
}
