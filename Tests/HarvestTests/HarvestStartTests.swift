import Quantities
import RunRecords
import Testing

@testable import Harvest

/// Possible starts against a list made with Python's datetime, hour by hour.
@Suite("Possible harvest starts") struct HarvestStartTests {
  static func plan(
    closed: [String] = ["2026-03-10"], weekdays: [CivilDate.Weekday]? = nil, fixed: String? = nil,
    infusion: Bool = false
  ) throws -> DecisionPlan {
    var plan = DecisionPlan(title: "test", dose: .cells(planned: 10, least: 5))
    let week: [CivilDate.Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
    let zero = try #require(CivilTime(parsing: "2026-03-02 10:00 +08:00"))
    plan.calendar = DecisionPlan.Calendar(
      zero: zero,
      opening: OpeningHours(
        weekdays: Set(weekdays ?? week), opens: 480, closes: 1080,
        closed: Set(closed.compactMap { CivilDate(parsing: $0) })), duration: 4)
    if infusion || fixed != nil {
      plan.infusion = DecisionPlan.Infusion(
        release: 6, shelfLife: 30,
        opening: OpeningHours(weekdays: Set(week), opens: 540, closes: 960),
        fixed: fixed.flatMap { CivilTime(parsing: $0) })
    }
    plan.infusionPlace = Place(file: "plan.yaml", line: 40)
    return plan
  }

  // Catches: a closed day ignored, a harvest that ends after closing, a weekend that is open, the
  // clock of UTC in place of the plan's.
  @Test("weekdays, a closed day, hours and duration")
  func opening() throws {
    let found = try HarvestStart.all(try Self.plan(), now: 144, horizon: 288).map(\.hour)
    #expect(
      found == [
        166, 167, 168, 169, 170, 171, 172, 214, 215, 216, 217, 218, 219, 220, 238, 239, 240, 241,
        242, 243, 244, 262, 263, 264, 265, 266, 267, 268,
      ])
    let open = try HarvestStart.all(try Self.plan(closed: []), now: 144, horizon: 288).map(\.hour)
    #expect(Set(open).subtracting(found) == Set((190...196).map(Double.init)))
  }

  // Catches: expiry counted from the start of the harvest, release ignored, a weekend infusion.
  @Test("a fresh product needs an infusion between release and expiry")
  func infusion() throws {
    let found = try HarvestStart.all(try Self.plan(infusion: true), now: 144, horizon: 288)
    #expect(
      found.map(\.hour) == [
        166, 167, 168, 169, 170, 171, 172, 214, 215, 216, 217, 218, 219, 220, 238, 239, 240, 241,
        242, 243, 244,
      ])
    #expect(found.first?.infusion?.iso8601 == "2026-03-10T09:00+08:00")
    #expect(found.last?.infusion?.iso8601 == "2026-03-13T09:00+08:00")
  }

  // Catches: a schedule solved forwards, the duration left out of it.
  @Test("a fixed infusion is solved backwards")
  func fixed() throws {
    let plan = try Self.plan(fixed: "2026-03-13 10:00 +08:00")
    let found = try HarvestStart.all(plan, now: 144, horizon: 288).map(\.hour)
    #expect(found == [238, 239, 240, 241, 242, 243, 244])
    let calendar = try #require(plan.calendar)
    let window = try #require(plan.infusion?.starts(calendar))
    #expect(window.lowerBound.iso8601 == "2026-03-12T00:00+08:00")
    #expect(window.upperBound.iso8601 == "2026-03-13T00:00+08:00")
    // The same instant written on another clock.
    let utc = try Self.plan(fixed: "2026-03-13 02:00Z")
    #expect(try HarvestStart.all(utc, now: 144, horizon: 288).map(\.hour) == found)
  }

  // Catches: an empty list taken for "any time".
  @Test("no start is refused with its reason")
  func none() throws {
    func cause(_ plan: DecisionPlan, now: Double = 144, horizon: Double = 288) -> String {
      do {
        let found = try HarvestStart.all(plan, now: now, horizon: horizon)
        return "\(found.count) starts"
      } catch { return "\(error)" }
    }
    #expect(cause(try Self.plan(fixed: "2026-03-06 10:00 +08:00")).contains("is too early"))
    #expect(cause(try Self.plan(fixed: "2026-03-24 10:00 +08:00")).contains("is too late"))
    #expect(
      cause(try Self.plan(fixed: "2026-03-16 10:00 +08:00"), horizon: 400).contains(
        "no open hour lies there"))
    #expect(
      cause(try Self.plan(fixed: "2026-03-16 10:00 +08:00"), horizon: 400).contains("plan.yaml:40"))
    #expect(cause(try Self.plan(weekdays: [.saturday]), horizon: 160).contains("No open hours"))
    #expect(cause(try Self.plan(), horizon: 100).contains("no time lies between"))
    #expect(cause(try Self.plan(), horizon: 8000).contains("more than 400"))
  }

  // Catches: a closed day of another year taken in silence, one after the search, one of the infusion that
  // an infusion can still fall on called unused.
  @Test("closed days that nothing can fall on are told")
  func unused() throws {
    var plan = try Self.plan(infusion: true)
    plan.closedDays = [
      ("2025-03-10", false), ("2026-03-10", false), ("2026-10-03", false), ("2026-03-15", true),
      ("2026-03-16", true),
    ].enumerated().compactMap { k, day in
      CivilDate(parsing: day.0).map {
        .init($0, isOfInfusion: day.1, place: Place(file: "plan.yaml", line: k + 1))
      }
    }
    let found = HarvestStart.unusedClosedDays(plan, horizon: 288)
    #expect(found.map(\.place.line) == [1, 3, 5 - 0])
  }

  @Test("without a calendar every sixth hour and the planned harvest")
  func free() throws {
    let plan = DecisionPlan(title: "test", dose: .cells(planned: 10, least: 5))
    let found = try HarvestStart.all(plan, now: 100, horizon: 124, extra: 110)
    #expect(found.map(\.hour) == [102, 108, 110, 114, 120])
    #expect(throws: InputRefused.self) { try HarvestStart.all(plan, now: 100, horizon: 101) }
  }
}
