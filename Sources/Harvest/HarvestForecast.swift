import Inference

/// Weighted quantiles of one quantity at one time.
public struct Quantiles: Sendable, Hashable {
  /// Levels that every forecast gives.
  public static let levels = [0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975]
  /// Values at `levels`.
  public let values: [Double]

  /// The median.
  public var median: Double { values[3] }
  /// The 50 % interval.
  public var half: ClosedRange<Double> { values[2]...values[4] }
  /// The 80 % interval.
  public var eighty: ClosedRange<Double> { values[1]...values[5] }
  /// The 95 % interval.
  public var ninetyFive: ClosedRange<Double> { values[0]...values[6] }
}

/// A forecast of one culture: bands over time, probabilities by day, the decision.
public struct HarvestForecast: Sendable {
  /// The curve and the next measurement at one time.
  public struct BandPoint: Sendable {
    /// Hours from the run's zero.
    public let time: Double
    /// Viable cell density of the culture, 1e6 cells/mL.
    public let curve: Quantiles
    /// What a count would read, with its noise.
    public let measurement: Quantiles
  }

  /// The criteria at one possible harvest time.
  public struct Day: Sendable {
    /// Hours from the run's zero.
    public let time: Double
    /// Total viable cells, 1e6.
    public let totalViable: Quantiles
    /// Viable CAR+ cells, 1e6.
    public let carPositive: Quantiles
    /// Median viability; nil when the model does not tell it.
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
  /// The bands, in order of time.
  public let bands: [BandPoint]
  /// Possible harvest days, in order of time.
  public let days: [Day]
  /// Effective sample size of the draws.
  public let effectiveSampleSize: Double
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
