/// An instant on a wall clock with a fixed offset from UTC, to the minute.
///
/// There is no daylight saving in it: times of one plan are written with the offset that holds.
public struct CivilTime: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Minutes since 1970-01-01 00:00 UTC.
  public let minutes: Int
  /// Minutes that the clock is ahead of UTC.
  public let offset: Int

  /// An instant from its parts; nil outside the years 1 to 9999 of its clock.
  public init?(minutes: Int, offset: Int) {
    self.minutes = minutes
    self.offset = offset
    guard CivilDate(dayNumber: CivilTime.floor(minutes + offset, by: 1440)) != nil else {
      return nil
    }
  }

  /// A time of a day on a clock; `minute` counts from midnight.
  public init?(_ date: CivilDate, minute: Int, offset: Int) {
    self.init(minutes: 1440 * date.dayNumber + minute - offset, offset: offset)
  }

  /// Reads `2026-03-02 09:00 +08:00`, also with `T` between day and clock, without spaces, and
  /// with `Z` for UTC; nil for anything else. Offsets reach from -14:00 to +14:00.
  public init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count > 16, bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T"),
      let date = CivilDate(parsing: String(decoding: bytes[..<10], as: UTF8.self)),
      let minute = CivilTime.clock(String(decoding: bytes[11..<16], as: UTF8.self)),
      minute < 1440
    else { return nil }
    var rest = bytes[16...]
    if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
    guard let sign = rest.first else { return nil }
    if sign == UInt8(ascii: "Z"), rest.count == 1 {
      self.init(date, minute: minute, offset: 0)
      return
    }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let offset = CivilTime.clock(String(decoding: rest.dropFirst(), as: UTF8.self)),
      offset <= 840
    else { return nil }
    self.init(date, minute: minute, offset: sign == UInt8(ascii: "-") ? -offset : offset)
  }

  /// Minutes from midnight of `08:30`, 00:00 to 24:00; nil for anything else.
  public static func clock(_ text: some StringProtocol) -> Int? {
    guard let parts = FixedDigits.read(text, widths: [2, 2], separators: ":"), parts[1] < 60,
      60 * parts[0] + parts[1] <= 1440
    else { return nil }
    return 60 * parts[0] + parts[1]
  }

  /// The day on its clock.
  public var date: CivilDate? {
    CivilDate(dayNumber: CivilTime.floor(minutes + offset, by: 1440))
  }

  /// Minutes since midnight on its clock.
  public var minuteOfDay: Int {
    let local = minutes + offset
    return local - 1440 * CivilTime.floor(local, by: 1440)
  }

  /// The instant that many hours later, to the minute; nil for hours that are not finite or lead
  /// outside the calendar.
  public func adding(hours: Double) -> CivilTime? {
    let later = (hours * 60).rounded()
    guard later.isFinite, abs(later) < 1e12 else { return nil }
    return CivilTime(minutes: minutes + Int(later), offset: offset)
  }

  /// Hours from another instant to this one.
  public func hours(since other: CivilTime) -> Double { Double(minutes - other.minutes) / 60 }

  /// The same instant on a clock of another offset.
  public func onClock(offset: Int) -> CivilTime {
    CivilTime(minutes: minutes, offset: offset) ?? self
  }

  /// `Mon 2026-03-02 09:00`, on its own clock.
  public var description: String {
    guard let date else { return "outside the calendar" }
    return "\(date.weekday.short) \(date) \(CivilTime.clockText(minuteOfDay))"
  }

  /// `Mon 2026-03-02 09:00 +08:00`.
  public var withOffset: String { "\(self) \(offsetText)" }

  /// `2026-03-10 09:00 +08:00`, as it is written.
  public var clock: String {
    "\(date?.description ?? "outside the calendar") \(CivilTime.clockText(minuteOfDay)) \(offsetText)"
  }

  /// `+08:00`.
  public var offsetText: String {
    (offset < 0 ? "-" : "+") + CivilTime.clockText(abs(offset))
  }

  /// `2026-03-02T09:00+08:00`, for machines.
  public var iso8601: String {
    "\(date?.description ?? "")T\(CivilTime.clockText(minuteOfDay))\(offsetText)"
  }

  /// `09:00`.
  public static func clockText(_ minute: Int) -> String {
    FixedDigits.padded(minute / 60, 2) + ":" + FixedDigits.padded(minute % 60, 2)
  }

  /// Earlier first.
  public static func < (a: CivilTime, b: CivilTime) -> Bool {
    (a.minutes, a.offset) < (b.minutes, b.offset)
  }

  private static func floor(_ a: Int, by b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
}
