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
  private let frame: LearnedPrior.Frame

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
  /// By maximum likelihood. Where that gives no prior, once more with the model's own priors for the
  /// means that the runs do not tell: those on a bound or, without standard errors, all that have one.
  /// `near` is a lesson of similar runs: the search starts at its estimates, with its helps and its
  /// coding of covariates. Throws
  /// `InputRefused` for pooled donors, fewer than two donors, and as `PopulationPlan` does;
  /// `LearnedPrior.Refusal` when there is nothing to learn.
  public init(_ cultures: [Culture], _ question: Question, near: DonorLesson? = nil) throws {
    try DonorLesson.check(cultures)
    var question = question
    var helped = near?.helped ?? []
    if !helped.isEmpty { question.specification.priors = Set(helped) }
    if let codings = near?.frame.codings, codings.count == question.specification.covariates.count {
      for k in codings.indices { question.specification.covariates[k].coding = codings[k] }
    }
    let name = cultures[0].model.name
    var refusal: LearnedPrior.Refusal?
    for attempt in 0...1 {
      let (result, plan) = try PopulationFit.run(
        cultures: cultures, specification: question.specification,
        fitOptions: question.fitOptions, options: question.options, near: near?.result)
      do {
        let prior = try LearnedPrior(result, plan: plan, model: name, origin: question.origin)
        self.init(
          prior, result, LearnedPrior.Frame(plan), free: plan.free, helped: helped)
        return
      } catch {
        refusal = error
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

  private init(
    _ prior: LearnedPrior, _ result: PopulationResult, _ frame: LearnedPrior.Frame,
    free: [ParameterPlan.Free], helped: [String]
  ) {
    var prior = prior
    prior.notes = DonorLesson.gathered(prior.notes)
    let short = Set(result.donors.filter { $0.residuals.joined().count < 2 }.map(\.name)).sorted()
    if !short.isEmpty {
      prior.notes.append(
        "\(short.joined(separator: ", ")): a single measurement tells nothing of how cells grow.")
    }
    if !helped.isEmpty {
      prior.notes.append(
        "Learned from these runs alone, \(helped.joined(separator: ", ")) had no usable standard errors: "
          + "the model's own priors of their means were used beside the runs."
      )
    }
    (self.prior, self.result, self.frame) = (prior, result, frame)
    (self.free, self.helped) = (free, helped)
  }

  /// About how far off, in standard errors, an estimate without some donors may be.
  public static let largestDoubt = 0.1

  /// The lesson without some donors, by one Newton step; nil where they have to be left out by a fit
  /// of the others: the step may be off by more than about a tenth of a standard error, or
  /// `PopulationResult.leaving` has none. Throws `LearnedPrior.Refusal` as learning does.
  public func leaving(_ donors: Set<String>) throws(LearnedPrior.Refusal) -> DonorLesson? {
    guard let left = result.leaving(donors), left.doubt <= DonorLesson.largestDoubt else {
      return nil
    }
    let prior = try LearnedPrior(
      left.result, frame: frame, model: self.prior.model, origin: self.prior.origin)
    return DonorLesson(prior, left.result, frame, free: free, helped: helped)
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
    let donors = Set(cultures.map(\.run.donorName))
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
}
