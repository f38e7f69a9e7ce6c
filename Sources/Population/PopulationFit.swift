import Inference
import LinearAlgebra
import Quantities

/// Fits nonlinear mixed-effects models by maximum likelihood.
public enum PopulationFit {
  /// The maximum-likelihood estimate of a population.
  ///
  /// Coarse points lead the search near the optimum, the method's own finish it. A fit that fails
  /// says so in `termination`, `isUsable` and `notes`; it never throws.
  public static func run(
    _ model: PopulationModel, options: PopulationOptions = PopulationOptions()
  ) -> PopulationResult {
    var result = PopulationResult()
    result.donorCount = model.donors.count
    result.runCount = model.donors.reduce(0) { $0 + $1.occasions.count }
    result.measurements = model.measurementCount
    result.parameters = model.parameters
    result.studentDegrees = model.structure.studentDegrees
    if let fault = model.fault {
      result.termination = .invalidProblem
      result.notes = [fault]
      return result
    }
    if let fault = IntegrationPlan.fault(model, options) {
      result.termination = .invalidProblem
      result.notes = [fault]
      return result
    }
    let plan = IntegrationPlan(model, options)
    result.methodWords = plan.words
    if case .saem = options.method {
      saem(model, options, plan, &result)
      return result
    }
    var held: [Int: Double] = [:]
    let coarse = MarginalProblem(model, options: options, isLaplace: false, rules: plan.coarse)
    let first = minimise(coarse, from: coarse.start, options: plan.coarseSearch)
    result.evaluations = coarse.evaluations
    result.failures = coarse.failures
    guard first.objective.isFinite else {
      result.termination = first.termination
      result.notes = [first.termination.advice] + (coarse.lastFailure.map { [$0] } ?? [])
      return result
    }
    var origin = first.parameters
    var modes = coarse.modes
    // Each round that finds a variance of zero holds it there and searches on.
    for _ in 0...coarse.layout.diagonals.count {
      let fine = MarginalProblem(
        model, options: options, isLaplace: plan.isLaplace, rules: plan.fine, modes: modes,
        held: held)
      let found = minimise(fine, from: origin, options: plan.search)
      let zeros =
        found.objective.isFinite
        ? zeroVariances(fine, PopulationOptimum(found), held, options) : [:]
      result.evaluations += fine.evaluations
      result.failures += fine.failures
      modes = fine.modes
      guard found.objective.isFinite else {
        result.termination = found.termination
        result.notes = [found.termination.advice] + (fine.lastFailure.map { [$0] } ?? [])
        return result
      }
      origin = found.parameters
      if zeros.isEmpty {
        PopulationAssessment(problem: fine, plan: plan, held: held)
          .fill(&result, PopulationOptimum(found))
        return result
      }
      held.merge(zeros) { $1 }
      for (column, value) in zeros { origin[column] = value }
    }
    return result
  }

  /// Deviations that can be set to zero at no cost, with the value at which to hold them.
  static func zeroVariances(
    _ problem: MarginalProblem, _ found: PopulationOptimum, _ held: [Int: Double],
    _ options: PopulationOptions
  ) -> [Int: Double] {
    var zeros: [Int: Double] = [:]
    for (index, diagonal) in problem.layout.diagonals.enumerated()
    where held[diagonal.column] == nil {
      let start = Double.log(problem.model.startDeviations[index])
      // A deviation that grew or stayed near its start is no candidate: no evaluation is spent on
      // it.
      guard found.parameters[diagonal.column] < start - 1 else { continue }
      var point = found.parameters
      point[diagonal.column] = start - MarginalProblem.reach.below
      if let there = problem.objective(at: point),
        there - found.objective <= options.boundaryTolerance
      {
        zeros[diagonal.column] = point[diagonal.column]
      }
    }
    return zeros
  }
}
