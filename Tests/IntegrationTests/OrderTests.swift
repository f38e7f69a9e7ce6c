import Integration
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Least-squares slope of log2(error) over halvings of the step.
private func slope(_ errors: [Double]) -> Double {
  let n = Double(errors.count)
  let x = errors.indices.map { -Double($0) }
  let y = errors.map { log2($0) }
  let meanX = x.reduce(0, +) / n
  let meanY = y.reduce(0, +) / n
  let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}

/// Convergence at fixed steps: one harness for problems of three kinds.
@Suite struct OrderTests {
  /// Catches: stage times one step late (slope 1), a result taken from the embedded weights
  /// (slope 4). Six halvings each; the exact solutions are closed forms.
  @Test func resultHasOrderFive() throws {
    func slopeOf<System: DifferentialSystem>(
      _ system: System, _ initial: [Double], to end: Double, exact: Double, coarsest: Double
    ) throws -> Double where System.Number == Double {
      slope(
        try (0...6).map { halving in
          let options = fixedSteps(coarsest / pow(2, Double(halving)))
          let solved = try solve(system, initial, to: end, options: options)
          #expect(solved.termination == .completed)
          return abs(solved.final[0] - exact)
        })
    }
    // y' = t y, y = e^(t^2/2): depends on time.
    let timed = try slopeOf(
      Scalar { time, y in time * y }, [1], to: 2, exact: exp(2.0), coarsest: 1)
    let logistic = try slopeOf(
      Logistic(mu: 1, capacity: 10), [0.5], to: 2, exact: 10 / (1 + 19 * exp(-2.0)), coarsest: 1)
    let oscillator = try slopeOf(Oscillator(), [1, 0], to: 10, exact: cos(10.0), coarsest: 0.625)
    #expect(abs(timed - 5) < 0.15, "time-dependent problem: slope \(timed)")
    #expect(abs(logistic - 5) < 0.15, "logistic problem: slope \(logistic)")
    #expect(abs(oscillator - 5) < 0.15, "oscillator: slope \(oscillator)")
  }

  /// Catches: a dense output that uses the wrong stages or a wrong theta. Inside a step the
  /// interpolant's local error is of order 5, so its error at fixed end points shrinks at least
  /// like h^4 and at most like the result's h^5.
  @Test func denseOutputHasOrderFour() throws {
    let times = stride(from: 0.07, to: 4, by: 0.1).map { $0 }
    let errors = try (0...6).map { halving in
      let options = fixedSteps(0.5 / pow(2, Double(halving)))
      let solved = try solve(
        Scalar { time, y in y * cos(time) }, [1], to: 4, dense: times, options: options)
      return zip(times, solved.dense).map { abs($1[0] - exp(sin($0))) }.max() ?? .nan
    }
    let measured = slope(errors)
    #expect(measured > 3.85 && measured < 5.15, "slope \(measured)")
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
