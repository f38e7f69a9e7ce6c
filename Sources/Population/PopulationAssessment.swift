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
    result.theta = found.parameters
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
    let covariance = standardErrors(&result, donors, found)
    result.fixed = (0..<layout.fixed).map { j in
      PopulationResult.FixedEffect(
        name: model.fixedNames[j], estimate: theta[j],
        standardError: found.activeBounds[j] == .none ? covariance.flatMap { root($0[j, j]) } : nil,
        bound: found.activeBounds[j])
    }
    if let covariance {
      result.thetaCovariance = covariance
      result.fixedCovariance = Matrix(rows: layout.fixed, columns: layout.fixed) {
        covariance[$0, $1]
      }
    }
    let point = layout.point(theta)
    result.donorEffects = effects(
      layout.structure.donor, point.donorFactor, isDonor: true, covariance, theta)
    result.runEffects = effects(
      layout.structure.run, point.runFactor, isDonor: false, covariance, theta)
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

  /// Covariance of theta; NaN rows for held elements. nil, with the reason, when refused.
  private func standardErrors(
    _ result: inout PopulationResult, _ donors: [DonorMarginal], _ found: PopulationOptimum
  ) -> Matrix? {
    let n = layout.count
    let free = (0..<n).filter { held[$0] == nil && found.activeBounds[$0] == .none }
    let (information, _) = problem.information(donors)
    result.informationIsObserved =
      problem.options.usesHessian && donors.allSatisfy(\.isExact)
    guard !free.isEmpty else { return nil }
    let own = Matrix(rows: free.count, columns: free.count) { i, j in
      0.5 * (information[free[i] * n + free[j]] + information[free[j] * n + free[i]])
    }
    do {
      let inverse = try Cholesky(own, threshold: StandardErrors.defaultThreshold).inverse()
      var position = [Int?](repeating: nil, count: n)
      for (k, column) in free.enumerated() { position[column] = k }
      return Matrix(rows: n, columns: n) { i, j in
        guard let a = position[i], let b = position[j] else { return .nan }
        return inverse[a, b]
      }
    } catch {
      result.covarianceRefusal =
        "The information of the marginal likelihood has no inverse (\(error)): standard errors are "
        + "refused."
      result.notes.append(result.covarianceRefusal ?? "")
      return nil
    }
  }

  private func root(_ variance: Double) -> Double? {
    variance >= 0 ? variance.squareRoot() : nil
  }

  private func effects(
    _ block: RandomBlock, _ factor: [Double], isDonor: Bool, _ covariance: Matrix?,
    _ theta: [Double]
  ) -> PopulationResult.RandomEstimate {
    let q = block.count
    var lower = factor
    var estimate = PopulationResult.RandomEstimate()
    estimate.names = block.parameters.map { model.parameters[$0] }
    for diagonal in layout.diagonals
    where diagonal.isDonor == isDonor && held[diagonal.column] != nil {
      lower[diagonal.effect * q + diagonal.effect] = 0
      estimate.atZero.append(estimate.names[diagonal.effect])
    }
    estimate.covariance = (0..<(q * q)).map { k in
      (0..<q).reduce(0) { $0 + lower[(k / q) * q + $1] * lower[(k % q) * q + $1] }
    }
    estimate.deviations = (0..<q).map { estimate.covariance[$0 * q + $0].squareRoot() }
    let elements = isDonor ? layout.donorElements : layout.runElements
    let first = layout.fixed + (isDonor ? 0 : layout.donorElements.count)
    estimate.logErrors = (0..<q).map { a in
      guard let covariance, estimate.deviations[a] > 0 else { return nil }
      // d ln s_a / d tau: s_a^2 = sum_b L_ab^2.
      var slopes: [(Int, Double)] = []
      for (k, element) in elements.enumerated() where element.row == a {
        let l = lower[a * q + element.column]
        let inner = element.row == element.column ? l : 1
        if held[first + k] == nil {
          slopes.append((first + k, l * inner / estimate.covariance[a * q + a]))
        }
      }
      var variance = 0.0
      for (i, u) in slopes { for (j, w) in slopes { variance += u * w * covariance[i, j] } }
      return root(variance)
    }
    estimate.shrinkage = [Double?](repeating: nil, count: q)
    return estimate
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
