import Integration
import Lanes
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

private let tight = StepOptions(relativeTolerance: 1e-10, absoluteTolerance: 1e-14)

/// Values and derivatives against closed forms.
@Suite struct ClosedFormTests {
  let times = [24.0, 61.3, 120, 240]

  /// Catches: a lost FSAL stage, a step control that ignores part of the error, outputs handed
  /// over at the wrong time. Growth over 240 h, each form to 1e-9 relative, at stops and in
  /// dense output.
  @Test func growthCurves() throws {
    func worst<System: DifferentialSystem>(
      _ system: System, _ initial: Double, _ exact: (Double) -> Double
    ) throws -> Double where System.Number == Double {
      let solved = try solve(
        system, [initial], to: 240, stops: times, dense: times, options: tight)
      #expect(solved.termination == .completed)
      #expect(solved.final == solved.stops[3])
      let pairs = zip(times + times, solved.stops + solved.dense)
      return pairs.map { abs($1[0] / exact($0) - 1) }.max() ?? .nan
    }
    #expect(try worst(Exponential(mu: 0.03), 0.5) { 0.5 * exp(0.03 * $0) } < 1e-9)
    #expect(
      try worst(Logistic(mu: 0.05, capacity: 4000), 0.5) {
        4000 / (1 + (4000 / 0.5 - 1) * exp(-0.05 * $0))
      } < 1e-9)
    #expect(
      try worst(Gompertz(rate: 0.02, capacity: 4000), 0.5) {
        4000 * exp(log(0.5 / 4000) * exp(-0.02 * $0))
      } < 1e-9)
  }

  /// Catches: a step control that watches values only, or a dual that loses a direction.
  /// y = y0 e^(mu t): dy/dmu = t y, dy/dy0 = e^(mu t).
  @Test func exponentialSensitivities() throws {
    let system = Exponential(mu: Dual8(0.03, direction: 0))
    let solved = try solve(
      system, [Dual8(0.5, direction: 7)], to: 240, stops: times, dense: times, options: tight)
    for (time, numbers) in zip(times + times, solved.stops + solved.dense) {
      let growth = exp(0.03 * time)
      #expect(abs(numbers[0].partials[0] / (time * 0.5 * growth) - 1) < 1e-8)
      #expect(abs(numbers[0].partials[7] / growth - 1) < 1e-8)
      #expect((1...6).allSatisfy { numbers[0].partials[$0] == 0 })
    }
  }

  /// Catches: a wrong chain rule through the stages of a nonlinear system.
  /// With g = e^(-mu t), q = K/y0 - 1, s = 1 + q g and y = K/s:
  /// dy/dmu = K q t g / s^2, dy/dK = 1/s - K g / (y0 s^2).
  @Test func logisticSensitivities() throws {
    let system = Logistic(mu: Dual8(0.05, direction: 0), capacity: Dual8(4000, direction: 1))
    let solved = try solve(system, [Dual8(0.5)], to: 240, stops: times, options: tight)
    for (time, numbers) in zip(times, solved.stops) {
      let g = exp(-0.05 * time)
      let q = 4000 / 0.5 - 1
      let s = 1 + q * g
      #expect(abs(numbers[0].partials[0] / (4000 * q * time * g / (s * s)) - 1) < 1e-8)
      // The two terms cancel while the culture is far below K: compare on their own scale.
      let byCapacity = 1 / s - 4000 * g / (0.5 * s * s)
      #expect(abs(numbers[0].partials[1] - byCapacity) < 1e-8 / s)
    }
  }

  /// Catches: a norm that unused directions dilute, so that values depend on the padding of the
  /// dual numbers. With no direction in use, duals must take the very steps that `Double` takes.
  @Test func unusedDirectionsChangeNothing() throws {
    let plain = try solve(Logistic(mu: 0.05, capacity: 4000.0), [0.5], to: 240)
    let dual = try solve(
      Logistic(mu: Dual8(0.05), capacity: Dual8(4000)), [Dual8(0.5)], to: 240)
    #expect(dual.final[0].value == plain.final[0])
    #expect(dual.counters == plain.counters)
  }
}
