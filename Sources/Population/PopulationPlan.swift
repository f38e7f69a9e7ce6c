import Bioreactor
import Inference
import LinearAlgebra
import ModelLanguage
import Quantities
import RunRecords

/// A population model of runs: donors gathered, designs written out.
///
/// A parameter whose prior is the run's seed or platform is estimated relative to what those say:
/// its fixed effect is the mean ln ratio to it, with start 0.
public struct PopulationPlan {
  /// The model to be fitted.
  public let model: PopulationModel
  /// The parameters psi.
  public let free: [ParameterPlan.Free]
  /// Elements of psi that are relative to what each run says.
  public let relative: Set<Int>
  /// Effects of covariates, the fixed effects after psi, in their order.
  public let effects: [CovariateEffect]
  /// Sentences for the reader.
  public let notes: [String]

  /// Plans cultures of one model; runs of one donor belong together, a run without a donor's name
  /// counts as a donor of its own.
  ///
  /// Throws `InputRefused` for runs of pooled donors, readings without a place in their family, runs of different models,
  /// names that the model does not estimate, and covariates whose effects cannot be learned.
  public init(
    cultures: [Culture], specification: PopulationSpecification, fitOptions: FitOptions
  ) throws(InputRefused) {
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    if let pool = cultures.first(where: { $0.run.donor == .pooled }) {
      throw PopulationPlan.refusal(
        [pool],
        "Run \(pool.run.name) is a pool of donors, which tells nothing of the spread between "
          + "them.", "Leave it out, or name its donor if it has one.")
    }
    let likelihoods = try RunLikelihood.common(cultures, options: fitOptions)
    let free = likelihoods.first?.free ?? []
    self.free = free
    func columns(_ names: [String]) throws(InputRefused) -> [Int] {
      var found: [Int] = []
      for name in names {
        guard let column = free.firstIndex(where: { $0.name == name }) else {
          throw PopulationPlan.refusal(
            cultures, "\(name) is not an estimated parameter of the model.",
            "Choose from \(free.map(\.name).joined(separator: ", ")).")
        }
        if !found.contains(column) { found.append(column) }
      }
      return found.sorted()
    }
    let structure = RandomStructure(
      donor: RandomBlock(try columns(specification.donorEffects), isFull: specification.isFull),
      run: RandomBlock(try columns(specification.runEffects), isFull: specification.isFull),
      studentDegrees: specification.studentDegrees)
    var names = free.map(\.name)
    var effects: [CovariateEffect] = []
    for covariate in specification.covariates {
      let row = try columns([covariate.parameter])[0]
      effects += try CovariateEffect.all(of: covariate, row: row, cultures)
    }
    try CovariateEffect.check(effects, cultures)
    names += effects.map(\.label)
    self.effects = effects
    let extra = effects
    var relative: Set<Int> = []
    if let first = cultures.first {
      for (k, entry) in free.enumerated() {
        guard let index = entry.index else { continue }
        switch first.model.parameters[index].prior {
        case .seed?, .platform?: relative.insert(k)
        default: break
        }
      }
    }
    self.relative = relative
    let m = free.count
    var order: [String] = []
    var groups: [String: [PopulationDonor.Occasion]] = [:]
    var notes: [String] = []
    for (k, likelihood) in likelihoods.enumerated() {
      let run = cultures[k].run
      let donor = run.donorName
      if run.donor == .unknown {
        notes.append("Run \(run.name) names no donor and counts as one of its own.")
      }
      if groups[donor] == nil { order.append(donor) }
      let design = Matrix(rows: m, columns: names.count) { i, j in
        j < m ? (i == j ? 1 : 0) : extra[j - m].row == i ? extra[j - m].values[k] : 0
      }
      let offset = likelihood.free.enumerated().map { relative.contains($0) ? $1.start : 0 }
      groups[donor, default: []].append(
        .init(
          name: run.name, likelihood: CultureOccasion(likelihood, held: fitOptions.held),
          design: design, offset: offset))
    }
    let wide = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    var model = PopulationModel(
      donors: order.map { PopulationDonor(name: $0, occasions: groups[$0] ?? []) },
      parameters: free.map(\.name), fixedNames: names, structure: structure,
      start: free.enumerated().map { relative.contains($0) ? 0 : $1.start } + extra.map { _ in 0 },
      startDeviations: (structure.donor.parameters + structure.run.parameters).map { _ in
        specification.startDeviation
      },
      bounds: free.enumerated().map { relative.contains($0) ? -5...5 : $1.bounds }
        + extra.map { _ in wide })
    model.priors =
      free.enumerated().map { k, entry in
        guard let prior = entry.prior, specification.priors?.contains(entry.name) ?? true else {
          return nil
        }
        return .init(mean: relative.contains(k) ? 0 : prior.mean, sd: prior.sd)
      } + extra.map { _ in nil }
    self.model = model
    self.notes = notes
  }

  /// Where a run's file speaks of it first; its name for a run that was not read from one.
  static func place(_ run: Run) -> Place {
    (run.observations.first?.place ?? run.operations.first?.place) ?? Place(file: run.name)
  }

  private static func refusal(
    _ cultures: [Culture], _ cause: String, _ remedy: String
  ) -> InputRefused {
    InputRefused([
      Finding(
        .error, "E_POPULATION",
        at: cultures.first.map { PopulationPlan.place($0.run) } ?? Place(file: "the population"),
        cause, remedy: remedy)
    ])
  }
}

extension PopulationFit {
  /// A population fit of runs of one text model, with the plan that tells what its numbers mean.
  ///
  /// Throws `InputRefused` as `PopulationPlan` does; a fit that fails says so in its result.
  public static func run(
    cultures: [Culture], specification: PopulationSpecification,
    fitOptions: FitOptions = FitOptions(), options: PopulationOptions = PopulationOptions(),
    near: PopulationResult? = nil
  ) throws(InputRefused) -> (result: PopulationResult, plan: PopulationPlan) {
    let plan = try PopulationPlan(
      cultures: cultures, specification: specification, fitOptions: fitOptions)
    var options = options
    // A simulated likelihood is known to its integrator's tolerance.
    options.objectiveTolerance = max(options.objectiveTolerance, 10 * fitOptions.relativeTolerance)
    var result = run(plan.model, options: options, near: near)
    result.notes += plan.notes
    return (result, plan)
  }
}
