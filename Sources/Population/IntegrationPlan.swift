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

  init(_ model: PopulationModel, _ options: PopulationOptions) {
    let sizes = model.donors.map { model.layout.dimension(occasions: $0.occasions.count) }
    let most = sizes.max() ?? 0
    var method = options.method
    if case .automatic = method {
      method =
        (1...3).contains(most) && options.automaticNodes.count >= most
        ? .quadrature(nodes: options.automaticNodes[most - 1])
        : .importance(draws: options.automaticDraws)
    }
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
    check = options.checkDraws > 0 ? sampled(options.checkDraws) : []
    isLaplace = method == .laplace
    switch method {
    case .laplace, .automatic:
      words = "Laplace approximation"
      fine = product(most <= 3 ? 3 : 1)
    case .quadrature(let nodes):
      words = "adaptive Gauss-Hermite quadrature, \(nodes) nodes an effect"
      fine = product(nodes)
    case .importance(let draws):
      words = "importance sampling, \(draws) draws a donor"
      fine = sampled(draws)
      // The gradient differs from that of the sampled sum by a part of its sampling error, and has
      // the smaller error of the two: near the optimum it decides.
      search.objectiveTolerance = max(search.objectiveTolerance, 1e-4)
      search.gradientTolerance = 1e-5
      search.acceptableGradient = 1e-2
    }
    self.search = search
  }
}
