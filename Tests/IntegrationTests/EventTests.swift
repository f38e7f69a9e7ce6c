import Integration
import Lanes
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Equations with guards that are functions of time and state.
private struct Guarded<E: Equations>: DifferentialSystem {
  let plain: Plain<E>
  let functions: [(Double, UnsafePointer<Double>) -> Double]
  init(_ equations: E, _ functions: [(Double, UnsafePointer<Double>) -> Double]) {
    plain = Plain(equations)
    self.functions = functions
  }
  var dimension: Int { plain.dimension }
  var guardCount: Int { functions.count }
  func rates(
    at time: Double, state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    plain.rates(at: time, state: state, into: rates)
  }
  func jacobian(
    at time: Double, state: UnsafePointer<Double>, into matrix: UnsafeMutablePointer<Double>,
    timeSlopes: UnsafeMutablePointer<Double>
  ) {
    plain.jacobian(at: time, state: state, into: matrix, timeSlopes: timeSlopes)
  }
  func guards(
    at time: Double, state: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>
  ) {
    for (k, function) in functions.enumerated() { values[k] = function(time, state) }
  }
}

/// A ball that falls: height, speed; x'' = -9.81.
private struct Fall: Equations {
  var count: Int { 2 }
  func rates<L: Lane>(_ t: L, _ y: UnsafePointer<L>, into r: UnsafeMutablePointer<L>) {
    r[0] = y[1]
    r[1] = L(-9.81)
  }
}

private let fine = StepOptions(relativeTolerance: 1e-11, absoluteTolerance: 1e-13)

/// Events against closed forms, for every method.
@Suite struct EventTests {
  /// Advances to the end through all events; gives their times, guards and states.
  private func walk<E: Equations>(
    _ system: Guarded<E>, _ subject: Subject, _ state: inout [Double], sides: [Int8],
    from start: Double = 0, to end: Double, stops: [Double] = [], dense: [Double] = [],
    options: StepOptions = fine, limit: Int = 1000,
    at event: (Int, inout [Double]) -> Void = { _, _ in }
  ) -> [(time: Double, index: Int, state: [Double])] {
    var integrator = Integrator<Guarded<E>>(
      dimension: system.dimension, method: subject.method, options: options)
    var sides = sides
    var time = start
    var found: [(time: Double, index: Int, state: [Double])] = []
    while found.count < limit {
      let advance = integrator.advance(
        system, from: time, to: end, state: &state, stops: stops.filter { $0 >= time },
        denseTimes: dense.filter { $0 >= time }, sides: &sides, continues: time > start)
      #expect(advance.termination == .completed)
      time = advance.time
      guard let index = advance.guardIndex else { break }
      found.append((time, index, state))
      sides[index] = -sides[index]
      event(index, &state)
    }
    return found
  }

  /// Catches: a root taken from the interpolant, a side that is not flipped, a step that goes on
  /// from beyond the root. A ball dropped from 10 m that keeps 0.8 of its speed: impact k at
  /// t1 (1 + 2 (0.8 + ... + 0.8^(k-1))), t1 = sqrt(2 h / g).
  @Test(arguments: try Subject.all()) func bouncingBall(_ subject: Subject) throws {
    var state = [10.0, 0]
    let system = Guarded(Fall(), [{ _, y in y[0] }])
    let first = (20 / 9.81).squareRoot()
    var integrator = Integrator<Guarded<Fall>>(
      dimension: 2, method: subject.method, options: fine)
    var time = 0.0
    var exact = first
    var worst = 0.0
    for bounce in 0..<12 {
      var sides: [Int8] = [1]
      let advance = integrator.advance(
        system, from: time, to: 100, state: &state, sides: &sides, continues: bounce > 0)
      #expect(advance.guardIndex == 0)
      time = advance.time
      worst = max(worst, abs(time - exact))
      #expect(state[0] <= 0 && state[0] > -1e-8)
      state = [0, -0.8 * state[1]]
      exact += 2 * first * pow(0.8, Double(bounce + 1))
    }
    #expect(worst < 1e-9, "\(worst)")
  }

  /// Catches: a threshold of a growing culture found late or early. y = 10 / (1 + 19 e^-t)
  /// reaches a level at t = ln(19 y / (10 - y)).
  @Test(arguments: try Subject.all()) func thresholds(_ subject: Subject) throws {
    var state = [0.5]
    let levels = [1.0, 3, 5, 7, 9.9]
    let found = walk(
      Guarded(Growth(), levels.map { level in { _, y in y[0] - level } }), subject, &state,
      sides: [-1, -1, -1, -1, -1], to: 30)
    #expect(found.map(\.index) == [0, 1, 2, 3, 4])
    for (event, level) in zip(found, levels) {
      #expect(abs(event.time - log(19 * level / (10 - level))) < 1e-9)
      #expect(event.state[0] > level && event.state[0] - level < 1e-10)
    }
    #expect(abs(state[0] / (10 / (1 + 19 * exp(-30.0))) - 1) < 1e-10)
  }

