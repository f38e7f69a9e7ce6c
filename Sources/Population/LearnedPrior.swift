import LinearAlgebra

/// What a lab's donors teach of the next one: a distribution of a model's parameters on their
/// estimation scales.
///
/// It is the predictive distribution of a new donor, not the estimate of the mean donor:
/// between-donor (and between-run) variance, the uncertainty of the mean, and a widening because
/// the variance itself is known from few donors.
public struct LearnedPrior: Sendable, Equatable {
  /// One parameter.
  public struct Parameter: Sendable, Equatable {
    /// Its name in the model.
    public var name: String
    /// The scale of all numbers here: `log`, `logit` or `linear`.
    public var scale: String
    /// True when `mean` is relative to what a run's seed or platform says.
    public var isRelative: Bool
    /// Mean of the population.
    public var mean: Double
    /// Standard error of the mean; 0 where it was refused.
    public var meanError: Double
    /// Standard deviation between donors and runs as estimated, or what these donors could not have told
    /// from none where that is more; 0 where the parameter is shared.
    public var spread: Double
    /// Standard deviation for a new donor.
    public var sd: Double
    /// sd over what spread and error of the mean alone would give.
    public var widening: Double
  }

  /// The effect of a covariate on a parameter.
  public struct Covariate: Sendable, Equatable {
    /// Parameter and covariate, as `mu ~ age`.
    public var name: String
    /// The effect, on the parameter's estimation scale, for one unit of the covariate.
    public var effect: Double
    /// Its standard error; 0 where it was refused.
    public var error: Double
  }

  /// Version of this form.
  public var form = 1
  /// The model's name.
  public var model: String
  /// Where it comes from, in words.
  public var origin: String
  /// What the runs are that it was learned from, in their own words; nil where nobody said.
  public var source: String?
  /// Donors, runs and measurements on which it rests.
  public var donors: Int
  /// See `donors`.
  public var runs: Int
  /// See `donors`.
  public var measurements: Int
  /// How it was fitted, with the log-likelihood.
  public var method: String
  /// See `method`.
  public var logLikelihood: Double
  /// The parameters.
  public var parameters: [Parameter]
  /// Correlations for a new donor, row by row in the order of `parameters`.
  public var correlations: [[Double]]
  /// Effects of covariates; the means are those of a run in which all are 0.
  public var covariates: [Covariate]
  /// The least factor by which between-donor spread was widened, and why.
  public var widening: Double
  /// See `widening`.
  public var wideningReason: String
  /// Sentences for the reader.
  public var notes: [String]

  /// Why a result cannot be a prior.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String
  }

  /// A prior from its parts, such as those of a file; nothing is checked here.
  public init(
    form: Int, model: String, origin: String, donors: Int, runs: Int, measurements: Int,
    method: String, logLikelihood: Double, parameters: [Parameter], correlations: [[Double]],
    covariates: [Covariate], widening: Double, wideningReason: String, notes: [String]
  ) {
    self.form = form
    self.model = model
    self.origin = origin
    self.donors = donors
    self.runs = runs
    self.measurements = measurements
    self.method = method
    self.logLikelihood = logLikelihood
    self.parameters = parameters
    self.correlations = correlations
    self.covariates = covariates
    self.widening = widening
    self.wideningReason = wideningReason
    self.notes = notes
  }

  /// The covariance of the chosen parameters, by position; those that vary widened.
  func covariance(_ chosen: [Int], widening: Double) -> Matrix {
    Matrix(rows: chosen.count, columns: chosen.count) { i, j in
      let (a, b) = (chosen[i], chosen[j])
      let factors = [a, b].map { parameters[$0].spread > 0 ? widening : 1 }
      return correlations[a][b] * parameters[a].sd * parameters[b].sd * factors[0] * factors[1]
    }
  }
}
