import Bioreactor
import ModelLanguage
import RunRecords

/// What a fit tells of a model's parameters, to be carried to another run.
public struct FittedValues: Sendable {
  /// One parameter of a fit.
  public struct Entry: Sendable {
    /// The estimate, base units.
    public let value: Double
    /// Standard error on the estimation scale; nil when it was held or lies on a bound.
    public let sd: Double?
    /// The platform whose capacity was its prior, if one was.
    public let platform: String?
    /// True when a measurement of the fitted run depended on it.
    public let hasInfluence: Bool

    /// A parameter of a fit.
    public init(value: Double, sd: Double?, platform: String?, hasInfluence: Bool) {
      self.value = value
      self.sd = sd
      self.platform = platform
      self.hasInfluence = hasInfluence
    }
  }

  /// Where it was read, such as `fit.json, run B12`.
  public let origin: String
  /// The parameters by name.
  public let entries: [String: Entry]
  /// Correlations of two parameters on the estimation scales, by both orders of their names.
  public let correlations: [[String]: Double]

  /// What a fit tells.
  public init(origin: String, entries: [String: Entry], correlations: [[String]: Double]) {
    self.origin = origin
    self.entries = entries
    self.correlations = correlations
  }
}

/// Which parameter values a simulation takes, and from where.
///
/// A value comes from the first of these that tells it: the user; the run's seed and its platform,
/// for parameters whose prior names them; the fit; the prior; the model's start value. So a fitted
/// model takes its rates along to another vessel, but not the old vessel's capacity or seed.
public struct SimulationPlan: Sendable {
  /// The value of one parameter, with its origin in words.
  public struct Choice: Sendable {
    /// The parameter.
    public let parameter: ModelParameter
    /// Its value, base units.
    public let value: Double
    /// Where the value comes from.
    public let origin: String
    /// Its spread on the estimation scale; nil when it does not vary.
    public let sd: Double?
  }

  /// True when a parameter's prior or a run constant of a model is what the seed says of a quantity.
  public static func readsSeed(_ quantity: String, _ model: Model) -> Bool {
    let asPrior = model.parameters.contains {
      if case .seed(quantity, _)? = $0.prior { true } else { false }
    }
    return asPrior || model.runConstants.contains { $0 == .seed(quantity) }
  }

  /// One choice a parameter, in the model's order.
  public let choices: [Choice]
  /// The distribution that draws are taken from.
  public let distribution: ParameterDistribution
  /// Sentences for the reader.
  public let notes: [String]

  /// Chooses values for a culture.
  ///
  /// Throws `ParameterDistribution.Refusal` when the fit's correlations are those of no distribution.
  public init(
    _ culture: Culture, held: [String: Double], fit: FittedValues? = nil
  ) throws(ParameterDistribution.Refusal) {
    var options = FitOptions()
    options.held = held
    let plan = ParameterPlan(culture, options: options)
    var priors: [Int: ParameterPlan.Free] = [:]
    for free in plan.free { if let index = free.index { priors[index] = free } }
    var choices: [Choice] = []
    var fromFit: Set<String> = []
    var moved: [String] = []
    for (index, parameter) in culture.model.parameters.enumerated() {
      let prior = priors[index]?.prior
      let entry = fit?.entries[parameter.name]
      func choose(_ value: Double, _ origin: String, _ sd: Double? = nil) {
        choices.append(Choice(parameter: parameter, value: value, origin: origin, sd: sd))
      }
      if let value = held[parameter.name] {
        choose(value, "set")
      } else if SimulationPlan.isSeededWithNone(parameter, culture) {
        // No prior on a log scale can say none.
        choose(0, "seed operation: none")
      } else if let entry, let fit, entry.hasInfluence || prior == nil,
        !SimulationPlan.belongsToRun(parameter, entry, prior, culture)
      {
        fromFit.insert(parameter.name)
        choose(entry.value, fit.origin, parameter.isFixed ? nil : entry.sd)
      } else if let prior {
        if entry != nil { moved.append("\(parameter.name) (\(prior.origin))") }
        choose(parameter.scale.toNatural(prior.mean), "prior: \(prior.origin)", prior.sd)
      } else {
        choose(plan.values[index], parameter.isFixed ? "model, fixed" : "model, start value")
      }
    }
    let varying = choices.enumerated().compactMap { index, choice in
      choice.sd.map {
        ParameterDistribution.Varying(
          index: index, mean: choice.parameter.scale.toEstimation(choice.value), sd: $0)
      }
    }
    let names = varying.map { choices[$0.index].parameter.name }
    distribution = try ParameterDistribution(
      model: culture.model, values: choices.map(\.value), varying: varying
    ) { a, b in
      if a == b { return 1 }
      guard fromFit.contains(names[a]), fromFit.contains(names[b]) else { return 0 }
      return fit?.correlations[[names[a], names[b]]] ?? 0
    }
    self.choices = choices
    notes = SimulationPlan.notes(choices, culture, held, moved) + plan.notes
  }

  /// True when the seed operation says that there is none of what a parameter is the start of.
  private static func isSeededWithNone(_ parameter: ModelParameter, _ culture: Culture) -> Bool {
    guard case .seed(let quantity, _)? = parameter.prior else { return false }
    return culture.seeded(quantity) == 0
  }

  /// True for a parameter of the vessel or the seed, when this run tells it itself.
  private static func belongsToRun(
    _ parameter: ModelParameter, _ entry: FittedValues.Entry,
    _ prior: ParameterPlan.NormalPrior?, _ culture: Culture
  ) -> Bool {
    guard prior != nil else { return false }
    switch parameter.prior {
    case .seed?: return true
    case .platform?: return culture.capacityPrior?.platform != entry.platform
    default: return false
    }
  }

  private static func notes(
    _ choices: [Choice], _ culture: Culture, _ held: [String: Double], _ moved: [String]
  ) -> [String] {
    var notes: [String] = []
    if !moved.isEmpty {
      notes.append(
        "Not taken from the fit, because this run or its vessel tells them: "
          + "\(moved.joined(separator: ", ")).")
    }
    for choice in choices where held[choice.parameter.name] != nil {
      let p = choice.parameter
      if !p.isFixed, !p.bounds.contains(choice.value) {
        notes.append("\(p.name) is set outside the model's bounds.")
      }
    }
    return notes
  }
}
