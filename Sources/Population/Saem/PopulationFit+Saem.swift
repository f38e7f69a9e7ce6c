import Inference
import LinearAlgebra
import Quantities

extension PopulationFit {
  /// The largest distance from a stationary point, in standard errors, at which SAEM has converged.
  static let saemTolerance = 0.1

  /// A fit by stochastic approximation: the estimates of `SaemSearch`, judged by the sampled
  /// likelihood's gradient there.
  static func saem(
    _ model: PopulationModel, _ options: PopulationOptions, _ plan: IntegrationPlan,
    _ result: inout PopulationResult
  ) {
    let layout = model.layout
    var theta = model.start + [Double](repeating: 0, count: layout.count - layout.fixed)
    for (index, diagonal) in layout.diagonals.enumerated() {
      theta[diagonal.column] = Double.log(model.startDeviations[index])
    }
    var held: [Int: Double] = [:]
    for _ in 0...layout.diagonals.count {
      func effects(isDonor: Bool) -> Set<Int> {
        Set(
          layout.diagonals.filter { $0.isDonor == isDonor && held[$0.column] != nil }
            .map(\.effect))
      }
      var search = SaemSearch(
        model, options, theta: theta, heldDonor: effects(isDonor: true),
        heldRun: effects(isDonor: false))
      let (problem, found) = converge(&search, model, options, plan, held, &result)
      theta = found.parameters
      guard found.objective.isFinite else {
        result.termination = found.termination
        result.notes.append(problem.lastFailure ?? "The sampled likelihood cannot be computed.")
        return
      }
      let zeros = saemZeros(model, options, plan, found, held, problem.modes)
      if zeros.isEmpty {
        PopulationAssessment(problem: problem, plan: plan, held: held).fill(&result, found)
        return
      }
      held.merge(zeros) { $1 }
      for (column, value) in zeros { theta[column] = value }
    }
  }

  /// Rounds until the gradient of the sampled likelihood is small.
  ///
  /// Within two standard errors, and where every donor's draws can be relied on, Newton steps on
  /// the sampled likelihood take off the noise of the chains (Le Cam's one-step estimate). Where they
  /// cannot be, the search has converged when its mean no longer moves.
  private static func converge(
    _ search: inout SaemSearch, _ model: PopulationModel, _ options: PopulationOptions,
    _ plan: IntegrationPlan, _ held: [Int: Double], _ result: inout PopulationResult
  ) -> (MarginalProblem, PopulationOptimum) {
    var round = 1
    var before: SaemPlace?
    search.burnIn()
    while true {
      search.smooth(options.saem.smoothing << max(round - 2, 0))
      let problem = MarginalProblem(
        model, options: options, isLaplace: false, rules: plan.fine,
        proposals: search.proposals, held: held)
      defer {
        result.evaluations += problem.evaluations
        result.failures += problem.failures
      }
      guard var here = SaemPlace(search.estimate, problem, held) else {
        return (problem, SaemPlace.nowhere(search.estimate))
      }
      for _ in 0..<4 where problem.isWellDrawn && here.distance < 2 && here.distance > 1e-3 {
        guard let next = SaemPlace(here.ahead, problem, held), next.distance < here.distance else {
          break
        }
        here = next
      }
      var isConverged = here.distance <= saemTolerance
      if !isConverged, round >= options.saem.rounds, let before {
        // Draws that cannot carry the gradient leave the search's own rest as a witness.
        let moved = here.length(to: before)
        isConverged = !problem.isWellDrawn && moved <= saemTolerance
        result.notes.append(
          "SAEM stands \(NumberText.significant(here.distance)) standard errors from a stationary "
            + "point by its draws after \(search.iterations) iterations"
            + (isConverged
              ? ", which cannot be relied on; its mean moved by "
                + "\(NumberText.significant(moved)) in the last half of them." : ": use more."))
      }
      if isConverged || round >= options.saem.rounds {
        return (problem, here.optimum(isConverged: isConverged))
      }
      before = here
      round += 1
    }
  }

  /// Deviations of uncorrelated effects that can be set to zero; those of a full covariance stay.
  private static func saemZeros(
    _ model: PopulationModel, _ options: PopulationOptions, _ plan: IntegrationPlan,
    _ found: PopulationOptimum, _ held: [Int: Double], _ modes: [[Double]]
  ) -> [Int: Double] {
    let problem = MarginalProblem(
      model, options: options, isLaplace: false, rules: plan.fine, modes: modes, held: held)
    var here = found
    guard let objective = problem.objective(at: found.parameters) else { return [:] }
    here.objective = objective
    return zeroVariances(problem, here, held, options).filter { column, _ in
      let diagonal = problem.layout.diagonals.first { $0.column == column }
      let structure = model.structure
      return !(diagonal?.isDonor == true ? structure.donor.isFull : structure.run.isFull)
    }
  }
}

extension SaemSearch {
  /// Mean and covariance of each donor's effects in the smoothing.
  var proposals: [EffectProposal] {
    let n = Double(max(kept, 1))
    return zip(effects, squares).map { sum, square in
      let mean = sum.map { $0 / n }
      let d = mean.count
      return EffectProposal(
        mean: mean,
        covariance: (0..<(d * d)).map { square[$0] / n - mean[$0 / d] * mean[$0 % d] })
    }
  }
}
