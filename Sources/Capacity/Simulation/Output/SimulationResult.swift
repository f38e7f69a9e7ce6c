/// What independent replications of a process say, each number with its uncertainty.
public struct SimulationResult: Sendable, Equatable {
  /// How the replications ended.
  public enum Termination: String, Sendable {
    /// Nothing was run.
    case notRun
    /// As many replications as were asked for.
    case replications
    /// The half-width that was asked for was reached.
    case precise
    /// It was not reached within the largest number of replications.
    case imprecise
  }

  /// The process's name.
  public let process: String
  /// The seed.
  public let seed: UInt64
  /// All metrics, in a fixed order.
  public let metrics: [Metric]
  /// How the replications ended.
  public internal(set) var termination = Termination.notRun
  /// Replications merged.
  public private(set) var replications = 0
  /// Events of all replications.
  public private(set) var events = 0
  /// The estimate of each metric, in the order of `metrics`.
  public private(set) var estimates: [Estimate]
  /// Little's law of the whole run in the system and in each pool's queue: means over replications.
  public private(set) var littlesLaw: [LittlesLaw] = []

  let places: [Metric: Int]
  private let measures: [Measure]
  private let pools: [String]
  private let weeks: Double
  private var histograms: [Histogram]
  private var hours: ContiguousArray<Double>

  init(_ program: Program, seed: UInt64) {
    process = program.process.name
    self.seed = seed
    metrics = program.metrics
    places = Dictionary(
      metrics.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    estimates = [Estimate](repeating: Estimate(), count: metrics.count)
    measures = program.measures.names
    pools = program.process.pools.map(\.name)
    weeks = (program.process.horizon - program.process.warmUp) / 7
    histograms = [Histogram](repeating: Histogram(), count: measures.count)
    hours = ContiguousArray(repeating: 0, count: 168 * pools.count)
  }

  /// Adds the next replication.
  mutating func merge(_ other: Replication) {
    let weight = 1 / Double(replications + 1)
    for index in estimates.indices { estimates[index].add(other.values[index]) }
    for index in histograms.indices { histograms[index].merge(other.histograms[index]) }
    for index in hours.indices { hours[index] += (other.hours[index] - hours[index]) * weight }
    if littlesLaw.isEmpty {
      littlesLaw = other.laws
    } else {
      littlesLaw = zip(littlesLaw, other.laws).map { own, new in
        LittlesLaw(
          place: own.place,
          timeAverage: own.timeAverage + (new.timeAverage - own.timeAverage) * weight,
          rateTimesTime: own.rateTimesTime + (new.rateTimesTime - own.rateTimesTime) * weight)
      }
    }
    replications += 1
    events += other.events
  }

  /// The estimate of a metric; nil for one that the process does not have.
  public subscript(metric: Metric) -> Estimate? { places[metric].map { estimates[$0] } }

  /// All values of a measure over all replications; nil for one that the process does not have.
  ///
  /// Its quantiles are those of the patients of all years together; the estimate of
  /// `Metric.quantile` is the mean of the quantiles of single replications, with its interval.
  public func histogram(_ measure: Measure) -> Histogram? {
    measures.firstIndex(of: measure).map { histograms[$0] }
  }

  /// Mean number of units of a pool in use, as `Metric.utilisation` counts it, in each of the 168
  /// hours of the week from Monday 00:00: nothing in closed hours;
  /// nil for a pool that the process does not have.
  public func busyByHourOfWeek(_ pool: String) -> [Double]? {
    pools.firstIndex(of: pool).map { index in
      hours[(168 * index)..<(168 * (index + 1))].map { $0 / weeks }
    }
  }
}
