import Inference
import RunRecords

/// What varies between donors and runs of one text model, and with which covariates.
public struct PopulationSpecification: Sendable {
  /// What a parameter depends on.
  public enum Values: Sendable, Hashable {
    /// A number for each run, by the run's name. Subtract what is typical first: the fixed effect
    /// without covariate is that of a run with 0.
    case numbers([String: Double])
    /// A word for each run, by the run's name; the first word in order is the reference.
    case words([String: String])
    /// A label that runs carry.
    case label(Sharing.Label)
  }

  /// A covariate of one parameter, acting on its estimation scale.
  public struct Covariate: Sendable, Hashable {
    /// The model's parameter.
    public var parameter: String
    /// The covariate's name, for the results.
    public var name: String
    /// Its values.
    public var values: Values

    /// A covariate of a parameter.
    public init(parameter: String, name: String, values: Values) {
      self.parameter = parameter
      self.name = name
      self.values = values
    }
  }

  /// Parameters that vary between donors.
  public var donorEffects: [String]
  /// Parameters that vary between runs of one donor.
  public var runEffects: [String] = []
  /// Whether the effects of one level are correlated.
  public var isFull = false
  /// Covariates.
  public var covariates: [Covariate] = []
  /// Degrees of freedom of a multivariate t for donors; nil for normal donors.
  public var studentDegrees: Double?
  /// Start of every standard deviation, on the estimation scale.
  public var startDeviation = 0.3
  /// Parameters whose fixed effect gets the model's own prior (maximum a posteriori), by name; nil
  /// for all that have one. Empty, the default, is maximum likelihood.
  public var priors: Set<String>? = []

  /// What varies between donors.
  public init(donorEffects: [String]) { self.donorEffects = donorEffects }
}
