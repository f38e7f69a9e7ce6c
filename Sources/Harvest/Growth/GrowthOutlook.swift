import Population
import Quantities
import RunRecords

/// The forecast of one run with growth that was learned without a model: days, band, and whether the
/// latest count was foretold.
public struct GrowthOutlook: Sendable {
  /// What is asked.
  public struct Question: Sendable {
    /// Counts after this hour are left out.
    public var until = Double.infinity
    /// The last hour of whole days; nil for the last count that taught.
    public var horizon: Double?
    /// Hours asked for; without any, whole days.
    public var times: [Double] = []
    /// Cells that are needed, 1e6; nil when nothing is asked.
    public var need: Double?
    /// The predictive p-value of the latest count below which it is said to contradict.
    public var contradiction = 0.01

    /// The defaults.
    public init() {}
  }

  /// Why a run has no forecast.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The reason, and what to do.
    public let description: String
  }

  /// Quantiles of cells (or their density), base units.
  public struct Spread: Sendable, Hashable {
    /// The levels.
    public static let levels = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
    /// Values at `levels`.
    public let values: [Double]

    init(_ told: GrowthForecast, at i: Int) {
      values = Spread.levels.map { Double.exp(told.quantile($0, at: i)) }
    }

    /// The median.
    public var median: Double { values[3] }
    /// The 50 % interval.
    public var half: ClosedRange<Double> { values[2]...values[4] }
    /// The 80 % interval.
    public var eighty: ClosedRange<Double> { values[1]...values[5] }
    /// The 90 % interval.
    public var ninety: ClosedRange<Double> { values[0]...values[6] }
  }

  /// One hour.
  public struct Day: Sendable {
    /// Hours from the run's zero.
    public let time: Double
    /// Where the culture is.
    public let culture: Spread
    /// What a count of one well reads.
    public let reading: Spread
    /// P(cells >= need); nil when nothing is asked.
    public let probability: Double?
  }

  /// The latest count against what the counts before it foretold.
  public struct Latest: Sendable {
    /// The count's hour.
    public let time: Double
    /// The mean of its wells, base units.
    public let observed: Double
    /// What was foretold of that mean.
    public let foretold: Spread
    /// Two-sided predictive p.
    public let pValue: Double
    /// True when the forecast does not hold it.
    public let contradicts: Bool
  }

  /// The run.
  public let run: Run
  /// The quantity that is followed.
  public let quantity: String
  /// The run's conditions, as one label; empty when none were told apart.
  public let kind: String
  /// The last count's hour.
  public let now: Double
  /// Counts used, and how many samples or wells they are the means of.
  public let counts: Int
  /// See `counts`.
  public let wells: Double
  /// What the forecast rests on.
  public let basis: GrowthForecast.Basis
  /// Degrees of freedom of its Student t; nil for a normal distribution.
  public let degreesOfFreedom: Double?
  /// The hours asked for.
  public let days: [Day]
  /// Hours from now to the last of them, for the figure.
  public let band: [Day]
  /// The latest count; nil when it could not be judged.
  public let latest: Latest?
  /// Sentences for the reader.
  public let notes: [String]
  /// The question.
  public let question: Question
  /// The first hour that has the cells needed with 90 %.
  public var safeDay: Day? { days.first { ($0.probability ?? 0) >= 0.9 } }
}
