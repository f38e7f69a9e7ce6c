import Quantities
import Testing

@testable import Capacity

/// Windows, shifts, holidays and what fits into them, by hand.
@Suite("Calendars of the simulation")
struct SimulationCalendarTests {
  private func windows(_ calendar: Process.Calendar) -> [[Double]] {
    let table = Timetable(calendar, start: Fixture.monday, end: 14)
    return zip(table.opens, table.closes).map {
      [($0 * 24e6).rounded() / 1e6, ($1 * 24e6).rounded() / 1e6]
    }
  }

  /// Catches: a week that starts on the wrong day, holidays that close the day after, a night shift
  /// cut at midnight, shifts that touch and are not joined (or are, where they must not be).
  @Test func layout() {
    let office = Process.Calendar.hours(
      "office", opens: 9, closes: 17, on: [.monday, .friday], closed: [Fixture.day(4)])
    let expected: [[Double]] = [[9, 17], [177, 185], [273, 281]]
    #expect(Array(windows(office).prefix(3)) == expected)
    let night = Process.Calendar(
      name: "night", windows: [.init(.sunday, opens: 22, closes: 30)])
    let nights: [[Double]] = [[-2, 6], [166, 174]]
    #expect(Array(windows(night).prefix(2)) == nights)
    let shifts = [
      Process.Calendar.Window(.monday, opens: 7, closes: 15),
      Process.Calendar.Window(.monday, opens: 15, closes: 23),
    ]
    #expect(windows(.init(name: "joined", windows: shifts)).first == [7, 23])
    #expect(windows(.init(name: "apart", windows: shifts, handsOver: false)).first == [7, 15])
    let always = Process.Calendar.hours("always", opens: 0, closes: 24)
    #expect(windows(always).count == 1)
  }

  /// When work of 6 h that is asked for at 13:00 on a Friday is done, in a window of 08:00 to 18:00
  /// on weekdays. Catches: fits mixed up, a pause that forgets the weekend, weekends worked.
  ///
  /// 13:00 + 6 h crosses 18:00, so it waits until Monday 08:00; paused: 5 h on Friday, 1 h on Monday.
  @Test(arguments: [
    (Process.Operation.Fit.whole, 3 - 5.0 / 24 + 0.25, 3 - 5.0 / 24), (.start, 0.25, 0),
    (.paused, 3 - 5.0 / 24 + 1.0 / 24, 0),
  ])
  func fits(_ fit: Process.Operation.Fit, _ done: Double, _ delay: Double) throws {
    let friday = 4 + 13.0 / 24
    let process = Fixture.dated(
      [friday],
      [
        .operation(
          .init("work", claims: [.init(pool: 0)], duration: .fixed(0.25), calendar: 0, fit: fit)),
        .record("done"), .finish("done"),
      ], pools: [.init(name: "team", count: 1)],
      calendars: [
        .hours(
          "weekdays", opens: 8, closes: 18, on: [.monday, .tuesday, .wednesday, .thursday, .friday])
      ])
    let result = try Fixture.once(process)
    #expect(abs(result.value(.mean(.recorded("done"))) - done) < 1e-9)
    #expect(abs(result.value(.mean(.delay("work"))) - delay) < 1e-9)
  }

  /// The pool's calendar and the operation's both count. Catches: the first of them only.
  @Test func bothCalendars() throws {
    let process = Fixture.dated(
      [0],
      [
        .operation(
          .init("work", claims: [.init(pool: 0)], duration: .fixed(2.0 / 24), calendar: 0)),
        .record("done"), .finish("done"),
      ], pools: [.init(name: "team", count: 1, calendar: 1)],
      calendars: [
        .hours("room", opens: 6, closes: 12), .hours("team", opens: 9, closes: 17),
      ])
    let done = 11.0 / 24
    #expect(isClose(try Fixture.once(process).value(.mean(.recorded("done"))), done))
  }

