import Foundation
import Statistics
import Testing

/// The laws behind the noise families. Numbers by mpmath, 50 digits: InferenceTests/Records/count_laws.py.
@Suite("Laws of counts and tails") struct FamilyTests {
  private func worst(_ pairs: [(own: Double, other: Double)]) -> Double {
    pairs.map { abs($0.own - $0.other) / max(1, abs($0.other)) }.reduce(0) {
      $1 <= $0 ? $0 : $1
    }
  }

  // Catches: a lost step of the recurrence, a wrong Bernoulli number.
  @Test func digammas() {
    let cases: [(x: Double, digamma: Double, trigamma: Double)] = [
      (0.01, -100.56088545786867, 10001.621213528313),
      (0.5, -1.9635100260214235, 4.9348022005446793),
      (1, -0.57721566490153286, 1.6449340668482264),
      (7.3, 1.9178203356379861, 0.1467957681314271),
      (250, 5.5194595845310464, 0.0040080106666325337),
      (1e7, 16.118095600958319, 1.0000000500000017e-7),
    ]
    #expect(worst(cases.map { (digamma($0.x), $0.digamma) }) < 1e-14)
    #expect(worst(cases.map { (trigamma($0.x) / $0.trigamma, 1) }) < 1e-14)
    #expect(digamma(0).isNaN && trigamma(-1).isNaN)
  }

  // Catches: a normal tail, a tail that underflows, the wrong side.
  @Test func studentTails() {
    let cases: [(t: Double, v: Double, logP: Double)] = [
      (-1e6, 100, -1154.5165700865109), (-1e200, 3, -1381.4533323573828),
      (-12, 4, -8.8867053650506355), (-0.3, 4, -0.94273554869765258),
      (-1.9, 1, -1.8694132886414873), (2.5, 7, -0.020709069469520819),
      (-40, 1000, -481.8866575635933), (-6, 0.5, -2.03519739990593),
      (1e3, 2, -4.9999937500091667e-7),
    ]
    #expect(
      worst(cases.map { (StudentT.logCumulative($0.t, degreesOfFreedom: $0.v), $0.logP) }) < 1e-13)
    #expect(StudentT.logCumulative(-.infinity, degreesOfFreedom: 3) == -.infinity)
    #expect(StudentT.logCumulative(.infinity, degreesOfFreedom: 3) == 0)
    #expect(StudentT.logCumulative(1, degreesOfFreedom: 0).isNaN)
    let normal = StudentT.logCumulative(-7, degreesOfFreedom: .infinity)
    #expect(normal == Normal.logCumulative(-7))
    // Thirds of the same tail add up.
    func part(_ a: Double, _ b: Double) -> Double {
      exp(StudentT.logInterval(a, b, degreesOfFreedom: 3))
    }
    let parts = part(5, 6) + part(6, 6.001) + part(6.001, .infinity)
    #expect(abs(parts / exp(StudentT.logCumulative(-5, degreesOfFreedom: 3)) - 1) < 1e-14)
  }

  // Catches: a difference of 1 and 1, a mirrored interval with the wrong ends.
  @Test func normalIntervals() {
    let cases: [(a: Double, b: Double, logP: Double)] = [
      (30, 31, -454.32124395634325), (-31, -30, -454.32124395634325),
      (-0.5, 0.25, -1.2372925013224502), (8, 8.0001, -42.129678880180522),
      (-3, 40, -0.0013508099647481938), (-2, 9, -0.023012909328963489),
    ]
    #expect(worst(cases.map { (Normal.logInterval($0.a, $0.b), $0.logP) }) < 1e-12)
    #expect(Normal.logInterval(1, 1).isNaN)
  }

  // Catches: panels that miss the bump or stop early, at any size of counts.
  @Test func negativeBinomialTails() throws {
    let cases: [(mean: Double, cv: Double, k: Double, low: Double, high: Double)] = [
      (1e7, 0, 9_995_000, -2.8658944375935425, -0.058617085959044488),
      (1e7, 0.05, 8_000_000, -11.606912150328096, -9.1029902561968166e-6),
      (1e7, 0.3, 12_000_000, -0.26669545968141775, -1.452033753612014),
      (300, 0.1, 150, -15.827239081587369, -1.337572810749107e-7),
      (2, 3, 50, -0.0024772943500217552, -6.0018266937274183),
      (0.001, 0.2, 4, -1.2148357948031582e-17, -38.949337661549778),
    ]
    for test in cases {
      let law = try #require(NegativeBinomial(mean: test.mean, cv: test.cv))
      let (low, high) = (law.atMost(test.k).value, law.above(test.k).value)
      #expect(worst([(low, test.low), (high, test.high)]) < 1e-12, "\(test) \(low) \(high)")
    }
    #expect(NegativeBinomial(mean: -1, cv: 0.1) == nil)
    #expect(NegativeBinomial(mean: 1, cv: .nan) == nil)
    let law = try #require(NegativeBinomial(mean: 3, cv: 0.1))
    #expect(law.atMost(-1) == .never && law.above(-1) == .always)
    #expect(law.between(3, 2) == .never)
  }
}
