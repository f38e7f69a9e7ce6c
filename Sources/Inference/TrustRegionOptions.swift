/// When the trust-region search may stop.
///
/// All limits count work, never time, so that every machine stops at the same point.
public struct TrustRegionOptions: Equatable, Sendable {
  /// Converged when the relative offset (see `TrustRegionResult.gradientNorm`) is not above this.
  public var gradientTolerance = 1e-9
  /// The largest relative offset at which a search that can get no further may still be called
  /// converged; above it the search has stalled. Parameters are then within about this fraction of
  /// a standard error times sqrt(m).
  public var acceptableGradient = 1e-5
  /// A step is too small to matter when |D s| <= this * |D p|.
  public var stepTolerance = 1e-14
  /// A relative change of the objective that is noise and no progress. Set it to the relative
  /// accuracy of the objective: rounding for a formula, the solver's tolerance for a simulation.
  public var objectiveTolerance = 1e-14
  /// First radius of the trust region as a multiple of |D p| (or of 1 when p = 0).
  public var initialRadius = 1.0
  /// Evaluations of the objective and of linearisations together.
  public var maximumEvaluations = 2000
  /// Whether a step is tried with the linearisation at its end in place of the objective alone, until
  /// one is refused. One evaluation a step instead of two, and gains are differences of objectives
  /// that were computed alike; a refused step wastes slopes.
  public var linearisesTrials = true

  /// Whether a search that converged by its gradient also says where its next step would lead.
  var looksAhead = false
  /// The search ends at a point whose objective is not above this.
  var sufficientObjective = -Double.infinity

  /// The default options.
  public init() {}

  /// For residuals that are a formula with exact derivatives, not a simulation: to the last digits.
  ///
  /// The offset must fall to 1e-12, or as far as rounding lets it. Residuals that are small beside
  /// the response carry its rounding, so that the objective is noisier than its own last bit: within
  /// 1e-10 of the objective steps are judged by the gradient, which is far less disturbed.
  public static var formula: TrustRegionOptions {
    var options = TrustRegionOptions()
    options.gradientTolerance = 1e-12
    options.objectiveTolerance = 1e-10
    return options
  }
}
