import Quantities

/// The open stretches of a calendar as times in days from a start, for operations that must fit in.
struct OpenWindows: Sendable, Hashable {
  /// Starts [d], increasing.
  private(set) var opens: [Double] = []
  /// Ends [d].
  private(set) var closes: [Double] = []
  /// Days covered; the windows repeat after them.
  let days: Int
  /// True where there is no closed time.
  let isAlways: Bool

  /// The stretches of some days from a start, a Monday without holidays when nil.
  init(of calendar: Facility.WorkCalendar?, from start: CivilDate?, days: Int) {
    self.days = days
    isAlways = calendar?.isAlwaysOpen ?? true
    guard let calendar, !isAlways else { return }
    let closed = Set(start == nil ? [] : calendar.closed.map(\.dayNumber))
    let first = start?.dayNumber ?? 4  // 1970-01-05 was a Monday.
    for day in 0..<max(0, days) {
      let weekday = CivilDate.Weekday(rawValue: ((first + day + 3) % 7 + 7) % 7 + 1)
      guard let weekday, calendar.days.contains(weekday), !closed.contains(first + day) else {
        continue
      }
      for stretch in calendar.stretches {
        let begin = Double(day) + Double(stretch.opens) / 1440
        let end = Double(day) + Double(stretch.closes) / 1440
        if let last = closes.indices.last, begin - closes[last] < 1e-9 {
          closes[last] = end
        } else {
          opens.append(begin)
          closes.append(end)
        }
      }
    }
    longest = zip(opens, closes).map { $1 - $0 }.max() ?? 0
  }

  /// The longest stretch [d].
  private(set) var longest = 0.0

  /// Open share of all time that lies on Mondays to Fridays, and on Saturdays and Sundays; `firstDay` is
  /// the day of the week of day 0, Monday 0.
  func openShares(firstDay: Int) -> (weekdays: Double, weekends: Double) {
    if isAlways { return (5.0 / 7, 2.0 / 7) }
    var shares = (weekdays: 0.0, weekends: 0.0)
    for (open, close) in zip(opens, closes) where days > 0 {
      if (Int(open) + firstDay) % 7 < 5 {
        shares.weekdays += (close - open) / Double(days)
      } else {
        shares.weekends += (close - open) / Double(days)
      }
    }
    return shares
  }

  /// The first time from `time` on at which work of a length can start and end in one stretch; nil
  /// when it never can.
  func nextFit(_ time: Double, length: Double) -> Double? {
    if isAlways { return time }
    guard days > 0, !opens.isEmpty else { return nil }
    var round = (time / Double(days)).rounded(.down)
    var local = time - round * Double(days)
    for _ in 0..<3 {
      var low = 0
      var high = closes.count
      while low < high {
        let middle = (low + high) / 2
        if closes[middle] < local + length - 1e-9 { low = middle + 1 } else { high = middle }
      }
      while low < opens.count {
        let begin = max(opens[low], local)
        if begin + length <= closes[low] + 1e-9 { return begin + round * Double(days) }
        low += 1
      }
      round += 1
      local = 0
    }
    return nil
  }
}
