import Inference

/// With which points the random effects of each donor are integrated out.
struct IntegrationPlan {
  let isLaplace: Bool
  /// The method in words.
  let words: String
  /// The search with the coarse points.
  let coarseSearch: TrustRegionOptions
  /// The search with the fine points.
  let search: TrustRegionOptions
  /// Points to come near, to finish and to check with, one entry a donor.
  let coarse: [IntegrationRule]
  let fine: [IntegrationRule]
  let check: [IntegrationRule]

  /// What `automatic` stands for.
  static func method(_ model: PopulationModel, _ options: PopulationOptions) -> PopulationMethod {
    guard case .automatic = options.method else { return options.method }
    let most = model.mostEffects
    return most > 0 && options.automaticNodes.count >= most
      ? .quadrature(nodes: options.automaticNodes[most - 1])
      : .importance(draws: options.automaticDraws)
  }

  /// Why the method cannot be used for the model, and what can; nil when it can.
  static func fault(_ model: PopulationModel, _ options: PopulationOptions) -> String? {
    let most = model.mostEffects
    switch method(model, options) {
    case .quadrature(let nodes):
      let total = IntegrationRule.quadratureCount(most, nodes: nodes)
      if !(1...GaussHermite.mostNodes).contains(nodes) {
        return "Quadrature takes 1 to \(GaussHermite.mostNodes) nodes an effect, not \(nodes)."
      }
      if total > IntegrationRule.mostPoints {
        return "Quadrature with \(nodes) nodes an effect and \(most) effects a donor needs "
          + "\(nodes)^\(most) points; at most \(IntegrationRule.mostPoints) are taken. Use fewer "
          + "nodes, importance sampling or SAEM."
      }
      return nil
    case .laplace:
      return options.usesHessian
        ? (model.hasHessian
          ? nil
          : "The Laplace optimum needs second and third derivatives of every run's likelihood, and "
            + "a simulated model has first ones only. Use quadrature, importance sampling or SAEM.")
        : "The Laplace optimum needs exact Hessians, and usesHessian is off. Turn it on, or use "
          + "quadrature, importance sampling or SAEM."
    case .importance(let draws):
      return draws < IntegrationRule.leastDraws
        ? "Importance sampling needs at least \(IntegrationRule.leastDraws) draws, not \(draws)."
        : nil
    case .saem: return options.saem.fault
    case .automatic: return nil
    }
  }

  init(_ model: PopulationModel, _ options: PopulationOptions) {
    let sizes = model.donors.map { model.layout.dimension(occasions: $0.occasions.count) }
    let most = sizes.max() ?? 0
    let method = IntegrationPlan.method(model, options)
    func product(_ nodes: Int) -> [IntegrationRule] {
      let rules =
        (0...most).map { sizes.contains($0) ? [.quadrature($0, nodes: nodes)] : [] }
        as [[IntegrationRule]]
      return sizes.flatMap { rules[$0] }
    }
    // Donors have draws of their own, so that their errors are independent.
    func sampled(_ draws: Int) -> [IntegrationRule] {
      zip(model.donors, sizes).map { donor, d in
        .importance(d, draws: draws, seed: options.seed, name: donor.name)
      }
    }
    // With many effects, the modes alone: the gradient then leaves out how curvatures change with
    // the random effects, as FOCE does, so the gradient decides when to stop.
    let quick = most <= 3 ? product(3) : sizes.map { .laplace($0) }
    var loose = options.search
    loose.objectiveTolerance = most <= 3 ? 1e-5 : 1e-3
    loose.gradientTolerance = most <= 3 ? 1e-4 : 1e-3
    loose.acceptableGradient = 1e-2
    coarseSearch = loose
    var search = options.search
    coarse = quick
    // SAEM's draws are made about its own chains; draws about the modes would be no check of them.
    check = options.checkDraws > 0 && method != .saem ? sampled(options.checkDraws) : []
    isLaplace = method == .laplace
    switch method {
    case .laplace, .automatic:
      words = "Laplace approximation"
      fine = product(most <= 3 ? 3 : 1)
    case .quadrature(let nodes):
      words = "adaptive Gauss-Hermite quadrature, \(nodes) nodes an effect"
      fine = product(nodes)
      if nodes < IntegrationPlan.manyNodes { search = search.ledByGradient }
    case .saem:
      words = "stochastic approximation (SAEM), likelihood from \(options.saem.draws) draws a donor"
      fine = sampled(options.saem.draws)
    case .importance(let draws):
      words = "importance sampling, \(draws) draws a donor"
      fine = sampled(draws)
      search = search.ledByGradient
    }
    self.search = search
  }
}

extension IntegrationPlan {
  /// Nodes an effect from which sums and gradients agree to the search's last digits.
  static let manyNodes = 6
}

extension TrustRegionOptions {
  /// A search that the gradient leads near the optimum.
  ///
  /// The gradient of the integral differs from that of a sum of few points or draws by a part of the
  /// sum's error, and has the smaller error of the two. It ends a thousandth of a standard error from
  /// where the gradient vanishes, or a hundredth where it can get no further.
  fileprivate var ledByGradient: TrustRegionOptions {
    var search = self
    search.objectiveTolerance = max(search.objectiveTolerance, 1e-4)
    search.gradientTolerance = 1e-3
    search.acceptableGradient = 1e-2
    return search
  }
}
