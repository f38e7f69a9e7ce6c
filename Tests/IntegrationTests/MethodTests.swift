import Integration
import Lanes
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Equations on dual numbers, with the Jacobian's own derivatives from nested jets.
private struct Sensitive<E: ParameterEquations>: DifferentialSystem {
  typealias Number = Dual8
  let equations: E
  let parameters: [Dual8]
  let sweep: JacobianSweep<Dual8>
  init(_ equations: E, _ parameters: [Double]) {
    self.equations = equations
    self.parameters = parameters.enumerated().map { Dual8($1, direction: $0) }
    sweep = JacobianSweep(dimension: equations.count)
  }
  var dimension: Int { equations.count }
  func rates(
    at time: Double, state: UnsafePointer<Dual8>, into rates: UnsafeMutablePointer<Dual8>
  ) {
    equations.rates(Dual8(time), state, parameters, into: rates)
  }
  func jacobian(
    at time: Double, state: UnsafePointer<Dual8>, into matrix: UnsafeMutablePointer<Dual8>,
    timeSlopes: UnsafeMutablePointer<Dual8>
  ) {
    let still = parameters.map { Jet(still: $0) }
    sweep.fill(at: time, state: state, into: matrix, timeSlopes: timeSlopes) {
      equations.rates($0, $1, still, into: $2)
    }
  }
}

private protocol ParameterEquations {
  var count: Int { get }
  func rates<L: Lane>(
    _ t: L, _ y: UnsafePointer<L>, _ p: [L], into r: UnsafeMutablePointer<L>)
}

/// y' = mu y (1 - y / K).
private struct Saturating: ParameterEquations {
  var count: Int { 1 }
  func rates<L: Lane>(
    _ t: L, _ y: UnsafePointer<L>, _ p: [L], into r: UnsafeMutablePointer<L>
  ) {
    r[0] = p[0] * y[0] * (L(1) - y[0] / p[1])
  }
}

/// A fast, nonlinear follower of a slow parabola w t (2 - t).
private struct Follower: ParameterEquations {
  var count: Int { 1 }
  func rates<L: Lane>(
    _ t: L, _ y: UnsafePointer<L>, _ p: [L], into r: UnsafeMutablePointer<L>
  ) {
    let goal = p[1] * t * (L(2) - t)
    let slope = p[1] * (L(2) - L.scaled(t, by: 2))
    r[0] = slope - p[0] * (y[0] - goal * L.exp(y[0] - goal))
  }
}

/// Stiffness, positivity, limits and sensitivities.
@Suite struct MethodTests {
  /// Catches: a Rosenbrock step whose Jacobian carries no derivatives (an error of order h), a
  /// lost direction. With g = e^(-mu t), q = K/y0 - 1, s = 1 + q g and y = K/s:
  /// dy/dmu = K q t g / s^2, dy/dK = 1/s - K g / (y0 s^2).
  @Test func implicitSensitivities() throws {
    let options = StepOptions(relativeTolerance: 1e-10, absoluteTolerance: 1e-14)
    let solved = try solve(
      Sensitive(Saturating(), [0.05, 4000]), [Dual8(0.5)], to: 240, stops: [61.3, 240],
      options: options, method: .rosenbrock(try .rodas5P()))
    for (time, numbers) in zip([61.3, 240], solved.stops) {
      let g = exp(-0.05 * time)
      let q = 4000 / 0.5 - 1
      let s = 1 + q * g
      #expect(abs(numbers[0].value / (4000 / s) - 1) < 1e-9)
      #expect(abs(numbers[0].partials[0] / (4000 * q * time * g / (s * s)) - 1) < 1e-8)
      #expect(abs(numbers[0].partials[1] - (1 / s - 4000 * g / (0.5 * s * s))) < 1e-8 / s)
    }
  }

