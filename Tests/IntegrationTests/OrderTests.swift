import Integration
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One method, with what it states about itself and where its errors are asymptotic.
struct Subject: Sendable, CustomTestStringConvertible {
  let name: String
  let method: Method
  let order: Double
  let denseOrder: Double
  /// Steps of the coarsest run on the time-dependent, the nonlinear and the oscillating problem.
  let steps: (turning: Double, circle: Double, oscillation: Double)
  /// Start and longest step of the dense output on the first two.
  let dense: (turning: (Double, Double), circle: (Double, Double))
  var testDescription: String { name }

  static func all() throws -> [Subject] {
    [
      Subject(
        name: "Tsitouras 5(4)", method: .explicit(try .tsitouras54()), order: 5, denseOrder: 4,
        steps: (160, 80, 112), dense: ((0.5, 0.25), (1, 0.25))),
      Subject(
        name: "Dormand-Prince 8(5,3)", method: .explicit(try .dormandPrince853()), order: 8,
        denseOrder: 7, steps: (80, 240, 45), dense: ((1, 1), (0.5, 0.5))),
      Subject(
        name: "Rodas5P", method: .rosenbrock(try .rodas5P()), order: 5, denseOrder: 4,
        steps: (40, 112, 80), dense: ((2, 2), (2, 0.25))),
    ]
  }
}

/// Least-squares slope of log2(error) over log2(step).
private func slope(_ points: [(step: Double, error: Double)]) -> Double {
  let n = Double(points.count)
  let x = points.map { log2($0.step) }
  let y = points.map { log2($0.error) }
  let meanX = x.reduce(0, +) / n
  let meanY = y.reduce(0, +) / n
  let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}

/// Convergence at fixed steps: one harness for every method and problems of three kinds.
///
/// Errors of order 5 are followed over six halvings of the step. Numbers of 53 bits hold three
/// halvings of an error of order 8 (a factor of 2^24) between the coarsest useful step and the
/// rounding: it is followed over those, in six steps of the root of 2, and so are dense outputs.
@Suite struct OrderTests {
  private func measured<E: Equations>(
    _ subject: Subject, _ equations: E, _ initial: [Double], to end: Double, exact: [Double],
    steps: Double
  ) throws -> Double {
    let halving = subject.order > 5 ? 0.5 : 1
    return slope(
      try (0...6).map { refinement in
        let step = end / (steps * pow(2, halving * Double(refinement))).rounded()
        let solved = try solve(
          Plain(equations), initial, to: end, options: fixedSteps(step), method: subject.method)
        #expect(solved.termination == .completed)
        return (step, zip(solved.final, exact).map { abs($0 - $1) }.max() ?? .nan)
      })
  }

  /// Catches: stage times one step late (slope 1), a result taken from the embedded weights, a
  /// Rosenbrock stage without its time slope (slope 2 on the first problem) or with the Jacobian
  /// of another time. The exact solutions are closed forms, and for Lotka and Volterra the
  /// reference of `NonstiffTests`.
  @Test(arguments: try Subject.all()) func resultHasItsOrder(_ subject: Subject) throws {
    let timed = try measured(
      subject, Turning(), [1, 0], to: 20, exact: Turning.exact(20), steps: subject.steps.turning)
    let length: Double = subject.order > 5 ? 400 : 20
    let nonlinear = try measured(
      subject, Circle(), [1, 0], to: length, exact: Circle.exact(length),
      steps: subject.steps.circle)
    let oscillating =
      subject.order > 5
      ? try measured(
        subject, Swing(), [1, 0], to: 40, exact: [cos(40.0), -sin(40.0)],
        steps: subject.steps.oscillation)
      : try measured(
        subject, LotkaVolterra(), [1, 1], to: 10, exact: LotkaVolterra.atTen,
        steps: subject.steps.oscillation)
    #expect(abs(timed - subject.order) < 0.15, "time-dependent problem: slope \(timed)")
    #expect(abs(nonlinear - subject.order) < 0.15, "nonlinear problem: slope \(nonlinear)")
    #expect(abs(oscillating - subject.order) < 0.15, "oscillating problem: slope \(oscillating)")
  }

