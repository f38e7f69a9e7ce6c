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
  private static func converge(
    _ search: inout SaemSearch, _ model: PopulationModel, _ options: PopulationOptions,
    _ plan: IntegrationPlan, _ held: [Int: Double], _ result: inout PopulationResult
  ) -> (MarginalProblem, PopulationOptimum) {
    var round = 1
    while true {
      search.run(
        burnIn: round == 1 ? options.saem.burnIn : max(1, options.saem.burnIn / 3),
        stretch: 1 << (round - 1))
      let problem = MarginalProblem(
        model, options: options, isLaplace: false, rules: plan.fine,
        proposals: search.proposals, held: held)
      let theta = search.theta
      var found = PopulationOptimum(
        parameters: theta, objective: .nan, termination: .infeasibleStart, gradientNorm: .infinity,
        activeBounds: zip(theta, zip(problem.lowerBounds, problem.upperBounds)).map {
          $1.0 == $1.1 || $0 > $1.0 && $0 < $1.1 ? .none : $0 <= $1.0 ? .lower : .upper
        })
      let linear = problem.linearise(at: theta)
      result.evaluations += problem.evaluations
      result.failures += problem.failures
      guard let linear else { return (problem, found) }
      // Bounds and held deviations cannot follow the gradient.
      let free = theta.indices.filter {
        held[$0] == nil && found.activeBounds[$0] == .none
      }
      found.objective = linear.objective
      found.gradientNorm = distance(linear, free)
      found.termination =
        found.gradientNorm <= saemTolerance ? .convergedObjective : .maximumEvaluations
      if found.gradientNorm <= 0.5 * saemTolerance || round >= options.saem.rounds {
        if found.termination == .maximumEvaluations {
          result.notes.append(
            "SAEM stands \(NumberText.significant(found.gradientNorm)) standard errors from a "
              + "stationary point after \(search.iterations) iterations: use more.")
        }
        return (problem, found)
      }
      round += 1
    }
  }

  /// sqrt(g H^-1 g) of the free elements: how many standard errors away the optimum is.
  private static func distance(_ linear: Linearisation, _ free: [Int]) -> Double {
    guard !free.isEmpty else { return 0 }
    let gradient = (try? linear.rows.transposedTimes(linear.residuals)) ?? []
    guard !gradient.isEmpty,
      let own = try? linear.rows.selecting(free, scaledBy: free.map { _ in 1 }),
      let gram = try? own.transposed.times(own), let factor = try? Cholesky(gram),
      let y = try? factor.solveLower(free.map { gradient[$0] })
    else { return .infinity }
    return euclideanNorm(y)
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
