import Foundation
import ModelLanguage
import RunRecords
import Statistics
import Testing

@testable import Inference

@Suite("Noise terms") struct NoiseTermTests {
  private func term(_ record: NoiseRecord) -> NoiseTerm? {
    NoiseTerm.evaluate(
      reading: record.reading, family: record.family, mean: record.mean, scale: record.scale)
  }

  // Catches: a censored reading on the wrong side, a lost slope of ln or logit, a lost ln s.
  @Test("values equal mpmath for every family, exact and censored, far tails too")
  func values() {
    let wrong = noiseRecords.filter { record in
      guard let value = term(record)?.value else { return true }
      return !(abs(value - record.value) <= 1e-12 * max(1, abs(record.value)))
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(noiseRecords.count == 31)
  }

  // Catches: Phi of the wrong sign, a limit that is not transformed.
  @Test("a censored value is the integral of the exact density")
  func censoredIntegral() throws {
    for (family, mean, scale, limit) in [
      (NoiseFamily.lognormal, 0.2, 0.3, 1.1), (.normal, 2.1, 0.4, 1.9),
      (.logitNormal, 1.3, 0.5, 0.7),
    ] {
      // Simpson over the family's own scale, 9 scales wide, of the density of the reading.
      let z = family.scale.toEstimation(limit)
      let steps = 4000
      let low = min(mean - 9 * scale, z)
      let h = (z - low) / Double(steps)
      var below = 0.0
      for k in 0...steps {
        let x = low + h * Double(k)
        let y = family.scale.toNatural(x)
        let exact = try #require(
          NoiseTerm.evaluate(reading: .exact(y), family: family, mean: mean, scale: scale))
        let weight = k == 0 || k == steps ? 1.0 : k % 2 == 1 ? 4 : 2
        below += weight * exp(-exact.value) * family.scale.slope(atNatural: y) * h / 3
      }
      let left = try #require(
        NoiseTerm.evaluate(reading: .below(limit), family: family, mean: mean, scale: scale))
      let right = try #require(
        NoiseTerm.evaluate(reading: .above(limit), family: family, mean: mean, scale: scale))
      #expect(abs(exp(-left.value) - below) < 1e-8)
      #expect(abs(exp(-right.value) - (1 - below)) < 1e-8)
    }
  }

  // Catches: a score of the wrong sign, a missing lever, a Student weight of the wrong degree.
  @Test("scores are the slopes of the value in m/s and ln s; curvatures are positive")
  func scores() throws {
    var worst = 0.0
    for record in noiseRecords where record.value < 200 && record.value > 1e-12 {
      let here = try #require(term(record))
      func value(_ mean: Double, _ scale: Double) -> Double {
        NoiseTerm.evaluate(
          reading: record.reading, family: record.family, mean: mean, scale: scale)?.value ?? .nan
      }
      let h = 1e-5
      let s = record.scale
      let mean = (value(record.mean + h * s, s) - value(record.mean - h * s, s)) / (2 * h)
      let spread = (value(record.mean, s * exp(h)) - value(record.mean, s * exp(-h))) / (2 * h)
      worst = max(worst, abs(mean - here.gradient.mean * s) / max(1, abs(mean)))
      worst = max(worst, abs(spread - here.gradient.scale) / max(1, abs(spread)))
      // A^T b of the rows is the gradient, whatever the rank.
      var rebuilt = (mean: 0.0, scale: 0.0)
      here.rows { mean, scale, residual in
        rebuilt.mean += mean * residual
        rebuilt.scale += scale * residual
      }
      worst = max(worst, abs(rebuilt.mean - here.gradient.mean) / max(1, abs(rebuilt.mean)))
      worst = max(worst, abs(rebuilt.scale - here.gradient.scale) / max(1, abs(rebuilt.scale)))
      #expect(here.information.mean > 0 && here.information.scale >= 0)
    }
    #expect(worst < 1e-6)
  }

  // Catches: an expected curvature taken for a wrong family (Student t: (df+1)/(df+3)).
  @Test("the curvature is the mean square score")
  func information() throws {
    for family in [NoiseFamily.normal, .studentT(df: 4), .studentT(df: 7)] {
      var location = 0.0
      var spread = 0.0
      let h = 0.005
      var weights = (0.0, 0.0)
      for k in -40_000...40_000 {
        let y = h * Double(k)
        let term = try #require(
          NoiseTerm.evaluate(reading: .exact(y), family: family, mean: 0, scale: 1))
        location += h * exp(-term.value) * term.gradient.mean * term.gradient.mean
        spread += h * exp(-term.value) * term.gradient.scale * term.gradient.scale
        weights = (term.information.mean, term.information.scale)
      }
      #expect(abs(location - weights.0) < 1e-6)
      #expect(abs(spread - weights.1) < 1e-4)
    }
  }
}
