/// Why a trust-region search ended.
public enum TrustRegionTermination: String, Sendable, CaseIterable {
  /// No search took place. Parameters were not updated.
  case notRun
  /// The relative offset is below its tolerance: the strongest verdict.
  case convergedGradient
  /// The step vanished at a point with an acceptable gradient.
  case convergedStep
  /// Neither objective nor gradient improves beyond noise, at a point with an acceptable gradient.
  case convergedObjective
  /// The evaluations ran out; parameters are the best point seen.
  case maximumEvaluations
  /// The objective cannot be computed at the start. Parameters were not updated.
  case infeasibleStart
  /// No progress is possible although the gradient is not small; parameters are the best point seen.
  case stalled
  /// Dense algebra met NaN, infinity or a failed factorisation; parameters are the best point seen.
  case notFinite
  /// Bounds or start have the wrong count, are not finite, or are empty. Parameters were not updated.
  case invalidProblem

  /// True for the three ways of convergence.
  public var isConverged: Bool {
    switch self {
    case .convergedGradient, .convergedStep, .convergedObjective: true
    default: false
    }
  }

  /// Cause and what to do, in words.
  public var advice: String {
    switch self {
    case .notRun: "No search was run."
    case .convergedGradient: "Converged: the gradient vanished."
    case .convergedStep: "Converged: the step vanished and the gradient is small."
    case .convergedObjective: "Converged to the accuracy of the objective."
    case .maximumEvaluations:
      "The evaluations ran out before convergence: raise the limit, or start nearer."
    case .infeasibleStart:
      "The model cannot be evaluated at the start: choose other starting values or bounds."
    case .stalled:
      "The search stopped without a vanishing gradient: the objective may be noisier than stated "
        + "(raise objectiveTolerance or tighten the solver), or its derivatives are inconsistent."
    case .notFinite:
      "The linear algebra met a number that is not finite: look at scaling and bounds."
    case .invalidProblem:
      "Start and bounds must be as many as the parameters, finite in the start, lower below upper."
    }
  }
}

/// The bound that holds a parameter at the end of a search.
public enum ActiveBound: String, Sendable {
  /// The parameter is free.
  case none
  /// It lies on its lower bound and the objective would fall below it.
  case lower
  /// It lies on its upper bound and the objective would fall above it.
  case upper
}

/// What a trust-region search found. It starts as a failure and is filled by the search.
public struct TrustRegionResult: Sendable {
  /// Why the search ended.
  public internal(set) var termination = TrustRegionTermination.notRun
  /// The best point.
  public internal(set) var parameters: [Double] = []
  /// The objective there; NaN when none was computed.
  public internal(set) var objective = Double.nan
  /// The relative offset |Q^T b| / |b|, where Q spans the columns of A of the free parameters.
  ///
  /// |b| is replaced by sqrt(2 |f|) where that is larger. The offset is the cosine between residuals and tangent plane: 0 at a stationary point, and the same in
  /// any units and any smooth parametrisation. Source: Bates and Watts (1981), Technometrics 23:179.
  public internal(set) var gradientNorm = Double.infinity
  /// Accepted steps.
  public internal(set) var iterations = 0
  /// Evaluations of the objective and of linearisations together.
  public internal(set) var evaluations = 0
  /// Evaluations that gave nil, an error, NaN or infinity.
  public internal(set) var infeasiblePoints = 0
  /// The first error thrown by the problem, in its own words; nil when none was.
  public internal(set) var firstError: String?
  /// Which bounds hold which parameters.
  public internal(set) var activeBounds: [ActiveBound] = []
  /// Reciprocal condition number of A over the free parameters, columns scaled to equal norm.
  ///
  /// Near 0 the data do not determine the parameters, however well the search converged.
  public internal(set) var rcond = 0.0
  /// The linearisation at the best point; nil when none was computed.
  public internal(set) var linearisation: Linearisation?

  /// Where the next step would have led; see `TrustRegionOptions.looksAhead`.
  var next: [Double]?

  /// An unfilled result: not run, not usable.
  public init() {}

  /// May the parameters be used as an estimate? Only after convergence.
  public var isUsable: Bool { termination.isConverged }
}
