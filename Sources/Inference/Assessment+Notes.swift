import ModelLanguage
import Quantities
import RunRecords

extension Assessment {
  /// Sentences in plain words, most important first.
  static func notes(_ result: inout FitResult, problem: FitProblem) {
    var notes: [String] = []
    if result.starts > 1, result.agreeing < 2 {
      result.isUsable = false
      notes.append(
        "Only one of \(result.starts) starts reached this optimum; it may not be the best one. "
          + "Use more starts, bounds or priors.")
    }
    if let refusal = result.covarianceRefusal {
      notes.append(
        "No covariance: the measurements and priors leave some direction free (\(refusal)). "
          + "Forecasts and the standard errors of these parameters are refused.")
    }
    func advice(_ name: String) -> String { Assessment.advice(name, result) }
    notes += misfit(&result, problem)
    notes += result.priorConflicts.map(\.sentence)
    notes += growth(result)
    if !result.idle.isEmpty {
      notes.append(
        "No measurement depends on \(list(result.idle)) at the estimate, though elsewhere it would: "
          + "there the fit is worse, and here the data tell nothing of the value.")
    }
    let unknown = result.parameters.filter {
      if case .notIdentifiable = $0.verdict { return true }
      return false
    }
    for parameter in result.parameters {
      if case .priorOf(let partner) = parameter.verdict {
        notes.append(
          sentence(
            "\(parameter.name) has no prior of its own and trades off with \(partner): its value is as "
              + "good as the prior of \(partner).", advice(parameter.name)))
      }
    }
    for parameter in unknown {
      notes.append(
        sentence("\(parameter.name) is \(parameter.words).", advice(parameter.name)))
    }
    if let silent = silent(result) { notes.append(silent) }
    for parameter in result.parameters {
      if case .atBound(let side) = parameter.verdict {
        notes.append(onBound(parameter, side, result, problem))
      }
    }
    if let donor = result.parameter(ParameterPlan.donorSpread) {
      let factor = NumberText.significant(Double.exp(donor.estimate), 2)
      notes.append(
        "The points come from several unlabelled donors. The scatter about the curve, sd of ln "
          + "\(NumberText.significant(donor.estimate, 2)) (a factor of \(factor)), is spread "
          + "between donors, not count error; points of one day cannot be joined to another day's.")
    }
    if result.aicc == nil, result.logEvidence == nil || !result.plan.hasPriors {
      notes.append(
        "AICc is not defined: \(NumberText.counted(result.measurements, "measurement")) for "
          + "\(NumberText.counted(result.estimated, "parameter")).")
    }
    notes += outliers(result)
    for (quantity, count) in result.unused.sorted(by: { $0.key < $1.key }) {
      notes.append("\(NumberText.counted(count, "value")) of \(quantity) not used by this model.")
    }
    notes += result.plan.notes
    result.notes = notes
  }

