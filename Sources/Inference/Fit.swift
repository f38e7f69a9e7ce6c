import Bioreactor
import Integration
import LinearAlgebra
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Fits one model to one run, or to several runs together.
public enum Fit {
  /// The best estimate over many starts, with what is known of each parameter.
  ///
  /// Never throws on the data's account: a fit that fails says so in `termination`, `isUsable` and
  /// `notes`. Throws `InputRefused` when a reading has no place in its noise family.
  public static func run(
    _ culture: Culture, options: FitOptions = FitOptions()
  ) throws(InputRefused) -> FitResult {
    try run(joint: [culture], options: options)
  }

  /// Runs of one model fitted together: `sharing` says which parameters they have in common.
  ///
  /// The answer does not depend on the order of the runs: they are taken by name. Throws as the fit
  /// of one run; also when there is no run or the runs have different models. `origins` are points
  /// on the estimation scales, in the plan's order, from which a search is made besides.
  public static func run(
    joint cultures: [Culture], sharing: Sharing = Sharing(), options: FitOptions = FitOptions(),
    from origins: [[Double]] = []
  ) throws(InputRefused) -> FitResult {
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    guard let first = cultures.first, cultures.allSatisfy({ $0.model.name == first.model.name })
    else {
      throw InputRefused([
        Finding(
          .error, "E_FIT_JOINT", at: Place(file: cultures.first?.run.name ?? "the fit"),
          "A joint fit needs at least one run, and one model for all of them.",
          remedy: "Name one model with --model.")
      ])
    }
    for culture in cultures { try Readings.check(culture) }
    let coarse = options.coarse
    let whole = FitProblem(
      cultures, plan: ParameterPlan(cultures, sharing: sharing, options: options),
      options: coarse ?? options)
    let starts = MultiStart(
      count: options.starts, seed: options.seed, unanimous: options.unanimousStarts)
    var influence = Influence(whole, starts: starts)
    let pooled = cultures.contains { $0.run.donor == .pooled }
    let plan = influence.pruned(whole.plan, pooled: pooled)
    let found = solve(whole, plan, cultures, options, starts, origins)
    guard found.isUsable, influence.look(at: found.point, of: plan, in: whole) else { return found }
    // What moved nothing where the searches began matters where they ended: it is fitted after all.
    let more = influence.pruned(whole.plan, pooled: pooled)
    let origin = more.point(from: plan, found.point)
    var again = solve(whole, more, cultures, options, starts, origins + [origin])
    again.simulations += found.simulations
    again.failures += found.failures
    again.counters += found.counters
    return again
  }

  /// The search and the assessment of one plan; `whole` is the problem before parameters without
  /// influence were taken out.
  private static func solve(
    _ whole: FitProblem, _ plan: ParameterPlan, _ cultures: [Culture], _ options: FitOptions,
    _ starts: MultiStart, _ origins: [[Double]]
  ) -> FitResult {
    let coarse = options.coarse
    var result = FitResult(
      runs: cultures.map(\.run.name), model: cultures[0].model.name, plan: plan)
    for culture in cultures { result.unused.merge(culture.unused) { $0 + $1 } }
    result.measurements = cultures.reduce(0) { $0 + $1.targets.count }
    result.estimated = plan.free.count
    result.startsAllowed = starts.count
    guard result.measurements > 0 else {
      let measured = result.unused.keys.sorted().joined(separator: ", ")
      result.notes = [
        "No measurement of \(result.runWords) is observed by the model"
          + (measured.isEmpty ? "." : "; measured: \(measured).")
      ]
      return result
    }
    let most = cultures.indices.map { plan.columns(of: $0).count }.max() ?? 0
    guard !plan.free.isEmpty, most <= Predictor.maximumDirections else {
      result.notes = [
        plan.free.isEmpty
          ? "Nothing is left to estimate."
          : "More than \(Predictor.maximumDirections) parameters in one run: hold some of them."
      ]
      return result
    }
    let far =
      plan.free.count == whole.plan.free.count
      ? whole : FitProblem(cultures, plan: plan, options: coarse ?? options)
    let problem = coarse == nil ? far : FitProblem(cultures, plan: plan, options: options)
    search(
      StagedSearch(fine: problem, coarse: coarse == nil ? nil : far, starts: starts), origins,
      &result)
    for member in coarse == nil ? problem.members : far.members + problem.members {
      result.simulations += member.predictor.simulations
      result.failures += member.predictor.failures
      result.counters += member.predictor.counters
    }
    if result.termination.isConverged {
      Assessment.fill(&result, problem: problem, coarse: far)
    }
    return result
  }

  /// Every start, then the best of them.
  private static func search(
    _ staged: StagedSearch, _ extra: [[Double]], _ result: inout FitResult
  ) {
    let problem = staged.fine
    var ended = staged.run()
    if let more = once(more: problem, after: ended, from: extra) {
      ended = MultiStartResult(ended.results + more, agreement: staged.starts.agreement)
    }
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
    result.logPrior = -problem.priorTerm(best.parameters)
    result.logLikelihood = -best.objective - result.logPrior
    if !problem.plan.hasPriors { result.logPrior = 0 }
    result.isUsable = true
    result.assessedBounds = best.activeBounds
  }

  /// Searches from where the others point to: from the lowest point that did not converge, and, for
  /// counted cells, from the best one with the least noise. There the likelihood is flat towards
  /// counting alone, and searches from afar end on the wrong side of a low ridge.
  private static func once(
    more problem: FitProblem, after ended: MultiStartResult, from extra: [[Double]]
  ) -> [TrustRegionResult]? {
    guard let best = ended.best else { return nil }
    var origins = extra.filter { $0.count == problem.parameterCount }
    let lowest = ended.results.filter { $0.objective.isFinite && !$0.isUsable }
      .min { $0.objective < $1.objective }
    if let lowest, lowest.objective < best.objective - 1e-3 { origins.append(lowest.parameters) }
    let isCounted = problem.members.contains { member in
      member.culture.targets.contains { $0.observation.count != nil }
    }
    let noise = problem.plan.free.indices.filter {
      problem.plan.noiseNames.contains(problem.plan.free[$0].name)
    }
    if isCounted, !noise.isEmpty {
      var quiet = best.parameters
      for j in noise { quiet[j] = problem.lowerBounds[j] }
      origins.append(quiet)
    }
    guard !origins.isEmpty else { return nil }
    return origins.map { minimise(problem, from: $0, options: problem.search) }
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
