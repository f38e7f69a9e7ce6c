import Population
import Quantities
import Statistics

/// What covariates do, for the page of `thymus learn`.
enum LearnCovariates {
  /// The table of effects; nothing without covariates.
  static func blocks(_ prior: LearnedPrior) -> [Page.Block] {
    Shown.table(
      "Effects of covariates.",
      [
        Table.Column("Parameter"), Table.Column("Covariate"), Table.Column("For"),
        Table.Column("Effect", .numbers), Table.Column("95 %", .numbers), Table.Column("Scale"),
        Table.Column("Donors", .numbers), Table.Column("Meaning"),
      ],
      prior.covariates.map { covariate in
        let interval = interval(covariate, prior)
        return [
          covariate.parameter, covariate.label, step(covariate),
          NumberText.significant(covariate.effect, 3),
          "\(NumberText.significant(interval.lowerBound, 3)) to "
            + NumberText.significant(interval.upperBound, 3), scale(covariate, prior).words,
          "\(covariate.donors)", meaning(covariate, prior),
        ]
      },
      footnotes: [
        "Effect: the change of the parameter's mean on its scale. 95 %: by Student's t with donors - 1 - "
          + "effects on the parameter degrees of freedom. Donors: those with the word, or all. Donors "
          + "were not assigned at random: an effect says what goes together, not why."
      ])
  }

  /// Which run the means are of; nil without covariates.
  static func footnote(_ prior: LearnedPrior) -> String? {
    var places: [String] = []
    for covariate in prior.covariates {
      let place: String
      switch covariate.values {
      case .word(_, let reference): place = "\(covariate.name) \(reference)"
      case .number(let transform, let unit, let centre, _, _):
        place =
          "\(covariate.name) "
          + amount(transform == .ln ? Double.exp(centre) : centre, unit)
      }
      if !places.contains(place) { places.append(place) }
    }
    return places.isEmpty ? nil : "Means are those of a run with \(NumberText.list(places))."
  }

  /// The central 95 % of an effect.
  static func interval(
    _ covariate: LearnedPrior.Covariate, _ prior: LearnedPrior
  ) -> ClosedRange<Double> {
    let effects = prior.covariates.count { $0.parameter == covariate.parameter }
    let df = Double(max(1, prior.donors - 1 - effects))
    let half = StudentT.quantile(0.975, degreesOfFreedom: df) * covariate.error
    return (covariate.effect - half)...(covariate.effect + half)
  }

  /// What the effect is of: the word against the reference, or one unit more.
  private static func step(_ covariate: LearnedPrior.Covariate) -> String {
    switch covariate.values {
    case .word(let word, let reference): "\(word) against \(reference)"
    case .number(.none, let unit, _, _, _): unit == "1" ? "1 more" : "1 \(unit) more"
    case .number(.ln, _, _, _, _): "1 more of ln (2.72 times as much)"
    }
  }

  private static func scale(
    _ covariate: LearnedPrior.Covariate, _ prior: LearnedPrior
  ) -> (words: String, isLog: Bool) {
    let scale = prior.parameters.first { $0.name == covariate.parameter }?.scale ?? "log"
    return (scale == "log" ? "ln" : scale, scale == "log")
  }

  /// In words: the factor on parameters of the ln scale, over a step that donors really differ by.
  static func meaning(_ covariate: LearnedPrior.Covariate, _ prior: LearnedPrior) -> String {
    let interval = interval(covariate, prior)
    let isSure = !interval.contains(0)
    let step: (factor: Double, words: String)
    switch covariate.values {
    case .word(let word, let reference): step = (1, "for \(word) against \(reference)")
    case .number(.none, let unit, _, let low, let high):
      step = (high - low, "from \(amount(low, unit)) to \(amount(high, unit))")
    case .number(.ln, _, _, _, _): step = (Double.log(2), "for twice as much \(covariate.name)")
    }
    let name = covariate.parameter
    let move = covariate.effect * step.factor
    let ends = (interval.lowerBound * step.factor, interval.upperBound * step.factor)
    let text =
      scale(covariate, prior).isLog
      ? "\(name) \(times(Double.exp(move))) (\(factor(Double.exp(ends.0))) to \(factor(Double.exp(ends.1))) times) "
        + step.words
      : "\(name) moves by \(NumberText.significant(move, 2)) on its "
        + "\(scale(covariate, prior).words) scale \(step.words)"
    return text + (isSure ? "" : "; no effect is not excluded")
  }

  private static func times(_ value: Double) -> String {
    if abs(value - 2) < 0.05 { return "twice as large" }
    if abs(value - 0.5) < 0.0125 { return "half as large" }
    return "\(factor(value)) times as large"
  }

  private static func factor(_ value: Double) -> String { NumberText.significant(value, 3) }

  private static func amount(_ value: Double, _ unit: String) -> String {
    NumberText.significant(value, 3) + (unit == "1" ? "" : " \(unit)")
  }

  /// The machine-readable record.
  static func record(_ covariate: LearnedPrior.Covariate, _ prior: LearnedPrior) -> JSONValue {
    let interval = interval(covariate, prior)
    return .object([
      "effect": PriorFile.json(covariate), "low95": Record.number(interval.lowerBound),
      "high95": Record.number(interval.upperBound), "meaning": .string(meaning(covariate, prior)),
    ])
  }
}
