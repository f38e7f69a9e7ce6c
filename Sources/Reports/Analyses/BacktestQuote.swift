import Quantities

/// What a back-test says of forecasts like the one that quotes it.
public struct BacktestQuote: Sendable {
  /// One day of forecast.
  struct Day: Sendable {
    let time: Double
    let cases: Int
    let medianError: Double
    let coverage90: Double
    /// Scores of the forecast and of the log-linear extrapolation; nil where there is none.
    let crps: Double?
    let baseline: Double?
    /// Interval of the difference of the scores; nil when it is not known.
    let difference: ClosedRange<Double>?
  }

  let path: String
  /// SHA-256 of its content.
  public let sha256: String
  let headline: String
  let days: [Day]
  /// What does not fit the forecast that quotes it.
  let doubts: [String]

  /// The sentence for a forecast made at an hour.
  func sentence(now: Double) -> String {
    var text = "Back-test (\(path)): \(headline)"
    if let day = days.last(where: { $0.time <= now }) ?? days.first {
      text +=
        " Forecasts from day \(Shown.day(day.time)) (\(NumberText.counted(day.cases, "count"))): "
        + "median error \(NumberText.percent(day.medianError, decimals: 0)), the 90 % interval held "
        + "\(NumberText.percent(day.coverage90, decimals: 0))"
      if let own = day.crps, let other = day.baseline {
        text += ", score \(Shown.number(own, 2)) beside \(Shown.number(other, 2)) of the line"
        if let difference = day.difference {
          text +=
            difference.upperBound < 0
            ? "" : difference.lowerBound > 0 ? ": worse than it" : ": no better than it"
        }
      }
      text += "."
    }
    return ([text] + doubts).joined(separator: " ")
  }

  var json: JSONValue {
    .object([
      "path": .string(path), "sha256": .string(sha256), "headline": .string(headline),
      "doubts": .array(doubts.map { .string($0) }),
    ])
  }
}
