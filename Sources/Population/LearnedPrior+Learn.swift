import Inference
import LinearAlgebra
import ModelLanguage
import Quantities
import Statistics

extension LearnedPrior {
  /// How much wider than a normal distribution of known variance the predictive t is at its central
  /// 90 %, for n donors: t(0.95; n - 1)/z(0.95), 3.84 for two donors, 1.30 for five, 1.03 for
  /// thirty.
  public static func widening(donors n: Int) -> Double {
    n > 1 ? widening(degreesOfFreedom: Double(n - 1)) : .infinity
  }

  static func widening(degreesOfFreedom df: Double) -> Double {
    StudentT.quantile(0.95, degreesOfFreedom: df) / Normal.quantile(0.95)
  }

  /// Degrees of freedom of a variance, from the standard error of ln of its deviation: 1/(2 se^2),
  /// from 2 to n - 1; n - 1 where the error is not known. Source: Satterthwaite (1946), Biometrics
  /// Bulletin 2:110.
  static func degreesOfFreedom(logError: Double?, donors n: Int) -> Double {
    let most = Double(n - 1)
    guard let logError, logError > 0 else { return most }
    return min(most, max(2, 1 / (2 * logError * logError)))
  }

  /// What a population's numbers are of: its parameters, and which of them scatter.
  public struct Frame: Sendable {
    struct Element: Sendable {
      let name: String
      let scale: String
      let isRelative: Bool
    }

    let elements: [Element]
    let structure: RandomStructure
    var effects: [CovariateEffect] = []
    /// How the covariates became columns, in the order of the specification's covariates.
    public let codings: [CovariateCoding]

    /// The frame of a plan.
    public init(_ plan: PopulationPlan) {
      elements = plan.free.enumerated().map {
        Element(name: $1.name, scale: $1.scale.rawValue, isRelative: plan.relative.contains($0))
      }
      structure = plan.model.structure
      effects = plan.effects
      codings = plan.effects.filter { $0.column == 0 }.map(\.coding)
    }

    init(elements: [Element], structure: RandomStructure) {
      (self.elements, self.structure, codings) = (elements, structure, [])
    }

    /// Effects of covariates on a parameter.
    func effects(on row: Int) -> [Int] { effects.indices.filter { effects[$0].row == row } }
  }

  /// The predictive distribution of a new donor: covariance D (B Omega B + V) D, with V the covariance
  /// of the means and D the widening of the parameters that vary.
  ///
  /// D_k is t(0.95; v_k)/z(0.95), where v_k is how many degrees of freedom the estimate of that variance
  /// is worth: n - 1 when each donor's own counts tell the parameter, fewer when they hardly do.
  /// B_k^2 = (v_k + 1)/v_k, n/(n-1) for v = n - 1, mends the bias of maximum likelihood. A variance is at least se^2 n sqrt(2/n), with se that
  /// of the mean: so large a one these donors would not have told from none (one standard error of
  /// a variance estimate there). Each effect of a covariate on a parameter takes a degree of freedom from
  /// n - 1, and se is that of the mean at the runs' mean covariates. Throws `Refusal` for a fit that is not usable, or whose standard
  /// errors were refused.
  public init(
    _ result: PopulationResult, plan: PopulationPlan, model: String, origin: String
  ) throws(Refusal) {
    try self.init(result, frame: Frame(plan), model: model, origin: origin)
  }

