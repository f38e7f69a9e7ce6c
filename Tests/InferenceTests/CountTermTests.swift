import Foundation
import ModelLanguage
import RunRecords
import Statistics
import Testing

@testable import Inference

/// Counts, limits of counts, and limits of every family.
@Suite("Noise terms of counts and limits") struct CountTermTests {
  // Catches: a censored side of the wrong sign, K < k read as K <= k, s^2 for s, a lost exposure, a
  // lost ln s; each was tried.
  @Test("values and slopes equal mpmath's sums and integrals for every family and limit")
  func records() {
    var worst = (value: 0.0, gradient: 0.0)
    var seen: Set<String> = []
    for record in countRecords {
      guard let term = record.term else {
        Issue.record("no term for \(record)")
        continue
      }
      let family = String("\(record.family)".prefix(11))
      seen.insert(family + String(" \(record.reading)".prefix(4)))
      worst.value = max(worst.value, abs(term.value - record.value))
      for (own, other) in [
        (term.gradient.mean, record.gradient.mean), (term.gradient.scale, record.gradient.scale),
      ] {
        worst.gradient = max(worst.gradient, abs(own - other) / max(1, abs(other)))
      }
    }
    #expect(worst.value < 1e-9, "\(worst)")
    #expect(worst.gradient < 1e-8, "\(worst)")
    #expect(countRecords.count == 87)
    #expect(seen.count >= 21, "\(seen.sorted())")
  }

  // Catches: a slope of another function than the value, a gradient outside its information's range.
  @Test("slopes are central differences, and the rows give the gradient back")
  func slopes() throws {
    var worst = 0.0
    for record in countRecords where record.value < 60 && record.value > 1e-6 {
      let term = try #require(record.term)
      let (m, s) = (record.mean, record.scale)
      let h = 1e-5
      func value(_ m: Double, _ s: Double) -> Double { record.term(m, s)?.value ?? .nan }
      let mean = (value(m + h, s) - value(m - h, s)) / (2 * h)
      let spread = (value(m, s * exp(h)) - value(m, s * exp(-h))) / (2 * h)
      // Counts of 1e7 bend within a step of 1e-5, and a width of 1e-6 rounds within one.
      let isCoarse = record.exposure == 1e7 || abs(record.value - 12.5) < 1.3
      if !isCoarse {
        worst = max(worst, abs(mean - term.gradient.mean) / max(1, abs(mean)))
        worst = max(worst, abs(spread - term.gradient.scale) / max(1, abs(spread)))
      }
      var rebuilt = (mean: 0.0, scale: 0.0)
      term.rows { mean, scale, residual in
        rebuilt.mean += mean * residual
        rebuilt.scale += scale * residual
      }
      worst = max(worst, abs(rebuilt.mean - term.gradient.mean) / max(1, abs(rebuilt.mean)))
      worst = max(worst, abs(rebuilt.scale - term.gradient.scale) / max(1, abs(rebuilt.scale)))
      let (a, b, c) = term.information
      #expect(a >= 0 && c >= 0 && a * c - b * b >= -1e-9 * a * c)
    }
    #expect(worst < 1e-6, "\(worst)")
  }

