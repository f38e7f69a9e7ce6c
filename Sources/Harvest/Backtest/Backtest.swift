import Bioreactor
import Inference
import Population
import RunRecords
import Statistics

/// History replayed: what would have been forecast on each day, and what came.
public struct Backtest: Sendable {
  /// How a forecast met its count, on the ln scale.
  public struct Score: Sendable, Hashable {
    /// ln of the forecast's median.
    public let median: Double
    /// Continuous ranked probability score.
    public let crps: Double
    /// Where the count fell in the forecast, 0 ... 1; uniform when calibrated.
    public let transform: Double
    /// Half the width of the 90 % interval.
    public let halfWidth: Double

    init(_ sample: WeightedSample, _ observed: Double) throws {
      median = try sample.quantile(0.5)
      crps = sample.crps(observed)
      transform = sample.transform(observed)
      halfWidth = 0.5 * (try sample.bound(0.95) - sample.bound(0.05))
    }

    /// The score of a forecast of learned growth, at one of its times.
    init(_ told: GrowthForecast, at i: Int, _ observed: Double) {
      median = told.median[i]
      crps = told.score(observed, at: i)
      transform = 1 - told.probability(above: observed, at: i)
      halfWidth = 0.5 * (told.quantile(0.95, at: i) - told.quantile(0.05, at: i))
    }

    /// True when the central interval of a level holds the count.
    public func holds(_ level: Double) -> Bool { abs(transform - 0.5) <= 0.5 * level }
  }

  /// One forecast of one count.
  public struct Case: Sendable {
    /// The run and its donor.
    public let run: String
    /// See `run`.
    public let donor: String
    /// The hour of the forecast as asked for.
    public let from: Double
    /// The last count that it has seen.
    public let now: Double
    /// The hour of the count that it foretells.
    public let time: Double
    /// ln of that count.
    public let observed: Double
    /// The forecast.
    public let forecast: Score
    /// The prior alone, with the seed but without counts.
    public let prior: Score?
    /// ln of the log-linear extrapolation; nil with fewer than two counts.
    public let line: Double?
    /// That extrapolation with the errors that it made for other donors.
    public let baseline: Score?
  }

  /// A forecast that was not made.
  public struct Refused: Sendable {
    /// The run.
    public let run: String
    /// The hour of the forecast.
    public let from: Double
    /// Why.
    public let reason: String
  }

  /// What is replayed.
  public struct Question: Sendable {
    /// The first hour of forecast.
    public var from = 72.0
    /// Hours from one forecast to the next.
    public var step = 24.0
    /// The hour of the counts that are foretold, within 12 h; nil for all later ones.
    public var target: Double?
    /// Groups of donors that are held out together; nil for one at a time.
    public var folds: Int?
    /// How each forecast is made.
    public var outlook = DonorOutlook.Question()
    /// Threads.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// A model to learn with or a prior that is given.
  public enum Teacher: Sendable {
    /// Learn with this model from the other donors.
    case learn(label: String, cultures: [Culture], question: DonorLesson.Question)
    /// This prior for all.
    case given(DonorOutlook.Source)
  }

  /// The quantity whose counts are foretold.
  public let quantity: String
  /// All forecasts of counts, by hour of forecast, run and time.
  public let cases: [Case]
  /// Forecasts that were not made.
  public let refused: [Refused]
  /// How donors were held out, in words.
  public let holding: String
  /// The question.
  public let question: Question
  /// What must be known of how it was done, in sentences.
  public let notes: [String]
  /// True when growth was learned without a model of the cells.
  public let isModelFree: Bool
}
