import Bioreactor
import LinearAlgebra
import ModelLanguage
import Quantities

/// The likelihood of one run's measurements without priors, as a function of one common list of
/// parameters on their estimation scales: what a population fit needs of a run.
///
/// It holds a simulator and belongs to one task at a time.
public final class RunLikelihood {
  /// The parameters, in order: those of the model, the spread between pooled donors, counters.
  public let free: [ParameterPlan.Free]
  /// The run.
  public let culture: Culture
  private let problem: FitProblem

  /// One likelihood a culture, all with the same list of parameters.
  ///
  /// Throws `InputRefused` when a reading has no place in its noise family, or the cultures have
  /// different models.
  public static func common(
    _ cultures: [Culture], options: FitOptions
  ) throws(InputRefused) -> [RunLikelihood] {
    for culture in cultures {
      try Readings.check(culture)
      guard culture.model.name == cultures[0].model.name else {
        throw InputRefused([
          Finding(
            .error, "E_FIT_JOINT", at: Place(file: culture.run.name),
            "Runs of a population need one model.", remedy: "Name one model with --model.")
        ])
      }
    }
    guard let first = cultures.first else { return [] }
    var scopes: [String: Sharing.Scope] = [:]
    for parameter in first.model.parameters { scopes[parameter.name] = .shared }
    let shared = ParameterPlan(cultures, sharing: Sharing(scopes), options: options)
    return cultures.map { RunLikelihood($0, like: shared, options: options) }
  }

  private init(_ culture: Culture, like shared: ParameterPlan, options: FitOptions) {
    var plan = ParameterPlan(culture, options: options)
    let own = plan
    free = shared.free.map { entry in
      guard case .parameter(let index, _) = entry.role,
        let here = own.free.first(where: { $0.index == index })
      else { return entry }
      return here
    }
    plan.free = free.map { entry in
      ParameterPlan.Free(
        name: entry.name, role: entry.role, scale: entry.scale, bounds: entry.bounds,
        start: entry.start, prior: nil)
    }
    self.culture = culture
    problem = FitProblem(culture, plan: plan, options: options)
  }

  /// Number of measurements.
  public var measurementCount: Int { problem.measurementCount }

  /// The negative log-likelihood; nil where the simulation or a noise number fails.
  public func value(at p: [Double]) -> Double? { problem.objective(at: p) }

  /// The same at many points, simulated side by side; equal within the tolerance of the steps.
  public func values(at points: [[Double]]) -> [Double?] { problem.objectives(at: points) }

  /// The negative log-likelihood with rows A and residuals b: A^T b is its exact gradient and A^T A
  /// the expected information.
  public func linearise(at p: [Double]) -> Linearisation? { problem.linearise(at: p) }

  /// Standardised residuals, one a measurement; nil for a censored one, and all where the simulation
  /// fails.
  public func residuals(at p: [Double]) -> [Double?] {
    let none = [Double?](repeating: nil, count: measurementCount)
    guard let member = problem.members.first,
      let prediction = member.predictor.predict(problem.natural(p)),
      let terms = problem.terms(of: member, prediction, p)
    else { return none }
    return terms.map(\.term.residual)
  }
}
