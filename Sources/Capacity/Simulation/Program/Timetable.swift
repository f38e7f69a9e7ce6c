import Quantities

/// The windows of a calendar, or of several at once, laid out in days from the start.
struct Timetable: Sendable {
  /// Closing times this much too early still hold an operation [days]: rounding, not time.
  static let slack = 1e-9

  private(set) var opens: ContiguousArray<Double> = []
  private(set) var closes: ContiguousArray<Double> = []
  /// The length of the longest window [days].
  private(set) var longest = 0.0
  /// The first window that closes after the start of each day.
  private(set) var firstOfDay: ContiguousArray<Int32> = []

  /// Windows of one calendar from day 0 to `end`.
  init(_ calendar: Process.Calendar, start: CivilDate, end: Double) {
    let closed = Set(calendar.closed.map(\.dayNumber))
    let first = start.weekday.rawValue - 1
    var byDay = [[(Double, Double)]](repeating: [], count: 7)
    for window in calendar.windows {
      byDay[window.weekday.rawValue - 1].append((window.opens / 24, window.closes / 24))
    }
    for day in byDay.indices { byDay[day].sort { $0.0 < $1.0 } }
    var windows: [(Double, Double)] = []
    for day in -2...Int(end.rounded(.up)) where !closed.contains(start.dayNumber + day) {
      for window in byDay[((first + day) % 7 + 7) % 7] {
        let next = (Double(day) + window.0, Double(day) + window.1)
        if calendar.handsOver, let last = windows.last, next.0 - last.1 <= Timetable.slack {
          windows[windows.count - 1].1 = next.1
        } else {
          windows.append(next)
        }
      }
    }
    self.init(windows)
  }

  /// The times that lie in both.
  func intersection(_ other: Timetable) -> Timetable {
    var windows: [(Double, Double)] = []
    var i = 0
    var j = 0
    while i < opens.count, j < other.opens.count {
      let low = max(opens[i], other.opens[j])
      let high = min(closes[i], other.closes[j])
      if high - low > Timetable.slack { windows.append((low, high)) }
      if closes[i] < other.closes[j] { i += 1 } else { j += 1 }
    }
    return Timetable(windows)
  }

  private init(_ windows: [(Double, Double)]) {
    for window in windows where window.1 > 0 {
      opens.append(window.0)
      closes.append(window.1)
      // The first and the last one may be cut by the ends of the layout.
      longest = max(longest, window.1 - window.0)
    }
    var index = 0
    var day = 0.0
    while index < closes.count {
      while index < closes.count, closes[index] <= day { index += 1 }
      firstOfDay.append(Int32(index))
      day += 1
    }
  }
}
