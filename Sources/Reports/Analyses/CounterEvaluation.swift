import Quantities
import RunFiles
import RunRecords
import Statistics

/// What a dilution series says of one counter and one kind of cells.
public struct CounterEvaluation: Sendable {
  /// The readings as they stand in the file.
  public let file: DilutionSeriesFile.Series
  /// Scatter of one count.
  public let variance: CounterVariance
  /// How proportional the readings are to the fraction.
  public let line: DilutionProportionality
  /// Counts or readings in one preparation, at most.
  public let repeats: Int

  /// Evaluates one series of a file.
  ///
  /// Throws `DilutionSeries.Refusal` for a series that tells nothing; the file's reader has refused
  /// such series before, with their places.
  public init(_ file: DilutionSeriesFile.Series) throws(DilutionSeries.Refusal) {
    let series = try Self.series(file)
    self.file = file
    variance = CounterVariance(series)
    line = DilutionProportionality(series, variance: variance)
    repeats = series.preparations.map(\.readings.count).max() ?? 1
  }

  /// The extra CV of one count, without its interval and its tests; see `CounterVariance.extra`.
  ///
  /// Throws `DilutionSeries.Refusal` for a series that tells nothing.
  public static func extraCV(
    _ file: DilutionSeriesFile.Series
  ) throws(DilutionSeries.Refusal) -> (cv: Double, isBeyondCounting: Bool) {
    CounterVariance.extra(try series(file))
  }

  private static func series(
    _ file: DilutionSeriesFile.Series
  ) throws(DilutionSeries.Refusal) -> DilutionSeries {
    try DilutionSeries(
      file.readings.map { reading in
        reading.count.map {
          DilutionSeries.Reading(
            fraction: reading.fraction, replicate: reading.replicate, cells: $0.cells.number,
            exposure: $0.exposure)
        }
          ?? DilutionSeries.Reading(
            fraction: reading.fraction, replicate: reading.replicate, density: reading.density)
      })
  }

  /// `NC200, viable cells`.
  var title: String {
    (file.counter.map { "\($0), " } ?? "") + "\(noun) cells"
  }

  /// `viable`, `dead` or `all`.
  var noun: String { file.kind == .total ? "all" : file.kind.rawValue }

  /// The line for a model's text; nil when the series does not bound the extra CV.
  var modelLine: String? {
    guard let prior = variance.prior else { return nil }
    func text(_ value: Double) -> String { NumberText.significant(value, 2) }
    let (name, meaning) =
      file.kind == .dead ? ("s_dead", "sd of ln dead count") : ("s_count", "sd of ln count")
    let median = text(prior.median)
    let low = text(min(0.01, prior.median / 4))
    let high = text(max(0.5, 1.5 * variance.high))
    return "param \(name) [1] \"\(meaning)\" = \(median) in \(low) ... \(high) log prior median "
      + "\(median) sd_ln \(text(prior.sdLn))"
  }
}
