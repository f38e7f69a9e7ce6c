import Inference

/// How random effects are integrated out.
public enum PopulationMethod: Sendable, Hashable {
  /// Quadrature for up to four effects a donor, importance sampling for more.
  case automatic
  /// The Laplace approximation at its own optimum. Its gradient needs third derivatives, which
  /// closed curves have and simulated models have not: these are refused.
  case laplace
  /// Adaptive Gauss-Hermite with so many nodes an effect, 1 to 64, and at most 20,000 points a donor.
  case quadrature(nodes: Int)
  /// Importance sampling about each mode with so many draws, at least 50.
  case importance(draws: Int)
  /// Stochastic approximation (SAEM), for many effects, several modes or few data a donor; see
  /// `PopulationOptions.saem`.
  case saem
}

/// How a population fit is done.
public struct PopulationOptions: Sendable, Hashable {
  /// How random effects are integrated out.
  public var method = PopulationMethod.automatic
  /// Nodes an effect of `automatic` for one, two, three and four effects.
  public var automaticNodes = [15, 11, 7, 4]
  /// Draws of `automatic` above four effects.
  public var automaticDraws = 1000
  /// Draws of the importance-sampled log-likelihood at the end; 0 leaves it out.
  public var checkDraws = 4000
  /// How `saem` is run.
  public var saem = SaemOptions()
  /// Whether exact Hessians are used where a likelihood has them.
  public var usesHessian = true
  /// Seed of everything random.
  public var seed: UInt64 = 1
  /// Threads over donors; the answer does not depend on it.
  public var threads = 1
  /// Evaluations of the search's objective and gradient together.
  public var maximumEvaluations = 300
  /// Relative accuracy of the marginal likelihood: steps that promise less are judged by the
  /// gradient.
  public var objectiveTolerance = 1e-9
  /// A standard deviation counts as zero when setting it to zero costs less than this
  /// log-likelihood.
  public var boundaryTolerance = 1e-3

  /// The defaults.
  public init() {}

  /// The search's options.
  var search: TrustRegionOptions {
    var search = TrustRegionOptions()
    search.objectiveTolerance = objectiveTolerance
    search.gradientTolerance = 1e-7
    search.acceptableGradient = 1e-4
    search.maximumEvaluations = maximumEvaluations
    return search
  }
}
