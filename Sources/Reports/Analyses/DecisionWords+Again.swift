import Harvest
import Quantities
import RunRecords

/// When to decide again, and why this start of several.
extension DecisionWords {
  /// When to decide again, or what the answer would be without the alarm.
  func again(_ verdict: HarvestVerdict) -> String {
    switch verdict.kind {
    case .wait:
      guard let sample = decision.nextSample, let hour = verdict.hour, sample < hour else {
        return " No sample is planned before then: take one, and decide again with its count."
      }
      return " Decide again with the sample of \(when(sample))."
    case .alarm:
      if !decision.isAnswered {
        if !decision.doubts.suspects.isEmpty {
          return " Check both, now. Until then there is no answer: none would rest on either."
        }
        return
          " Read the \(contradictedNames) again, now. Until then there is no answer: what depends "
          + "on it is not given."
      }
      guard let other = decision.otherwise else { return "" }
      let words: String
      switch other.kind {
      case .harvest: words = "harvest \(other.hour.map(when) ?? "")."
      case .wait: words = "wait until \(other.hour.map(when) ?? "")."
      case .stop: words = "stop."
      case .alarm: words = "an alarm as well. " + reason(other)
      }
      if decision.support.pathCounts != nil, verdict.ground == .modelContradicted {
        return " Count again; what follows no longer rests on the model, but on the culture's own "
          + "counts. By these alone the answer would be: \(words) Do not act on that before the recount."
      }
      return
        " Measure again, and act on the culture. Without the alarm the answer would be: \(words)"
    case .harvest, .stop: return ""
    }
  }

  /// Why the start advised is neither the earliest safe one nor the best one.
  var choice: String {
    guard let target = decision.target, let best = decision.best else { return "" }
    var text = ""
    if let safe = decision.earliestSafe, safe.hour < target.hour,
      safe.hour != decision.next?.hour
    {
      text += " \(clock(safe.hour)) is already safe (P \(sign(safe.met))), but "
      text +=
        best.hour == target.hour
        ? "the time advised is better by more than \(points(of: thresholds.tolerance))."
        : "the time advised is the first within \(points(of: thresholds.tolerance)) of the best one, "
          + "\(clock(best.hour)) (P \(sign(chance(best))))."
    } else if best.hour > target.hour {
      text +=
        (chance(best) - chance(target) <= thresholds.tolerance
          ? " It is the first within \(points(of: thresholds.tolerance)) of the best one, "
          : " These draws cannot tell it from the first within \(points(of: thresholds.tolerance)) of the "
            + "best one, ")
        + "\(clock(best.hour)) (P \(sign(chance(best))))."
    }
    return text + tie
  }

  /// That the draws cannot tell the start advised from its neighbours.
  var tie: String {
    guard let target = decision.target, let best = decision.best else { return "" }
    let others = decision.ties.filter { $0.hour != target.hour }
    guard !others.isEmpty, decision.ties.contains(where: { $0.hour == target.hour }) else {
      return ""
    }
    let error = NumberText.fixed(200 * target.lossError, decimals: 1)
    return
      " Its loss against the best, \(NumberText.fixed(100 * (chance(best) - chance(target)), decimals: 1)) "
      + "points, is known to \(error) points from these draws: by them it cannot be told from "
      + others.map { clock($0.hour) }.joined(separator: ", ")
      + ". Of such equal times the earliest is advised."
  }
}
