import Harvest
import Inference
import Quantities
import RunRecords

/// The sentences of a harvest decision.
struct DecisionWords {
  let decision: HarvestDecision

  var thresholds: DecisionPlan.Thresholds { decision.question.plan.thresholds }

  /// `Thu 2026-03-12 10:00 (day 10.0)`; without a calendar `day 10`.
  func when(_ hour: Double) -> String {
    guard let time = decision.question.plan.calendar?.time(ofHour: hour) else {
      return "day \(Shown.day(hour))"
    }
    return "\(time) (day \(Shown.day(hour)))"
  }

  /// `Thu 12 Mar 10:00`, for tables.
  func short(_ hour: Double) -> String {
    decision.question.plan.calendar?.time(ofHour: hour).map(DecisionWords.short)
      ?? "day \(Shown.day(hour))"
  }

  static func short(_ time: CivilTime) -> String {
    guard let date = time.date else { return "-" }
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return "\(date.weekday.short) \(date.day) \(months[date.month - 1]) "
      + CivilTime.clockText(time.minuteOfDay)
  }

  /// The time without the day of the run.
  func clock(_ hour: Double) -> String {
    decision.question.plan.calendar?.time(ofHour: hour)?.description ?? "day \(Shown.day(hour))"
  }

  /// Its box: kind, label, reason.
  var verdict: Page.Verdict {
    let verdict = decision.verdict
    let label: String
    let kind: Page.Verdict.Kind
    switch verdict.kind {
    case .harvest:
      label = "Harvest \(verdict.hour.map(when) ?? "")"
      kind = .good
    case .wait:
      label = "Wait until \(verdict.hour.map(when) ?? "")"
      kind = decision.earliestSafe == nil ? .caution : .good
    case .stop: (label, kind) = ("Stop", .stop)
    case .alarm: (label, kind) = ("Alarm", .stop)
    }
    return Page.Verdict(kind, label: label, text: reason(verdict) + again(verdict) + cut)
  }

  /// The start that the page speaks of: the one advised; with STOP the best there is.
  var shown: HarvestOutcome? {
    decision.verdict.kind == .stop || decision.verdict.ground == .nothingUpToTheHorizon
      ? decision.best : decision.target ?? decision.best
  }

  /// `up to Sun 2026-03-15 08:00 (day 13), the plan's greatest days in culture`.
  var searched: String {
    let q = decision.question
    let reason =
      switch q.searchEnd {
      case .daysInCulture: "the plan's greatest days in culture"
      case .plannedHarvest: "the run's planned harvest"
      case .leastDays: "three days after the plan's least days in culture"
      case .asked: "as asked with --horizon"
      case .week: "seven days from now"
      }
    return "up to \(when(q.horizon)), \(reason)"
  }

  /// `= 93 %`, `> 99 %`.
  func sign(_ probability: Double) -> String {
    let text = Shown.probability(probability)
    return text.first == ">" || text.first == "<" ? text : "= " + text
  }

  func percent(_ share: Double) -> String { NumberText.percent(share, decimals: 1) }

  func points(of share: Double) -> String {
    NumberText.fixed(100 * share, decimals: 1) + " points"
  }

  func points(_ change: Double) -> String {
    (change > 0 ? "+" : "") + NumberText.fixed(100 * change, decimals: 1) + " points"
  }

  func difference(_ millions: Double) -> String {
    (millions > 0 ? "+" : "") + NumberText.significant(millions * 1e6, 2)
  }

  /// `= 0.03`, `< 0.001`.
  func probability(_ p: Double) -> String {
    p < 0.001 ? "< 0.001" : "= " + NumberText.significant(p, 2)
  }
}
