import Randomness
import Statistics

/// A back-test in numbers: all of it, by hour of forecast, by donor.
public struct BacktestSummary: Sendable {
  /// Levels whose coverage is told.
  public static let levels = [0.5, 0.8, 0.9]

  /// Some forecasts together.
  public struct Row: Sendable {
    /// Forecasts of counts, and the donors that they are of.
    public let cases: Int
    /// See `cases`.
    public let donors: Int
    /// Median of |forecast / count - 1|.
    public let medianError: Double
    /// The same of the log-linear extrapolation and of the prior alone; nil where there is none.
    public let lineError: Double?
    /// See `lineError`.
    public let priorError: Double?
    /// Shares of counts in the intervals of `levels`.
    public let coverage: [Double]
    /// Median of the factor by which the 90 % interval reaches up and down from its middle.
    public let factor: Double
    /// Mean score of the forecasts, of those beside which there is a baseline, and of the baseline.
    public let crps: Double
    /// See `crps`.
    public let crpsBeside: Double?
    /// See `crps`.
    public let baselineCRPS: Double?
    /// Mean score of the prior alone.
    public let priorCRPS: Double?
    /// Mean over donors of score minus that of the baseline: below 0 the forecast is better.
    public let difference: ClusterBootstrap?
    /// The same against the prior alone.
    public let priorDifference: ClusterBootstrap?

    init?(_ cases: [Backtest.Case], seed: UInt64, label: String) {
      guard !cases.isEmpty else { return nil }
      let n = Double(cases.count)
      self.cases = cases.count
      let groups = Dictionary(grouping: cases, by: \.donor)
      let names = groups.keys.sorted()
      donors = names.count
      func error(_ logs: [(Double, Double)]) -> Double? {
        let errors = logs.map { abs(Double.exp($0.0 - $0.1) - 1) }
        return (try? WeightedSample(errors)).flatMap { try? $0.quantile(0.5) }
      }
      medianError = error(cases.map { ($0.forecast.median, $0.observed) }) ?? .nan
      lineError = error(cases.compactMap { c in c.line.map { ($0, c.observed) } })
      priorError = error(cases.compactMap { c in c.prior.map { ($0.median, c.observed) } })
      coverage = BacktestSummary.levels.map { level in
        Double(cases.count { $0.forecast.holds(level) }) / n
      }
      let widths = cases.map { Double.exp($0.forecast.halfWidth) }
      factor = (try? WeightedSample(widths)).flatMap { try? $0.quantile(0.5) } ?? .nan
      func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
      crps = mean(cases.map(\.forecast.crps)) ?? .nan
      let beside = cases.filter { $0.baseline != nil }
      crpsBeside = mean(beside.map(\.forecast.crps))
      baselineCRPS = mean(beside.compactMap { $0.baseline?.crps })
      priorCRPS = mean(cases.compactMap { $0.prior?.crps })
      func bootstrap(
        _ purpose: String, _ other: (Backtest.Case) -> Backtest.Score?
      ) -> ClusterBootstrap? {
        var stream = RandomStream(seed: seed, name: label, purpose: purpose)
        return ClusterBootstrap(
          names.map { name in
            (groups[name] ?? []).compactMap { c in other(c).map { c.forecast.crps - $0.crps } }
          }, stream: &stream)
      }
      difference = bootstrap("against the line", \.baseline)
      priorDifference = bootstrap("against the prior", \.prior)
    }
  }

  /// What follows for the one who reads it.
  public enum Verdict: String, Sendable {
    /// Better than the baseline: the interval of the difference lies below 0.
    case better
    /// Not told from it.
    case notBetter = "not_better"
    /// Worse.
    case worse
    /// There is no baseline or too few donors.
    case unknown
  }

  /// All forecasts.
  public let all: Row
  /// By hour of forecast, in order.
  public let hours: [(from: Double, row: Row)]
  /// By donor, the worst score first.
  public let donors: [(donor: String, row: Row)]
  /// Shares of counts in ten equal parts of the forecasts; a tenth each when calibrated.
  public let histogram: [Double]
  /// Nominal levels with the shares of counts that central intervals held.
  public let calibration: [(level: Double, share: Double)]
  /// Against the log-linear extrapolation, over all forecasts.
  public let verdict: Verdict

  /// A summary; nil without cases.
  public init?(_ backtest: Backtest, seed: UInt64) {
    let cases = backtest.cases
    guard let all = Row(cases, seed: seed, label: "all") else { return nil }
    self.all = all
    hours = Set(cases.map(\.from)).sorted().compactMap { from in
      Row(cases.filter { $0.from == from }, seed: seed, label: "hour \(from)").map { (from, $0) }
    }
    let groups = Dictionary(grouping: cases, by: \.donor)
    donors = groups.keys.sorted().compactMap { donor in
      Row(groups[donor] ?? [], seed: seed, label: donor).map { (donor, $0) }
    }.sorted { ($1.row.crps, $0.donor) < ($0.row.crps, $1.donor) }
    let n = Double(cases.count)
    histogram = (0..<10).map { bin in
      Double(cases.count { min(9, Int($0.forecast.transform * 10)) == bin }) / n
    }
    calibration = stride(from: 0.05, to: 0.96, by: 0.05).map { level in
      (level, Double(cases.count { $0.forecast.holds(level) }) / n)
    }
    verdict = BacktestSummary.verdict(all.difference)
  }

  /// What a difference of scores says.
  public static func verdict(_ difference: ClusterBootstrap?) -> Verdict {
    guard let interval = difference?.interval else { return .unknown }
    return interval.upperBound < 0 ? .better : interval.lowerBound > 0 ? .worse : .notBetter
  }
}
