import Testing

@testable import Capacity

/// Limits, stocks, bookings, companions, absences and break-downs, by hand.
@Suite("Steps of the simulation")
struct SimulationStepTests {
  private let device = Process.Claim(pool: 0)

  /// An apheresis that waits too long leaves the queue at its limit and holds nothing; one that is
  /// served in time goes on. Catches: a limit that is looked at when served only, a device lost
  /// with the patient, a limit that fires after its end.
  @Test func limitInQueue() throws {
    let steps: [Process.Step] = [
      .startLimit("age", .fixed(3), purpose: "age", exceeded: "expired"), .seize([device]),
      .endLimit("age"), .delay(.fixed(5), purpose: "culture"), .release([device]),
      .record("done"), .finish("done"),
      .label("expired"), .record("expired"), .finish("expired"),
    ]
    let result = try Fixture.once(
      Fixture.dated([0, 1, 2.5, 4], steps, pools: [.init(name: "device", count: 1)]))
    #expect(result.value(.outcomeShare("expired")) == 0.5)
    #expect(result.value(.mean(.recorded("expired"))) == 3)
    // The third waits 2.5 d, the second and the fourth leave.
    #expect(result.value(.quantile(.recorded("done"), percent: 95)) == 7.5)
    #expect(abs(result.value(.inUse("device")) - 0.1) < 1e-12)
    #expect(result.littlesLaw.allSatisfy { $0.gap < 1e-12 })
  }

  /// A limit that passes while a device is held and a team is waited for gives the device back; one
  /// that passes during work waits for its end. Catches: leaks, work cut short.
  @Test func limitWhileHolding() throws {
    let steps: [Process.Step] = [
      .startLimit("age", .fixed(3), purpose: "age", exceeded: "expired"), .seize([device]),
      .operation(.init("start", claims: [.init(pool: 1)], duration: .fixed(2))),
      .endLimit("age"), .delay(.fixed(5), purpose: "culture"), .release([device]),
      .finish("done"), .label("expired"), .record("expired"), .finish("expired"),
    ]
    let result = try Fixture.once(
      Fixture.dated(
        [0, 0.5, 1.5], steps,
        pools: [.init(name: "device", count: 9), .init(name: "team", count: 1)])
    )
    // First 0-2; second works 2-4, too old at 3.5: expires at its end, 3.5 d old; third waits from
    // 1.5 and gives up at 4.5 less 1.5 = 3 d... it is served at 4, in time to start, ends at 6: 4.5 d.
    #expect(result.value(.outcomeShare("expired")) == 2.0 / 3)
    #expect(result.value(.quantile(.recorded("expired"), percent: 10)) == 3.5)
    #expect(result.value(.quantile(.recorded("expired"), percent: 95)) == 4.5)
    #expect(isClose(result.value(.inUse("device")), 0.15))
    #expect(abs(result.value(.inUse("team")) - 0.06) < 1e-12)
  }

  /// Lots of two; reorder at one; 4 d to make; 10 d to live; a change of campaign of half a day.
  /// Catches: reorder too late or twice, the expiry of the wrong lot, every patient changing over.
  @Test func lots() throws {
    let stock = Process.Stock(
      name: "vector", lotSize: 2, lots: 1, shelfLife: 10, reorderAt: 1, leadTime: .fixed(4),
      changeover: 0.5)
    let steps: [Process.Step] = [.consume(stock: 0), .record("got"), .finish("done")]
    let result = try Fixture.once(
      Fixture.dated([0, 1, 2, 20], steps, stocks: [stock], horizon: 22))
    // Day 0 takes one (0.5 d) and orders; day 1 the last; day 2 waits for the lot of day 4 and
    // changes over; one unit of it is left, which orders a lot for day 8; at 14 the unit expires, at
    // 18 the lot of day 8, which orders the lot for day 22 that the patient of day 20 waits for.
    #expect(result.value(.quantile(.stockWait("vector"), percent: 50)) == 0.5)
    let mean = 5.5 / 4
    #expect(isClose(result.value(.mean(.stockWait("vector"))), mean))
    let expired = result.value(.expired("vector")) * 22 / 365
    #expect(isClose(expired, 3))
  }

  /// Booked at 10 d; one product is ready after 8, the other after 12 and is booked anew for 3 d
  /// later. Catches: an early product infused before its day, a late one not counted.
  @Test func bookings() throws {
    let steps: [Process.Step] = [
      .book(after: 10),
      .delay(.empirical(values: [8, 12], weights: [1, 1]), purpose: "make"),
      .awaitBooking(rebookAfter: 3), .record("infused", within: 10), .finish("infused"),
    ]
    let process = Fixture.dated((0..<200).map { Double($0) / 10 }, steps)
    let result = try Fixture.once(process)
    let late = result.value(.tally("rebooked")) * process.measuredYears
    #expect(late > 70 && late < 130)
    let share = (200 - late) / 200
    let mean = 10 * share + 15 * (1 - share)
    #expect(isClose(result.value(.within(.recorded("infused"))), share))
    #expect(isClose(result.value(.mean(.recorded("infused"))), mean))
  }

