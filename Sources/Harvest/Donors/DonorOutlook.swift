import Bioreactor
import Inference
import ModelLanguage
import Population
import Quantities
import RunRecords
import Statistics

/// The forecast of one run from learned priors and the counts so far: bands, days, weights of models,
/// and whether the latest count contradicts all of it.
public struct DonorOutlook: Sendable {
  /// A learned prior with its model.
  public struct Source: Sendable {
    /// What the prior is called, such as its file.
    public var label: String
    /// The model.
    public var model: Model
    /// The prior.
    public var prior: LearnedPrior
    /// Its weight before the counts.
    public var weight: Double

    /// A prior with its model.
    public init(label: String, model: Model, prior: LearnedPrior, weight: Double = 1) {
      self.label = label
      self.model = model
      self.prior = prior
      self.weight = weight
    }
  }

  /// What is asked.
  public struct Question: Sendable {
    /// Counts after this hour are left out.
    public var until = Double.infinity
    /// The forecast's last hour; nil for the planned harvest, else 7 days from now.
    public var horizon: Double?
    /// Hours asked for besides whole days.
    public var times: [Double] = []
    /// Viable cells that are needed, 1e6; nil when nothing is asked.
    public var need: Double?
    /// Factor on the spread between donors.
    public var widening = 1.0
    /// The mixture of the prior and one twice as wide; see `DonorForecast.robust`.
    public var isRobust = false
    /// The predictive p-value of the latest count below which the models are not believed, and the
    /// growth path takes over.
    public var contradiction = 0.01
    /// Draws a prior.
    public var draws = 600
    /// Threads.
    public var threads = 1
    /// How runs are simulated.
    public var options = FitOptions()

    /// The defaults.
    public init() {}
  }

  /// One prior's part.
  public struct Component: Sendable {
    /// See `Source`.
    public let source: Source
    /// Its weight after the counts.
    public let weight: Double
    /// What it makes of the counts.
    public let forecast: DonorForecast
    /// The parameters' names, units and natural values at the mode and quantiles.
    public let parameters: [Parameter]
  }

  /// One parameter of the run, natural, base units.
  public struct Parameter: Sendable {
    /// Its name.
    public let name: String
    /// The unit in which it is printed.
    public let unit: Unit
    /// Quantiles after the counts.
    public let fan: Fan
    /// The prior's median, and its standard deviation on the estimation scale; nil when the
    /// model's own prior was used.
    public let prior: (median: Double, sd: Double)?
    /// The share of the learned prior's variance that the counts took away; nil without one.
    public let learned: Double?
  }

  /// One possible day.
  public struct Day: Sendable {
    /// Hours from the run's zero; before the operations of that time.
    public let time: Double
    /// Culture volume, mL; nil when it is not known.
    public let volume: Double?
    /// Viable cells, 1e6; nil without a volume.
    public let cells: Fan?
    /// The density or fold, base units.
    public let value: Fan
    /// P(viable cells >= need) with its Monte-Carlo error; nil when nothing is asked.
    public let probability: (value: Double, error: Double)?
  }

  /// The latest reading of a quantity against what the readings before it foretold.
  public struct Latest: Sendable {
    /// The reading.
    public let observation: Observation
    /// What was foretold, as readings.
    public let foretold: Fan
    /// The central 95 % of it.
    public let expected: ClosedRange<Double>
    /// Two-sided predictive p.
    public let pValue: Double
    /// True when no model's forecast holds it.
    public let contradicts: Bool
  }

  /// What the bands and days come from.
  public enum Basis: Sendable, Hashable {
    /// The models with their priors.
    case models
    /// The culture's own counts, so many with the seed, carried forward without a model, because the
    /// latest one contradicts every model.
    case path(counts: Int)
    /// The models, although the latest count contradicts them: why there is no path.
    case contradictedModels(String)
  }

  /// One instant of the bands.
  public struct BandPoint: Sendable {
    /// The instant.
    public let instant: Instant
    /// Where the culture is.
    public let curve: Fan
    /// What a measurement would read.
    public let reading: Fan
  }

  /// The run.
  public let run: Run
  /// The last count's hour; the run's start without counts.
  public let now: Double
  /// Counts used.
  public let counts: Int
  /// The measured quantity that is followed.
  public let quantity: String
  /// The parts, in the order of the sources.
  public let components: [Component]
  /// What `band` and `days` come from.
  public let basis: Basis
  /// The growth path that took over; nil when none did.
  let path: LocalGrowth?
  /// Bands over the whole run.
  public let band: [BandPoint]
  /// Days from now on.
  public let days: [Day]
  /// The first day that has the cells needed with 90 %; nil without one, or where nothing is asked.
  public var safeDay: Day? { days.first { ($0.probability?.value ?? 0) >= 0.9 } }
  /// The latest count; nil when there is none to judge.
  public let latest: Latest?
  /// Readings that no model's forecast holds, the count first.
  public var contradicted: [Latest] { ([latest].compactMap(\.self) + others).filter(\.contradicts) }
  /// The latest readings of what else all models observe, such as viability, each judged by a
  /// forecast that has seen nothing of its hour or later.
  public let others: [Latest]
  /// Sentences for the reader.
  public let notes: [String]
  /// The question.
  public let question: Question
}