  /// The same from the plan's frame alone.
  public init(
    _ result: PopulationResult, frame: Frame, model: String, origin: String
  ) throws(Refusal) {
    let (elements, structure) = (frame.elements, frame.structure)
    let errors = try LearnedPrior.errors(result, frame)
    // The scale of Student's t is not its covariance.
    let inflation = structure.studentDegrees.map { $0 / ($0 - 2) } ?? 1
    let (m, n) = (elements.count, Double(result.donorCount))
    func error(_ i: Int, _ j: Int) -> Double { errors[i, j].isFinite ? errors[i, j] : 0 }
    var notes = result.notes
    var between = [Double](repeating: 0, count: m * m)
    var factors = [Double](repeating: 1, count: m)
    var mends = factors
    var varying: Set<Int> = []
    for (effects, block, inflation) in [
      (result.donorEffects, structure.donor, inflation), (result.runEffects, structure.run, 1),
    ] {
      let q = block.count
      for (a, row) in block.parameters.enumerated() {
        varying.insert(row)
        let told = frame.effects(on: row).count
        let df = LearnedPrior.degreesOfFreedom(
          logError: effects.logErrors[a], donors: max(2, result.donorCount - told))
        factors[row] = max(factors[row], LearnedPrior.widening(degreesOfFreedom: df))
        mends[row] = max(mends[row], ((df + 1 + Double(told)) / df).squareRoot())
        for (b, column) in block.parameters.enumerated() {
          between[row * m + column] += inflation * effects.covariance[a * q + b]
        }
      }
    }
    for k in varying.sorted() {
      let floor = frame.variance(ofMean: k, error) * n * (2 / n).squareRoot()
      if between[k * m + k] == 0 {
        notes.append(
          "These donors do not show that \(elements[k].name) varies; what they could not have told "
            + "from none is taken for its spread.")
      } else if between[k * m + k] < floor {
        notes.append(
          "These donors hardly show that \(elements[k].name) varies; what they could not have told "
            + "from none is taken for its spread, for it is more than the estimate.")
      }
      between[k * m + k] = max(between[k * m + k], floor)
    }
    let covariance = Matrix(rows: m, columns: m) { i, j in
      (between[i * m + j] * mends[i] * mends[j] + error(i, j)) * factors[i] * factors[j]
    }
    parameters = (0..<m).map { k in
      let sd = covariance[k, k].squareRoot()
      let plain = (between[k * m + k] + error(k, k)).squareRoot()
      return Parameter(
        named: elements[k].name, scale: elements[k].scale, isRelative: elements[k].isRelative,
        mean: result.fixed[k].estimate, meanError: error(k, k).squareRoot(),
        spread: between[k * m + k].squareRoot(), sd: sd, widening: plain > 0 ? sd / plain : 1)
    }
    correlations = (0..<m).map { i in
      (0..<m).map { j in
        let scale = (covariance[i, i] * covariance[j, j]).squareRoot()
        return i == j ? 1 : scale > 0 ? covariance[i, j] / scale : 0
      }
    }
    covariates = frame.covariates(result, errors, factors)
    form = covariates.isEmpty ? 1 : 2
    self.model = model
    self.origin = origin
    donors = result.donorCount
    runs = result.runCount
    measurements = result.measurements
    method = result.methodWords + (result.information.map { "; errors from \($0.words)" } ?? "")
    logLikelihood = result.logLikelihood
    widening = LearnedPrior.widening(donors: result.donorCount) * (n / (n - 1)).squareRoot()
    wideningReason = LearnedPrior.reason(result, frame, factors)
    self.notes = notes
  }

  /// Why the spread is widened, and what is widened more.
  private static func reason(
    _ result: PopulationResult, _ frame: Frame, _ factors: [Double]
  ) -> String {
    let n = result.donorCount
    let more = frame.elements.indices.compactMap { k -> String? in
      let usual = widening(donors: max(2, n - frame.effects(on: k).count))
      guard factors[k] > 1.005 * usual else { return nil }
      return "\(frame.elements[k].name) "
        + "\(NumberText.fixed(factors[k] / usual, decimals: 2)) times more"
    }
    return "The spread between donors is itself known from \(n) donors only: a new donor follows a "
      + "t distribution with at most v = \(n - 1) degrees of freedom, whose central 90 % are so much "
      + "wider, and maximum likelihood understates a variance by (v + 1)/v."
      + (frame.effects.isEmpty
        ? ""
        : " Each effect of a covariate on a parameter takes one more of its degrees of freedom.")
      + (more.isEmpty
        ? ""
        : " Spreads that single donors hardly tell have fewer degrees of freedom, 1/(2 se^2) with se "
          + "the error of ln of the spread, and are widened further: \(more.joined(separator: ", ")).")
  }

  /// The covariance of the means, of a result that can be a prior.
  private static func errors(
    _ result: PopulationResult, _ frame: Frame
  ) throws(Refusal) -> Matrix {
    let (elements, structure) = (frame.elements, frame.structure)
    guard result.isUsable else {
      throw Refusal(
        cause: "The population fit is not usable, so nothing is learned from it: "
          + result.notes.joined(separator: " "))
    }
    guard let errors = result.fixedCovariance, result.donorCount > 1 else {
      throw Refusal(
        cause: "The means of the population have no standard errors, so how far a new donor may "
          + "lie from them is not known. " + (result.covarianceRefusal ?? "")
          + " Let fewer parameters vary, or add donors.")
    }
    if let k = elements.indices.first(where: { !errors[$0, $0].isFinite }) {
      throw Refusal(
        cause: "\(elements[k].name) has no standard error (it lies on a bound), and a bound is no "
          + "measurement. Hold it, widen its bounds, or give it a prior.")
    }
    if let e = frame.effects.indices.first(where: {
      !(errors[elements.count + $0, elements.count + $0] > 0)
    }) {
      throw Refusal(
        cause:
          "The effect \(frame.effects[e].label) has no standard error: these runs do not tell it. "
          + "Leave the covariate out, or add donors.")
    }
    if let degrees = structure.studentDegrees, !(degrees > 2) {
      throw Refusal(
        cause: "Donors that scatter as Student's t with 2 degrees of freedom or fewer have no "
          + "covariance. Use more degrees of freedom.")
    }
    return errors
  }
}
