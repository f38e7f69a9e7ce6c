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
    _ culture: Culture, options: FitOptions = FitOptions()
  ) throws(InputRefused) -> FitResult {
    try Readings.check(culture)
    var plan = ParameterPlan(culture, options: options)
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
    let ended = MultiStart(count: options.starts, seed: options.seed).minimise(
      problem, nominal: problem.plan.free.map(\.start), box: problem.plan.startBox,
      options: problem.search)
    result.starts = ended.results.count
    result.waterfall = ended.waterfall
    result.agreeing = ended.agreeing
    guard let best = ended.best else {
      result.termination = ended.results[0].termination
      result.notes.append(
        "No start converged: \(result.termination.advice)" + nearest(ended, problem.plan))
      return
    }
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

  /// How far the best of searches that did not converge came, for whoever has to find out why.
  private static func nearest(_ ended: MultiStartResult, _ plan: ParameterPlan) -> String {
    let best = ended.results.filter { $0.objective.isFinite }.min { $0.objective < $1.objective }
    guard let best else { return "" }
    let values = zip(plan.free, best.parameters).enumerated().map { index, pair in
      let side = best.activeBounds[index]
      return "\(pair.0.name) \(NumberText.significant(pair.0.scale.toNatural(pair.1), 4))"
        + (side == .none ? "" : " (at its \(side.rawValue) bound)")
    }
    return " The best of them ended at \(values.joined(separator: ", ")) in base units, relative "
      + "gradient \(NumberText.significant(best.gradientNorm, 2))."
  }
}
