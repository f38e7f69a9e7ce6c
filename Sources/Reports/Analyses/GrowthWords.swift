import Inference
import Quantities

/// Growth in the terms of a culture: doubling time and lag.
enum GrowthWords {
  /// `38.4 (34.4 - 43)` in hours; nil when the model has no growth rate of that form.
  static func doublingTime(_ fit: FitResult) -> String? {
    // A rate that is the prior's is no finding.
    guard let mu = fit.parameter("mu"), mu.unitSymbol == "1/h", mu.verdict != .noInfluence,
      mu.verdict != .priorOnly, fit.showsGrowth != false
    else { return nil }
    let ln2 = Double.log(2)
    let interval = mu.interval.flatMap { interval in
      interval.lowerBound > 0 ? ln2 / interval.upperBound...ln2 / interval.lowerBound : nil
    }
    return Shown.number(ln2 / mu.estimate)
      + (interval.map { " (\(Shown.interval($0)))" } ?? "")
  }

  /// `1.75 (0.89 - 3.4)` in days; nil when the model has no lag.
  static func lag(_ fit: FitResult) -> String? {
    guard let lag = fit.parameter("lag"), lag.unitSymbol == "h", lag.verdict != .noInfluence,
      fit.showsGrowth != false
    else { return nil }
    if case .atBound("lower") = lag.verdict { return "none seen" }
    let interval = lag.interval.map { $0.lowerBound / 24...$0.upperBound / 24 }
    return Shown.number(lag.estimate / 24) + (interval.map { " (\(Shown.interval($0)))" } ?? "")
  }

  /// The growth in a sentence, with 95 % intervals in parentheses; empty when there is nothing to say.
  static func sentence(_ fit: FitResult) -> String {
    if fit.showsGrowth == false { return "No growth seen." }
    guard let doubling = doublingTime(fit) else { return "" }
    let start = "Growing cells double in \(doubling) h"
    let brake = unbraked(fit)
    guard let lag = lag(fit) else { return start + "." + brake }
    return start + (lag == "none seen" ? "; no lag can be seen." : ", after a lag of \(lag) d.")
      + brake
  }

  /// Where the model's rate is one that no two counts show, with a space before; otherwise empty.
  private static func unbraked(_ fit: FitResult) -> String {
    guard let mu = fit.parameter("mu"), let seen = fit.fastestDoubling,
      seen * mu.estimate > 1.2 * Double.log(2)
    else { return "" }
    return
      " That is the model's rate before lag and crowding slow it: between two counts the curve doubles "
      + "in \(Shown.number(seen)) h at best."
  }
}
