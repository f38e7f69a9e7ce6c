import Bioreactor
import Quantities
import RunRecords
import Statistics

/// What the residuals of a fit say about its model: order, scale, outliers, and whether data like
/// these would come from it at all.
///
/// The checks of `ResidualBattery` raise a flag when their p-value, corrected for all of them, is
/// below 5 %; the posterior predictive ones below 1 %. So about 6 of 100 good fits carry a flag.
public struct ResidualChecks: Sendable {
  /// Something worth saying, in one sentence.
  public struct Flag: Sendable {
    /// What was found.
    public enum Kind: String, Sendable {
      /// Neighbours err together: the curve has another shape than the data.
      case shape
      /// Residuals larger than the stated noise.
      case tooLarge = "too_large"
      /// Residuals smaller than the stated noise.
      case tooSmall = "too_small"
      /// One reading far from the rest.
      case outlier
      /// Residuals grow or shrink with time or with the mean.
      case unevenNoise = "uneven_noise"
      /// The sum of squares is not one of this model.
      case predictive
      /// The latest count is not where the model has it.
      case latest
    }

    /// What was found.
    public let kind: Kind
    /// The measured quantity; nil for all together.
    public let quantity: String?
    /// The probability of as much in a good fit (corrected for all checks, or predictive).
    public let pValue: Double
    /// The reading, for an outlier or the latest count.
    public let place: Place?
    /// The sentence.
    public let sentence: String

    /// True when it speaks against the model, false when it speaks of one reading or of the noise.
    public var isMisfit: Bool {
      switch kind {
      case .shape, .tooLarge, .predictive, .latest: true
      case .tooSmall, .outlier, .unevenNoise: false
      }
    }
  }

  /// The figures of one measured quantity.
  public struct Series: Sendable {
    /// The quantity.
    public let quantity: String
    /// Exact readings.
    public let count: Int
    /// Lag-1 autocorrelation of the standardised residuals; nil below 5 readings.
    public let autocorrelation: Double?
    /// Probability of at least as much autocorrelation in a good fit, for this check alone.
    public let autocorrelationP: Double?
    /// Exact two-sided p-value of the runs test (Wald and Wolfowitz).
    public let runsP: Double?
    /// Root mean square of the residuals in units of the stated noise; nil when none is stated.
    public let sizeInStatedNoise: Double?
    /// Sum of squares in units of the stated noise; nil likewise.
    public let chiSquare: Double?
    /// Probability of a sum of squares at least as large in a good fit, for this check alone.
    public let chiSquareP: Double?
    /// Posterior predictive p-value of the sum of squared standardised residuals.
    public let predictiveP: Double?
  }

  /// Flags, most important first; empty when the residuals say nothing.
  public let flags: [Flag]
  /// Figures by measured quantity, by name.
  public let series: [Series]
  /// Posterior predictive p-values; nil when the fit could not be differentiated.
  public let predictive: PredictiveCheck?
  /// Why nothing could be checked; nil when it was.
  public let refusal: String?

  /// True when a flag speaks against the model.
  public var isMisfit: Bool { flags.contains(where: \.isMisfit) }
  /// The sentences of the flags.
  public var sentences: [String] { flags.map(\.sentence) }

  /// p-value below which a posterior predictive check says something.
  public static let predictiveLevel = 0.01

  /// Checks the residuals of a fit of a culture; without a posterior the predictive checks rest on
  /// the estimate alone.
  public init(
    _ fit: FitResult, _ culture: Culture, options: FitOptions, posterior: Posterior? = nil,
    threads: Int = 1
  ) {
    guard fit.isUsable, let shape = FittedShape(fit, culture, options: options) else {
      flags = []
      series = []
      predictive = nil
      refusal =
        !fit.isUsable
        ? "The fit is not usable; nothing is checked."
        : fit.runs.count > 1
          ? "A joint fit is not checked; fit its runs one by one."
          : "No exact reading has a residual to check."
      return
    }
    refusal = nil
    let battery = ResidualBattery(
      shape.linearised, seed: options.seed, name: "\(fit.run) \(fit.model)")
    let predictive = PredictiveCheck(
      shape, fit, culture, posterior: posterior, options: options, threads: threads)
    self.predictive = predictive
    series = shape.quantities.enumerated().map { index, quantity in
      ResidualChecks.figures(index, quantity, shape, battery, predictive)
    }
    flags = ResidualWords(shape: shape, culture: culture, battery: battery, predictive: predictive)
      .flags()
  }

  private static func figures(
    _ index: Int, _ quantity: String, _ shape: FittedShape, _ battery: ResidualBattery,
    _ predictive: PredictiveCheck
  ) -> Series {
    let own = shape.linearised.readings.filter { $0.series == index }
    func check(_ kind: ResidualBattery.Kind) -> ResidualBattery.Check? {
      battery.checks.first { $0.kind == kind && $0.series == index }
    }
    let runs =
      own.count >= ResidualBattery.leastReadings ? try? RunsTest(own.map(\.residual)) : nil
    let squares = check(.tooLarge)
    return Series(
      quantity: quantity, count: own.count, autocorrelation: check(.autocorrelation)?.value,
      autocorrelationP: check(.autocorrelation)?.pValue, runsP: runs?.pValue,
      sizeInStatedNoise: squares.map { ($0.value / Double(own.count)).squareRoot() },
      chiSquare: squares?.value, chiSquareP: squares?.pValue,
      predictiveP: predictive.parts.first { $0.quantity == quantity }?.pValue)
  }
}
