import Inference
import LinearAlgebra
import Quantities

/// Fits nonlinear mixed-effects models by maximum likelihood.
public enum PopulationFit {
  /// The maximum-likelihood estimate of a population.
  ///
  /// Coarse points lead the search near the optimum, the method's own finish it. A fit that fails
  /// says so in `termination`, `isUsable` and `notes`; it never throws. `near` is a usable fit of the
  /// same model to similar donors: the search starts at its estimates and modes and needs no coarse
  /// points.
  public static func run(
    _ model: PopulationModel, options: PopulationOptions = PopulationOptions(),
    near: PopulationResult? = nil
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
    guard
      let start = near.flatMap({ warm($0, model) }) ?? cold(model, options, plan, &result)
    else { return result }
    var (origin, modes) = start
    // Each round that finds a variance of zero holds it there and searches on.
    for _ in 0...model.layout.diagonals.count {
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

  /// Where a search with coarse points ends; nil, with the reason in the result, when it fails.
  private static func cold(
    _ model: PopulationModel, _ options: PopulationOptions, _ plan: IntegrationPlan,
    _ result: inout PopulationResult
  ) -> (theta: [Double], modes: [[Double]])? {
    let coarse = MarginalProblem(model, options: options, isLaplace: false, rules: plan.coarse)
    let first = minimise(coarse, from: coarse.start, options: plan.coarseSearch)
    result.evaluations = coarse.evaluations
    result.failures = coarse.failures
    guard first.objective.isFinite else {
      result.termination = first.termination
      result.notes = [first.termination.advice] + (coarse.lastFailure.map { [$0] } ?? [])
      return nil
    }
    return (first.parameters, coarse.modes)
  }

  /// The estimates and modes of another fit; nil where it does not fit the model.
  ///
  /// A deviation that was zero there starts a little above it, for fewer donors may tell it.
  private static func warm(
    _ near: PopulationResult, _ model: PopulationModel
  ) -> (theta: [Double], modes: [[Double]])? {
    guard near.isUsable, let influence = near.influence, near.parameters == model.parameters,
      near.fixed.map(\.name) == model.fixedNames, influence.layout.structure == model.structure
    else { return nil }
    var theta = near.theta
    for (index, diagonal) in influence.layout.diagonals.enumerated()
    where influence.held[diagonal.column] != nil {
      theta[diagonal.column] = Double.log(model.startDeviations[index]) - 2
    }
    let known = Dictionary(
      zip(near.donors.map(\.name), influence.modes), uniquingKeysWith: { first, _ in first })
    return (
      theta,
      model.donors.map { donor in
        let d = influence.layout.dimension(occasions: donor.occasions.count)
        let mode = known[donor.name]
        return mode?.count == d ? mode ?? [] : [Double](repeating: 0, count: d)
      }
    )
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
