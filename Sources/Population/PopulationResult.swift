import Inference
import LinearAlgebra
import Statistics

/// What a population fit found. It starts as a failure and is filled by the fit.
public struct PopulationResult: Sendable {
  /// Why the search ended.
  public internal(set) var termination = TrustRegionTermination.notRun
  /// True when the estimates may be read as estimates: the search converged, every donor has a
  /// mode.
  public internal(set) var isUsable = false
  /// How random effects were integrated out, in words.
  public internal(set) var methodWords = ""
  /// Donors, runs and measurements in the likelihood.
  public internal(set) var donorCount = 0
  /// See `donorCount`.
  public internal(set) var runCount = 0
  /// See `donorCount`.
  public internal(set) var measurements = 0
  /// Names of the elements of psi.
  public internal(set) var parameters: [String] = []
  /// The fixed effects.
  public internal(set) var fixed: [FixedEffect] = []
  /// Covariance of the fixed effects' estimates, in their order; nil when refused.
  public internal(set) var fixedCovariance: Matrix?
  /// Random effects between donors.
  public internal(set) var donorEffects = RandomEstimate()
  /// Random effects between runs of one donor.
  public internal(set) var runEffects = RandomEstimate()
  /// Degrees of freedom of the donors' t; nil for normal donors.
  public internal(set) var studentDegrees: Double?
  /// The marginal log-likelihood by the method of the fit; NaN before a fit.
  public internal(set) var logLikelihood = Double.nan
  /// The same estimates by the Laplace approximation, and whether its curvature was the exact
  /// Hessian for every donor (else: FOCE with interaction, by the expected curvature).
  public internal(set) var laplace: (value: Double, isExact: Bool) = (.nan, false)
  /// The same estimates by importance sampling, with its Monte Carlo standard error; nil when left
  /// out.
  public internal(set) var importance: (value: Double, error: Double)?
  /// One entry a donor.
  public internal(set) var donors: [DonorEstimate] = []
  /// Why standard errors were refused; nil when they are there.
  public internal(set) var covarianceRefusal: String?
  /// From what standard errors come; nil when they were refused.
  public internal(set) var information: Information?
  /// What leaving donors out needs; nil before a fit.
  var influence: DonorInfluence?
  /// The search's point theta, with the covariance of its free elements, NaN for those held.
  public internal(set) var theta: [Double] = []
  /// See `theta`.
  public internal(set) var thetaCovariance: Matrix?
  /// The relative offset at the end.
  public internal(set) var gradient = Double.infinity
  /// Evaluations of the marginal likelihood, and how many failed.
  public internal(set) var evaluations = 0
  /// See `evaluations`.
  public internal(set) var failures = 0
  /// Sentences for the reader.
  public internal(set) var notes: [String] = []

  /// An unfilled result: not run, not usable.
  public init() {}

  /// Equal draws below which a donor's draws are not relied on.
  public static let leastEffectiveDraws = 25.0
  /// The largest difference between quadrature and draws, and the largest sampling error, at which a
  /// log-likelihood is relied on.
  public static let largestDoubt = 0.5

  /// A fixed effect.
  public struct FixedEffect: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The estimate, on the estimation scale.
    public let estimate: Double
    /// Its standard error; nil when refused.
    public let standardError: Double?
    /// Which bound holds it.
    public let bound: ActiveBound
  }

  /// The random effects of one level.
  public struct RandomEstimate: Sendable, Hashable {
    /// Names of the elements of psi that scatter.
    public var names: [String] = []
    /// Standard deviations; 0 where the estimate lies on the boundary.
    public var deviations: [Double] = []
    /// Standard errors of ln of the deviations; nil where refused or on the boundary.
    public var logErrors: [Double?] = []
    /// The covariance, row by row.
    public var covariance: [Double] = []
    /// Effects whose own variance (beside those before it, in a full covariance) is zero.
    public var atZero: [String] = []
    /// Shrinkage 1 - (mean square of posterior means)/variance of each effect; nil on the boundary,
    /// and for a t without a variance. The variance of a t is omega^2 df/(df - 2).
    public var shrinkage: [Double?] = []

    /// Correlation of two effects; 0 where one does not vary.
    public func correlation(_ a: Int, _ b: Int) -> Double {
      let (q, s) = (deviations.count, deviations)
      guard s[a] > 0, s[b] > 0 else { return a == b ? 1 : 0 }
      return covariance[a * q + b] / (s[a] * s[b])
    }
  }

  /// One donor.
  public struct DonorEstimate: Sendable {
    /// The donor's name.
    public let name: String
    /// Its runs, in order.
    public let runs: [String]
    /// Most probable random effects of the donor, in the units of psi.
    public let mode: [Double]
    /// Means of them given the data, and their covariance, row by row.
    public let mean: [Double]
    /// See `mean`.
    public let covariance: [Double]
    /// Means of the random effects of each run given the data, in the units of psi.
    public let runMeans: [[Double]]
    /// psi of each run at the mode.
    public let psi: [[Double]]
    /// Conditional standardised residuals of each run at the mode; nil for censored readings.
    public let residuals: [[Double?]]
    /// What the donor adds to the log-likelihood.
    public let logLikelihood: Double
    /// Effective number of importance draws, of the fit or else of its check; nil when left out.
    public let effectiveDraws: Double?
    /// Pareto k-hat of their weights; nil when left out.
    public let paretoShape: Double?
    /// True unless there are draws that cannot be relied on.
    public var isWellDrawn: Bool {
      guard let effectiveDraws, let paretoShape else { return true }
      return effectiveDraws >= PopulationResult.leastEffectiveDraws
        && paretoShape < ParetoTail.largestReliableShape
    }
  }
}
