import Quantities
import RunFiles
import Testing

@testable import Capacity

/// Use, limits, growth, crowds and the way to the booked day.
@Suite("What breaks first")
struct PlanGrowthTests {
  /// One team, 08:00 to 18:00 every day; one start of 5 h is asked for at 17:00. It works 5 of the 100
  /// open hours of ten days. Catches: hours held overnight counted as used, all hours in place of the
  /// open ones, use in closed hours of the week.
  @Test func openHours() throws {
    var process = Fixture.dated(
      [17.0 / 24],
      [
        .operation(.init("work", claims: [.init(pool: 0)], duration: .fixed(5.0 / 24))),
        .finish("done"),
      ], pools: [.init(name: "team", count: 1, calendar: 0)], horizon: 10)
    process.calendars = [.hours("day", opens: 8, closes: 18, on: CivilDate.Weekday.allCases)]
    let result = try Fixture.once(process)
    #expect(abs(result.value(.utilisation("team")) - 0.05) < 1e-9)
    // Held from 17:00 to 13:00 of the next day.
    #expect(abs(result.value(.inUse("team")) - 20.0 / 240) < 1e-9)
    let hours = try #require(result.busyByHourOfWeek("team"))
    #expect((18..<32).allSatisfy { hours[$0] == 0 } && hours[32] > 0 && hours[37] == 0)
    process.pools[0].isHeldAroundClock = true
    let held = try Fixture.once(process)
    #expect(abs(held.value(.utilisation("team")) - 20.0 / 240) < 1e-9)
  }

