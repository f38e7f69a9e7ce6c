import Inference
import Quantities
import RunRecords

/// One hour at which a harvest can start.
public struct HarvestStart: Sendable, Hashable {
  /// Hours from the run's zero.
  public let hour: Double
  /// The first time at which its product can be infused; nil without a plan for the infusion.
  public let infusion: CivilTime?

  /// A start from its parts.
  public init(hour: Double, infusion: CivilTime? = nil) {
    self.hour = hour
    self.infusion = infusion
  }

  /// Hours between starts when there is no calendar.
  public static let stepWithoutCalendar = 6.0
  /// Starts that are looked at, at most.
  public static let most = 400

  /// All possible starts from now to the horizon, in order.
  ///
  /// A harvest begins at an opening hour plus a whole number of steps, ends before the day closes,
  /// and its product can be infused between release and expiry. Without a calendar every sixth hour
  /// is one, and so is `extra`. Throws `InputRefused` when there is none: it names what stands in the
  /// way and, for a fixed infusion, the hours in which a harvest would have to start.
  public static func all(
    _ plan: DecisionPlan, now: Double, horizon: Double, extra: Double? = nil
  ) throws(InputRefused) -> [HarvestStart] {
    guard let calendar = plan.calendar else {
      return try free(plan, now: now, horizon: horizon, extra: extra)
    }
    guard let first = calendar.time(ofHour: now), let last = calendar.time(ofHour: horizon),
      first <= last
    else {
      throw refused(
        plan, plan.calendarPlace,
        "Now is day \(NumberText.fixed(now / 24, decimals: 2)) of the run, and the forecast ends on day "
          + "\(NumberText.fixed(horizon / 24, decimals: 2)) (the greatest days in culture, the planned "
          + "harvest, or --horizon): no time lies between.",
        "Give a later --horizon, or an earlier --until.")
    }
    var starts: [HarvestStart] = []
    var opened = 0
    for stretch in calendar.opening.stretches(from: first, to: last) {
      var start: CivilTime? = stretch.lowerBound
      while let time = start, time <= last, let end = time.adding(hours: calendar.duration),
        end <= stretch.upperBound
      {
        if time >= first {
          opened += 1
          let hour = time.hours(since: calendar.zero)
          if let infusion = plan.infusion {
            if let when = infusion.first(after: end) {
              starts.append(HarvestStart(hour: hour, infusion: when))
            }
          } else {
            starts.append(HarvestStart(hour: hour, infusion: nil))
          }
        }
        start = time.adding(hours: calendar.step)
      }
    }
    if starts.count > most {
      throw refused(
        plan, plan.place, "There are \(starts.count) possible starts, more than \(most).",
        "Give a longer 'step' in the calendar or an earlier --horizon.")
    }
    if starts.isEmpty { throw none(plan, calendar, first: first, last: last, opened: opened) }
    return starts
  }

  /// Open hours in which a harvest could start and end, but whose product could not be infused before
  /// it expires; empty without a calendar or an infusion.
  public static func barred(
    _ plan: DecisionPlan, now: Double, horizon: Double
  ) -> [Double] {
    guard let calendar = plan.calendar, let infusion = plan.infusion,
      let first = calendar.time(ofHour: now), let last = calendar.time(ofHour: horizon),
      first <= last
    else { return [] }
    var hours: [Double] = []
    for stretch in calendar.opening.stretches(from: first, to: last) {
      var start: CivilTime? = stretch.lowerBound
      while let time = start, time <= last, let end = time.adding(hours: calendar.duration),
        end <= stretch.upperBound, hours.count < most
      {
        if time >= first, infusion.first(after: end) == nil {
          hours.append(time.hours(since: calendar.zero))
        }
        start = time.adding(hours: calendar.step)
      }
    }
    return hours
  }

