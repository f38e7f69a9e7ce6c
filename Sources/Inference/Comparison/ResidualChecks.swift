import Bioreactor
import Quantities
import RunRecords
import Statistics

/// What the residuals of a fit say about its model: order, scale, outliers, and whether data like
/// these would come from it at all.
///
/// The checks of `ResidualBattery` raise a flag when their p-value, corrected for all of them, is
/// below 5 %; the posterior predictive ones below 1 %. So about 6 of 100 good fits carry a flag.
/// Of several runs fitted together each quantity is checked over all runs, and run by run.
public struct ResidualChecks: Sendable {
  /// Flags, most important first; empty when the residuals say nothing.
  public let flags: [Flag]
  /// Figures by measured quantity, by name; of several runs each quantity over all, then by run.
  public let series: [Series]
  /// The residuals that were checked, run by run; empty when nothing was.
  public let points: [Point]
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
    self.init(fit, joint: [culture], options: options, posterior: posterior, threads: threads)
  }

  /// Checks the residuals of runs fitted together; the cultures in any order.
  public init(
    _ fit: FitResult, joint cultures: [Culture], options: FitOptions, posterior: Posterior? = nil,
    threads: Int = 1
  ) {
    let cultures = cultures.sorted { $0.run.name < $1.run.name }
    guard fit.isUsable, let shape = FittedShape(fit, cultures, options: options) else {
      flags = []
      series = []
      points = []
      predictive = nil
      refusal =
        fit.isUsable
        ? "No exact reading has a residual to check."
        : "The fit is not usable; nothing is checked."
      return
    }
    refusal = nil
    let battery = ResidualBattery(
      shape.linearised, groups: shape.groups, seed: options.seed, name: "\(fit.run) \(fit.model)")
    let predictive = PredictiveCheck(
      shape, fit, cultures, posterior: posterior, options: options, threads: threads)
    self.predictive = predictive
    series = shape.groups.indices.compactMap {
      Series($0, shape, fit.runs, battery, predictive)
    }
    points = zip(shape.targets, shape.linearised.readings).map { target, reading in
      Point(
        member: target.member,
        observation: cultures[target.member].targets[target.index].observation,
        residual: reading.residual)
    }
    flags = ResidualWords(
      shape: shape, cultures: cultures, battery: battery, predictive: predictive
    ).flags()
  }
}
