import Inference
import Quantities

/// Growth in the terms of a culture: doubling time and lag. What the list of what to trust forbids is not
/// stated; the curve's fastest doubling between two counts stands in its place.
enum GrowthWords {
  /// `38.4 (34.4 - 43)` in hours, or `16 at best` where the model's own rate is not to be trusted; nil when
  /// the model has no growth rate of that form, or the residuals contradict it.
  static func doublingTime(_ verdict: FitVerdict) -> String? {
    guard let mu = rate(verdict), !verdict.isContradicted else { return nil }
    guard TrustedNumber(mu, verdict).isStated else {
      return verdict.fit.fastestDoubling.map { "\(Shown.number($0)) at best" }
    }
    return stated(mu)
  }

  private static func stated(_ mu: FittedParameter) -> String {
    let ln2 = Double.log(2)
    let interval = mu.interval.flatMap { interval in
      interval.lowerBound > 0 ? ln2 / interval.upperBound...ln2 / interval.lowerBound : nil
    }
    return Shown.number(ln2 / mu.estimate)
      + (interval.map { " (\(Shown.interval($0)))" } ?? "")
  }

  /// The growth rate, where growth was seen and measurements depend on it.
  private static func rate(_ verdict: FitVerdict) -> FittedParameter? {
    guard let mu = verdict.fit.parameter("mu"), mu.unitSymbol == "1/h",
      mu.verdict != .noInfluence, verdict.fit.showsGrowth != false
    else { return nil }
    return mu
  }

  /// `1.75 (0.89 - 3.4)` in days, `1.75 (prior)`, `2 (held)`, `none seen` or `not known`; nil when the model has no
  /// lag, or the residuals contradict it.
  static func lag(_ verdict: FitVerdict) -> String? {
    guard let lag = lagParameter(verdict), !verdict.isContradicted else { return nil }
    let days = Shown.number(lag.estimate / 24)
    switch TrustedNumber(lag, verdict) {
    case .data, .dataAndPrior:
      let interval = lag.interval.map { $0.lowerBound / 24...$0.upperBound / 24 }
      return days + (interval.map { " (\(Shown.interval($0)))" } ?? "")
    case .prior: return "\(days) (prior)"
    case .silent: return "\(days) (held)"
    default: return lag.verdict == .atBound("lower") ? "none seen" : "not known"
    }
  }

  private static func lagParameter(_ verdict: FitVerdict) -> FittedParameter? {
    guard let lag = verdict.fit.parameter("lag"), lag.unitSymbol == "h",
      lag.verdict != .noInfluence, verdict.fit.showsGrowth != false
    else { return nil }
    return lag
  }

  /// The growth in a sentence, with 95 % intervals in parentheses; empty when there is nothing to say.
  static func sentence(_ verdict: FitVerdict) -> String {
    if verdict.fit.showsGrowth == false { return "No growth seen." }
    guard let mu = rate(verdict) else { return "" }
    let lag = lagParameter(verdict)
    let trust = lag.map { TrustedNumber($0, verdict) }
    let days = Self.lag(verdict)
    let ground = TrustedNumber(mu, verdict)
    guard ground.isStated else {
      guard let fastest = verdict.fit.fastestDoubling else { return "" }
      return
        "Between two counts the curve doubles in \(Shown.number(fastest)) h at best; the model's "
        + "own rate \(why(ground))."
        + (trust?.isStated == true ? days.map { " The lag is \($0) d." } ?? "" : "")
    }
    let start = "Growing cells double in \(stated(mu)) h"
    let end: String
    switch trust {
    case nil: end = "."
    case .data, .dataAndPrior: end = days.map { ", after a lag of \($0) d." } ?? "."
    case .prior: end = "; the lag is the prior's, not the data's."
    case .silent:
      end = lag.map { "; the lag is held at \(Shown.number($0.estimate / 24)) d." } ?? "."
    default:
      end =
        lag?.verdict == .atBound("lower")
        ? "; no lag can be seen." : "; how long the lag lasts these data do not tell."
    }
    return start + end + unbraked(mu, verdict.fit)
  }

  /// Why the model's own rate is not stated.
  private static func why(_ ground: TrustedNumber) -> String {
    switch ground {
    case .prior: "is the prior's"
    case .priorOf(let partner): "rests on the prior of \(partner)"
    case .bound: "lies at its bound"
    case .loose: "is not bounded by these data"
    case .unknown(let reason?): "is not known (\(reason))"
    default: "is not known from these data"
    }
  }

  /// Where the model's rate is one that no two counts show, with a space before; otherwise empty.
  private static func unbraked(_ mu: FittedParameter, _ fit: FitResult) -> String {
    guard let seen = fit.fastestDoubling, seen * mu.estimate > 1.2 * Double.log(2) else {
      return ""
    }
    let brakes = [("lag", "lag"), ("K", "crowding"), ("Vmax", "crowding"), ("kd", "death")]
      .filter { fit.parameter($0.0) != nil }.map(\.1)
    return " That is the model's rate before "
      + "\(brakes.isEmpty ? "anything slows" : "\(NumberText.list(brakes)) slow\(brakes.count == 1 ? "s" : "")") "
      + "it: between two counts the curve doubles in \(Shown.number(seen)) h at best."
  }
}
