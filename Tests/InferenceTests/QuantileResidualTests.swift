import Bioreactor
import Foundation
import ModelLanguage
import Randomness
import RunRecords
import Statistics
import Testing

@testable import Inference

@Suite("Randomised quantile residuals") struct QuantileResidualTests {
  private func counted(_ k: Double, of exposure: Double, _ quantity: String) -> Observation {
    reading(0, quantity, .exact(k / exposure), counted: k)
  }

  private func value(
    _ k: Double, _ exposure: Double, _ family: NoiseFamily, _ link: Double, _ scale: Double,
    _ u: Double
  ) -> Double? {
    var observation = counted(max(k, 1), of: exposure, "vcd")
    observation.count = Observation.Count(cells: .exact(k), exposure: exposure)
    return QuantileResidual.value(
      observation, family: family, link: link, scale: scale, uniform: u)
  }

  // Catches: P(K <= k) in place of P(K < k) + u P(K = k), the wrong tail, the exposure forgotten.
  @Test("Poisson and beta-binomial residuals in closed form")
  func closedForm() throws {
    let mean = 2.4
    var below = 0.0
    for k in 0...12 {
      let mass = exp(-mean) * pow(mean, Double(k)) / tgamma(Double(k) + 1)
      for u in [0.0001, 0.3, 0.5, 0.95] {
        let found = try #require(value(Double(k), 4, .poisson, log(mean / 4), 0, u))
        // The tail beyond 12 is summed, so that nothing cancels.
        let p = below + u * mass
        #expect(abs(Normal.cumulative(found) - p) < 1e-10, "\(k) \(u)")
      }
      below += mass
    }
    // At p = 1/2 and c = 2 every number of cells out of n is equally likely.
    for k in [0.0, 3, 10, 20] {
      let found = try #require(value(k, 20, .betaBinomial(counted: nil), 0, 2, 0.25))
      #expect(abs(Normal.cumulative(found) - (k + 0.25) / 21) < 1e-9)
    }
    // Far out in either tail a number, not an infinity, and of the right sign.
    #expect(try #require(value(90, 4, .poisson, log(mean / 4), 0, 0.5)) > 15)
    #expect(try #require(value(0, 100, .poisson, log(3.0), 0, 0.5)) < -15)
    #expect(value(3, 4, .studentTLog(df: 4), 0, 0.1, 0.5) == nil)
  }

  // Catches: residuals of small counts that are not standard normal under the truth, so that their
  // sum of squares is not chi-square.
  @Test("under a true model they are standard normal for counts near 1 and fractions near 1")
  func normality() throws {
    let n = 4000
    func distance(_ z: [Double]) -> Double {
      z.sorted().enumerated().reduce(0) { worst, item in
        let p = Normal.cumulative(item.element)
        return max(
          worst, abs(p - Double(item.offset) / Double(n)),
          abs(p - Double(item.offset + 1) / Double(n)))
      }
    }
    var counts: [Double] = []
    var shares: [Double] = []
    for index in 0..<n {
      var stream = RandomStream(seed: 2, name: "counts", purpose: "data", index: UInt64(index))
      let drawn = NoiseDraw.redrawn(
        counted(2, of: 5, "vcd"), family: .negativeBinomial, link: log(1.2 / 5), scale: 0.4, &stream
      )
      let k = try #require(drawn.count).cells.number
      let u = stream.uniform()
      counts.append(try #require(value(k, 5, .negativeBinomial, log(1.2 / 5), 0.4, u)))
      let share = NoiseDraw.redrawn(
        counted(19, of: 20, "viability"), family: .betaBinomial(counted: nil), link: 3, scale: 30,
        &stream)
      let viable = try #require(share.count).cells.number
      let w = stream.uniform()
      shares.append(try #require(value(viable, 20, .betaBinomial(counted: nil), 3, 30, w)))
    }
    // 1.63 / sqrt(n) is the 1 % point of Kolmogorov and Smirnov.
    #expect(distance(counts) < 1.63 / Double(n).squareRoot(), "\(distance(counts))")
    #expect(distance(shares) < 1.63 / Double(n).squareRoot(), "\(distance(shares))")
  }

  // Catches: a concentration read as a spread (the wrong sign), the number of cells forgotten.
  @Test("the slope of a fraction's noise in its concentration, by differences of the variance")
  func fractionSpread() throws {
    for (n, c) in [(20.0, 5.0), (200, 30), (1000, 400)] {
      let h = 1e-4 * c
      let up = try #require(BetaBinomial(trials: n, logit: 1, concentration: c + h)).variance
      let down = try #require(BetaBinomial(trials: n, logit: 1, concentration: c - h)).variance
      let slope = 0.5 * (log(up) - log(down)) / (2 * h)
      let found = try #require(
        ShapeRow.spreadOfFraction(.betaBinomial(counted: n), looked: nil, c))
      #expect(abs(found / slope - 1) < 1e-5, "\(n) \(c): \(found) \(slope)")
    }
    #expect(ShapeRow.spreadOfFraction(.lognormal, looked: 20, 5) == nil)
  }
}
