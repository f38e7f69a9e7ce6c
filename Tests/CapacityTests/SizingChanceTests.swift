import Testing

@testable import Capacity

/// What is said beside a count that was found, and of units from kept replications.
@Suite("Sizing and next units")
struct SizingChanceTests {
  /// Mean 1, standard error .5 of four values: t = (2 - 1)/.5 = 2 with 3 degrees of freedom, .930337 below
  /// (tables). Catches: the wrong side, a normal law for few replications.
  @Test func chance() {
    var estimate = Estimate()
    for value in [-0.2247448714, 0.5917517095, 1.4082482905, 2.2247448714] { estimate.add(value) }
    #expect(abs(estimate.mean - 1) < 1e-9)
    let t = 1 / estimate.standardError
    let metric = Metric.mean(.recorded("lead"))
    let most = Target(metric, .atMost, 2).chance(estimate)
    let least = Target(metric, .atLeast, 2).chance(estimate)
    #expect(abs(most + least - 1) < 1e-12 && most > 0.8)
    // Student's t of 3 degrees of freedom in closed form.
    let x = t / 3.0.squareRoot()
    let exact = 0.5 + (x / (1 + x * x) + atanOf(x)) / Double.pi
    #expect(abs(most - exact) < 1e-9, "\(most) \(exact)")
    var same = Estimate()
    same.add(1)
    #expect(Target(metric, .atMost, 2).chance(same).isNaN)
    same.add(1)
    #expect(Target(metric, .atMost, 2).chance(same) == 1)
    #expect(Target(metric, .atLeast, 2).chance(same) == 0)
  }

  private func atanOf(_ x: Double) -> Double {
    // Gregory's series about halves of the angle, so that it converges fast.
    var y = x
    for _ in 0..<8 { y = y / (1 + (1 + y * y).squareRoot()) }
    var sum = 0.0
    for k in 0..<6 {
      var power = y
      for _ in 0..<(2 * k) { power *= y }
      sum += (k % 2 == 0 ? power : -power) / Double(2 * k + 1)
    }
    return 256 * sum
  }

  /// With kept replications the units are worth what they are without, and what `compare` says. Catches:
  /// values of another replication, a base that is simulated with another seed.
  @Test func keptBase() throws {
    let base = try Simulation(Fixture.fac1(.init(devices: 32, years: 1)))
    let more = try Simulation(Fixture.fac1(.init(devices: 33, years: 1)))
    let unit = NextUnit(path: "devices", pool: "device", from: 32, to: 33)
    var values: [[Double]] = []
    _ = try base.run(.after(5), seed: 4, threads: 2) { values.append($0) }
    let kept = try base.marginalValues(
      [(unit, more)], replications: 5, seed: 4, threads: 2, base: values)
    let fresh = try base.marginalValues([(unit, more)], replications: 5, seed: 4)
    #expect(kept == fresh && values.count == 5)
    let compared = try Simulation.compare([base, more], replications: 5, seed: 4)
    for (metric, change) in kept[0].changes {
      #expect(compared.difference(metric, of: 1) == change)
    }
  }
}
