import Inference
import LinearAlgebra
import Statistics

/// The negative marginal log-likelihood of a population as an objective of the search.
final class MarginalProblem: LeastSquaresProblem {
  let model: PopulationModel
  let layout: PopulationLayout
  let options: PopulationOptions
  /// Minimise the Laplace approximation in place of the integral.
  let isLaplace: Bool
  let lowerBounds: [Double]
  let upperBounds: [Double]
  private let rules: [IntegrationRule]
  /// Where each donor's draws are made; nil for about the modes.
  private let proposals: [EffectProposal]?
  /// True when every donor's draws of the last linearisation can be relied on.
  private(set) var isWellDrawn = true
  /// Modes of the last linearisation: where searches start.
  private(set) var modes: [[Double]]
  /// Evaluations in which a donor's mode or integral could not be computed.
  private(set) var failures = 0
  /// Evaluations in all.
  private(set) var evaluations = 0
  /// Why the last evaluation failed.
  private(set) var lastFailure: String?

  /// True when the curvature of the search is the outer product of the donors' scores (Berndt et al.
  /// 1974): where runs have no Hessian, and donors enough. With expected curvatures Louis'
  /// information is often indefinite, and then no measure of how far an optimum is.
  private let usesScores: Bool

  /// Logarithms of deviations reach this far below and above their starts.
  static let reach = (below: 9.0, above: 6.0)

  /// `rules` has one entry a donor; `held` gives values of theta that do not move, by column.
  init(
    _ model: PopulationModel, options: PopulationOptions, isLaplace: Bool,
    rules: [IntegrationRule], modes: [[Double]]? = nil, proposals: [EffectProposal]? = nil,
    held: [Int: Double] = [:]
  ) {
    self.proposals = proposals
    self.model = model
    self.options = options
    self.isLaplace = isLaplace
    layout = model.layout
    self.rules = rules
    let layout = self.layout
    usesScores =
      !isLaplace && model.donors.count >= 3 * layout.count
      && !(options.usesHessian && model.startIsExact)
    self.modes =
      modes
      ?? model.donors.map {
        [Double](repeating: 0, count: layout.dimension(occasions: $0.occasions.count))
      }
    var lower = model.bounds.map(\.lowerBound)
    var upper = model.bounds.map(\.upperBound)
    lower += [Double](repeating: -.infinity, count: layout.count - layout.fixed)
    upper += [Double](repeating: .infinity, count: layout.count - layout.fixed)
    for (index, diagonal) in layout.diagonals.enumerated() {
      let center = Double.log(model.startDeviations[index])
      lower[diagonal.column] = center - Self.reach.below
      upper[diagonal.column] = center + Self.reach.above
    }
    for (column, value) in held {
      lower[column] = value
      upper[column] = value
    }
    lowerBounds = lower
    upperBounds = upper
  }

  var parameterCount: Int { layout.count }

  /// True when the likelihood rests on random draws.
  var usesDraws: Bool { rules.contains(where: \.isRandom) }

  /// The start: fixed effects of the model, deviations without correlation.
  var start: [Double] {
    var start = model.start + [Double](repeating: 0, count: layout.count - layout.fixed)
    for (index, diagonal) in layout.diagonals.enumerated() {
      start[diagonal.column] = Double.log(model.startDeviations[index])
    }
    return start
  }

  func objective(at p: [Double]) -> Double? {
    guard let donors = marginals(at: p, order: .value) else { return nil }
    return donors.reduce(model.priorTerm(p)) { $0 + (isLaplace ? $1.0.laplace : $1.0.value) }
  }

  private func mode(_ h: DonorIntegrand, _ i: Int) -> DonorMode? {
    ModeSearch.find(h, from: modes[i], exactly: options.usesHessian)
      ?? ModeSearch.find(h, from: modes[i].map { _ in 0 }, exactly: options.usesHessian)
  }

  func linearise(at p: [Double]) -> Linearisation? {
    guard let donors = marginals(at: p, order: usesScores ? .score : .information) else {
      return nil
    }
    modes = donors.map { $0.0.mode }
    isWellDrawn = donors.allSatisfy { donor, _ in
      donor.logWeights.isEmpty || proposals == nil
        || donor.effectivePoints >= PopulationResult.leastEffectiveDraws
          && ParetoTail.shape(logWeights: donor.logWeights) < ParetoTail.largestReliableShape
    }
    let n = layout.count
    var gradient = [Double](repeating: 0, count: n)
    var value = model.priorTerm(p)
    for (donor, slope) in donors {
      value += isLaplace ? donor.laplace : donor.value
      let own = slope ?? donor.score
      for k in 0..<n { gradient[k] += own[k] }
    }
    for (k, prior) in model.priors.enumerated() {
      if let prior { gradient[k] += (p[k] - prior.mean) / (prior.sd * prior.sd) }
    }
    var (information, complete) =
      usesScores ? outer(donors.map(\.0)) : self.information(donors.map(\.0))
    // What is held has no part in the curvature.
    for k in 0..<n where lowerBounds[k] == upperBounds[k] {
      gradient[k] = 0
      for l in 0..<n {
        information[k * n + l] = k == l ? 1 : 0
        information[l * n + k] = k == l ? 1 : 0
      }
    }
    guard let rows = MarginalProblem.rows(value, gradient, information, complete) else {
      failures += 1
      lastFailure = "The information of the marginal likelihood is not positive definite."
      return nil
    }
    return rows
  }

