import Lanes
import Testing

@testable import Integration

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Landing, restarting and ending.
@Suite struct SegmentTests {
  /// Catches: a pulse that is stepped over. A feed of 100/h that lasts 0.01 h, in the middle of
  /// 240 h without any rate: three segments, the amount is exact.
  @Test func shortPulseIsExact() throws {
    var stepper = Integrator<Scalar>(dimension: 1, method: .explicit(try .tsitouras54()))
    var state = [0.0]
    let segments = [(0.0, 120.0, 0.0), (120, 120.01, 100), (120.01, 240, 0)]
    for (start, end, feed) in segments {
      let advance = stepper.advance(
        Scalar { _, _ in feed }, from: start, to: end, state: &state)
      #expect(advance.termination == .completed && advance.time == end)
      #expect(advance.counters.accepted < 20)
    }
    #expect(abs(state[0] - 100 * (120.01 - 120)) < 1e-14)
  }

  /// Catches: a rate evaluated beyond the segment's end or a stop by rounding, where another
  /// operation already holds; evaluations that the counters do not count.
  @Test func ratesStayInsideTheSegment() throws {
    var seen: [Double] = []
    let stops = (1...99).map { Double($0) * 0.1 }
    let system = Scalar { time, y in
      seen.append(time)
      return -y
    }
    let solved = try solve(system, [1], from: 0.1, to: 9.9, stops: stops.map { min($0, 9.9) })
    #expect(solved.termination == .completed)
    #expect(seen.max() == 9.9 && seen.min() == 0.1)
    #expect(seen.count == solved.counters.evaluations)
    #expect(solved.stops.count == stops.count)
    #expect(solved.stops[0] == [1])
    // One step a segment: start + (end - start) rounds above the end for some of these.
    let segments = (1...300).map { (start: 0.3 * Double($0), end: 2.2 * Double($0)) }
    #expect(segments.contains { $0.start + ($0.end - $0.start) > $0.end })
    let options = StepOptions(relativeTolerance: 1e6, absoluteTolerance: 1e6, initialStep: 1e3)
    let overshoots = try segments.filter { start, end in
      seen = []
      _ = try solve(system, [1e-3], from: start, to: end, options: options)
      return seen.max() != end
    }
    #expect(overshoots.isEmpty)
  }

  /// Catches: a clipped step taken for the controller's proposal, which would shrink every
  /// following step. Ten pairs of stops 1e-9 apart cost at most one
  /// more step each.
  @Test func landingKeepsTheProposal() throws {
    let free = try solve(Oscillator(), [1, 0], to: 100)
    let crowded = (1...10).flatMap { [Double($0) * 9, Double($0) * 9 + 1e-9] }
    let landed = try solve(Oscillator(), [1, 0], to: 100, stops: crowded)
    #expect(landed.counters.accepted <= free.counters.accepted + crowded.count + 2)
    #expect(landed.counters.rejected <= free.counters.rejected + 2)
  }

  /// Catches: dense times that shorten steps or are delivered out of step.
  @Test func denseTimesDoNotChangeTheSteps() throws {
    let times = (0...500).map { Double($0) * 0.2 }
    let free = try solve(Oscillator(), [1, 0], to: 100)
    let dense = try solve(Oscillator(), [1, 0], to: 100, dense: times)
    #expect(dense.counters == free.counters && dense.final == free.final)
    let worst = zip(times, dense.dense).map { abs($1[0] - cos($0)) }.max() ?? .nan
    #expect(dense.dense.count == times.count && worst < 1e-6)
    #expect(dense.dense.last == free.final)
  }

  /// Catches: a lost restart, where one segment's last rates or step leak into the next.
  @Test func segmentsDoNotRemember() throws {
    var stepper = Integrator<Scalar>(dimension: 1, method: .explicit(try .tsitouras54()))
    let system = Scalar { time, y in y * cos(time) }
    var first = [1.0]
    let before = stepper.advance(system, from: 0, to: 4, state: &first)
    var other = [5.0]
    _ = stepper.advance(Scalar { _, y in -300 * y }, from: 0, to: 1, state: &other)
    var again = [1.0]
    let after = stepper.advance(system, from: 0, to: 4, state: &again)
    #expect(first == again && before == after)
    #expect((stepper.proposedStep ?? 0) > 0)
  }

  /// Catches: a zero division in the automatic first step.
  @Test func zeroRatesAndZeroStates() throws {
    for initial in [0.0, 3] {
      let solved = try solve(Scalar { _, _ in 0 }, [initial], to: 240)
      #expect(solved.termination == .completed && solved.final == [initial])
      #expect(solved.counters.accepted < 10)
    }
    let ramp = try solve(Scalar { time, _ in 2 * time }, [0], to: 240)
    #expect(ramp.termination == .completed && abs(ramp.final[0] / 57600 - 1) < 1e-12)
    let empty = try solve(Scalar { _, _ in 1 }, [2], from: 5, to: 5, stops: [5], dense: [5])
    #expect(empty.final == [2] && empty.stops == [[2]] && empty.dense == [[2]])
    #expect(empty.termination == .completed && empty.counters == SolverCounters())
  }
}

/// Failures say what they are.
@Suite struct TerminationTests {
  /// Catches: a blow-up reported as a result. y' = y^2, y = 1/(1 - t) has no value at t = 1.
  @Test func blowUp() throws {
    let solved = try solve(Scalar { _, y in y * y }, [1], to: 2)
    #expect(!solved.termination.isUsable)
    switch solved.termination {
    case .stepTooSmall(let time), .notFinite(let time): #expect(abs(time - 1) < 1e-6)
    default: Issue.record("\(solved.termination)")
    }
  }

