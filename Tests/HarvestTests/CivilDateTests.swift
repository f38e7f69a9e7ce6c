import Quantities
import RunRecords
import Testing

/// Against Python's datetime: sums over 10,000 days and instants that a fixed generator chooses.
@Suite("Civil dates and clocks") struct CivilDateTests {
  private static let modulus: Int128 = (1 << 61) - 1

  private struct Generator {
    var x: Int
    mutating func next() -> Int {
      x = (x * 48271) % 2_147_483_647
      return x
    }
  }

  // Catches: a leap year of the Julian calendar, a weekday off by one, an era counted from January.
  @Test("10,000 days of the years 1 to 9999 as Python has them")
  func days() throws {
    var generator = Generator(x: 1)
    var sum: Int128 = 0
    var isRound = true
    for _ in 0..<10_000 {
      let number = generator.next() % 3_652_059 - 719_162
      let date = try #require(CivilDate(dayNumber: number))
      isRound = isRound && date.dayNumber == number
      isRound = isRound && CivilDate(parsing: date.description) == date
      let key = date.year * 100_000 + date.month * 1000 + date.day * 10 + date.weekday.rawValue
      sum = (sum * 31 + Int128(key)) % Self.modulus
    }
    #expect(isRound)
    #expect(sum == 99_764_884_200_844_247)
  }

  // Catches: an offset added where it is subtracted, minutes before 1970 rounded towards zero.
  @Test("10,000 instants with offsets and additions as Python has them")
  func instants() throws {
    var generator = Generator(x: 7)
    var sum: Int128 = 0
    for _ in 0..<10_000 {
      let day = generator.next() % 3_000_000 + 300_000 - 719_163
      let minute = generator.next() % 1440
      let offset = generator.next() % 1681 - 840
      let add = generator.next() % 600_000 - 300_000
      let date = try #require(CivilDate(dayNumber: day))
      let start = try #require(CivilTime(date, minute: minute, offset: offset))
      let end = try #require(start.adding(hours: Double(add) / 60))
      let there = try #require(end.date)
      let key =
        there.year * 100_000 + there.month * 1000 + there.day * 10 + there.weekday.rawValue
      sum = (sum * 31 + Int128(key)) % Self.modulus
      sum = (sum * 31 + Int128(end.minuteOfDay)) % Self.modulus
      sum = (sum * 31 + Int128(end.minutes)) % Self.modulus
      // Python's remainder is never negative.
      if sum < 0 { sum += Self.modulus }
    }
    #expect(sum == 2_049_519_538_854_217_384)
  }

  @Test("days that do not exist, and texts that are no times")
  func refused() {
    for text in [
      "2026-02-30", "2100-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "2026-4-03",
      "2026-04-31", "26-04-03", "", "2026-04-03 ", "２０２６-04-03",
    ] {
      #expect(CivilDate(parsing: text) == nil, "\(text)")
    }
    for text in [
      "2026-03-02 10:00", "2026-03-02 24:00 +08:00", "2026-03-02 10:60 +08:00",
      "2026-02-30 10:00 +08:00", "2026-03-02 10:00 +15:00", "2026-03-02 10:00 08:00", "nan", "",
      "2026-03-02 10:00 Zulu", "2026-03-02",
    ] {
      #expect(CivilTime(parsing: text) == nil, "\(text)")
    }
    let here = CivilTime(parsing: "2026-03-02 10:00 +08:00")
    #expect(here != nil && here == CivilTime(parsing: "2026-03-02T10:00+08:00"))
    #expect(here?.minutes == CivilTime(parsing: "2026-03-02 02:00Z")?.minutes)
    #expect(here?.description == "Mon 2026-03-02 10:00")
    #expect(here?.iso8601 == "2026-03-02T10:00+08:00")
    #expect(here?.adding(hours: .nan) == nil && here?.adding(hours: 1e300) == nil)
  }
}