  /// The outer product of the scores about their mean, with the priors' precisions, twice: as
  /// information and as what mends it.
  private func outer(_ donors: [DonorMarginal]) -> ([Double], [Double]) {
    let n = layout.count
    let count = Double(donors.count)
    let means = (0..<n).map { k in donors.reduce(0) { $0 + $1.score[k] } / count }
    var sum = [Double](repeating: 0, count: n * n)
    for donor in donors {
      for k in 0..<n {
        let left = donor.score[k] - means[k]
        for l in 0..<n { sum[k * n + l] += left * (donor.score[l] - means[l]) }
      }
    }
    for (k, prior) in model.priors.enumerated() {
      if let prior { sum[k * n + k] += 1 / (prior.sd * prior.sd) }
    }
    return (sum, sum)
  }

  /// Sums of Louis' information and of its first part, with the priors', row by row.
  func information(_ donors: [DonorMarginal]) -> ([Double], [Double]) {
    let n = layout.count
    var information = [Double](repeating: 0, count: n * n)
    var complete = information
    for donor in donors {
      for k in information.indices {
        information[k] += donor.information[k]
        complete[k] += donor.complete[k]
      }
    }
    for (k, prior) in model.priors.enumerated() {
      guard let prior else { continue }
      information[k * n + k] += 1 / (prior.sd * prior.sd)
      complete[k * n + k] += 1 / (prior.sd * prior.sd)
    }
    return (information, complete)
  }

  /// Rows A = M^T with M M^T the information, and b = M^-1 g, so that A^T b is the gradient.
  ///
  /// Far from an optimum the observed information may be indefinite; it then gets a share of the
  /// complete one's diagonal, the least of a fixed ladder that makes it positive definite.
  private static func rows(
    _ value: Double, _ gradient: [Double], _ information: [Double], _ complete: [Double]
  ) -> Linearisation? {
    let n = gradient.count
    let whole = ModeSearch.matrix(information, n)
    for share in [0, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 1, 3, 10] {
      let mended = Matrix(rows: n, columns: n) { i, j in
        i == j ? whole[i, i] + share * abs(complete[i * n + i]) + 1e-10 : whole[i, j]
      }
      guard let factor = try? Cholesky(mended, threshold: 1e-9),
        let residuals = try? factor.solveLower(gradient)
      else { continue }
      return Linearisation(
        objective: value, rows: factor.lower.transposed, residuals: residuals)
    }
    return nil
  }

  /// Every donor's marginal, and the gradient of its Laplace approximation where that is minimised.
  ///
  /// `exactly` takes the Hessian at every point, for an observed information; the search does with
  /// the expected one.
  func marginals(
    at p: [Double], order: MarginalOrder, exactly: Bool = false
  ) -> [(DonorMarginal, [Double]?)]? {
    evaluations += 1
    let point = layout.point(p)
    nonisolated(unsafe) let donors = model.donors
    nonisolated(unsafe) let this = self
    let (layout, isLaplace, rules, proposals) = (layout, isLaplace, rules, proposals)
    let found = Parallel.map(
      chunksOf: 1, count: donors.count, threads: options.threads, context: {}
    ) { _, i -> (DonorMarginal, [Double]?)? in
      let h = DonorIntegrand(donors[i], layout, point)
      guard let mode = this.mode(h, i) else { return nil }
      let rule =
        isLaplace && order == .value
        ? IntegrationRule.laplace(h.dimension)
        : rules[i]
      let center = proposals?[i].center(h, exactly: this.options.usesHessian) ?? mode
      guard var marginal = center.marginal(h, rule: rule, order: order, exactly: exactly) else {
        return nil
      }
      (marginal.mode, marginal.laplace) = (mode.v, mode.laplace)
      marginal.isExact = mode.expansion.isExact
      guard isLaplace, order > .value else { return (marginal, nil) }
      guard let slope = mode.laplaceGradient(h) else { return nil }
      return (marginal, slope)
    }
    var result: [(DonorMarginal, [Double]?)] = []
    for (i, entry) in found.enumerated() {
      guard let entry else {
        failures += 1
        lastFailure =
          "The random effects of donor \(model.donors[i].name) have no mode that can be computed."
        return nil
      }
      result.append(entry)
    }
    return result
  }
}
