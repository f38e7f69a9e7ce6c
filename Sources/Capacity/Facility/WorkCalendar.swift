import Quantities

extension Facility {
  /// Days and hours in which work can be started and ended; an operation starts only where it ends
  /// before its shift does.
  public struct WorkCalendar: Sendable, Hashable {
    /// One shift of a day.
    public struct Shift: Sendable, Hashable {
      /// Minutes from midnight.
      public var opens: Int
      /// Minutes from midnight, after `opens`, at most 1440.
      public var closes: Int

      /// A shift; both in minutes from midnight.
      public init(opens: Int, closes: Int) {
        self.opens = opens
        self.closes = closes
      }

      /// Its length [d].
      public var length: Double { Double(closes - opens) / 1440 }
    }

    /// Its name.
    public var name: String
    /// Days of the week that are worked.
    public var days: Set<CivilDate.Weekday>
    /// Shifts of a worked day, in order, without overlap; two that touch are one for an operation.
    public var shifts: [Shift]
    /// Holidays and days of maintenance, sorted.
    public var closed: [CivilDate]
    /// Where it is written.
    public var place: Place

    /// A calendar from its parts.
    public init(
      name: String, days: Set<CivilDate.Weekday>, shifts: [Shift], closed: [CivilDate],
      place: Place
    ) {
      self.name = name
      self.days = days
      self.shifts = shifts.sorted { $0.opens < $1.opens }
      self.closed = closed.sorted()
      self.place = place
    }

    /// Shifts that touch as one; a day open from 00:00 to 24:00 is one of these.
    public var stretches: [Shift] {
      var merged: [Shift] = []
      for shift in shifts {
        if let last = merged.indices.last, merged[last].closes == shift.opens {
          merged[last].closes = shift.closes
        } else {
          merged.append(shift)
        }
      }
      return merged
    }

    /// True where it never closes.
    public var isAlwaysOpen: Bool {
      days.count == 7 && closed.isEmpty && stretches == [Shift(opens: 0, closes: 1440)]
    }

    /// Longest operation that it can hold [d]; infinite where it never closes.
    ///
    /// A day that is open around the clock runs into the next one when that is worked too.
    public var longestStretch: Double {
      if isAlwaysOpen { return .infinity }
      let week = OpenWindows(of: self, from: nil, days: 28)
      return zip(week.opens, week.closes).map { $1 - $0 }.max() ?? 0
    }
  }
}
