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

  /// The effect of a covariate on a parameter's mean, on its estimation scale.
  public struct Covariate: Sendable, Equatable {
    /// What the values of the covariate are.
    public enum Values: Sendable, Equatable {
      /// A number x = value in `unit`, transformed, less `centre`: the mean over the runs learned
      /// from; `low` and `high` are the least and the greatest of them before `centre` is taken off.
      case number(
        transform: CovariateTransform, unit: String, centre: Double, low: Double, high: Double)
      /// x = 1 for runs with the word, 0 for those with another; the means are those of a run with
      /// the reference.
      case word(String, reference: String)
    }

    /// The attribute of a run; see `Run.attribute`.
    public var name: String
    /// The parameter.
    public var parameter: String
    /// Its values.
    public var values: Values
    /// The change of the parameter's mean for x = 1.
    public var effect: Double
    /// Its standard error.
    public var error: Double
    /// How many donors it was learned from: those with the word, or all.
    public var donors: Int
    /// Covariances with the means of all parameters in their order, widened as their variances for a new
    /// donor are.
    public var meanCovariances: [Double]
    /// Covariances with all effects in their order, itself among them, widened likewise.
    public var effectCovariances: [Double]
  }

  /// Version of this form: 2 with covariates, 1 without.
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
  /// Effects of covariates; the means are those of a run with the references and at the centres.
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
