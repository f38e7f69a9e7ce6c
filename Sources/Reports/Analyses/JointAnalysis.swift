import Bioreactor
import Inference
import Quantities

/// Several runs fitted together; reports draw it and compute nothing.
public struct JointAnalysis: Sendable {
  /// The fit.
  public private(set) var fit: FitResult
  /// The runs, in the order of `fit.runs`.
  public let cultures: [Culture]
  /// Bands of each run's measured quantities; empty when refused.
  public var bands: [[CurveBand]] = []
  /// Why there are no bands.
  public var bandRefusal: String?
  /// 95 % intervals side by side; empty when not asked for.
  public var intervals: [IntervalSet] = []
  /// The profiles behind them.
  public var profiles: [ParameterProfile] = []
  /// How the posterior was drawn, in a sentence.
  public var posteriorWords: String?
  /// The sample that would narrow each run's forecast most, or why none is named; empty when not
  /// asked.
  public var next: [Result<NextSample, NextSample.Refusal>] = []
  /// What the residuals say; nil when not asked for.
  public var checks: ResidualChecks?
  /// How it was drawn, for machines; nil when there are no draws.
  public var drawnBy: Posterior.Method?
  /// What the reader of the files noticed.
  public var findings: [Finding] = []

  /// Gives the fit the intervals of posterior draws.
  public mutating func adopt(_ posterior: Posterior) {
    guard let model = cultures.first?.model else { return }
    fit = fit.adopting(posterior, model: model)
  }

  /// An analysis of a joint fit of these cultures, in any order.
  public init(fit: FitResult, cultures: [Culture]) {
    self.fit = fit
    self.cultures = cultures.sorted { $0.run.name < $1.run.name }
  }
}
