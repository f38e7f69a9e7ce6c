import Integration
import LinearAlgebra
import ModelLanguage
import Quantities
import RunRecords

/// What a fit found. It starts as a failure and is filled by the fit.
public struct FitResult: Sendable {
  /// The names of the runs, in order; one for a fit of one run.
  public let runs: [String]
  /// The model's name.
  public let model: String
  /// Why the best search ended.
  public internal(set) var termination = TrustRegionTermination.notRun
  /// True when the estimates may be read as estimates: converged, at a minimum that starts agree on.
  public internal(set) var isUsable = false
  /// All parameters of the model, in its order, then the spread between pooled donors.
  public internal(set) var parameters: [FittedParameter] = []
  /// Best point on the estimation scales, in the order of `plan.free`.
  public internal(set) var point: [Double] = []
  /// What was estimated and how.
  public internal(set) var plan: ParameterPlan
  /// Natural values of all model parameters of the first run, base units; empty before the search.
  public var natural: [Double] { point.isEmpty ? [] : plan.natural(point) }
  /// Log-likelihood of the measurements (densities of the readings in base units).
  public internal(set) var logLikelihood = Double.nan
  /// Log-density of the priors at the estimate; 0 without priors.
  public internal(set) var logPrior = 0.0
  /// Measurements in the likelihood.
  public internal(set) var measurements = 0
  /// Estimated parameters, noise included.
  public internal(set) var estimated = 0
  /// Akaike's corrected criterion; nil where it is not defined (n <= k + 1).
  public internal(set) var aicc: Double?
  /// Bayesian (Schwarz) criterion; nil where it is not defined.
  public internal(set) var bic: Double?
  /// ln of the probability of the data by model and priors together (Laplace); nil where they leave a
  /// direction free. See `Assessment.logEvidence`.
  public internal(set) var logEvidence: Double?
  /// Covariance on the estimation scales; nil when it was refused.
  public internal(set) var covariance: Matrix?
  /// Covariance for draws and bands, in which parameters on a bound vary too; nil when refused.
  var boxCovariance: Matrix?
  /// Why the covariance was refused.
  public internal(set) var covarianceRefusal: String?
  /// Reciprocal condition number of the linearisation over the free parameters.
  public internal(set) var rcond = 0.0
  /// The relative offset at the end; 0 at an exact optimum.
  public internal(set) var gradient = Double.infinity
  /// Searches made, and how many of them ended within 0.1 of the best objective. They are fewer than
  /// `startsAllowed` where the first ones agree, and a few more where their ends point to others.
  public internal(set) var starts = 0
  /// The most starts that were asked for.
  public internal(set) var startsAllowed = 0
  /// See `starts`.
  public internal(set) var agreeing = 0
  /// Final objectives of all starts that converged, best first.
  public internal(set) var waterfall: [Double] = []
  /// Simulations run, and how many of them ended early.
  public internal(set) var simulations = 0
  /// See `simulations`.
  public internal(set) var failures = 0
  /// Work of the integrator.
  public internal(set) var counters = SolverCounters()
  /// One entry a measurement.
  public internal(set) var residuals: [Residual] = []
  /// Which bounds hold which free parameters.
  var assessedBounds: [ActiveBound] = []
  /// Estimated parameters on which no measurement depends at the estimate, by name.
  var idle: [String] = []
  /// Priors that the data contradict, the strongest first.
  public internal(set) var priorConflicts: [PriorConflict] = []
  /// Whether the viable cells were seen to grow; nil when they were not counted.
  public internal(set) var showsGrowth: Bool?
  /// What the counts say against each other where they rise clearly and the curve does not, with the
  /// readings that lie farthest off; nil where they agree.
  public internal(set) var contradiction: String?
  /// The shortest doubling time of the curve between two neighbouring counts, h; nil where it nowhere
  /// rises.
  public internal(set) var fastestDoubling: Double?
  /// Sentences for the reader, most important first.
  public internal(set) var notes: [String] = []
  /// Measured quantities that the model does not observe, with their counts.
  public internal(set) var unused: [String: Int] = [:]

  init(runs: [String], model: String, plan: ParameterPlan) {
    self.runs = runs
    self.model = model
    self.plan = plan
  }

  /// The run's name; for a joint fit the names of all runs.
  public var run: String { runs.joined(separator: " + ") }

  /// The runs in a sentence.
  public var runWords: String {
    runs.count == 1 ? "run \(runs[0])" : "the \(runs.count) runs"
  }

  /// One measurement beside its fitted mean.
  public struct Residual: Sendable {
    /// The number of its run.
    public let member: Int
    /// The measurement.
    public let observation: Observation
    /// Fitted mean, base units, as its counter would read it.
    public let mean: Double
    /// Total noise scale on the family's scale.
    public let scale: Double
    /// (reading - mean) / scale on the family's scale; nil when censored.
    public let standardised: Double?
    /// True beyond three standard deviations, or as rare a deviation of another law.
    public let isOutlier: Bool

