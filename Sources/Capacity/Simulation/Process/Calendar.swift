import Quantities

extension Process {
  /// When work is done: windows by weekday, less the days that are closed.
  public struct Calendar: Sendable, Equatable {
    /// A shift of one weekday.
    public struct Window: Sendable, Equatable {
      /// The day on which it opens.
      public var weekday: CivilDate.Weekday
      /// Hours after midnight at which it opens, 0 ..< 24.
      public var opens: Double
      /// Hours after that midnight at which it closes, > `opens`, at most 48 (a night shift).
      public var closes: Double

      /// A window from its parts.
      public init(_ weekday: CivilDate.Weekday, opens: Double, closes: Double) {
        self.weekday = weekday
        self.opens = opens
        self.closes = closes
      }
    }

    /// Its name.
    public var name: String
    /// Windows of a week, in any order; they may touch but not overlap.
    public var windows: [Window]
    /// Days on which no window opens.
    public var closed: [CivilDate]
    /// Whether work may go on from a window into one that touches it, as over a change of shifts.
    public var handsOver: Bool

    /// A calendar from its parts.
    public init(
      name: String, windows: [Window], closed: [CivilDate] = [], handsOver: Bool = true
    ) {
      self.name = name
      self.windows = windows
      self.closed = closed
      self.handsOver = handsOver
    }

    /// The same hours every day of `days`.
    public static func hours(
      _ name: String, opens: Double, closes: Double,
      on days: [CivilDate.Weekday] = CivilDate.Weekday.allCases, closed: [CivilDate] = []
    ) -> Calendar {
      Calendar(
        name: name, windows: days.map { Window($0, opens: opens, closes: closes) }, closed: closed)
    }
  }
}