  /// Use by arithmetic is that of the simulation. Catches: two definitions, a weekend with all teams, rooms
  /// in which every batch waits for its team although only as many fit as there are rooms (45.6 for 37 %).
  @Test(arguments: ["regional_250", "plant_1000", "fac1"]) func sameUse(_ name: String) throws {
    let facility = try FacilityFileTests.facility(name)
    let plan = PlanArithmetic(facility)
    let result = try Simulation(facility.process(horizon: 730)).run(.after(6), seed: 2, threads: 2)
    for load in plan.resources {
      guard let used = load.used,
        let simulated = result[.utilisation(ResourceLoad.Kind.pool(load.kind, load.name))]
      else { continue }
      let slack = 0.03
      #expect(
        abs(used - simulated.mean) < max(slack, 4 * simulated.standardError),
        "\(load.name): \(used) \(simulated.mean)")
    }
  }

  /// One room, always open, no team, 2 h of work and 1 h of clearance twice a day: kept 6 of 24 h; and with
  /// one team that is there from 08:00 to 18:00, three batches of one night wait, one of them inside.
  /// Catches: line clearance left out, more batches inside than there are rooms.
  @Test func rooms() throws {
    let hour = 1.0 / 24
    var rooms = RoomQueue(
      works: [.init(rate: 2, takes: .fixed(2 * hour), team: nil, isInside: true)], teams: [],
      rooms: 1, clearance: hour)
    #expect(abs(try #require(rooms.used()) - 0.25) < 0.01)
    let day = Facility.WorkCalendar(
      name: "day", days: Set(CivilDate.Weekday.allCases), shifts: [.init(opens: 480, closes: 1080)],
      closed: [], place: Place(file: "x"))
    let windows = OpenWindows(of: day, from: Fixture.monday, days: 28)
    rooms.teams = [(ShiftQueue(works: [], windows: windows), 4)]
    rooms.works[0].team = 0
    let one = try #require(rooms.used())
    rooms.rooms = 1000
    let many = try #require(rooms.used()) * 1000
    #expect(one > 0.4 && one < 1 && many > one * 1.05, "\(one) \(many)")
  }

  /// What one unit more moves is what the limits of the changed plan say. Catches: the limit of today.
  @Test func fullWithOneMore() throws {
    let facility = try FacilityFileTests.facility("fac1")
    let plan = PlanArithmetic(facility)
    let unit = try #require(
      facility.nextUnits().first { $0.unit.path == "instruments.prodigy.count" })
    let quick = try #require(plan.fullAt(unit.facility, plan.limits()))
    let exact = try #require(PlanArithmetic(unit.facility).limits().first?.patients)
    let now = try #require(plan.limits().first?.patients)
    #expect(abs(quick / exact - 1) < 0.005 && quick > now * 1.02, "\(quick) \(exact) \(now)")
  }

  /// At the demand with which a resource is full, its limit is reached, and it comes first. Catches: a
  /// hold that does not grow with demand, limits sorted the wrong way.
  @Test func full() throws {
    let plan = PlanArithmetic(try FacilityFileTests.facility("fac1"))
    let limits = plan.limits()
    let first = try #require(limits.first)
    #expect(zip(limits, limits.dropFirst()).allSatisfy { $0.patients <= $1.patients })
    let grown = plan.grown(by: first.patients / plan.patients)
    let share = try #require(grown.load(first.load.kind, first.load.name)).ofLimit
    #expect(abs(share - 1) < 0.01, "\(share)")
    #expect(grown.resources.allSatisfy { $0.ofLimit <= share + 0.01 })
  }

  /// Near its limit a pool by itself is that of the exact formulas: 21 lines that are held 7 d, .9615 of
  /// the limit, M/D/c (Cosmetatos) and M/M/c (Erlang). Catches: 8,000 operations from an empty pool,
  /// which gave half of the wait.
  @Test func nearTheLimit() throws {
    let windows = OpenWindows(of: nil, from: nil, days: 28)
    for (law, exact) in [
      (
        Law.fixed(7),
        ManyServers.deterministicWait(offeredLoad: 20.19, servers: 21, service: 7)
      ), (.exponential(mean: 7), Erlang.meanWait(offeredLoad: 20.19, servers: 21, service: 7)),
    ] {
      let queue = ShiftQueue(
        works: [.init(rate: 20.19 / 7, takes: .fixed(0), tail: law, name: "test")],
        windows: windows)
      let wait = try #require(queue.answer(servers: 21)?.waits.first)
      #expect(abs(wait / exact - 1) < 0.15, "\(wait) \(exact)")
    }
  }

  /// 40 dated patients on one day of a year are a trickle at a mean and a crowd in their week. Catches: a
  /// mean over the plan in the headline, a week that begins before the first of them.
  @Test func crowd() throws {
    var facility = try FacilityFileTests.facility("fac1")
    let day = try #require(CivilDate(dayNumber: facility.start.dayNumber + 100))
    facility.arrivals[0].source = .patients(
      (1...40).map {
        .init(id: "P\($0)", day: day, disease: nil, due: nil, place: Place(file: "x"))
      })
    facility.horizon = 365
    let plan = PlanArithmetic(facility)
    #expect(plan.isStable && (plan.binding?.ofLimit ?? 1) < 0.1)
    let peak = try #require(plan.peak())
    #expect(peak.patients == 40 && peak.first == day)
    let worst = try #require(peak.worst)
    #expect(worst.kind == .instruments && peak.backlog(worst) > 3 && peak.weeks == 1)
    // As many a week for eight weeks. Catches: a crowd that lasts judged by its busiest week.
    facility.arrivals[0].source = .patients(
      (0..<320).map {
        .init(
          id: "P\($0)", day: CivilDate(dayNumber: day.dayNumber + 7 * ($0 / 40)) ?? day,
          disease: nil,
          due: nil, place: Place(file: "x"))
      })
    let lasting = try #require(PlanArithmetic(facility).peak())
    #expect(lasting.weeks == 8 && lasting.patients == 320)
    #expect(lasting.backlog(try #require(lasting.worst)) > 5 * peak.backlog(worst))
    #expect(PlanArithmetic(try FacilityFileTests.facility("fac1")).peak() == nil)
  }

  /// Fixed times and no calendars: at hand 11.5 d after the start, booked 14.5 d after it, so 3 d.
  /// Catches: the booked day left out of the lead, the quantile of the wrong law.
  @Test func bookedDay() throws {
    var facility = try FacilityFileTests.facility("regional_250")
    facility.calendars = []
    for at in facility.products.indices {
      facility.products[at].culture = .fixed(9)
      facility.products[at].booking = 0.9
      facility.products[at].harvest.takes = .fixed(0.5)
      facility.products[at].review = nil
    }
    for at in facility.centres.indices { facility.centres[at].infusionCalendar = nil }
    for at in facility.couriers.indices {
      facility.couriers[at].calendar = nil
      facility.couriers[at].takes = .fixed(1)
    }
    for at in facility.laboratories.indices { facility.laboratories[at].lines = 1000 }
    for at in facility.teams.indices { facility.teams[at].count = 1000 }
    let plan = PlanArithmetic(facility)
    let product = facility.products[0]
    let centre = try #require(facility.centres.first)
    #expect(abs(plan.bookedWait(product, at: centre, booking: 0.9) - 3) < 0.1)
  }

  /// Arithmetic and simulation of the lead of two plants agree within a day and a half. Catches: a lead
  /// without the booked day (22.8 for 26.6 d).
  @Test(arguments: ["plant_1000", "regional_250"]) func lead(_ name: String) throws {
    let facility = try FacilityFileTests.facility(name)
    let plan = PlanArithmetic(facility)
    let result = try Simulation(facility.process(horizon: 730)).run(.after(6), seed: 2, threads: 2)
    let lead = try #require(result[.mean(.recorded("lead"))])
    #expect(abs(lead.mean - plan.meanLead) < 1.5, "\(lead.mean) \(plan.meanLead)")
  }

  /// One more team leaves the weekend as it is, as `teams.manufacturing=6` does. Catches: a weekend team
  /// added silently.
  @Test func nextTeam() throws {
    let facility = try FacilityFileTests.facility("plant_1000")
    let units = facility.nextUnits()
    let team = try #require(units.first { $0.unit.path == "teams.manufacturing.count" })
    let set = try FacilityFileTests.facility("plant_1000", ["teams.manufacturing=6"])
    #expect(team.facility.process(horizon: 28) == set.process(horizon: 28))
    #expect(team.unit.remark == "on weekends 4 as before")
    let weekend = try #require(units.first { $0.unit.path == "teams.manufacturing.weekend" })
    let more = try FacilityFileTests.facility("plant_1000", ["teams.manufacturing.weekend=5"])
    #expect(weekend.facility.process(horizon: 28) == more.process(horizon: 28))
  }

  /// A plan with a memory is the same plan. Catches: a key that leaves out what an answer depends on.
  @Test func memory() throws {
    let memory = ShiftMemory()
    for lines in [6, 5, 6] {
      let facility = try FacilityFileTests.facility(
        "plant_1000", ["laboratories.release tests=\(lines)"])
      let one = PlanArithmetic(facility)
      let two = PlanArithmetic(facility, memory: memory)
      #expect(one.resources.map(\.wait) == two.resources.map(\.wait))
      #expect(one.resources.map(\.capacity) == two.resources.map(\.capacity))
    }
  }

  /// A fault of a setting is told at the setting, one of the file at its line. Catches: the line of a
  /// value that is in order.
  @Test func settingsAreNamed() throws {
    let cases: [([String], String)] = [
      (["instruments.prodigy=50"], "--set instruments.prodigy=50"),
      (
        ["instruments.prodigy=36", "products.cd19.start.takes=4 parsecs"],
        "--set products.cd19.start.takes=4 parsecs"
      ), (["instruments.prodgy=3"], "--set instruments.prodgy=3"),
    ]
    for (settings, place) in cases {
      do {
        _ = try FacilityFileTests.facility("plant_1000", settings)
        Issue.record("\(settings) was read")
      } catch let refused as InputRefused {
        #expect(refused.findings.map(\.place.description) == [place])
      }
    }
    let bad = try #require(
      FacilityFileTests.text("plant_1000")?.replacing("clean_down: 12 h", with: "clean_down: 12"))
    do {
      _ = try FacilityFile.read(
        bad, file: "x.yaml",
        settings: [FacilityFile.Setting(parsing: "instruments.prodigy=35")].compactMap { $0 })
      Issue.record("a time without its unit was read")
    } catch {
      #expect(error.findings.allSatisfy { $0.place.file == "x.yaml" && $0.place.line > 0 })
    }
  }
}
