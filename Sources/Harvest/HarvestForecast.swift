import Inference

/// A forecast of one culture: bands over time, probabilities by day, the decision.
public struct HarvestForecast: Sendable {
  /// The criteria at one possible harvest time.
  public struct Day: Sendable {
    /// Hours from the run's zero.
    public let time: Double
    /// Culture volume before the operations of that time, mL.
    public let volume: Double
    /// Total viable cells, 1e6.
    public let totalViable: Quantiles
    /// Viable CAR+ cells, 1e6.
    public let carPositive: Quantiles
    /// Viability; nil when the model does not tell it.
    public let viability: Quantiles?
    /// P(viable CAR+ cells >= need).
    public let probabilityOfDose: Double
    /// P(viability >= its limit); nil when it is no criterion.
    public let probabilityOfViability: Double?
    /// P(all criteria).
    public let probability: Double
    /// Monte-Carlo standard error of `probability`.
    public let probabilityError: Double
  }

  /// The run's name.
  public let run: String
  /// The model's name.
  public let model: String
  /// The question.
  public let question: HarvestQuestion
  /// Viable cell density over time.
  public let density: CurveBand
  /// Possible harvest days, in order of time.
  public let days: [Day]
  /// Effective sample size of the draws.
  public let effectiveSampleSize: Double
  /// How they were made.
  public let method: Posterior.Method
  /// Sentences for the reader.
  public let notes: [String]

  /// The first day whose probability reaches the confidence asked for.
  public var firstSafeDay: Day? { days.first { $0.probability >= question.confidence } }
  /// The day with the highest probability; the earliest of equal ones.
  public var bestDay: Day? {
    days.reduce(nil) { best, day in
      day.probability > (best?.probability ?? -1) ? day : best
    }
  }
}