  /// A duration longer than any window starts at an opening and is counted. Catches: never done, or
  /// not told.
  @Test func overruns() throws {
    let process = Fixture.dated(
      [0.5],
      [
        .operation(
          .init(
            "work", claims: [], duration: .empirical(values: [0.1, 1], weights: [0, 1]),
            calendar: 0)),
        .record("done"), .finish("done"),
      ], calendars: [.hours("day", opens: 8, closes: 18)])
    #expect(throws: ProcessRefused.self) { try process.check() }
    var longer = process
    longer.routes[0].steps[0] = .operation(
      .init(
        "work", claims: [], duration: .empirical(values: [0.1, 1], weights: [1e-300, 1]),
        calendar: 0))
    let result = try Fixture.once(longer)
    let done = 1.5 + 8.0 / 24
    #expect(isClose(result.value(.mean(.recorded("done"))), done))
    #expect(abs(result.value(.overruns) - 3.65) < 1e-9)
  }

  /// Three wait for a window of one team, without holding it: at 08:00 the largest weight is first,
  /// and who does not fit any more waits for the next day. Catches: served in order of waking up,
  /// a team that is held overnight, work outside the window.
  @Test func gathers() throws {
    let steps: [Process.Step] = [
      .operation(
        .init(
          "work", claims: [.init(pool: 0)], duration: .fixed(5.0 / 24), calendar: 0,
          holdsWhileWaiting: false)), .record("done"), .finish("done"),
    ]
    var process = Fixture.dated(
      [0.0], steps, pools: [.init(name: "team", count: 1, order: .priority)],
      calendars: [.hours("day", opens: 8, closes: 18)], horizon: 10)
    var urgent = process.routes[0]
    urgent.name = "urgent"
    urgent.steps[1] = .record("urgent")
    process.routes.append(urgent)
    process.arrivals[0].pattern = .dated([0, 0.01])
    process.arrivals.append(
      .init(name: "urgent", route: 1, pattern: .dated([0.02]), weight: 9))
    let result = try Fixture.once(process)
    let urgentDone = 13.0 / 24 - 0.02
    let lastDone = 1 + 13.0 / 24 - 0.01
    #expect(isClose(result.value(.mean(.recorded("urgent"))), urgentDone))
    // The others: 13:00 to 18:00, and 08:00 to 13:00 on the next day.
    #expect(isClose(result.value(.quantile(.recorded("done"), percent: 10)), 0.75))
    #expect(isClose(result.value(.quantile(.recorded("done"), percent: 95)), lastDone))
    #expect(isClose(result.value(.inUse("team")), 0.0625))
  }

  /// Busy hours of the week: 16 hours from Monday 20:00 and from Tuesday 00:15 a fortnight later.
  /// Catches: bins shifted by a day, whole weeks forgotten, parts of hours rounded.
  @Test func hoursOfTheWeek() throws {
    var process = Fixture.dated(
      [0],
      [
        .seize([.init(pool: 0)]), .delay(.fixed(1), purpose: "x"), .release([.init(pool: 0)]),
        .finish("done"),
      ], pools: [.init(name: "device", count: 2)], horizon: 28)
    process.arrivals[0].pattern = .dated([20.0 / 24, 15 + 0.25 / 24])
    process.routes[0].steps[1] = .delay(.fixed(16.0 / 24), purpose: "x")
    let hours = try #require(try Fixture.once(process).busyByHourOfWeek("device"))
    #expect(hours.count == 168)
    #expect(isClose(hours.reduce(0, +), 8))
    #expect(isClose(hours[20], 0.25) && isClose(hours[35], 0.5) && hours[19] == 0)
    #expect(isClose(hours[24], 0.4375) && isClose(hours[40], 0.0625))
    var week = WeekHours(pools: 1, firstWeekday: 3)
    week.add(2, pool: 0, from: 1.0 / 48, to: 21 + 2.5 / 24)
    let bins = Array(week.bins.array)
    #expect(isClose(bins.reduce(0, +), 1012))
    #expect(isClose(bins[48], 7) && isClose(bins[50], 7) && isClose(bins[51], 6))
  }
}
