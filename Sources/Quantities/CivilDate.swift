/// A day of the proleptic Gregorian calendar, years 1 to 9999.
public struct CivilDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The seven days as ISO 8601 counts them, Monday first.
  public enum Weekday: Int, Sendable, CaseIterable, Comparable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// Three letters, `Mon`.
    public var short: String {
      switch self {
      case .monday: "Mon"
      case .tuesday: "Tue"
      case .wednesday: "Wed"
      case .thursday: "Thu"
      case .friday: "Fri"
      case .saturday: "Sat"
      case .sunday: "Sun"
      }
    }

    /// Monday first.
    public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }
  }

  /// Year, 1...9999.
  public let year: Int
  /// Month, 1...12.
  public let month: Int
  /// Day of the month, 1...31.
  public let day: Int

  /// A day; nil when there is no such day, such as 30 February.
  public init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month, day >= 1,
      day <= CivilDate.days(in: month, of: year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day that many days after 1970-01-01; nil outside the years 1 to 9999.
  ///
  /// Source: the era arithmetic of Hinnant (2013), chrono-Compatible Low-Level Date Algorithms.
  public init?(dayNumber: Int) {
    guard -719_162...2_932_896 ~= dayNumber else { return nil }
    // Years counted from March, so that the leap day is the last one.
    let shifted = dayNumber + 719_468
    let era = shifted / 146_097
    let inEra = shifted % 146_097
    let yearOfEra = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146_096) / 365
    let dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: 400 * era + yearOfEra + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01; negative before.
  public var dayNumber: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let inEra = 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return 146_097 * era + inEra - 719_468
  }

  /// Its day of the week.
  public var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    let index = ((dayNumber + 3) % 7 + 7) % 7
    return Weekday(rawValue: index + 1) ?? .monday
  }

  /// Number of days in a month.
  public static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Reads `2026-03-02`; nil for anything else and for days that do not exist.
  public init?(parsing text: some StringProtocol) {
    guard let parts = FixedDigits.read(text, widths: [4, 2, 2], separators: "--") else {
      return nil
    }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }

  /// `2026-03-02`.
  public var description: String {
    "\(FixedDigits.padded(year, 4))-\(FixedDigits.padded(month, 2))-\(FixedDigits.padded(day, 2))"
  }

  /// Earlier first.
  public static func < (a: CivilDate, b: CivilDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }
}

/// Groups of digits of fixed width with separators between them, as dates and clock times are
/// written.
enum FixedDigits {
  /// The numbers of the groups; nil when anything else stands there.
  static func read(
    _ text: some StringProtocol, widths: [Int], separators: String
  ) -> [Int]? {
    let bytes = Array(text.utf8)
    let between = Array(separators.utf8)
    guard bytes.count == widths.reduce(0, +) + between.count else { return nil }
    var numbers: [Int] = []
    var at = 0
    for (index, width) in widths.enumerated() {
      var number = 0
      for byte in bytes[at..<(at + width)] {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        number = 10 * number + Int(byte - UInt8(ascii: "0"))
      }
      numbers.append(number)
      at += width
      if index < between.count {
        guard bytes[at] == between[index] else { return nil }
        at += 1
      }
    }
    return numbers
  }

  /// A number with zeros in front.
  static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