  /// Which values are the prior's; nil when none is.
  static func silent(_ result: FitResult) -> String? {
    let names = result.parameters.filter { $0.verdict == .priorOnly }.map(\.name)
    guard !names.isEmpty else { return nil }
    return sentence(
      "The value of \(list(names)) is the prior's: these data do not tell it.",
      names.map { advice($0, result) }.filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// The sample that would fix a parameter. Where nothing grows, samples during growth are no advice.
  private static func advice(_ name: String, _ result: FitResult) -> String {
    if result.showsGrowth == false { return "" }
    return result.parameter(name)?.prior?.origin.hasPrefix("seed") == true
      ? "\(name) is taken from the seed operation; a reading right after seeding would tell more."
      : advice(name)
  }

  /// What it means that a parameter ended on a bound.
  private static func onBound(
    _ parameter: FittedParameter, _ side: String, _ result: FitResult, _ problem: FitProblem
  ) -> String {
    let name = parameter.name
    let plan = result.plan
    if isUnseenDead(parameter, problem) {
      return
        "\(name) lies at its lower bound: the first dead count found no cell, so the run tells only "
        + "that there were few."
    }
    if plan.noiseNames.contains(name) {
      return side == "lower"
        ? "\(name) lies at its lower bound: these measurements scatter no more than that, or their "
          + "counting error explains all of it."
        : "\(name) lies at its upper bound: the scatter about the curve is larger than the model "
          + "allows for. The curve has another shape, or a measurement is wrong. "
          + largest(of: name, result, problem)
    }
    if side == "upper", capacities.contains(root(name)) {
      return "\(name) lies at its upper bound: no slowing of growth is seen in these data."
    }
    if result.showsGrowth == false { return "\(name) lies \(parameter.verdict.words)." }
    return
      "\(name) lies \(parameter.verdict.words): the data would have it beyond, which the model "
      + "takes for impossible. Check units, volume and seed first; if they are right, widen its bounds "
      + "in a copy of the model, or choose another one."
  }

  /// The readings that make most of the scatter of one noise parameter.
  private static func largest(
    of name: String, _ result: FitResult, _ problem: FitProblem
  ) -> String {
    guard let column = result.plan.free.firstIndex(where: { $0.name == name }),
      let slopes = problem.sensitivities(at: result.point)
    else { return "" }
    var found: [(observation: Observation, size: Double)] = []
    var offset = 0
    for (member, p) in zip(problem.members, slopes) {
      if let direction = member.columns.firstIndex(of: column) {
        for i in p.means.indices where p.noiseSlopes[i * member.columns.count + direction] != 0 {
          let residual = result.residuals[offset + i]
          if let size = residual.standardised { found.append((residual.observation, size)) }
        }
      }
      offset += p.means.count
    }
    return LargestResiduals.words(
      found.sorted { abs($0.size) > abs($1.size) }, unit: "standard deviations")
  }

  private static let capacities = ["K", "Vmax"]

  /// The name of a parameter without the run or group that follows it in a joint fit.
  private static func root(_ name: String) -> String {
    String(name.prefix { $0 != "[" })
  }

  /// True for a bound that says something of the data rather than against the model.
  private static func isHarmless(
    _ parameter: FittedParameter, _ plan: ParameterPlan, _ problem: FitProblem
  ) -> Bool {
    if isUnseenDead(parameter, problem) { return true }
    switch parameter.verdict {
    case .atBound("lower"): return plan.noiseNames.contains(parameter.name)
    case .atBound("upper"): return capacities.contains(root(parameter.name))
    default: return false
    }
  }

  /// True for dead cells at the start on their lower bound where the first dead count found none.
  private static func isUnseenDead(_ parameter: FittedParameter, _ problem: FitProblem) -> Bool {
    guard root(parameter.name) == "D0", case .atBound("lower") = parameter.verdict else {
      return false
    }
    return problem.members.contains { member in
      let dead = member.culture.targets.map(\.observation).filter { $0.quantity == "dead" }
      guard let first = dead.min(by: { $0.time < $1.time }) else { return false }
      if case .exact(0)? = first.count?.cells { return true }
      if case .below = first.value { return true }
      return false
    }
  }

  /// Three parameters on their bounds are a model that does not describe the data, or a wrong unit.
  private static func misfit(_ result: inout FitResult, _ problem: FitProblem) -> [String] {
    let plan = result.plan
    let stuck = result.parameters.filter {
      if case .atBound = $0.verdict { return !isHarmless($0, plan, problem) }
      return false
    }
    guard stuck.count >= 3 else { return [] }
    result.isUsable = false
    return [
      "\(list(stuck.map(\.name))) lie on their bounds: this model does not describe these data, or a "
        + "unit is wrong. Look at the headers and choose another model."
    ]
  }

  private static func outliers(_ result: FitResult) -> [String] {
    result.residuals.filter(\.isOutlier).map(\.outlierWords)
  }

  /// A sentence and, if there is one, a second.
  private static func sentence(_ first: String, _ second: String) -> String {
    second.isEmpty ? first : first + " " + second
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  /// The sample that would fix a parameter.
  private static func advice(_ name: String) -> String {
    switch root(name) {
    case "K", "Vmax": "Counts after growth has visibly slowed down would fix \(name)."
    case "lag": "Two counts during the lag and three during growth would fix lag."
    case "mu", "mu0": "Three counts during exponential growth would fix \(name)."
    case "kd": "Dead counts or viability at several times would fix kd."
    case "D0":
      "The viability of the seed in the operations, or a dead count right after seeding, would fix D0."
    case "KL": "Only runs with deliberately high lactate tell KL."
    case "a", "b": "Counts into the slowing phase would fix \(name)."
    case "V0":
      "The seeding density in the operations, or a count right after seeding, would fix V0."
    default: ""
    }
  }
}
