import Testing

@testable import Capacity

/// What random numbers depend on, and that threads are not among it.
@Suite("Random streams of the simulation", .serialized)
struct SimulationStreamTests {
  /// Every number and histogram equal on 1, 2 and 8 threads, also where the number of replications
  /// is decided on the way. Catches: merging in the order of completion, rounds that are taken whole.
  @Test func threads() throws {
    var change = Fixture.Changes()
    change.years = 1
    let simulation = try Simulation(Fixture.fac1(change))
    let lead = Metric.mean(.recorded("lead"))
    for stopping in [
      Simulation.Stopping.after(50), .precise(lead, halfWidth: 0.25, least: 5, most: 400),
    ] {
      let one = try simulation.run(stopping, seed: 5, threads: 1)
      #expect(try simulation.run(stopping, seed: 5, threads: 2) == one)
      #expect(try simulation.run(stopping, seed: 5, threads: 8) == one)
    }
    let pair = [simulation, simulation]
    let one = try Simulation.compare(pair, replications: 40, seed: 5, threads: 1)
    #expect(try Simulation.compare(pair, replications: 40, seed: 5, threads: 8) == one)
    #expect(try simulation.run(.after(2), seed: 6) != simulation.run(.after(2), seed: 5))
  }

  /// More devices, another team or one more arrival stream leave every culture of every patient as
  /// it was, first and second passes alike. Catches: numbers drawn from one stream in the order of
  /// events, passes counted over patients.
  @Test func drawsStay() throws {
    func cultures(devices: Int, teams: Int, others: Bool) throws -> Histogram {
      let days = (0..<400).map { Double($0) * 0.3 }
      let steps: [Process.Step] = [
        .label("again"), .seize([.init(pool: 0)]),
        .operation(.init("start", claims: [.init(pool: 1)], duration: .fixed(0.1), calendar: 0)),
        .mark("culture"), .delay(.lognormal(mean: 9, cv: 0.15), purpose: "culture"),
        .record("culture", since: "culture"), .release([.init(pool: 0)]),
        .chance([0.3], purpose: "failure", to: "again"), .finish("done"),
      ]
      var process = Fixture.dated(
        days, steps,
        pools: [.init(name: "device", count: devices), .init(name: "team", count: teams)],
        calendars: [.hours("day", opens: 8, closes: 18)], horizon: 2000)
      if others {
        process.routes.append(
          .init(
            name: "other",
            steps: [
              .seize([.init(pool: 0)]), .delay(.exponential(mean: 3), purpose: "culture"),
              .release([.init(pool: 0)]), .finish("other"),
            ]))
        process.arrivals.insert(
          .init(name: "others", route: 1, pattern: .poisson(perDay: 0.5)), at: 0)
      }
      let result = try Simulation(process).run(.after(3), seed: 8)
      #expect(result.value(.outcome("done")) * process.measuredYears == 400)
      return try #require(result.histogram(.recorded("culture")))
    }
    let base = try cultures(devices: 32, teams: 4, others: false)
    #expect(base.count > 3 * 500)
    #expect(try cultures(devices: 33, teams: 4, others: false) == base)
    #expect(try cultures(devices: 40, teams: 2, others: true) == base)
  }

  /// One device more under common random numbers: the interval of the difference is much narrower
  /// than that of independent runs, and no patient waits longer on average.
  @Test func commonNumbers() throws {
    var change = Fixture.Changes()
    let base = try Simulation(Fixture.fac1(change))
    change.devices = 35
    let more = try Simulation(Fixture.fac1(change))
    let comparison = try Simulation.compare([base, more], replications: 20, seed: 9, threads: 2)
    let wait = Metric.mean(.wait("device"))
    let difference = try #require(comparison.difference(wait, of: 1))
    let own = try #require(comparison.results[0][wait])
    let other = try #require(comparison.results[1][wait])
    let apart = own.standardError * own.standardError + other.standardError * other.standardError
    #expect(abs(difference.mean - (other.mean - own.mean)) < 1e-12)
    #expect(difference.mean + difference.halfWidth() < 0)
    #expect(difference.standardError < 0.7 * apart.squareRoot())
    #expect(comparison.difference(.arrivals, of: 1)?.most == 0)
    #expect(comparison.difference(wait, of: 0) == nil)
    // Two copies of one process do not differ at all.
    let same = try Simulation.compare([base, base], replications: 3, seed: 9)
    #expect(same.difference(wait, of: 1)?.least == 0)
    #expect(same.difference(wait, of: 1)?.most == 0)
  }
}