  /// Catches: two crossings inside one step that cancel. x = cos t dips below -0.99 for 0.28
  /// around pi while the steps at a loose tolerance are far longer; and a threshold in time only.
  @Test(arguments: try Subject.all()) func dipsInsideAStep(_ subject: Subject) throws {
    var state = [1.0, 0]
    let loose = StepOptions(relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
    let found = walk(
      Guarded(Swing(), [{ _, y in y[0] + 0.99 }, { t, _ in abs(t - 4) - 0.02 }]), subject,
      &state, sides: [1, 1], to: 6, options: loose)
    #expect(found.count { $0.index == 0 } == 2)
    let first = found.first { $0.index == 0 }
    #expect(abs((first?.time ?? 0) - (.pi - acos(0.99))) < 0.02)
  }

  /// Catches: an endless loop, outputs handed over twice or lost around events. Crossings of the
  /// sine on [0, 100] lie at multiples of pi, each output comes once and in order.
  @Test(arguments: try Subject.all()) func outputsAroundEvents(_ subject: Subject) throws {
    let system = Guarded(Swing(), [{ _, y in y[1] }])
    var integrator = Integrator<Guarded<Swing>>(
      dimension: 2, method: subject.method, options: fine)
    var state = [1.0, 0]
    var sides: [Int8] = [-1]
    let stops = (1...33).map { 3 * Double($0) }
    let dense = (0...400).map { 0.25 * Double($0) }
    var (time, stop, next, events, worst) = (0.0, 0, 0, 0, 0.0)
    while events < 50 {
      let (stopBase, denseBase) = (stop, next)
      let advance = integrator.advance(
        system, from: time, to: 100, state: &state, stops: Array(stops[stop...]),
        denseTimes: Array(dense[next...]), sides: &sides, continues: events > 0
      ) { kind, index, y in
        switch kind {
        case .stop:
          #expect(stopBase + index == stop)
          worst = max(worst, abs(y[0] - cos(stops[stop])))
          stop += 1
        case .dense:
          #expect(denseBase + index == next)
          worst = max(worst, abs(y[0] - cos(dense[next])))
          next += 1
        }
      }
      #expect(advance.termination == .completed)
      time = advance.time
      guard advance.guardIndex != nil else { break }
      events += 1
      worst = max(worst, abs(time - .pi * Double(events)))
      sides[0] = -sides[0]
    }
    #expect(events == 31 && stop == 33 && next == 401 && time == 100)
    #expect(worst < 1e-8, "\(worst)")
  }

  /// Catches: an event at the start that is stepped across, a guard at exactly zero taken for one,
  /// a NaN guard taken for one, guards looked at without sides.
  @Test(arguments: try Subject.all()) func sidesAtTheStart(_ subject: Subject) throws {
    let system = Guarded(Growth(), [{ _, y in y[0] - 0.5 }, { _, _ in .nan }])
    var integrator = Integrator<Guarded<Growth>>(dimension: 1, method: subject.method)
    var state = [0.5]
    var sides: [Int8] = [1, 1]
    #expect(
      integrator.advance(system, from: 0, to: 1, state: &state, sides: &sides).guardIndex == nil)
    let stopped = integrator.advance(system, from: 1, to: 2, state: &state, sides: [-1, 1])
    #expect(stopped.guardIndex == 0 && stopped.time == 1 && stopped.counters.evaluations == 0)
    #expect(integrator.advance(system, from: 1, to: 2, state: &state).guardIndex == nil)
  }

  /// Catches: a root search that never ends on a guard that jumps. The guard is +1 before t = 2/3
  /// and -1 after; its root is the jump.
  @Test(arguments: try Subject.all()) func jumpingGuard(_ subject: Subject) throws {
    var state = [0.5]
    let found = walk(
      Guarded(Growth(), [{ t, _ in t < 2.0 / 3 ? 1 : -1 }]), subject, &state, sides: [1], to: 5)
    #expect(found.count == 1 && abs((found.first?.time ?? 0) - 2.0 / 3) < 1e-10)
  }
}

extension Integrator {
  /// For tests whose sides stay as they are.
  fileprivate mutating func advance(
    _ system: System, from start: Double, to end: Double, state: UnsafeMutablePointer<Number>,
    sides: [Int8]
  ) -> Advance {
    var sides = sides
    return advance(system, from: start, to: end, state: state, sides: &sides)
  }
}
