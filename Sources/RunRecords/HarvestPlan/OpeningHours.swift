import Quantities

/// Hours in which people work: weekdays, a stretch of the clock, and days that are closed.
public struct OpeningHours: Sendable, Hashable {
  /// Days of the week that are open.
  public var weekdays: Set<CivilDate.Weekday>
  /// First open minute of a day, from midnight.
  public var opens: Int
  /// Minute at which a day closes, up to 1440.
  public var closes: Int
  /// Days that are closed whatever their weekday.
  public var closed: Set<CivilDate>

  /// Opening hours from their parts.
  public init(
    weekdays: Set<CivilDate.Weekday>, opens: Int, closes: Int, closed: Set<CivilDate> = []
  ) {
    self.weekdays = weekdays
    self.opens = opens
    self.closes = closes
    self.closed = closed
  }

  /// Every hour of every day.
  public static let always = OpeningHours(
    weekdays: Set(CivilDate.Weekday.allCases), opens: 0, closes: 1440)

  /// True when a day has open hours.
  public func isOpen(on date: CivilDate) -> Bool {
    weekdays.contains(date.weekday) && !closed.contains(date)
  }

  /// The open stretches that touch `first ... last`, in order, on the clock of `first`.
  ///
  /// A stretch that ends at midnight and one that begins there stay two: work has to end with its
  /// day's hours, unless every hour of the day is open, when neighbouring days are joined.
  public func stretches(from first: CivilTime, to last: CivilTime) -> [ClosedRange<CivilTime>] {
    guard first <= last, let begin = first.date, let end = last.onClock(offset: first.offset).date
    else { return [] }
    var found: [ClosedRange<CivilTime>] = []
    for number in begin.dayNumber...end.dayNumber {
      guard let date = CivilDate(dayNumber: number), isOpen(on: date),
        let from = CivilTime(date, minute: opens, offset: first.offset),
        let to = CivilTime(date, minute: closes, offset: first.offset), from < to
      else { continue }
      if let before = found.last, before.upperBound == from {
        found[found.count - 1] = before.lowerBound...to
      } else {
        found.append(from...to)
      }
    }
    return found.filter { $0.upperBound >= first && $0.lowerBound <= last }
  }

  /// The first open instant from a time on, within `limit` hours; nil when there is none.
  public func next(from time: CivilTime, within limit: Double) -> CivilTime? {
    guard let last = time.adding(hours: limit),
      let stretch = stretches(from: time, to: last).first
    else { return nil }
    let found = max(stretch.lowerBound, time)
    return found <= last ? found : nil
  }
}
