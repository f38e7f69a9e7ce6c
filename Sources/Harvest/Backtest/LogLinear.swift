import Statistics

/// Extrapolation of the logarithm of a count along the line through the last two.
///
/// Its predictive distribution comes from how far it was off for other donors: the errors of
/// forecasts made at the same time, as far ahead.
public struct LogLinear: Sendable {
  /// One error of the past.
  struct Error: Sendable {
    let donor: String
    /// The hour of the forecast as asked for, and how far ahead it looked, h.
    let from: Double
    let lead: Double
    /// ln(observed / extrapolated).
    let error: Double
  }

  /// Hours within which a lead counts as the same.
  static let window = 12.0
  /// Errors from which a distribution is made.
  static let leastErrors = 5

  private let errors: [Error]

  init(_ errors: [Error]) { self.errors = errors }

  /// ln of the count at an hour from the last two readings at different times; nil with fewer.
  static func extrapolate(_ readings: [(time: Double, log: Double)], to time: Double) -> Double? {
    guard let last = readings.last,
      let before = readings.last(where: { $0.time < last.time })
    else { return nil }
    // Several readings at the last time count as their mean.
    func mean(_ t: Double) -> Double {
      let logs = readings.filter { $0.time == t }.map(\.log)
      return logs.reduce(0, +) / Double(logs.count)
    }
    let (a, b) = (mean(before.time), mean(last.time))
    return b + (b - a) / (last.time - before.time) * (time - last.time)
  }

  /// The predictive distribution of ln of a count for a donor that did not teach it; nil when other
  /// donors leave fewer than five errors.
  ///
  /// Errors of the same hour of forecast and of a lead within 12 h; where they are too few, those of
  /// that hour scaled to the lead, then those of all hours.
  func distribution(
    about log: Double, donor: String, from: Double, lead: Double
  ) -> WeightedSample? {
    let others = errors.filter { $0.donor != donor && $0.lead > 0 }
    let same = others.filter { $0.from == from && abs($0.lead - lead) <= LogLinear.window }
    let hour = others.filter { $0.from == from }
    let chosen: [Double]
    if same.count >= LogLinear.leastErrors {
      chosen = same.map(\.error)
    } else if hour.count >= LogLinear.leastErrors {
      chosen = hour.map { $0.error * lead / $0.lead }
    } else if others.count >= LogLinear.leastErrors {
      chosen = others.map { $0.error * lead / $0.lead }
    } else {
      return nil
    }
    return try? WeightedSample(chosen.map { log + $0 })
  }
}
