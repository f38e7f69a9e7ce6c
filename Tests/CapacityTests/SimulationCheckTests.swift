import Testing

@testable import Capacity

/// Every kind of fault of a table is refused with its reason and place before anything runs.
@Suite("Check of a process")
struct SimulationCheckTests {
  private static let one = Process.Claim(pool: 0)
  private static let calm = Process.Calendar.hours("day", opens: 8, closes: 18)

  private func refusal(_ change: (inout Process) -> Void) -> ProcessRefused? {
    var process = Fixture.fac1()
    change(&process)
    do {
      try process.check()
      return nil
    } catch {
      return error
    }
  }

  private func refusal(steps: [Process.Step]) -> ProcessRefused? {
    refusal { $0.routes[0].steps = steps }
  }

  /// The reference facility is accepted. Catches: a check that refuses everything.
  @Test func accepts() { #expect(refusal { _ in } == nil) }

  /// Numbers and references. Catches: each guard left out.
  @Test func numbers() {
    #expect(refusal { $0.pools[0].count = 0 }?.reason == .badNumber)
    #expect(refusal { $0.pools[1].calendar = 4 }?.reason == .unknownReference)
    #expect(refusal { $0.pools[1].name = "device" }?.reason == .duplicateName)
    #expect(
      refusal { $0.pools[0].absences = [.init(units: 1, from: 5, until: 5)] }?.reason == .badNumber)
    #expect(
      refusal {
        $0.pools[0].downTime = .init(between: .exponential(mean: -1), repair: .fixed(1))
      }?.reason == .badLaw)
    #expect(refusal { $0.arrivals[0].pattern = .poisson(perDay: -1) }?.reason == .badNumber)
    #expect(refusal { $0.arrivals[0].pattern = .poisson(perDay: .nan) }?.reason == .badNumber)
    #expect(
      refusal { $0.arrivals[0].pattern = .poisson(perDay: 1, monthly: [1]) }?.reason == .badNumber)
    #expect(refusal { $0.arrivals[0].pattern = .dated([3, 2]) }?.reason == .badNumber)
    #expect(refusal { $0.arrivals[0].route = 1 }?.reason == .unknownReference)
    #expect(refusal { $0.arrivals[0].segment = 1 }?.reason == .unknownReference)
    #expect(refusal { $0.warmUp = 1e4 }?.reason == .nothingMeasured)
    #expect(refusal { $0.horizon = .infinity }?.reason == .badNumber)
    #expect(refusal { $0.arrivals[0].pattern = .poisson(perDay: 1e9) }?.reason == .badNumber)
    #expect(
      refusal { $0.stocks = [.init(name: "v", lotSize: 1, lots: 1, shelfLife: 0)] }?.reason
        == .badNumber)
    #expect(
      refusal { $0.stocks = [.init(name: "v", lotSize: 1, lots: 1, reorderAt: 1e9)] }?.reason
        == .badNumber)
  }

  /// Laws. Catches: a negative, empty or not finite law that would give negative times or NaN.
  @Test func laws() {
    let bad: [Law] = [
      .fixed(-1), .fixed(.infinity), .exponential(mean: 0), .lognormal(mean: 9, cv: -0.1),
      .lognormal(mean: .nan, cv: 0.1), .normal(mean: 1, sd: 0, least: 0, most: 2),
      .normal(mean: 1, sd: 1, least: 3, most: 2), .normal(mean: 0, sd: 1, least: 90, most: 91),
      .uniform(least: 2, most: 1), .triangular(least: 1, mode: 0, most: 2),
      .triangular(least: 1, mode: 1, most: 1), .empirical(values: [], weights: []),
      .empirical(values: [1, 2], weights: [1]), .empirical(values: [1], weights: [0]),
      .empirical(values: [-1], weights: [1]),
    ]
    for law in bad {
      let steps: [Process.Step] = [.delay(law, purpose: "x"), .finish("done")]
      #expect(refusal(steps: steps)?.reason == .badLaw, "\(law)")
    }
  }

  /// Windows. Catches: a shift that ends before it starts, overlaps over the end of the week, shifts
  /// of team and room that never meet, work longer than any shift.
  @Test func windows() {
    func calendar(_ windows: [Process.Calendar.Window]) -> ProcessRefused? {
      refusal { $0.calendars[0] = .init(name: "odd", windows: windows) }
    }
    #expect(calendar([])?.reason == .neverOpens)
    #expect(calendar([.init(.monday, opens: 9, closes: 9)])?.reason == .neverOpens)
    #expect(
      calendar([.init(.monday, opens: 0, closes: 9), .init(.sunday, opens: 20, closes: 26)])?.reason
        == .neverOpens)
    #expect(calendar([.init(.monday, opens: 9, closes: 12)])?.reason == .neverFits)
    #expect(
      refusal {
        $0.calendars.append(.hours("night", opens: 20, closes: 23))
        $0.pools[1].calendar = 1
      }?.reason == .neverOpens)
    #expect(
      refusal {
        $0.calendars[0].windows = [.init(.monday, opens: 8, closes: 18)]
        $0.calendars[0].closed = (0..<700).map { Fixture.day(7 * $0) }
      }?.reason == .neverOpens)
  }

  /// Routes. Catches: jumps into nothing, routes that run off their end, leaks, releases of what is
  /// not held, ways that meet with different holdings, limits broken by a release.
  @Test func routes() {
    let one = SimulationCheckTests.one
    #expect(refusal(steps: [])?.reason == .badRoute)
    #expect(refusal(steps: [.tally("x")])?.reason == .badRoute)
    #expect(refusal(steps: [.goto("x"), .finish("done")])?.reason == .unknownReference)
    #expect(refusal(steps: [.goto("x"), .label("x")])?.reason == .badRoute)
    #expect(refusal(steps: [.seize([one]), .finish("done")])?.reason == .holding)
    #expect(refusal(steps: [.release([one]), .finish("done")])?.reason == .holding)
    #expect(
      refusal(steps: [.seize([.init(pool: 7)]), .finish("done")])?.reason == .unknownReference)
    #expect(
      refusal(steps: [.seize([.init(pool: 0, units: 99)]), .finish("done")])?.reason
        == .tooManyUnits)
    #expect(
      refusal(steps: [
        .chance([0.5], purpose: "x", to: "over"), .seize([one]), .label("over"), .release([one]),
        .finish("done"),
      ])?.reason == .holding)
    #expect(
      refusal(steps: [
        .seize([one]), .startLimit("age", .fixed(1), purpose: "age", exceeded: "late"),
        .release([one]), .delay(.fixed(1), purpose: "x"), .finish("done"), .label("late"),
        .release([one]), .finish("late"),
      ])?.reason == .holding)
    #expect(refusal(steps: [.endLimit("age"), .finish("done")])?.reason == .unknownReference)
    #expect(
      refusal(steps: [.chance([0.5, 2], purpose: "x", to: "a"), .label("a"), .finish("d")])?.reason
        == .badNumber)
    #expect(refusal(steps: [.label("a"), .label("a"), .finish("d")])?.reason == .duplicateName)
    let place = refusal(steps: [.tally("x"), .release([one]), .finish("done")])
    #expect(place?.subject == "route \"batch\", step 1")
  }

  /// Two pools seized in two orders, or one pool twice. Catches: a facility that stands still.
  @Test func deadlocks() {
    let (a, b) = (Process.Claim(pool: 0), Process.Claim(pool: 1))
    #expect(
      refusal(steps: [.seize([a]), .seize([a]), .release([a]), .release([a]), .finish("d")])?.reason
        == .deadlock)
    #expect(
      refusal {
        $0.routes[0].steps = [.seize([a, b]), .release([a, b]), .finish("d")]
        $0.routes.append(
          .init(name: "other", steps: [.seize([b, a]), .release([a, b]), .finish("d")]))
      }?.reason == .deadlock)
    #expect(
      refusal {
        $0.routes[0].steps = [.seize([a, b]), .release([a, b]), .finish("d")]
        $0.routes.append(
          .init(name: "other", steps: [.seize([b]), .release([b]), .finish("d")]))
      } == nil)
  }
}
