/// Questions to the windows of a timetable. It points into memory that its user keeps.
struct Windows: BitwiseCopyable {
  let opens: UnsafePointer<Double>
  let closes: UnsafePointer<Double>
  let count: Int
  /// The first window that closes after the start of each day.
  let firstOfDay: UnsafePointer<Int32>
  let days: Int
  /// The length of the longest window [days].
  let longest: Double

  /// The first window that closes after `time`; the count of windows when there is none.
  @inline(__always)
  func window(after time: Double) -> Int {
    guard time >= 0, time < Double(days) else { return count }
    var index = Int(firstOfDay[Int(time)])
    while index < count, closes[index] <= time { index += 1 }
    return index
  }

  /// Open days between two times.
  @inline(__always)
  func open(from: Double, to: Double) -> Double {
    var sum = 0.0
    var index = window(after: from)
    while index < count, opens[index] < to {
      sum += min(to, closes[index]) - max(from, opens[index])
      index += 1
    }
    return sum
  }

  /// The first time from `time` on at which it is open; infinite when there is none.
  func opening(from time: Double) -> Double {
    let index = window(after: time)
    return index < count ? max(time, opens[index]) : .infinity
  }

  /// The first time from `time` on at which work of `duration` can start.
  ///
  /// Work longer than every window starts at an opening.
  func start(from time: Double, duration: Double, fit: Process.Operation.Fit) -> Double {
    guard fit == .whole else { return opening(from: time) }
    var index = window(after: time)
    if duration > longest + Timetable.slack {
      while index < count, opens[index] < time - Timetable.slack { index += 1 }
      return index < count ? max(time, opens[index]) : .infinity
    }
    while index < count {
      let start = max(time, opens[index])
      if start + duration <= closes[index] + Timetable.slack { return start }
      index += 1
    }
    return .infinity
  }

  /// When work of `duration` that starts at `start`, in a window, ends; it rests while closed.
  func pausedEnd(start: Double, duration: Double) -> Double {
    var index = window(after: start)
    var from = start
    var left = duration
    while index < count {
      from = max(from, opens[index])
      if left <= closes[index] - from + Timetable.slack { return from + left }
      left -= closes[index] - from
      index += 1
    }
    return .infinity
  }
}
