import Harvest
import Inference
import Quantities
import RunRecords

/// Everything that was found out about one run; reports draw it and compute nothing.
public struct RunAnalysis: Sendable {
  /// The run, with all its operations.
  public let run: Run
  /// The models tried, best first.
  public var comparison: ModelComparison
  /// Bands of the best model's measured quantities; empty when refused.
  public var bands: [CurveBand] = []
  /// Why there are no bands.
  public var bandRefusal: String?
  /// The harvest forecast, when one was asked for.
  public var forecast: HarvestForecast?
  /// Why there is no forecast although one was asked for.
  public var forecastRefusal: String?
  /// What the best model's residuals say; nil when they were not checked.
  public var checks: ResidualChecks?
  /// 95 % intervals of the best model's parameters side by side; empty when not asked for.
  public var intervals: [IntervalSet] = []
  /// The profiles behind them.
  public var profiles: [ParameterProfile] = []
  /// How the posterior was drawn, in a sentence.
  public var posteriorWords: String?
  /// The draws; nil when there are none.
  public var draws: Posterior?
  /// How it was drawn, for machines; nil when there are no draws.
  public var drawnBy: Posterior.Method?
  /// The sample that would narrow the forecast most, or why none is named; nil when not asked.
  public var next: Result<NextSample, NextSample.Refusal>?
  /// What speaks against taking the best model for the only one; nil when it was not asked.
  public var doubts: ModelDoubts?
  /// What the reader of the files noticed about this batch.
  public var findings: [Finding] = []

  /// An analysis of a run.
  public init(run: Run, comparison: ModelComparison) {
    self.run = run
    self.comparison = comparison
  }

  /// True when this one model was asked for and no other tried.
  var isNamed: Bool {
    comparison.entries.count == 1 && comparison.unbound.isEmpty && comparison.silent.isEmpty
  }

  /// The best entry.
  public var best: ModelComparison.Entry? { comparison.entries.first }
}
