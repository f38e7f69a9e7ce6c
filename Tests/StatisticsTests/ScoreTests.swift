import Foundation
import Randomness
import Statistics
import Testing

struct ScoreTests {
  /// Weighted CRPS against the integral of (F - 1{y <= t})^2, computed in Python from the definition.
  /// Catches a spread term that is counted twice or not at all, and weights left out of it.
  @Test func weightedAgainstIntegral() throws {
    let sample = try WeightedSample(
      [0.3, -1.2, 2.5, 0.3, 1.1], weights: [0.1, 0.25, 0.2, 0.15, 0.3])
    let known = [
      (-2.0, 1.89975, 0.0), (0.3, 0.34975, 0.375), (0.7, 0.34975, 0.5), (4.0, 2.68975, 1.0),
    ]
    for (y, crps, below) in known {
      #expect(abs(sample.crps(y) - crps) < 1e-12, "\(y)")
      #expect(abs(sample.transform(y) - below) < 1e-12, "\(y)")
    }
  }

  /// A normal forecast: s (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)), Gneiting and Raftery (2007),
  /// from quantiles in place of draws. Catches a wrong scale.
  @Test func normalClosedForm() throws {
    let n = 20_000
    let sample = try WeightedSample(
      (0..<n).map { 1 + 0.5 * Normal.quantile((Double($0) + 0.5) / Double(n)) })
    for y in [-0.5, 1.0, 1.3, 3.0] {
      let z = (y - 1) / 0.5
      let closed =
        0.5
        * (z * (2 * Normal.cumulative(z) - 1) + 2 * Normal.density(z) - 1 / Double.pi.squareRoot())
      #expect(abs(sample.crps(y) - closed) < 1e-4, "\(y)")
    }
  }

  /// The interval of a mean of clusters: its standard error is sd/sqrt(n), and a cluster counts once
  /// however many members it has. Catches a bootstrap of single values.
  @Test func clustersCountOnce() throws {
    var noise = RandomStream(seed: 5, name: "scores", purpose: "test")
    let centers = (0..<100).map { _ in noise.normal() }
    let values = centers.enumerated().map { k, c in
      [Double](repeating: c, count: 1 + k % 7)
    }
    var stream = RandomStream(seed: 1, name: "scores", purpose: "bootstrap")
    let found = try #require(ClusterBootstrap(values, stream: &stream))
    let mean = centers.reduce(0, +) / 100
    let sd = (centers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100).squareRoot()
    let interval = try #require(found.interval)
    #expect(abs(found.mean - mean) < 1e-12 && found.clusters == 100)
    #expect(abs((interval.upperBound - interval.lowerBound) / (2 * 1.96 * sd / 10) - 1) < 0.1)
    #expect(ClusterBootstrap([], stream: &stream) == nil)
    #expect(ClusterBootstrap([[1], [2]], stream: &stream)?.interval == nil)
  }
}
