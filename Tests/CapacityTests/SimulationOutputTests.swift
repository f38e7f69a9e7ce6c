import Statistics
import Testing

@testable import Capacity

/// Estimates, quantiles, stopping and sizing.
@Suite("Output of the simulation", .serialized)
struct SimulationOutputTests {
  /// Five numbers by hand: mean 3, s.d. sqrt(2.5); t(4) at 95 % is 2.776445. Catches: n in place of
  /// n - 1, a normal quantile, NaN taken as a value.
  @Test func intervals() {
    var estimate = Estimate()
    for value in [1, 2, .nan, 3, 4, 5] { estimate.add(value) }
    #expect(estimate.count == 5 && estimate.mean == 3)
    #expect(abs(estimate.standardDeviation - 2.5.squareRoot()) < 1e-12)
    #expect(abs(estimate.halfWidth() - 2.776445105 * 0.5.squareRoot()) < 1e-6)
    #expect(Estimate().halfWidth().isNaN)
  }

  /// Order statistics against a sort, ties and zeros included; the histogram within its bins.
  /// Catches: ranks off by one, a selection that loses values.
  @Test func quantiles() {
    var worst = 0.0
    for size in [1, 2, 3, 10, 999, 1000] {
      var state = UInt64(size)
      var values: [Double] = []
      for _ in 0..<size {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        values.append(Double((state >> 40) % 700) / 7)
      }
      var log = ObservationLog(measures: 2)
      for value in values {
        log.add(value, to: 1)
        log.add(1, to: 0)
      }
      let own = log.summaries(bounds: [.nan, 50])[1]
      let pooled = own.histogram
      let sorted = values.sorted()
      let exact = Metric.percents.map { sorted[(size * $0 + 99) / 100 - 1] }
      #expect(own.orderStatistics == exact)
      #expect(own.within == values.filter { $0 <= 50 }.count && own.count == size)
      #expect(abs(own.sum - values.reduce(0, +)) < 1e-9)
      #expect(log.summaries(bounds: [.nan, 50])[1].orderStatistics == exact)
      for (percent, value) in zip(Metric.percents, exact) where size >= 999 {
        worst = max(worst, abs(pooled.quantile(Double(percent) / 100) - value) / max(value, 1))
        let share = pooled.share(atMost: value)
        worst = max(worst, abs(share - Double(values.filter { $0 <= value }.count) / Double(size)))
      }
    }
    #expect(worst < 0.01)
  }

  /// Laws against their means and known quantiles. Catches: swapped parameters.
  @Test func laws() {
    let laws: [Law] = [
      .fixed(3), .exponential(mean: 3), .lognormal(mean: 9, cv: 0.15), .uniform(least: 1, most: 4),
      .normal(mean: 2, sd: 2, least: 0, most: 5), .triangular(least: 1, mode: 2, most: 6),
      .empirical(values: [9, 1, 4], weights: [1, 2, 1]),
    ]
    let n = 200_000
    for law in laws {
      let mean = (0..<n).reduce(0) { $0 + law.quantile((Double($1) + 0.5) / Double(n)) } / Double(n)
      #expect(abs(mean - law.mean) < 1e-3 * law.mean, "\(law)")
    }
    #expect(abs(Law.exponential(mean: 2).quantile(0.5) - 1.3862943611198906) < 1e-12)
    // Python statistics.NormalDist.
    #expect(abs(Law.lognormal(mean: 9, cv: 0.15).quantile(0.9) - 10.775377614) < 1e-6)
    #expect(abs(Law.normal(mean: 2, sd: 2, least: 0, most: 5).mean - 2.290374894) < 1e-8)
    #expect(abs(Law.normal(mean: 2, sd: 2, least: 0, most: 5).quantile(0.9) - 4.122739443) < 1e-8)
    #expect(Law.empirical(values: [9, 1, 4], weights: [1, 2, 1]).quantile(0.6) == 4)
  }

  /// Stops at the first replication whose interval is narrow enough, not before `least`. Catches: a
  /// test of the standard error, or of whole rounds only.
  @Test func stopping() throws {
    let process = Fixture.station(
      servers: 2, rate: 1.2, service: .exponential(mean: 1), warmUp: 100, observed: 1000)
    let wait = Metric.mean(.wait("server"))
    let simulation = try Simulation(process)
    let stop = Simulation.Stopping.precise(wait, halfWidth: 0.05, least: 10, most: 1000)
    let result = try simulation.run(stop, seed: 2)
    #expect(result.termination == .precise)
    #expect(try #require(result[wait]).halfWidth() <= 0.05)
    #expect(result.replications > 10)
    let before = try simulation.run(.after(result.replications - 1), seed: 2)
    #expect(try #require(before[wait]).halfWidth() > 0.05)
    let never = try simulation.run(
      .precise(wait, halfWidth: 1e-9, least: 2, most: 7), seed: 2, threads: 2)
    #expect(never.termination == .imprecise && never.replications == 7)
  }

