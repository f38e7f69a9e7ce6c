import Foundation
import Statistics
import Testing

@testable import Inference

@Suite("Weighted forecasts") struct WeightedForecastTests {
  private func normal(_ mean: Double, _ sd: Double, _ n: Int) -> [Double] {
    (0..<n).map { mean + sd * Normal.quantile((Double($0) + 0.5) / Double(n)) }
  }

  // Catches: means of the models' quantiles in place of the mixture's, weights by number of draws,
  // a model without weight that counts.
  @Test("quantiles of a mixture of normals, by bisection of its distribution")
  func mixture() throws {
    let first = normal(0, 1, 3000)
    let second = normal(4, 0.5, 1200)
    let found = try WeightedForecast.mixture([
      (0.7, first, first.map { _ in 5 }), (0.3, second, second.map { _ in 0.001 }),
      (0, [100], [1]),
    ])
    for (level, value) in zip(Quantiles.levels, found.values) {
      var (low, high) = (-10.0, 10.0)
      for _ in 0..<100 {
        let x = (low + high) / 2
        let p = 0.7 * Normal.cumulative(x) + 0.3 * Normal.cumulative((x - 4) / 0.5)
        if p < level { low = x } else { high = x }
      }
      #expect(abs(value - low) < 0.03, "\(level): \(value) \(low)")
    }
    #expect(throws: (any Error).self) { try WeightedForecast.mixture([]) }
  }
}
