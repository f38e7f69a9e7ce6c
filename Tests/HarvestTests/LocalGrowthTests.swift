import Bioreactor
import Foundation
import Inference
import ModelLanguage
import Quantities
import RunRecords
import Statistics
import Testing

@testable import Harvest

/// Growth carried forward from a culture's own counts.
@Suite("Growth path without a model") struct LocalGrowthTests {
  static let counts = [(0.0, 50.0), (72, 90), (120, 200)]

  /// Counts of cells in 100 mL, grown or not taken out: `operations` take some away after 120 h.
  private func culture(
    _ counts: [(Double, Double)] = counts, _ operations: [RunRecords.Operation] = [],
    seeds: Bool = true
  ) throws -> Culture {
    let seed = HarvestCase.operation(
      0,
      .seed(
        volume: 100, viableDensity: seeds ? counts[0].1 / 100 : nil, viability: nil, solutes: [:]))
    return try Culture(
      model: try Model(parsing: HarvestCase.growth + "\n", file: "growth"),
      run: Run(
        name: "made",
        observations: counts.dropFirst(seeds ? 1 : 0).map {
          HarvestCase.reading($0.0, "vcd", .exact($0.1 / 100))
        }, operations: [seed] + operations))
  }

  private func quantile(_ p: Double, _ values: [Double]) -> Double {
    values.sorted()[Int(p * Double(values.count))]
  }

  // Centres, 5 and 95 % points and the correlation of the joint Student t at 144 and 192 h were
  // computed in Python (numpy, scipy) from the covariance of the integrated process. Catches: a slip
  // of the exact steps, of Matheron's rule, of the run's scale or its degrees of freedom.
  @Test func agreesWithTheGaussianProcess() throws {
    let path = try LocalGrowth(try culture(), until: 120)
    #expect(path.countsUsed == 3 && path.usesSeed)
    let draws = try path.draws(at: [96, 144, 192], count: 40_000, seed: 5)
    for (k, centre, low, high, width) in [
      (1, 5.471796, 4.417673, 6.525919, 0.5564), (2, 5.489925, 2.646220, 8.333631, 1.5010),
    ] {
      let values = draws.map { $0[k] }
      #expect(abs(quantile(0.5, values) - centre) < 0.02 * width / 0.5)
      #expect(abs(quantile(0.05, values) - low) < 0.05 * width / 0.5)
      #expect(abs(quantile(0.95, values) - high) < 0.05 * width / 0.5)
    }
    let (a, b) = (draws.map { $0[1] - 5.471796 }, draws.map { $0[2] - 5.489925 })
    func product(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(abs(product(a, b) / (product(a, a) * product(b, b)).squareRoot() - 0.7533) < 0.02)
  }

  // Catches: cells taken out that are taken for death, a volume of the wrong side of an operation.
  @Test func operationsAreNoGrowth() throws {
    let plain = try LocalGrowth(try culture(), until: 120)
    let split = HarvestCase.operation(96, .split(discarded: 0.5))
    let halved = try LocalGrowth(
      try culture([(0, 50), (72, 90), (120, 200)], [split]), until: 120)
    // After the split 50 mL hold half of the cells ever grown, at the density of the plain run.
    #expect(abs(halved.counts[2].log - plain.counts[2].log) < 1e-9)
    let at = Instant(time: 144)
    #expect(abs(halved.density(6, at) - plain.density(6, at)) < 1e-9)
    #expect(abs((plain.fold(Foundation.log(200.0)) ?? 0) - 4) < 1e-9)
  }

  // Catches: a path made of two counts, one that ignores a rule, a later count that is looked at.
  @Test func refusals() throws {
    #expect(throws: Posterior.Refusal.self) {
      try LocalGrowth(try self.culture(), until: 72)
    }
    #expect(throws: Posterior.Refusal.self) {
      try LocalGrowth(try self.culture(seeds: false), until: 119)
    }
    let path = try LocalGrowth(try culture(), until: 1000)
    #expect(path.countsUsed == 3)
  }
}