  /// Catches: sensitivities that are exact for the equations but not for the steps taken. At
  /// fixed coarse steps on a stiff, nonlinear, time-dependent problem the partials equal central
  /// differences of the same computation, not of the solution.
  @Test func sensitivitiesAreThoseOfTheSteps() throws {
    let method = Method.rosenbrock(try .rodas5P())
    let options = fixedSteps(0.125)
    func run(_ k: Double, _ w: Double) throws -> Dual8 {
      try solve(
        Sensitive(Follower(), [k, w]), [Dual8(0.3)], to: 1, options: options, method: method
      ).final[0]
    }
    let here = try run(300, 0.7)
    let byRate = (try run(300 * 1.0001, 0.7).value - run(300 / 1.0001, 0.7).value) / 0.06
    let byHeight = (try run(300, 0.7001).value - run(300, 0.6999).value) / 0.0002
    #expect(abs(here.partials[0] - byRate) < 1e-6 * abs(byRate) + 1e-9)
    #expect(abs(here.partials[1] - byHeight) < 1e-6)
  }

  /// Catches: clamping, and clearly negative states. Glucose runs out at a half-saturation of
  /// 0.01, and of 1e-5 with methods that can follow it; the state may undershoot zero by a
  /// thousandth of its tolerance and no more, and what cells gained and glucose lost stay in
  /// proportion (X + 0.1 G is constant).
  @Test func glucoseRunsOut() throws {
    let zero: [Double] = [0, 0]
    let rodas = try RosenbrockTableau.rodas5P()
    let automatic = Method.automatic(try .tsitouras54(), rodas)
    let cases: [(Method, Double)] =
      try Subject.all().map { ($0.method, 0.01) } + [
        (.rosenbrock(rodas), 1e-5), (automatic, 0.01), (automatic, 1e-5),
      ]
    var lowest = 0.0
    for (method, half) in cases {
      for digits in 3...9 {
        let tolerance = 1 / pow(10, Double(digits))
        try zero.withUnsafeBufferPointer { bounds in
          let times = (1...480).map { 0.5 * Double($0) }
          let solved = try solve(
            Plain(RunOut(half: half), bounds: bounds.baseAddress), [0.2, 25], to: 240,
            stops: times,
            options: StepOptions(relativeTolerance: tolerance, absoluteTolerance: tolerance),
            method: method)
          #expect(solved.termination == .completed)
          lowest = min(lowest, (solved.stops.map { $0[1] }.min() ?? .nan) / tolerance)
          #expect(abs(solved.final[0] - 2.7) < 1e-3)
          #expect(abs(solved.final[0] + 0.1 * solved.final[1] - 2.7) < 1e-11)
        }
      }
    }
    #expect(lowest >= -1e-3, "\(lowest)")
  }

  /// Catches: a bound that cannot be met ending without a word. y' = -1 from 1 crosses zero at 1.
  @Test func lossWithoutEnd() throws {
    let zero: [Double] = [0]
    try zero.withUnsafeBufferPointer { bounds in
      let solved = try solve(
        Plain(Feed(rate: -1), bounds: bounds.baseAddress), [1], to: 2)
      guard case .belowBound(let state, let time) = solved.termination else {
        Issue.record("\(solved.termination)")
        return
      }
      #expect(state == 0 && abs(time - 1) < 1e-9)
      #expect(solved.termination.advice.contains("State 1"))
    }
  }

  /// Catches: Robertson's species gone negative, where the solution then runs to minus infinity.
  @Test func robertsonStaysPositive() throws {
    let rodas = try RosenbrockTableau.rodas5P()
    let zero = [0.0, 0, 0]
    for method in [Method.rosenbrock(rodas), .automatic(try .tsitouras54(), rodas)] {
      for digits in 3...9 {
        let tolerance = 1 / pow(10, Double(digits))
        try zero.withUnsafeBufferPointer { bounds in
          let solved = try solve(
            Plain(Rober(), bounds: bounds.baseAddress), [1, 0, 0], to: 1e11,
            stops: (0...11).map { pow(10, Double($0)) },
            options: StepOptions(
              relativeTolerance: tolerance, absoluteTolerance: 1e-6 * tolerance),
            method: method)
          #expect(solved.termination == .completed)
          let lowest = solved.stops.flatMap { $0 }.min() ?? .nan
          #expect(lowest >= -1e-6 * tolerance)
          #expect(abs(solved.final.reduce(0, +) - 1) < 1e-10)
        }
      }
    }
  }

