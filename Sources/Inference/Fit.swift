import Bioreactor
import LinearAlgebra
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Fits one model to one run.
public enum Fit {
  /// The best estimate over many starts, with what is known of each parameter.
  ///
  /// Never throws on the data's account: a fit that fails says so in `termination`, `isUsable` and
  /// `notes`. Throws `InputRefused` when a reading has no place in its noise family.
  public static func run(
    _ culture: Culture, capacity: PlatformCapacity? = nil, options: FitOptions = FitOptions()
  ) throws(InputRefused) -> FitResult {
    try Readings.check(culture)
    var plan = ParameterPlan(culture, capacity: capacity, options: options)
    let influence = Influence(culture, plan: plan, options: options)
    influence.prune(&plan, pooled: culture.run.donor == .pooled)
    var result = FitResult(run: culture.run.name, model: culture.model.name, plan: plan)
    result.unused = culture.unused
    result.measurements = culture.targets.count
    result.estimated = plan.free.count
    guard !culture.targets.isEmpty else {
      result.notes = ["No measurement of this run is observed by the model."]
      return result
    }
    guard !plan.free.isEmpty, plan.free.count <= Predictor.maximumDirections else {
      result.notes = [
        plan.free.isEmpty
          ? "Nothing is left to estimate."
          : "More than \(Predictor.maximumDirections) parameters: hold some of them."
      ]
      return result
    }
    let problem = CultureProblem(culture, plan: plan, options: options)
    search(problem, options, &result)
    result.simulations = problem.predictor.simulations
    result.failures = problem.predictor.failures
    result.counters = problem.predictor.counters
    if result.termination.isConverged { Assessment.fill(&result, problem: problem) }
    return result
  }

  /// Every start, then the best of them once more with tight tolerances.
  private static func search(
    _ problem: CultureProblem, _ options: FitOptions, _ result: inout FitResult
  ) {
    var search = TrustRegionOptions()
    // Relative accuracy of a simulated objective; it also ends the crawl along a flat valley.
    search.objectiveTolerance = max(1e-10, options.relativeTolerance)
    search.gradientTolerance = 1e-7
    search.maximumEvaluations = 300
    let starts = StartPoints.make(problem.plan, count: options.starts, seed: options.seed)
    var best: TrustRegionResult?
    var ended: [Double] = []
    for start in starts {
      let end = minimise(problem, from: start, options: search)
      guard end.isUsable, end.objective.isFinite else {
        if best == nil, result.termination == .notRun { result.termination = end.termination }
        continue
      }
      ended.append(end.objective)
      if end.objective < (best?.objective ?? .infinity) { best = end }
    }
    result.starts = starts.count
    result.waterfall = ended.sorted()
    guard let best else {
      result.notes.append("No start converged: \(result.termination.advice)")
      return
    }
    result.agreeing = ended.filter { $0 <= best.objective + 0.1 }.count
    result.termination = best.termination
    result.point = best.parameters
    result.gradient = best.gradientNorm
    result.rcond = best.rcond
    result.natural = problem.natural(best.parameters)
    result.logPrior = -problem.priorTerm(best.parameters)
    result.logLikelihood = -best.objective - result.logPrior
    if !problem.plan.free.contains(where: { $0.prior != nil }) { result.logPrior = 0 }
    result.isUsable = true
    result.assessedBounds = best.activeBounds
  }
}
