import Quantities
import Randomness
import Testing

@testable import Capacity

/// Random processes of all steps: whatever is accepted runs, loses nobody, and obeys Little's law.
///
/// Catches: a patient who waits for ever beside free units, units that are not given back by a limit,
/// a queue entry that outlives its patient, counters that go apart. In a debug build the rows check
/// their indices here.
@Suite("Random processes")
struct SimulationSoupTests {
  @Test func conserve() throws {
    var kinds: Set<String> = []
    var lost = 0
    var unfinished = 0.0
    for seed in 0..<150 {
      var soup = Soup(seed: UInt64(seed))
      let process = soup.process()
      kinds.formUnion(soup.used)
      let simulation = try Simulation(process)
      let one = try simulation.run(.after(2), seed: UInt64(seed))
      let two = try simulation.run(.after(2), seed: UInt64(seed), threads: 2)
      #expect(one == two)
      let years = process.measuredYears
      let ended = ["done", "late"].map { one[.outcome($0)]?.mean ?? 0 }.reduce(0, +) * years
      let came = one.value(.arrivals) * years
      if abs(came - ended - one.value(.unfinished)) > 1e-6 { lost += 1 }
      unfinished += one.value(.unfinished)
      for pool in process.pools {
        let use = one.value(.utilisation(pool.name))
        #expect(!(use > 1 + 1e-9), "seed \(seed): \(pool.name) \(use)")
      }
    }
    #expect(lost == 0)
    #expect(unfinished > 0)
    #expect(kinds.count == 10, "\(kinds.sorted())")
  }
}

/// Makes processes at random.
private struct Soup {
  private var random: RandomStream
  private var names = 0
  private(set) var used: Set<String> = []

  init(seed: UInt64) { random = RandomStream(seed: seed, name: "soup", purpose: "test") }

  private mutating func pick(_ count: Int) -> Int {
    Int(random.integer(below: UInt64(count)))
  }

  private mutating func name() -> String {
    names += 1
    return "n\(names)"
  }

  private mutating func law() -> Law {
    switch pick(5) {
    case 0: .fixed(Double(pick(4)) / 4)
    case 1: .exponential(mean: 0.5)
    case 2: .lognormal(mean: 1, cv: 0.5)
    case 3: .triangular(least: 0, mode: 0.5, most: 2)
    default: .empirical(values: [0, 0.25, 3], weights: [1, 2, 1])
    }
  }

  mutating func process() -> Process {
    var pools = (0..<3).map { Process.Pool(name: "p\($0)", count: 1 + pick(4)) }
    for index in pools.indices {
      pools[index].order = Process.QueueOrder.allCases[pick(3)]
      if pick(3) == 0 { pools[index].calendar = pick(2) }
      if pick(3) == 0 {
        pools[index].downTime = .init(between: .exponential(mean: 5), repair: .fixed(1))
      }
      if pick(3) == 0 {
        pools[index].absences = [
          .init(units: 1, from: 3, until: 9), .init(units: 3, from: 8, until: 12.5),
        ]
      }
    }
    var steps: [Process.Step] = [.label("top")]
    for _ in 0..<(2 + pick(4)) { steps += block(from: 0, depth: 2) }
    if pick(2) == 0 { steps.append(.chance([0.2, 0.1], purpose: name(), to: "top")) }
    steps += [.record("lead", within: 9), .finish("done"), .label("late"), .finish("late")]
    let side: [Process.Step] = [
      .seize([.init(pool: 2)]), .delay(.exponential(mean: 0.3), purpose: "side"),
      .release([.init(pool: 2)]), .finish("side"),
    ]
    return Process(
      name: "soup", start: Fixture.monday, pools: pools,
      calendars: [
        .hours("day", opens: 8, closes: 18),
        .hours("week", opens: 6, closes: 20, on: [.monday, .tuesday, .thursday, .friday]),
      ],
      stocks: [
        .init(
          name: "vector", lotSize: 5, lots: 1, shelfLife: 9, reorderAt: 3,
          leadTime: .exponential(mean: 2), changeover: 0.1)
      ],
      routes: [.init(name: "main", steps: steps), .init(name: "side", steps: side)],
      segments: ["a", "b"],
      arrivals: [
        .init(name: "x", pattern: .poisson(perDay: 1.5), weight: 2, dueAfter: 3),
        .init(name: "y", pattern: .renewal(.uniform(least: 0, most: 2)), segment: 1),
      ], warmUp: 0, horizon: 40)
  }

  /// Steps that leave holdings as they were; pools from `from` on only, so no circle is possible.
  private mutating func block(from: Int, depth: Int) -> [Process.Step] {
    let kind = pick(10)
    used.insert("\(kind)")
    let inner = depth > 0 && from < 3
    switch kind {
    case 0 where inner, 1 where inner:
      let pool = from + pick(3 - from)
      let claim = Process.Claim(pool: pool)
      let release = Process.Step.release([claim], after: kind == 0 ? 0.5 : 0)
      return [.seize([claim])] + block(from: pool + 1, depth: depth - 1) + [release]
    case 2 where from < 3, 3 where from < 3:
      let pool = from + pick(3 - from)
      let fit = Process.Operation.Fit.allCases[pick(3)]
      return [
        .operation(
          .init(
            name(), claims: [.init(pool: pool)], duration: .uniform(least: 0, most: 0.2),
            calendar: pick(2) == 0 ? 0 : nil, fit: fit, holdsWhileWaiting: kind == 2))
      ]
    case 4 where from == 0:
      let limit = name()
      return [.startLimit(limit, law(), purpose: limit, exceeded: "late")]
        + block(from: 0, depth: depth - 1) + block(from: 0, depth: depth - 1)
        + [.endLimit(limit)]
    case 5: return [.consume(stock: 0)]
    case 6: return [.book(after: 1), .delay(law(), purpose: name()), .awaitBooking(rebookAfter: 1)]
    case 7: return [.spawn(route: 1), .tally("spawned")]
    case 8: return [.awaitOpening(calendar: 1)]
    case 9:
      let over = name()
      return [.chance([0.5], purpose: over, to: over)] + block(from: from, depth: depth - 1)
        + [.label(over), .mark("clock")]
    default: return [.delay(law(), purpose: name())]
    }
  }
}
