import Bioreactor

/// The posterior of a fit's parameters on their estimation scales, and the likelihood by itself.
///
/// It holds simulators and belongs to one task. Densities of readings are in base units, with all
/// constants; priors are not truncated to the bounds, which changes their constant only.
public struct CultureDensity: LogDensity {
  private let problem: FitProblem

  /// The density of cultures of one model under a plan.
  public init(_ cultures: [Culture], plan: ParameterPlan, options: FitOptions) {
    problem = FitProblem(cultures, plan: plan, options: options)
  }

  /// Number of parameters.
  public var dimension: Int { problem.parameterCount }

  /// ln density and its gradient; nil where the objective cannot be computed.
  public func evaluate(at point: [Double]) -> (value: Double, gradient: [Double])? {
    ProblemDensity(problem).evaluate(at: point)
  }

  /// Log-likelihood of the measurements; nil where the model cannot be simulated.
  public func logLikelihood(at point: [Double]) -> Double? {
    problem.objective(at: point).map { problem.priorTerm(point) - $0 }
  }
}