  /// Catches: a NaN error that passes a comparison. The rate is NaN from t = 1 on.
  @Test func notANumber() throws {
    let solved = try solve(Scalar { time, _ in time < 1 ? 1 : .nan }, [0], to: 2)
    guard case .notFinite(let time) = solved.termination else {
      Issue.record("\(solved.termination)")
      return
    }
    #expect(time <= 1 && time > 0.999)
    #expect(try solve(Scalar { _, _ in .nan }, [0], to: 2).termination == .notFinite(at: 0))
    #expect(try solve(Scalar { _, _ in 1 }, [.nan], to: 2).termination == .notFinite(at: 0))
    // A NaN in a derivative alone is a failure too.
    let poisoned = Exponential(mu: Dual8(0.03, partials: SIMD8(repeating: .nan)))
    #expect(try solve(poisoned, [Dual8(1)], to: 2).termination == .notFinite(at: 0))
    // A root of a negative number in a long first step is recovered from by halving.
    let rooted = try solve(
      Scalar { _, y in -y.squareRoot() }, [1], to: 1.9, options: StepOptions(initialStep: 1.9))
    #expect(rooted.termination == .completed && abs(rooted.final[0] - 0.0025) < 1e-8)
  }

  /// Catches: NaN that passes `max` by the luck of its argument order.
  @Test func controllerHalvesOnNaN() {
    var controller = StepController(embeddedOrder: 4)
    #expect(controller.proposal(afterRejected: 3, squaredNorm: .nan) == 1.5)
    #expect(controller.proposal(afterRejected: 3, squaredNorm: .infinity) == 1.5)
    // Not finite, then fine: no growth right after a rejection, tenfold at most later.
    #expect(controller.proposal(after: 1.5, squaredNorm: 0, proposal: 1.5) == 1.5)
    #expect(controller.proposal(after: 1.5, squaredNorm: 0, proposal: 1.5) == 15)
    #expect(controller.proposal(afterRejected: 1, squaredNorm: 1e30) == 0.2)
  }

  /// Catches: a limit that is not kept.
  @Test func tooManySteps() throws {
    let options = StepOptions(maximumSteps: 50)
    let solved = try solve(Scalar { _, y in -1e6 * y }, [1], to: 100, options: options)
    #expect(solved.termination == .tooManySteps)
    #expect(solved.counters.accepted + solved.counters.rejected == 50)
  }

  /// Catches: an advice that does not say what to do.
  @Test func adviceNamesARemedy() {
    #expect(Termination.completed.isUsable)
    let failures = [Termination.tooManySteps, .stepTooSmall(at: 1), .notFinite(at: 2)]
    #expect(failures.allSatisfy { !$0.isUsable && $0.advice.count > 80 })
    #expect(Set(failures.map(\.advice)).count == 3)
    #expect(Termination.notFinite(at: 2.5).advice.contains("t = 2.5"))
  }
}

/// The lanes: the error measure, which step control reads, and derivatives at the edges.
@Suite struct LaneTests {
  /// Catches: `max` that forgets a NaN, a partial left out of the sum, an infinite state that
  /// divides the error away.
  @Test func notANumberIsKept() {
    func plain(_ e: Double, _ a: Double, _ b: Double) -> Double {
      Double.scaledErrorSquared(e, a, b, absolute: 1e-3, relative: 1e-2)
    }
    #expect(abs(plain(0.02, 1, -2.8) - 1) < 1e-12)
    #expect(plain(.nan, 1, 1).isNaN && plain(1, .nan, 1).isNaN && plain(1, 1, .nan).isNaN)
    #expect(plain(1, 1, .infinity).isNaN && plain(.infinity, 1, 1) == .infinity)
    func dual(_ e: SIMD8<Double>, _ a: SIMD8<Double>, _ b: SIMD8<Double>) -> Double {
      Dual8.scaledErrorSquared(
        Dual8(0, partials: e), Dual8(1, partials: a), Dual8(1, partials: b), absolute: 1e-3,
        relative: 1e-2)
    }
    let one = SIMD8<Double>(repeating: 1)
    #expect(abs(dual(one * 0.011, one, -one) - 8) < 1e-12)
    for i in 0..<8 {
      for bad in [Double.nan, .infinity] {
        var spoiled = one
        spoiled[i] = bad
        #expect(!dual(spoiled, one, one).isFinite)
        #expect(dual(one, spoiled, one).isNaN && dual(one, one, spoiled).isNaN)
      }
    }
  }

  /// Catches: 0 times infinity in the derivative of a root or power at zero, where a state that
  /// starts at zero would poison every sensitivity.
  @Test func rootsAndPowersAtZero() {
    let still = Dual8(0)
    let moving = Dual8(0, direction: 2)
    #expect(Dual8.sqrt(still).isFinite && Dual8.pow(still, Dual8(0.5)).isFinite)
    #expect(Dual8.sqrt(moving).partials[2] == .infinity)
    #expect((0..<8).allSatisfy { $0 == 2 || Dual8.sqrt(moving).partials[$0] == 0 })
    #expect(Dual8.pow(moving, Dual8(1)).partials[2] == 1)
    #expect(Dual8.pow(Dual8(2, direction: 2), Dual8(3)).partials[2] == 12)
  }
}
