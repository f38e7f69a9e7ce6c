import Quantities
import RunRecords
import Statistics

/// The residuals of one measured quantity of one run of a fit.
public struct RunResiduals: Sendable {
  /// The run.
  public let run: String
  /// The quantity.
  public let quantity: String
  /// Readings with a residual; censored ones have none.
  public let count: Int
  /// Their mean in standard deviations; about 0 +- 1/sqrt(count) in a good fit.
  public let mean: Double
  /// Their root mean square; about 1.
  public let size: Double
  /// The one farthest from 0.
  public let largest: Double
  /// Two-sided p-value of the runs test (Wald and Wolfowitz): small where neighbours err together;
  /// nil below 5 readings.
  public let runsP: Double?

  /// What is worth a sentence; nil for residuals that say nothing.
  public var words: String? {
    var parts: [String] = []
    let error = 1 / Double(count).squareRoot()
    if abs(mean) > 3 * error {
      parts.append(
        "lie \(mean > 0 ? "above" : "below") the common curve by "
          + "\(NumberText.significant(abs(mean), 2)) standard deviations on average: this run does not "
          + "share what the others share (give it parameters of its own with --per NAME=run)")
    }
    if let runsP, runsP < 0.01 {
      parts.append(
        "err together with their neighbours (runs test p = \(NumberText.significant(runsP, 2))): the "
          + "curve has another shape than the data")
    }
    return parts.isEmpty
      ? nil : "The \(quantity) readings of \(run) \(parts.joined(separator: ", and "))."
  }

  /// The residuals of every run and quantity of a fit, runs in its order, quantities by name.
  public static func all(_ fit: FitResult) -> [RunResiduals] {
    fit.runs.indices.flatMap { member -> [RunResiduals] in
      let own = fit.residuals.filter { $0.member == member }
      return Set(own.map(\.observation.quantity)).sorted().compactMap { quantity in
        let values = own.filter { $0.observation.quantity == quantity }
          .sorted { $0.observation.time < $1.observation.time }.compactMap(\.standardised)
          .filter(\.isFinite)
        guard !values.isEmpty else { return nil }
        let n = Double(values.count)
        return RunResiduals(
          run: fit.runs[member], quantity: quantity, count: values.count,
          mean: values.reduce(0, +) / n,
          size: (values.reduce(0) { $0 + $1 * $1 } / n).squareRoot(),
          largest: values.max { abs($0) < abs($1) } ?? 0,
          runsP: values.count >= 5 ? (try? RunsTest(values))?.pValue : nil)
      }
    }
  }
}
