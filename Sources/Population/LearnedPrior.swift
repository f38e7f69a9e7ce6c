import LinearAlgebra
import Randomness
import Statistics

/// What a lab's donors teach of the next one: a distribution of a model's parameters on their
/// estimation scales.
///
/// It is the predictive distribution of a new donor, not the estimate of the mean donor:
/// between-donor (and between-run) variance, the uncertainty of the mean, and a widening because
/// the variance itself is known from few donors.
public struct LearnedPrior: Codable, Sendable, Equatable {
  /// One parameter.
  public struct Parameter: Codable, Sendable, Equatable {
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
    /// Standard deviation between donors and runs as estimated; 0 where the parameter is shared.
    public var spread: Double
    /// Standard deviation for a new donor.
    public var sd: Double
    /// sd over what spread and error of the mean alone would give.
    public var widening: Double
  }

  /// The effect of a covariate on a parameter.
  public struct Covariate: Codable, Sendable, Equatable {
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
  /// The factor by which between-donor spread was widened, and why.
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

  /// How much wider than a normal distribution of known variance the predictive t is at its central
  /// 90 %, for n donors: t(0.95; n - 1)/z(0.95), 3.84 for two donors, 1.30 for five, 1.03 for
  /// thirty.
  public static func widening(donors n: Int) -> Double {
    guard n > 1 else { return .infinity }
    return StudentT.quantile(0.95, degreesOfFreedom: Double(n - 1)) / Normal.quantile(0.95)
  }

  /// The predictive distribution of a new donor: covariance D (Omega n/(n-1) + V) D, with V the
  /// covariance of the means and D the widening of the parameters that vary.
  ///
  /// n/(n-1) mends the bias of maximum likelihood. A deviation at its boundary of zero is taken as
  /// se sqrt(n) (2/n)^(1/4): so large a variance the data would not have told from none (one
  /// standard error of a variance estimate there). Throws `Refusal` for a fit that is not usable,
  /// or whose standard errors were refused.
  public init(
    _ result: PopulationResult, plan: PopulationPlan, model: String, origin: String
  ) throws(Refusal) {
    guard result.isUsable else {
      throw Refusal(
        description: "The population fit is not usable, so nothing is learned from it: "
          + result.notes.joined(separator: " "))
    }
    guard let errors = result.fixedCovariance, result.donorCount > 1 else {
      throw Refusal(
        description:
          "The means of the population have no standard errors, so how far a new donor may "
          + "lie from them is not known. " + (result.covarianceRefusal ?? ""))
    }
    if let k = plan.free.indices.first(where: { !errors[$0, $0].isFinite }) {
      throw Refusal(
        description:
          "\(plan.free[k].name) has no standard error (it lies on a bound), and a bound is no "
          + "measurement. Hold it, widen its bounds, or give it a prior.")
    }
    // The scale of Student's t is not its covariance.
    let heavy = plan.model.structure.studentDegrees
    guard heavy.map({ $0 > 2 }) ?? true else {
      throw Refusal(
        description:
          "Donors that scatter as Student's t with 2 degrees of freedom or fewer have no "
          + "covariance. Use more degrees of freedom.")
    }
    let spread = heavy.map { $0 / ($0 - 2) } ?? 1
    let (m, n) = (plan.free.count, Double(result.donorCount))
    let factor = LearnedPrior.widening(donors: result.donorCount)
    func error(_ i: Int, _ j: Int) -> Double { errors[i, j].isFinite ? errors[i, j] : 0 }
    var notes = result.notes
    var between = [Double](repeating: 0, count: m * m)
    var varies = [Bool](repeating: false, count: m)
    let levels = [
      (result.donorEffects, plan.model.structure.donor),
      (result.runEffects, plan.model.structure.run),
    ]
    for (level, (effects, block)) in levels.enumerated() {
      let q = block.count
      let spread = level == 0 ? spread : 1
      for (a, row) in block.parameters.enumerated() {
        varies[row] = true
        for (b, column) in block.parameters.enumerated() {
          between[row * m + column] += spread * effects.covariance[a * q + b]
        }
      }
    }
    for k in 0..<m where varies[k] && between[k * m + k] == 0 {
      let floor = error(k, k) * n * (2 / n).squareRoot()
      between[k * m + k] = floor
      notes.append(
        "These donors do not show that \(plan.free[k].name) varies; what they could not have told "
          + "from none is taken for its spread.")
    }
    let covariance = Matrix(rows: m, columns: m) { i, j in
      (between[i * m + j] * n / (n - 1) + error(i, j))
        * (varies[i] ? factor : 1) * (varies[j] ? factor : 1)
    }
    parameters = (0..<m).map { k in
      let sd = covariance[k, k].squareRoot()
      let plain = (between[k * m + k] + error(k, k)).squareRoot()
      return Parameter(
        name: plan.free[k].name, scale: plan.free[k].scale.rawValue,
        isRelative: plan.relative.contains(k), mean: result.fixed[k].estimate,
        meanError: error(k, k).squareRoot(), spread: between[k * m + k].squareRoot(), sd: sd,
        widening: plain > 0 ? sd / plain : 1)
    }
    correlations = (0..<m).map { i in
      (0..<m).map { j in
        let scale = (covariance[i, i] * covariance[j, j]).squareRoot()
        return i == j ? 1 : scale > 0 ? covariance[i, j] / scale : 0
      }
    }
    covariates = result.fixed.dropFirst(m).map {
      Covariate(name: $0.name, effect: $0.estimate, error: $0.standardError ?? 0)
    }
    self.model = model
    self.origin = origin
    donors = result.donorCount
    runs = result.runCount
    measurements = result.measurements
    method = result.methodWords
    logLikelihood = result.logLikelihood
    widening = factor * (n / (n - 1)).squareRoot()
    wideningReason =
      "The spread between donors is itself known from \(result.donorCount) donors only: a new "
      + "donor follows a t distribution with \(result.donorCount - 1) degrees of freedom, whose "
      + "central 90 % are so much wider, and maximum likelihood understates a variance by "
      + "n/(n - 1)."
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
