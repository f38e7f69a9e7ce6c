import Inference
import LinearAlgebra
import Statistics

/// What is known at the optimum: standard errors, random effects, log-likelihoods, donors.
struct PopulationAssessment {
  let problem: MarginalProblem
  let plan: IntegrationPlan
  /// Elements of theta held at the boundary of zero variance.
  let held: [Int: Double]

  private var model: PopulationModel { problem.model }
  private var layout: PopulationLayout { problem.layout }

  func fill(_ result: inout PopulationResult, _ found: PopulationOptimum) {
    result.termination = found.termination
    result.gradient = found.gradientNorm
    let theta = found.parameters
    let exactly = problem.options.usesHessian
    guard let all = problem.marginals(at: theta, order: .information, exactly: exactly) else {
      result.notes.append(problem.lastFailure ?? "The optimum cannot be computed again.")
      return
    }
    let donors = all.map(\.0)
    result.isUsable = found.termination.isConverged
    if !result.isUsable { result.notes.append(found.termination.advice) }
    result.logLikelihood = -donors.reduce(0) {
      $0 + (problem.isLaplace ? $1.laplace : $1.value)
    }
    result.laplace = (
      -donors.reduce(0) { $0 + $1.laplace }, donors.allSatisfy(\.isExact)
    )
    let influence = influence(&result, donors, found)
    result.influence = influence
    result.setEstimates(
      theta, influence, names: model.parameters,
      fixed: zip(model.fixedNames, found.activeBounds).map { ($0, $1) })
    let point = layout.point(theta)
    let checked = check(theta)
    if let sampled = checked {
      let variance = sampled.reduce(0) { $0 + $1.error * $1.error }
      result.importance = (-sampled.reduce(0) { $0 + $1.value }, variance.squareRoot())
    }
    // Where the fit rests on draws, those are judged; else those of the check.
    let sampled = problem.usesDraws ? donors : checked
    result.donors = model.donors.indices.map { i in
      estimate(i, donors[i], sampled?[i], point)
    }
    judge(&result, sampled)
    let inflation = layout.structure.studentDegrees.map { $0 > 2 ? $0 / ($0 - 2) : .nan } ?? 1
    result.donorEffects.shrinkage = shrinkage(
      result.donorEffects.deviations, result.donors.map(\.mean), inflation)
    result.runEffects.shrinkage = shrinkage(
      result.runEffects.deviations, result.donors.flatMap(\.runMeans), 1)
    for name in result.donorEffects.atZero + result.runEffects.atZero {
      result.notes.append(
        "The variance of \(name) is at its boundary of zero: these data do not show that it varies"
          + (layout.structure.donor.isFull ? " beyond what the effects before it explain." : "."))
    }
  }

  /// What leaving donors out needs, with the information that has an inverse; its `covariance` is nil,
  /// with the reasons in the result, when none has.
  private func influence(
    _ result: inout PopulationResult, _ donors: [DonorMarginal], _ found: PopulationOptimum
  ) -> DonorInfluence {
    var influence = DonorInfluence(
      layout: layout, held: held,
      free: (0..<layout.count).filter { held[$0] == nil && found.activeBounds[$0] == .none },
      bounds: model.bounds,
      precisions: (0..<layout.fixed).map { k in
        (model.priors.isEmpty ? nil : model.priors[k]).map { 1 / ($0.sd * $0.sd) } ?? 0
      }, isExact: problem.options.usesHessian && donors.allSatisfy(\.isExact),
      donors: donors.map { DonorInformation(score: $0.score, louis: $0.information) },
      modes: donors.map(\.mode),
      measurements: model.donors.map {
        $0.occasions.reduce(0) { $0 + $1.likelihood.measurementCount }
      })
    guard !influence.free.isEmpty else { return influence }
    do {
      let information = try influence.information()
      influence.covariance = information.whole(layout.count)
      result.information = information.source
      if !information.reasons.isEmpty {
        result.notes.append(
          (information.reasons + ["Standard errors come from \(information.source.words)."])
            .joined(separator: " "))
      }
    } catch {
      result.covarianceRefusal =
        (error.reasons + ["Standard errors are refused."]).joined(separator: " ")
      result.notes.append(result.covarianceRefusal ?? "")
    }
    return influence
  }

  /// The log-likelihood by importance sampling at the optimum, donor by donor.
  private func check(_ theta: [Double]) -> [DonorMarginal]? {
    guard !plan.check.isEmpty else { return nil }
    let sampler = MarginalProblem(
      model, options: problem.options, isLaplace: false, rules: plan.check, modes: problem.modes)
    return sampler.marginals(at: theta, order: .value)?.map(\.0)
  }

  private func estimate(
    _ i: Int, _ marginal: DonorMarginal, _ sampled: DonorMarginal?, _ point: PopulationPoint
  ) -> PopulationResult.DonorEstimate {
    let donor = model.donors[i]
    let h = DonorIntegrand(donor, layout, point)
    let (q, d) = (layout.structure.donor.count, h.dimension)
    let lower = point.donorFactor
    func scaled(_ v: [Double]) -> [Double] {
      (0..<q).map { a in (0..<q).reduce(0) { $0 + lower[a * q + $1] * v[$1] } }
    }
    let covariance = (0..<(q * q)).map { k -> Double in
      var sum = 0.0
      for b in 0..<q {
        for c in 0..<q {
          sum += lower[(k / q) * q + b] * marginal.covariance[b * d + c] * lower[(k % q) * q + c]
        }
      }
      return sum
    }
    let psi = donor.occasions.indices.map { h.psi($0, marginal.mode) }
    let (within, inner) = (layout.structure.run.count, point.runFactor)
    let runMeans = donor.occasions.indices.map { j in
      (0..<within).map { a in
        (0..<within).reduce(0) {
          $0 + inner[a * within + $1] * marginal.mean[q + j * within + $1]
        }
      }
    }
    return PopulationResult.DonorEstimate(
      name: donor.name, runs: donor.occasions.map(\.name), mode: scaled(marginal.mode),
      mean: scaled(marginal.mean), covariance: covariance, runMeans: runMeans, psi: psi,
      residuals: zip(donor.occasions, psi).map { $0.likelihood.residuals(at: $1) },
      logLikelihood: -(problem.isLaplace ? marginal.laplace : marginal.value),
      effectiveDraws: sampled?.effectivePoints,
      paretoShape: sampled.map { ParetoTail.shape(logWeights: $0.logWeights) })
  }

  /// 1 - (mean square of the posterior means)/variance; source: Savic and Karlsson (2009), AAPS J
  /// 11:558. `inflation` is the variance over the squared deviation, NaN where there is none.
  private func shrinkage(
    _ deviations: [Double], _ means: [[Double]], _ inflation: Double
  ) -> [Double?] {
    deviations.enumerated().map { a, deviation in
      guard deviation > 0, !means.isEmpty, inflation.isFinite else { return nil }
      let square = means.reduce(0) { $0 + $1[a] * $1[a] }
      return 1 - square / Double(means.count) / (inflation * deviation * deviation)
    }
  }
}