  /// Catches: a switch that never comes, or comes and goes. Van der Pol at 1e-6 explicit takes
  /// millions of steps; the automatic method switches a few times.
  @Test func automaticSwitchesSeldom() throws {
    let method = Method.automatic(try .tsitouras54(), try .rodas5P())
    for digits in 4...9 {
      let relative = 1 / pow(10, Double(digits))
      let solved = try solve(
        Plain(VanDerPol(mu: nil)), [2, 0], to: 11,
        options: StepOptions(relativeTolerance: relative, absoluteTolerance: relative),
        method: method)
      #expect(solved.termination == .completed)
      #expect((1...40).contains(solved.counters.switches), "\(solved.counters)")
      #expect(solved.counters.jacobians <= solved.counters.accepted)
    }
  }

  /// Catches: a result that depends on what the integrator did before: the kind of step, the
  /// estimate of the spectral radius, the Jacobian.
  @Test func automaticDoesNotRemember() throws {
    var integrator = Integrator<Plain<VanDerPol>>(
      dimension: 2, method: .automatic(try .tsitouras54(), try .rodas5P()))
    func run() -> (Advance, [Double]) {
      var state = [2.0, 0]
      let advance = integrator.advance(
        Plain(VanDerPol(mu: 1000)), from: 0, to: 900, state: &state)
      return (advance, state)
    }
    let first = run()
    var other = [1.0, 1]
    _ = integrator.advance(Plain(VanDerPol(mu: nil)), from: 0, to: 1, state: &other)
    let again = run()
    #expect(first.0 == again.0 && first.1 == again.1)
    #expect(integrator.endedStiff && first.0.counters.switches > 0)
  }

  /// Catches: a limit that is not kept, a Jacobian that is missing taken for zero.
  @Test func limitsAndMissingJacobian() throws {
    let options = StepOptions(maximumEvaluations: 300)
    let solved = try solve(Scalar { _, y in -1e6 * y }, [1], to: 100, options: options)
    #expect(solved.termination == .tooManyEvaluations)
    #expect(solved.counters.evaluations < 310)
    let blind = try solve(
      Scalar { _, y in -y }, [1], to: 1, method: .rosenbrock(try .rodas5P()))
    #expect(blind.termination == .notFinite(at: 0))
  }

  /// Catches: tolerances of single states that are not looked at. The second state is a fast
  /// oscillation nobody cares for; its own coarse tolerance saves most of the steps.
  @Test func tolerancesStateByState() throws {
    func accepted(_ own: [Double]?) throws -> Int {
      try solve(
        Plain(Swing()), [1e-3, 0], to: 50,
        options: StepOptions(
          relativeTolerance: 1e-12, absoluteTolerance: 1e-10, absoluteTolerances: own)
      ).counters.accepted
    }
    #expect(try accepted([1e-10, 1e-10]) == accepted(nil))
    #expect(try accepted([1e-10]) == accepted(nil))
    #expect(try 3 * accepted([1e-6, 1e-6]) < accepted(nil))
  }

  /// Catches: a continued segment that spends evaluations on finding its first step, or one that
  /// is not continued and remembers.
  @Test func continuedSegmentsReuseTheStep() throws {
    var integrator = Integrator<Oscillator>(dimension: 2, method: .explicit(try .tsitouras54()))
    var state = [1.0, 0]
    let whole = integrator.advance(Oscillator(), from: 0, to: 40, state: &state)
    var parts = SolverCounters()
    state = [1.0, 0]
    for leg in 0..<4 {
      parts +=
        integrator.advance(
          Oscillator(), from: 10 * Double(leg), to: 10 * Double(leg + 1), state: &state,
          continues: leg > 0
        ).counters
    }
    #expect(abs(state[0] - cos(40.0)) < 1e-6)
    #expect(parts.accepted <= whole.counters.accepted + 6)
    #expect(parts.rejected <= whole.counters.rejected + 4)
  }
}