    /// Where an outlier lies and what to do about it, in two sentences.
    public var outlierWords: String {
      "The \(observation.quantity) at \(NumberText.significant(observation.time)) h (day "
        + "\(NumberText.significant((observation.time / 24 * 100).rounded() / 100, 4)), "
        + "\(observation.place)) lies \(NumberText.significant(abs(standardised ?? 0), 2)) standard "
        + "deviations \((standardised ?? 0) < 0 ? "below" : "above") the curve. Look at the sample "
        + "before trusting it or the curve."
    }
  }

  /// Where the parameters' intervals come from.
  public internal(set) var intervalKind = IntervalSet.Kind.wald

  /// The parameter of a name.
  public func parameter(_ name: String) -> FittedParameter? {
    parameters.first { $0.name == name }
  }
}

/// One parameter after a fit.
public struct FittedParameter: Sendable {
  /// Its name.
  public let name: String
  /// What it is, in words.
  public let text: String
  /// The unit in which it is printed.
  public let unitSymbol: String
  /// The estimate in that unit.
  public let estimate: Double
  /// 95 % interval in that unit; nil when there is none. Of the curvature on the estimation scale
  /// (Wald), or of posterior draws once they were adopted.
  public internal(set) var interval: ClosedRange<Double>?
  /// Standard error on the estimation scale (about the relative error for ln); nil when none.
  public let standardError: Double?
  /// Standard error that the data alone would give; nil when they do not fix the parameter.
  public let dataStandardError: Double?
  /// The scale on which it was estimated.
  public let scale: EstimationScale
  /// The bounds of the model within which it was estimated, in that unit; nil when it was held.
  public let bounds: ClosedRange<Double>?
  /// Its prior, if one weighed in.
  public let prior: ParameterPlan.NormalPrior?
  /// What is known of it.
  public internal(set) var verdict: Verdict
  /// True when the model marks its source as not read.
  public let isUnverified: Bool
  /// Constants that were held at assumed values and on which the estimate hangs; see `words`.
  public internal(set) var given: [Given] = []

  /// A correlation with two decimals, `-0.98`; rounded towards 0, so that 1.00 is exactly 1.
  static func hundredths(_ value: Double) -> String {
    guard value.isFinite else { return "not known" }
    let whole = Int((abs(value) * 100 + 1e-9).rounded(.down))
    let rest = whole % 100
    return "\(value < 0 && whole > 0 ? "-" : "")\(whole / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// What the data and the prior say of a parameter.
  public enum Verdict: Sendable, Hashable {
    /// Not estimated; the reason.
    case held(String)
    /// No measurement of this run depends on it.
    case noInfluence
    /// The data fix it.
    case fixedByData
    /// Data and prior both tell of it; the share that the data add.
    case dataAndPrior(share: Double)
    /// What is printed is the prior: the data add less than a tenth.
    case priorOnly
    /// It has no prior of its own; the data fix it only together with the prior of another.
    case priorOf(partner: String)
    /// Neither data nor prior fix it; the parameter that it trades off with, if one does.
    case notIdentifiable(partner: String?, correlation: Double)
    /// It lies on a bound; there is no standard error.
    case atBound(String)

    /// True on a bound.
    public var isAtBound: Bool {
      if case .atBound = self { return true }
      return false
    }

    /// The verdict in words.
    public var words: String {
      switch self {
      case .held(let why): return why
      case .noInfluence: return "not identifiable; no measurement depends on it, held"
      case .fixedByData: return "fixed by the data"
      case .dataAndPrior(let share):
        return "data and prior (data: \(Int((share * 100).rounded())) %)"
      case .priorOnly: return "prior only; not identifiable from these data"
      case .notIdentifiable(let partner, let correlation):
        guard let partner else { return "not identifiable from these data" }
        return "not identifiable; trades off with \(partner): correlation "
          + FittedParameter.hundredths(correlation)
      case .priorOf(let partner):
        return "not identifiable alone; rests on the prior of \(partner), with which it trades off"
      case .atBound(let side): return "at its \(side) bound; not identifiable, no standard error"
      }
    }

    /// A short word for machines.
    public var code: String {
      switch self {
      case .held: "held"
      case .noInfluence: "no_influence"
      case .fixedByData: "fixed_by_data"
      case .dataAndPrior: "data_and_prior"
      case .priorOf: "prior_of_another"
      case .priorOnly: "prior_only"
      case .notIdentifiable: "not_identifiable"
      case .atBound: "at_bound"
      }
    }
  }
}
