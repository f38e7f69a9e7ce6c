import Harvest
import Quantities
import RunRecords

/// When the product of a start can be infused, and what happens at the hour of the harvest.
enum InfusionWords {
  /// `Thu 2026-03-12 09:00 to 16:00; the product expires Fri 2026-03-13 18:00`; nil without an infusion.
  static func window(_ hour: Double, _ decision: HarvestDecision) -> String? {
    guard let (stretches, expires) = open(hour, decision) else { return nil }
    if let fixed = decision.question.plan.infusion?.fixed {
      return "\(fixed.onClock(offset: expires.offset)); the product expires \(expires)"
    }
    return stretches.map { "\($0.lowerBound) to \(CivilTime.clockText($0.upperBound.minuteOfDay))" }
      .joined(separator: " and ") + "; the product expires \(expires)"
  }

  /// What is at stake where the product can be infused on one day only; nil otherwise.
  static func risk(_ hour: Double, _ decision: HarvestDecision) -> String? {
    guard let (stretches, expires) = open(hour, decision), let first = stretches.first,
      let day = first.lowerBound.date,
      stretches.allSatisfy({ $0.lowerBound.date == day })
    else { return nil }
    return
      "The product can be infused on one day only, \(window(hour, decision) ?? "\(expires)"): a "
      + "febrile day, or a release that is late, and it is lost. Have frozen cells or another slot in mind."
  }

  /// The open stretches between release and expiry, and the expiry.
  private static func open(
    _ hour: Double, _ decision: HarvestDecision
  ) -> (stretches: [ClosedRange<CivilTime>], expires: CivilTime)? {
    let plan = decision.question.plan
    guard let calendar = plan.calendar, let infusion = plan.infusion,
      let end = calendar.time(ofHour: hour + calendar.duration),
      let released = end.adding(hours: infusion.release),
      let expires = end.adding(hours: infusion.shelfLife)
    else { return nil }
    let stretches = infusion.opening.stretches(from: released, to: expires).map {
      max($0.lowerBound, released)...min($0.upperBound, expires)
    }
    return (stretches, expires)
  }

  /// What else is planned for the hour of a harvest: a count that has to be read first, an exchange that
  /// is left out.
  static func atThatHour(_ hour: Double, _ decision: HarvestDecision) -> String {
    let names = decision.operations.filter { $0.time == hour && $0.action.kind != .harvest }
      .map(\.action.kind.rawValue)
    let others = names.filter { $0 != "sample" }
    var text = ""
    if decision.verdict.kind == .harvest, hour == decision.newestCount {
      text += ", once the count of that hour is read"
    }
    if !others.isEmpty {
      text += ", in place of the \(others.joined(separator: " and ")) planned for that hour"
    }
    return text
  }
}