  /// Late results run beside the patient: they take a line, are no patient, and have numbers of
  /// their own. Catches: outcomes counted twice, the patient waiting for them.
  @Test func companions() throws {
    let late = Process.Route(
      name: "late results",
      steps: [
        .seize([.init(pool: 0)]), .delay(.fixed(14), purpose: "sterility"),
        .release([.init(pool: 0)]), .record("results"), .finish("known"),
      ])
    let steps: [Process.Step] = [
      .delay(.fixed(2), purpose: "make"), .spawn(route: 1), .delay(.fixed(1), purpose: "ship"),
      .record("infused"), .finish("infused"),
    ]
    let result = try Fixture.once(
      Fixture.dated([0, 0], steps, pools: [.init(name: "line", count: 1)], extra: [late]))
    #expect(result.value(.outcomeShare("infused")) == 1)
    #expect(result.value(.mean(.recorded("infused"))) == 3)
    #expect(result.value(.mean(.recorded("results"))) == (16 + 30) / 2.0)
    #expect(abs(result.value(.inSystem) - 0.06) < 1e-12)
    #expect(result.value(.unfinished) == 0)
  }

  /// One of two teams is away from day 1 to day 3. Catches: absences that interrupt, that never
  /// end, or that count as capacity.
  @Test func absences() throws {
    let steps: [Process.Step] = [
      .seize([device]), .delay(.fixed(1.5), purpose: "x"), .release([device]), .finish("done"),
    ]
    let result = try Fixture.once(
      Fixture.dated(
        [0, 0.5, 2, 2.1], steps,
        pools: [
          .init(name: "team", count: 2, absences: [.init(units: 1, from: 1, until: 3)])
        ], horizon: 10))
    // Day 2: both are done by 2.0 except that one unit is away; the third takes the other, the
    // fourth waits for the return on day 3.
    #expect(isClose(result.value(.mean(.wait("team"))), 0.225))
    // There: 20 unit-days less the absence of 2, but the busy unit stayed until 1.5 (half a day).
    let utilisation = 6 / 18.5
    #expect(isClose(result.value(.utilisation("team")), utilisation))
  }

  /// Units that work 9 d and are repaired for 1 d are there 90 % of the time, and wait times grow.
  /// Catches: repairs that never end, all units failing together, one stream for all.
  @Test func breakDowns() throws {
    var process = Fixture.station(
      servers: 4, rate: 0.1, service: .fixed(1), warmUp: 100, observed: 20_000)
    process.pools[0].downTime = .init(between: .exponential(mean: 9), repair: .fixed(1))
    let result = try Simulation(process).run(.after(20), seed: 3, threads: 2)
    let there = result.value(.inUse("server")) / result.value(.utilisation("server"))
    // A busy unit finishes first, so a little more than 3.6 are there.
    #expect(there > 3.59 && there < 3.62, "\(there)")
  }

  /// Seasons keep the yearly number; January has twice the rate. Catches: factors shifted by a
  /// month, a rate that is not integrated over months.
  @Test func seasons() throws {
    var monthly = [Double](repeating: 10.0 / 11, count: 12)
    monthly[0] = 2
    var process = Fixture.station(
      servers: 100, rate: 2, service: .fixed(0.5), warmUp: 0, observed: 365)
    process.start = Fixture.day(-4)
    process.arrivals[0].pattern = .poisson(perDay: 2, monthly: monthly)
    process.routes[0].steps[0] = .tally("all")
    process.routes[0].steps.remove(at: 2)
    let whole = try Simulation(process).run(.after(200), seed: 4)
    let exact = 2 * (31 * 2 + 334 * 10.0 / 11)
    #expect(whole.distance(.arrivals, from: exact) < 3)
    process.horizon = 31
    let january = try Simulation(process).run(.after(200), seed: 4)
    #expect(january.distance(.arrivals, from: 4 * 365) < 3)
  }

  /// Steps without time in a circle end the run with a message. Catches: a hang.
  @Test func endless() throws {
    let steps: [Process.Step] = [
      .label("again"), .chance([0.0], purpose: "x", to: "out"), .goto("again"), .label("out"),
      .finish("done"),
    ]
    #expect(throws: SimulationFault.endless(place: "route \"route\", step 1", day: 3)) {
      try Fixture.once(Fixture.dated([3], steps))
    }
  }
}
