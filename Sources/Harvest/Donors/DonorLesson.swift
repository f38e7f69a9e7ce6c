import Bioreactor
import Inference
import Population
import Quantities
import RunRecords

/// What runs of earlier donors teach: a population fit, and the prior that follows from it.
public struct DonorLesson: Sendable {
  /// The prior for a new donor.
  public let prior: LearnedPrior
  /// The fit that it comes from.
  public let result: PopulationResult
  /// What was estimated, in the order of `prior.parameters`.
  public let free: [ParameterPlan.Free]
  /// Parameters for whose means the model's own prior was used beside the runs.
  public let helped: [String]
  /// How a lesson is learned.
  public struct Question: Sendable {
    /// What varies between donors.
    public var specification: PopulationSpecification
    /// How runs are simulated.
    public var fitOptions: FitOptions
    /// How the population is fitted.
    public var options: PopulationOptions
    /// Where the prior comes from, in words.
    public var origin: String

    /// A question from its parts.
    public init(
      specification: PopulationSpecification, fitOptions: FitOptions, options: PopulationOptions,
      origin: String
    ) {
      self.specification = specification
      self.fitOptions = fitOptions
      self.options = options
      self.origin = origin
    }
  }

  /// Learns from runs of one model.
  ///
  /// By maximum likelihood; where the information has no inverse, errors of the means come from the
  /// shrinkage. Where that gives no prior either, once more with the model's own priors for the means
  /// that the runs do not tell: those on a bound or, without standard errors, all that have one.
  /// `near` is a lesson of similar runs: the search starts at its estimates, with its helps. Throws
  /// `InputRefused` for pooled donors, fewer than two donors, and as `PopulationPlan` does;
  /// `LearnedPrior.Refusal` when there is nothing to learn.
  public init(_ cultures: [Culture], _ question: Question, near: DonorLesson? = nil) throws {
    try DonorLesson.check(cultures)
    var question = question
    var helped = near?.helped ?? []
    if !helped.isEmpty { question.specification.priors = Set(helped) }
    let noise = VaryingParameters.noise(cultures, options: question.fitOptions)
    let name = cultures[0].model.name
    var refusal: LearnedPrior.Refusal?
    for attempt in 0...1 {
      let (result, plan) = try DonorLesson.fit(cultures, question, near)
      var found: LearnedPrior?
      do {
        found = try LearnedPrior(result, plan: plan, model: name, origin: question.origin)
      } catch {
        refusal = error
        if result.fixedCovariance == nil {
          found = LearnedPrior(
            shrunken: result, plan: plan, noise: noise, model: name, origin: question.origin)
        }
      }
      if var prior = found {
        prior.notes = DonorLesson.gathered(prior.notes)
        if !helped.isEmpty {
          prior.notes.append(
            "These runs alone do not tell the mean of \(helped.joined(separator: ", ")): the "
              + "model's own prior was used beside them.")
        }
        (self.prior, self.result, free, self.helped) = (prior, result, plan.free, helped)
        return
      }
      let untold = DonorLesson.untold(result, plan)
      guard attempt == 0, helped.isEmpty, !untold.isEmpty, question.fitOptions.usesPriors else {
        break
      }
      helped = untold
      question.specification.priors = Set(untold)
    }
    throw refusal ?? LearnedPrior.Refusal(cause: "Nothing was learned.")
  }

  /// Parameters with a prior of the model whose means the runs do not tell.
  private static func untold(_ result: PopulationResult, _ plan: PopulationPlan) -> [String] {
    let known = plan.free.indices.filter { plan.free[$0].prior != nil }
    let bad = known.filter { k in
      guard let errors = result.fixedCovariance else { return true }
      return !errors[k, k].isFinite
    }
    return bad.map { plan.free[$0].name }.sorted()
  }

  private static func fit(
    _ cultures: [Culture], _ question: Question, _ near: DonorLesson?
  ) throws -> (PopulationResult, PopulationPlan) {
    let specification = question.specification
    guard let near, near.result.isUsable else {
      return try PopulationFit.run(
        cultures: cultures, specification: specification, fitOptions: question.fitOptions,
        options: question.options)
    }
    let plan = try PopulationPlan(
      cultures: cultures, specification: specification, fitOptions: question.fitOptions)
    var options = question.options
    options.objectiveTolerance = max(
      options.objectiveTolerance, 10 * question.fitOptions.relativeTolerance)
    var model = plan.model
    let estimates = near.result.fixed.map(\.estimate)
    let deviations = near.result.donorEffects.deviations + near.result.runEffects.deviations
    if estimates.count == model.start.count { model.start = estimates }
    if deviations.count == model.startDeviations.count {
      model.startDeviations = deviations.map { max($0, 0.02) }
    }
    return (PopulationFit.run(model, options: options), plan)
  }

  private static func check(_ cultures: [Culture]) throws(InputRefused) {
    let pooled = cultures.filter { $0.run.donor == .pooled }.map(\.run.name)
    guard pooled.isEmpty else {
      throw InputRefused([
        Finding(
          .error, "E_LEARN_POOLED",
          at: cultures.first { $0.run.donor == .pooled }?.run.observations.first?.place
            ?? Place(file: pooled[0]),
          "\(pooled.joined(separator: ", ")): pooled donors without labels do not tell how one donor "
            + "differs from the next.",
          remedy: "Leave these runs out with --run, or label their donors.")
      ])
    }
    let donors = Set(cultures.map { DonorLesson.donor($0.run) })
    guard donors.count > 1 else {
      throw InputRefused([
        Finding(
          .error, "E_LEARN_DONORS",
          at: Place(file: cultures.first?.run.observations.first?.place.file ?? "the runs"),
          "\(donors.count == 1 ? "There is one donor" : "There is no donor"); how donors differ is "
            + "learned from at least two, and well from ten or more.",
          remedy: "Add runs of other donors, and name each under the column donor.")
      ])
    }
  }

  /// Notes with those of runs that name no donor as one.
  private static func gathered(_ notes: [String]) -> [String] {
    let ending = " names no donor and counts as one of its own."
    let nameless = notes.count { $0.hasSuffix(ending) }
    guard nameless > 1 else { return notes }
    return notes.filter { !$0.hasSuffix(ending) } + [
      "\(nameless) runs name no donor and count as donors of their own."
    ]
  }

  /// The donor of a run, by name; a run without a donor counts as one of its own.
  public static func donor(_ run: Run) -> String {
    switch run.donor {
    case .one(let name): name
    case .unknown, .pooled: "run \(run.name)"
    }
  }
}