  // Catches: a limit that is not the sum of its counts (off by one), a lost exposure.
  @Test("a limit of cells is the sum over its counts")
  func sums() throws {
    var worst = 0.0
    let cases: [(NoiseFamily, Double, Double, Double)] = [
      (.poisson, 0.4, 0, 20), (.negativeBinomial, 0.4, 0.25, 20), (.lognormal, -1, 0.6, 7),
      (.betaBinomial(counted: nil), 1.2, 9, 40),
    ]
    for (family, mean, scale, exposure) in cases {
      func probability(_ cells: Observation.Reading) throws -> Double {
        let count = Observation.Count(cells: cells, exposure: exposure)
        let term = try #require(
          NoiseTerm.evaluate(
            reading: .exact(1), count: count, family: family, mean: mean, scale: scale))
        return exp(-term.value)
      }
      var below = 0.0
      for k in 0..<40 {
        if k > 0 { worst = max(worst, abs(try probability(.below(Double(k))) - below)) }
        let before = below
        below += try probability(.exact(Double(k)))
        if below < 1 - 1e-9 {
          worst = max(worst, abs(try probability(.above(Double(k))) - (1 - below)))
        }
        let two = try probability(.exact(Double(k))) + probability(.exact(Double(k + 1)))
        worst = max(worst, abs(try probability(.between(Double(k), Double(k + 1))) - two))
        #expect(below >= before)
      }
    }
    #expect(worst < 1e-12, "\(worst)")
  }

  // Catches: an interval of densities on the wrong scale; a zero width as a zero probability.
  @Test("an interval is the integral of the exact density")
  func intervals() throws {
    var worst = 0.0
    let cases: [(NoiseFamily, Double, Double, Double, Double)] = [
      (.lognormal, 0.2, 0.3, 1.0, 1.5), (.normal, 2.1, 0.4, 1.9, 2.6),
      (.studentT(df: 4), 2.1, 0.4, 1.2, 3), (.studentTLog(df: 3), 0.2, 0.3, 1.3, 1.5),
      (.logitNormal, 1.3, 0.5, 0.7, 0.9),
    ]
    for (family, mean, scale, low, high) in cases {
      let steps = 2000
      let h = (high - low) / Double(steps)
      var area = 0.0
      for k in 0...steps {
        let weight = k == 0 || k == steps ? 1.0 : k % 2 == 1 ? 4 : 2
        let term = try #require(
          NoiseTerm.evaluate(
            reading: .exact(low + h * Double(k)), family: family, mean: mean, scale: scale))
        area += weight * exp(-term.value) * h / 3
      }
      let term = try #require(
        NoiseTerm.evaluate(
          reading: .between(low, high), family: family, mean: mean, scale: scale))
      worst = max(worst, abs(exp(-term.value) - area))
    }
    #expect(worst < 1e-10, "\(worst)")
  }

  // Catches: an information that is not that of its law.
  @Test("information is the mean square slope, summed over all counts")
  func information() throws {
    func sums(
      _ family: NoiseFamily, _ mean: Double, _ scale: Double, _ exposure: Double, _ top: Int
    )
      throws -> (own: NoiseTerm, mean: Double, cross: Double, scale: Double)
    {
      var sum = (mean: 0.0, cross: 0.0, scale: 0.0)
      var own: NoiseTerm?
      for k in 0...top {
        let count = Observation.Count(cells: .exact(Double(k)), exposure: exposure)
        let term = try #require(
          NoiseTerm.evaluate(
            reading: .exact(1), count: count, family: family, mean: mean, scale: scale))
        let p = exp(-term.value)
        sum.mean += p * term.gradient.mean * term.gradient.mean
        sum.cross += p * term.gradient.mean * term.gradient.scale
        sum.scale += p * term.gradient.scale * term.gradient.scale
        own = term
      }
      return (try #require(own), sum.mean, sum.cross, sum.scale)
    }
    for (mean, cv) in [(0.2, 0.05), (0.2, 0.3), (-2.5, 0.2), (0.9, 0.1)] {
      let found = try sums(.negativeBinomial, mean, cv, 100, 3000)
      #expect(abs(found.own.information.mean / found.mean - 1) < 1e-10)
      #expect(abs(found.cross) < 1e-9)
      // The stand-in.
      #expect(abs(found.own.information.scale / found.scale - 1) < 0.1)
    }
    for (logit, c) in [(2, 40), (-4, 3), (0.1, 0.5), (0.4, 1e5)] {
      let found = try sums(.betaBinomial(counted: nil), logit, c, 120, 120)
      let own = found.own.information
      #expect(abs(own.mean / found.mean - 1) < 1e-10)
      #expect(abs(own.cross - found.cross) < 1e-10 * max(1, abs(found.cross)))
      #expect(abs(own.scale - found.scale) < 1e-10 * max(1, found.scale))
    }
  }

  // Catches: a trap, NaN or a lost point at the edges of the laws.
  @Test("edges: no cells at a mean of 0, fractions of 0 and 1, no noise, counts of 1e7")
  func edges() throws {
    func term(
      _ cells: Observation.Reading, _ family: NoiseFamily, _ mean: Double, _ scale: Double,
      _ exposure: Double = 100
    ) -> NoiseTerm? {
      NoiseTerm.evaluate(
        reading: .exact(1), count: Observation.Count(cells: cells, exposure: exposure),
        family: family, mean: mean, scale: scale)
    }
    for family in [NoiseFamily.poisson, .negativeBinomial, .lognormal] {
      for scale in [0, 0.2] {
        #expect(term(.exact(0), family, -.infinity, scale)?.value == 0)
        #expect(term(.exact(3), family, -.infinity, scale) == nil)
        #expect(term(.below(1), family, -.infinity, scale)?.value == 0)
        #expect(term(.above(1), family, -.infinity, scale) == nil)
        #expect(term(.exact(2.5), family, 0, scale) == nil)
        #expect(term(.exact(-1), family, 0, scale) == nil)
        #expect(term(.exact(3), family, .nan, scale) == nil)
        #expect(term(.exact(3), family, 0, -0.1) == nil)
        #expect(term(.exact(3), family, 0, .nan) == nil)
        #expect(term(.exact(3), family, 800, scale) == nil)
        for cells in [Observation.Reading.below(1.001e7), .above(1.001e7), .between(9e6, 1.1e7)] {
          let big = try #require(term(cells, family, 0, scale, 1e7))
          #expect(big.value >= 0 && big.value < 30 && big.gradient.mean.isFinite)
        }
      }
      // Below a cell is none of them.
      let none = try #require(term(.exact(0), family, -3, 0.3))
      #expect(abs(try #require(term(.below(1), family, -3, 0.3)).value - none.value) < 1e-13)
    }
    let fraction = NoiseFamily.betaBinomial(counted: nil)
    #expect(term(.exact(100), fraction, .infinity, 5)?.value == 0)
    #expect(term(.exact(99), fraction, .infinity, 5) == nil)
    #expect(term(.exact(0), fraction, -.infinity, 5)?.value == 0)
    #expect(term(.exact(101), fraction, 0, 5) == nil)
    #expect(term(.exact(50), fraction, 0, 0) == nil)
    #expect(try #require(term(.exact(100), fraction, 38, 5)).value < 1e-12)
    // Small noise goes smoothly to none.
    let (none, little) = (
      term(.exact(130), .poisson, 0.2, 0), term(.exact(130), .poisson, 0.2, 1e-7)
    )
    #expect(abs(try #require(none).value - (try #require(little)).value) < 1e-11)
    #expect(
      NoiseTerm.evaluate(reading: .exact(1), family: .negativeBinomial, mean: 0, scale: 0.1) == nil)
  }

  // Catches: a fraction rounded down, limits of a fraction that lose or gain a cell.
  @Test("a fraction without a count is read as the model's number of cells")
  func looked() throws {
    func value(_ reading: Observation.Reading, _ cells: Observation.Reading?) throws -> Double {
      let count = cells.map { Observation.Count(cells: $0, exposure: 200) }
      return try #require(
        NoiseTerm.evaluate(
          reading: reading, count: count, family: .betaBinomial(counted: 200), mean: 1.5, scale: 30)
      ).value
    }
    #expect(try value(.exact(0.83), nil) == value(.exact(1), .exact(166)))
    #expect(try value(.exact(0.8324), nil) == value(.exact(1), .exact(166)))
    #expect(try value(.below(0.7), nil) == value(.exact(1), .below(140)))
    #expect(try value(.above(0.7), nil) == value(.exact(1), .above(140)))
    #expect(try value(.above(0.7025), nil) == value(.exact(1), .between(141, 200)))
    #expect(try value(.between(0.7, 0.8), nil) == value(.exact(1), .between(140, 160)))
  }

  // Catches: counting variance lost under Student's t, or counted twice under the count laws.
  @Test("counting adds variance to Student's t only")
  func counting() {
    let count = Observation.Count(cells: .exact(50), exposure: 10)
    let observation = Observation(
      time: 0, quantity: "vcd", value: .exact(5), count: count, place: .init(file: "a"))
    #expect(NoiseTerm.countingVariance(observation, .studentTLog(df: 4)) == 0.02)
    #expect(NoiseTerm.countingVariance(observation, .lognormal) == 0)
    #expect(NoiseTerm.countingVariance(observation, .studentT(df: 4)) == 0)
    let spread = NoiseTerm.spread(.lognormal, mean: 5, scale: 0.1, count: count)
    #expect(abs(spread - 0.03.squareRoot()) < 1e-15)
  }
}