  /// Days that the plan names as closed although no start of the search, and no infusion after one, can
  /// fall on them: a year or a month that was mistyped, as a rule.
  public static func unusedClosedDays(
    _ plan: DecisionPlan, horizon: Double
  ) -> [DecisionPlan.ClosedDay] {
    guard let calendar = plan.calendar, let first = calendar.zero.date else { return [] }
    func last(_ extra: Double) -> CivilDate? { calendar.time(ofHour: horizon + extra)?.date }
    let after = plan.infusion.map { calendar.duration + $0.shelfLife } ?? 0
    return plan.closedDays.filter { day in
      guard let end = last(day.isOfInfusion ? after : 0) else { return false }
      return day.date < first || day.date > end
    }
  }

  private static func free(
    _ plan: DecisionPlan, now: Double, horizon: Double, extra: Double?
  ) throws(InputRefused) -> [HarvestStart] {
    let step = stepWithoutCalendar
    var hours: [Double] = []
    var k = (now / step).rounded(.up)
    while k * step <= horizon, hours.count <= most {
      hours.append(k * step)
      k += 1
    }
    if let extra, extra >= now, extra <= horizon, !hours.contains(extra) { hours.append(extra) }
    if hours.isEmpty || hours.count > most {
      throw refused(
        plan, plan.place,
        hours.isEmpty
          ? "No possible start lies between now and the end of the forecast."
          : "There are more than \(most) possible starts.",
        hours.isEmpty ? "Give a later --horizon." : "Give an earlier --horizon, or a calendar.")
    }
    return hours.sorted().map { HarvestStart(hour: $0, infusion: nil) }
  }

  /// Why there is no start at all.
  private static func none(
    _ plan: DecisionPlan, _ calendar: DecisionPlan.Calendar, first: CivilTime, last: CivilTime,
    opened: Int
  ) -> InputRefused {
    guard opened > 0, let infusion = plan.infusion else {
      return refused(
        plan, plan.calendarPlace,
        "No open hours lie between \(first) and \(last) in which a harvest of "
          + "\(NumberText.significant(calendar.duration)) h can start and end.",
        "Open more days or hours, shorten 'harvest_duration', or give a later --horizon.")
    }
    guard let fixed = infusion.fixed, let window = infusion.starts(calendar) else {
      return refused(
        plan, plan.infusionPlace,
        "No open hour between \(first) and \(last) gives a product that can be infused before it "
          + "expires.", "Open more infusion hours, or check 'release' and 'shelf_life'.")
    }
    let from = window.lowerBound
    let to = window.upperBound
    let cause =
      to < first
      ? "The infusion at \(fixed.onClock(offset: first.offset)) is too early: its harvest would have "
        + "to start by \(to), and now is \(first)."
      : from > last
        ? "The infusion at \(fixed.onClock(offset: first.offset)) is too late: its harvest must not "
          + "start before \(from), and the forecast ends at \(last)."
        : "The infusion at \(fixed.onClock(offset: first.offset)) needs a harvest that starts between "
          + "\(from) and \(to), and no open hour lies there."
    return refused(
      plan, plan.infusionPlace, cause,
      "Move 'at', open hours in between, or leave 'at' out to see which infusions are possible.")
  }

  private static func refused(
    _ plan: DecisionPlan, _ place: Place, _ cause: String, _ remedy: String
  ) -> InputRefused {
    InputRefused([Finding(.error, "E_HARVEST_NO_START", at: place, cause, remedy: remedy)])
  }
}

extension DecisionPlan.Infusion {
  /// The first infusion of a product whose harvest ended at a time; nil when it expires before.
  public func first(after end: CivilTime) -> CivilTime? {
    guard let released = end.adding(hours: release), let expires = end.adding(hours: shelfLife)
    else { return nil }
    if let fixed {
      return fixed >= released && fixed <= expires ? fixed.onClock(offset: end.offset) : nil
    }
    return opening.next(from: released, within: shelfLife - release)
  }

  /// The harvest starts that a fixed infusion allows, solved backwards: from
  /// at - shelf life - duration to at - release - duration. nil when no time is fixed.
  public func starts(_ calendar: DecisionPlan.Calendar) -> ClosedRange<CivilTime>? {
    guard let fixed = fixed?.onClock(offset: calendar.zero.offset),
      let from = fixed.adding(hours: -shelfLife - calendar.duration),
      let to = fixed.adding(hours: -release - calendar.duration), from <= to
    else { return nil }
    return from...to
  }
}