  /// The interval of 95 % covers the exact wait of M/M/1 in about 95 of 100 independent studies.
  /// Catches: intervals that are too narrow by a factor.
  @Test func coverage() throws {
    let process = Fixture.station(
      servers: 1, rate: 0.5, service: .exponential(mean: 1), warmUp: 100, observed: 500,
      followUp: 100)
    let simulation = try Simulation(process)
    var covered = 0
    for seed in 0..<200 {
      let result = try simulation.run(.after(10), seed: UInt64(1000 + seed))
      let estimate = try #require(result[.mean(.wait("server"))])
      if abs(estimate.mean - 1) <= estimate.halfWidth() { covered += 1 }
    }
    // Binomial: 190 +- 3.1, and a little less because the waits are skewed.
    #expect(covered >= 178 && covered <= 199, "\(covered)")
  }

  /// The least number of servers for a mean wait, against Erlang. Catches: a search that stops one
  /// early, or reads the wrong metric.
  @Test func sizing() throws {
    let process = Fixture.station(
      servers: 1, rate: 4, service: .exponential(mean: 1), warmUp: 200, observed: 2000,
      followUp: 100)
    let least = (5...20).first { exactErlangC(4, $0) / (Double($0) - 4) <= 0.05 }
    let target = Target(.mean(.wait("server")), .atMost, 0.05)
    let search = SizingSearch(process, target: target, replications: 10, seed: 3, threads: 2)
    let sizing = try search.least(pool: 0, in: 4...20)
    #expect(sizing.count == least)
    let below = sizing.trials.last { $0.count == (sizing.count ?? 0) - 1 }
    #expect(below?.isMet == false)
    #expect(try search.least(pool: 0, in: 4...5).count == nil)
    #expect(throws: ProcessRefused.self) { try search.least(pool: 3, in: 4...5) }
    let share = Target(.positive(.wait("server")), .atMost, 0.2)
    let byShare = SizingSearch(process, target: share, replications: 10, seed: 3)
    #expect(
      try byShare.least(pool: 0, in: 4...20).count == (5...20).first { exactErlangC(4, $0) <= 0.2 })
  }

  /// Several pools of FAC-1 for a mean lead: no unit can be spared, and the next unit of the binding
  /// pool is worth most. Catches: counts left at their upper ends, differences of the wrong sign.
  @Test func jointly() throws {
    var change = Fixture.Changes()
    change.years = 3
    let process = Fixture.fac1(change)
    let target = Target(.mean(.recorded("lead")), .atMost, 21)
    let search = SizingSearch(process, target: target, replications: 8, seed: 3, threads: 2)
    let found = try #require(
      try search.least(pools: [(0, 30...40), (1, 2...6), (2, 2...6)]))
    #expect(found.map(\.pool) == ["device", "team", "QC line"])
    var sized = process
    for (pool, sizing) in found.enumerated() {
      sized = sized.with(count: try #require(sizing.count), ofPool: pool)
    }
    let lead = Metric.mean(.recorded("lead"))
    let result = try Simulation(sized).run(.after(8), seed: 3)
    #expect(target.isMet(by: result[lead]))
    for pool in 0..<3 {
      let fewer = sized.with(count: sized.pools[pool].count - 1, ofPool: pool)
      #expect(!target.isMet(by: try Simulation(fewer).run(.after(8), seed: 3)[lead]))
    }
    let units = try sized.pools.enumerated().map { index, pool in
      (
        unit: NextUnit(path: pool.name, pool: pool.name, from: pool.count, to: pool.count + 1),
        simulation: try Simulation(sized.with(count: pool.count + 1, ofPool: index))
      )
    }
    let values = try Simulation(sized).marginalValues(units, replications: 8, seed: 3, threads: 2)
    #expect(values.map(\.unit.pool) == ["device", "team", "QC line"])
    #expect(values.allSatisfy { ($0[lead]?.mean ?? 1) < 0 })
    let compared = try Simulation.compare(
      [Simulation(sized), units[1].simulation], replications: 8, seed: 3)
    #expect(compared.difference(lead, of: 1) == values[1][lead])
  }

  /// A number of patients alone is reached by any count that is stable; with a bound on the wait more
  /// are asked for. Catches: `also` that is not looked at.
  @Test func throughputWithWaits() throws {
    var change = Fixture.Changes()
    change.years = 2
    var search = SizingSearch(
      Fixture.fac1(change), target: Target(.outcome("done"), .atLeast, 900), replications: 4,
      seed: 3)
    let alone = try #require(try search.least(pool: 0, in: 28...40).count)
    search.also = [Target(.mean(.wait("device")), .atMost, 1)]
    let held = try #require(try search.least(pool: 0, in: 28...40).count)
    #expect(held > alone, "\(held) \(alone)")
  }
}