  /// Catches: a dense output that uses the wrong stages, a wrong theta, or extra stages from
  /// another step. One step of each length; at fixed theta the interpolant's error shrinks with
  /// one order more than stated.
  @Test(arguments: try Subject.all()) func denseOutputHasItsOrder(_ subject: Subject) throws {
    func measured<E: Equations>(
      _ equations: E, from start: Double, longest: Double, exact: (Double) -> [Double]
    ) throws -> Double {
      slope(
        try (0...6).map { refinement in
          let step = longest / pow(2, 0.5 * Double(refinement))
          let times = (1...9).map { start + 0.1 * Double($0) * step }
          let solved = try solve(
            Plain(equations), exact(start), from: start, to: start + step, dense: times,
            options: fixedSteps(step), method: subject.method)
          #expect(solved.counters.accepted == 1)
          return (step, zip(times, solved.dense).map { abs($1[0] - exact($0)[0]) }.max() ?? .nan)
        })
    }
    let timed = try measured(
      Turning(), from: subject.dense.turning.0, longest: subject.dense.turning.1,
      exact: Turning.exact)
    let nonlinear = try measured(
      Circle(), from: subject.dense.circle.0, longest: subject.dense.circle.1,
      exact: Circle.exact)
    let wanted = subject.denseOrder + 1
    #expect(abs(timed - wanted) < 0.15, "time-dependent problem: slope \(timed)")
    #expect(abs(nonlinear - wanted) < 0.15, "nonlinear problem: slope \(nonlinear)")
  }

  /// Catches: stage times shifted by a step (an error of 2h on y' = 2t). A ramp is exact for
  /// every method, at its end, at stops and in dense output.
  @Test(arguments: try Subject.all()) func rampIsExact(_ subject: Subject) throws {
    let times = stride(from: 0.05, to: 3, by: 0.31).map { $0 }
    let solved = try solve(
      Plain(Ramp()), [0], to: 3, stops: [0.77, 1.93], dense: times, options: fixedSteps(0.25),
      method: subject.method)
    #expect(abs(solved.final[0] - 9) < 1e-13)
    #expect(abs(solved.stops[0][0] - 0.77 * 0.77) < 1e-14)
    let worst = zip(times, solved.dense).map { abs($1[0] - $0 * $0) }.max() ?? .nan
    #expect(worst < 1e-13)
  }

  /// Catches: a pulse that is stepped over. A feed of 100/h that lasts 0.01 h, in the middle of
  /// 240 h without any rate: its edges are segments' ends, and the amount is exact.
  @Test(arguments: try Subject.all()) func shortPulseIsExact(_ subject: Subject) throws {
    var stepper = Integrator<Plain<Feed>>(dimension: 1, method: subject.method)
    var state = [0.0]
    for (start, end, feed) in [(0.0, 120.0, 0.0), (120, 120.01, 100), (120.01, 240, 0)] {
      let advance = stepper.advance(
        Plain(Feed(rate: feed)), from: start, to: end, state: &state, continues: true)
      #expect(advance.termination == .completed && advance.time == end)
      #expect(advance.counters.accepted < 20)
    }
    #expect(abs(state[0] - 100 * (120.01 - 120)) < 1e-14)
  }

  /// Catches: stage times shifted by a step (SimpleDiffEq's RK4 errs by exactly 2h on y' = 2t).
  @Test func polynomialsInTimeAreExact() throws {
    for power in 1...5 {
      let system = Scalar { time, _ in Double(power) * pow(time, Double(power - 1)) }
      let solved = try solve(
        system, [0], to: 1, stops: [0.3], dense: [0.7], options: fixedSteps(0.25))
      #expect(abs(solved.final[0] - 1) < 1e-14)
      #expect(abs(solved.stops[0][0] - pow(0.3, Double(power))) < 1e-15)
      if power < 5 { #expect(abs(solved.dense[0][0] - pow(0.7, Double(power))) < 1e-14) }
    }
  }
}
