import Testing

@testable import Capacity

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Who is served when: priorities, due days, several units, circles.
@Suite("Order of queues", .serialized)
struct QueueOrderTests {
  /// Two classes without interruption: W_k = W_0 / ((1 - s_{k-1}) (1 - s_k)), W_0 = lambda E[S^2] / 2.
  ///
  /// Source: Cobham (1954), Operations Research 2, 70-76. Catches: the order reversed, ties broken
  /// by weight alone.
  @Test func priorities() throws {
    let route = Process.Route(
      name: "a",
      steps: [
        .mark("asked"), .seize([.init(pool: 0)]), .record("high", since: "asked"),
        .delay(.lognormal(mean: 1, cv: 1), purpose: "service"), .release([.init(pool: 0)]),
        .finish("served"),
      ])
    var low = route
    low.name = "b"
    low.steps[2] = .record("low", since: "asked")
    let process = Process(
      name: "priorities", start: Fixture.monday,
      pools: [.init(name: "server", count: 1, order: .priority)], routes: [route, low],
      arrivals: [
        .init(name: "high", route: 0, pattern: .poisson(perDay: 0.3), weight: 5),
        .init(name: "low", route: 1, pattern: .poisson(perDay: 0.5), weight: 1),
      ], warmUp: 1000, horizon: 12_300, followUp: 300)
    let result = try Simulation(process).run(.after(60), seed: 3, threads: 2)
    let residual = 0.8 * 2 / 2
    let high = Metric.mean(.recorded("high"))
    let slow = Metric.mean(.recorded("low"))
    #expect(result.distance(high, from: residual / 0.7) < 3, "\(result.value(high))")
    #expect(result.distance(slow, from: residual / (0.7 * 0.2)) < 3, "\(result.value(slow))")
  }

  /// D/M/1: Wq = s / (mu (1 - s)) with s = exp(-mu T (1 - s)). Catches: a renewal stream that draws
  /// exponential times.
  @Test func renewals() throws {
    var process = Fixture.station(
      servers: 1, rate: 1, service: .exponential(mean: 0.8), warmUp: 1000, observed: 10_000,
      followUp: 300)
    process.arrivals[0].pattern = .renewal(.fixed(1))
    var root = 0.5
    for _ in 0..<500 { root = exp(-(1 - root) / 0.8) }
    let result = try Simulation(process).run(.after(60), seed: 4, threads: 2)
    let exact = 0.8 * root / (1 - root)
    #expect(result.distance(.mean(.wait("server")), from: exact) < 3)
  }

  /// Known patients, one server of 2 days: by due day the third goes before the second.
  ///
  /// First come: waits 0, 1.9, 3.8. By due day: 0, 1.8 (the third), 3.9 (the second): same sum, so
  /// the largest tells. Catches: a due-date queue in order of coming, or latest first.
  @Test func dueDates() throws {
    func longest(_ order: Process.QueueOrder) throws -> Double {
      let steps: [Process.Step] = [
        .seize([.init(pool: 0)]), .delay(.fixed(2), purpose: "service"),
        .release([.init(pool: 0)]), .finish("served"),
      ]
      let process = Process(
        name: "due", start: Fixture.monday,
        pools: [.init(name: "server", count: 1, order: order)],
        routes: [.init(name: "route", steps: steps)],
        arrivals: [
          .init(name: "patient", pattern: .dated([0, 0.1]), dueAfter: 30),
          .init(name: "urgent", pattern: .dated([0.2]), dueAfter: 3),
        ], warmUp: 0, horizon: 50)
      return try Fixture.once(process).value(.quantile(.wait("server"), percent: 95))
    }
    #expect(abs(try longest(.fifo) - 3.8) < 1e-12)
    #expect(abs(try longest(.dueDate) - 3.9) < 1e-12)
  }

  /// Two units of two: a claim of two waits for both and is not passed by a claim of one.
  ///
  /// Day 0 one unit for 3 d; day 1 two units for 1 d wait until 3; day 2 one unit waits until 4.
  /// Catches: a small claim that overtakes, a large one that takes what is free.
  @Test func severalUnits() throws {
    func route(_ name: String, _ units: Int, _ days: Double) -> Process.Route {
      Process.Route(
        name: name,
        steps: [
          .seize([.init(pool: 0, units: units)]), .delay(.fixed(days), purpose: "service"),
          .release([.init(pool: 0, units: units)]), .finish(name),
        ])
    }
    let process = Process(
      name: "units", start: Fixture.monday, pools: [.init(name: "server", count: 2)],
      routes: [route("one", 1, 3), route("two", 2, 1)],
      arrivals: [
        .init(name: "first", route: 0, pattern: .dated([0])),
        .init(name: "second", route: 1, pattern: .dated([1])),
        .init(name: "third", route: 0, pattern: .dated([2])),
      ], warmUp: 0, horizon: 50)
    let result = try Fixture.once(process)
    let wait = 4.0 / 3
    #expect(isClose(result.value(.mean(.wait("server"))), wait))
    #expect(isClose(result.value(.inUse("server")), 0.16))
  }

  /// Several pools at once, nobody waits: what was taken is given back.
  @Test func givesBack() throws {
    let steps: [Process.Step] = [
      .seize([.init(pool: 0), .init(pool: 1)], orElse: "lost"),
      .delay(.fixed(5), purpose: "service"), .release([.init(pool: 0), .init(pool: 1)]),
      .finish("served"), .label("lost"), .finish("lost"),
    ]
    let result = try Fixture.once(
      Fixture.dated(
        [0, 1, 2], steps, pools: [.init(name: "many", count: 3), .init(name: "one", count: 1)]))
    #expect(result.value(.outcomeShare("lost")) == 2.0 / 3)
    #expect(abs(result.value(.inUse("many")) - 0.05) < 1e-12)
  }
}
