import Testing

@testable import Statistics

func relativeError(_ value: Double, _ exact: Double) -> Double { abs(value / exact - 1) }

/// The normal distribution. Literals: mpmath 1.3 with 50 to 450 digits, erfc(-z/sqrt 2)/2 and its
/// logarithm at the double nearest to z, rounded to 17 digits; z = -1e6 by the asymptotic series.
@Suite struct NormalTests {
  static let table: [(z: Double, logCumulative: Double, inverseMills: Double)] = [
    (-1e6, -500000000014.73445, 1000000.000001),
    (-200, -20006.21728089819, 200.00499975003124),
    (-40, -804.60844201375379, 40.024968847207264),
    (-37.5, -707.66898931750719, 37.526628874883654),
    (-12, -75.410673001568796, 12.082214175254284),
    (-5.0000001, -15.064998912639129, 5.186504063856199),
    (-4.9, -14.551182689355313, 5.0898286001298836),
    (-2.5, -5.0816482772786905, 2.8227447976639073),
    (-0.3, -0.96210281816885066, 0.99816596885848332),
    (0, -0.69314718055994531, 0.79788456080286536),
    (0.7, -0.27702394227713126, 0.41192475041929067),
    (3, -0.0013508099647481938, 0.0044378390421256638),
    (9, -1.1285884059538406e-19, 1.0279773571668915e-18),
    (30, -4.9067139271481871e-198, 1.4736461348785475e-196),
  ]

  /// Catches: a logarithm of an underflowed probability, 1 - Phi above 8, a jump where the
  /// continued fraction takes over.
  @Test func tails() {
    for (z, logCumulative, inverseMills) in Self.table {
      #expect(relativeError(Normal.logCumulative(z), logCumulative) < 1e-12, "z = \(z)")
      #expect(relativeError(Normal.inverseMills(z), inverseMills) < 1e-12, "z = \(z)")
    }
    #expect(Normal.logCumulative(-.infinity) == -.infinity && Normal.logCumulative(.infinity) == 0)
    #expect(Normal.logCumulative(.nan).isNaN && Normal.inverseMills(.nan).isNaN)
  }

  /// Catches: a density without its constant or its 1/sd. phi(1) = 0.24197072451914337.
  @Test func densities() {
    #expect(relativeError(Normal.density(1), 0.24197072451914337) < 1e-15)
    let shifted = Normal.logDensity(7, mean: 5, standardDeviation: 2)
    #expect(abs(shifted - (Normal.logDensity(1) - 0.69314718055994531)) < 1e-15)
    #expect(Normal.logDensity(7, mean: 5, standardDeviation: 0).isNaN)
    #expect(relativeError(Normal.cumulative(-1.9599639845400542), 0.025) < 1e-15)
    #expect(relativeError(Normal.quantile(0.025), -1.9599639845400542) < 1e-15)
  }
}

/// Student's t and chi-square. Literals: mpmath 1.3, 50 digits, gammainc and betainc regularised,
/// quantiles by findroot on them, rounded to 17 digits.
@Suite struct TailTests {
  /// Catches: a wrong side of the incomplete gamma function, a tail by subtraction.
  @Test func chiSquareTail() {
    let table: [(x: Double, v: Double, tail: Double)] = [
      (3.84, 1, 0.050043521248705103), (0.001, 3, 0.99999159208094195),
      (50, 3, 7.9891792449514711e-11), (1200, 1000, 1.2255942330622904e-5),
      (800, 1000, 0.99999918906189212), (600, 2, 5.1482002224120138e-131),
      (11.07, 5, 0.050009618622405482), (30, 0.5, 1.0571160092570999e-8),
    ]
    for (x, v, tail) in table {
      let value = ChiSquare.upperTail(x, degreesOfFreedom: v)
      #expect(relativeError(value, tail) < 1e-12, "x = \(x)")
    }
    #expect(ChiSquare.upperTail(0, degreesOfFreedom: 2) == 1)
    #expect(ChiSquare.upperTail(.infinity, degreesOfFreedom: 2) == 0)
    #expect(ChiSquare.upperTail(-1, degreesOfFreedom: 2).isNaN)
    #expect(ChiSquare.upperTail(1, degreesOfFreedom: 0).isNaN)
    #expect(ChiSquare.upperTail(.nan, degreesOfFreedom: 1).isNaN)
  }

  /// Catches: an inversion that stops early or leaves its bracket.
  @Test func chiSquareQuantile() {
    let table: [(p: Double, v: Double, x: Double)] = [
      (0.95, 1, 3.8414588206941245), (0.95, 3, 7.814727903251178),
      (0.01, 10, 2.5582121601872061), (0.999, 250, 324.83243656836302),
      (1e-6, 2, 2.0000010000006666e-6), (0.5, 0.5, 0.087347604705746821),
    ]
    for (p, v, x) in table {
      let value = ChiSquare.quantile(p, degreesOfFreedom: v)
      #expect(relativeError(value, x) < 1e-12, "p = \(p), v = \(v)")
    }
    #expect(ChiSquare.quantile(0, degreesOfFreedom: 1) == 0)
    #expect(ChiSquare.quantile(1, degreesOfFreedom: 1) == .infinity)
    #expect(ChiSquare.quantile(.nan, degreesOfFreedom: 1).isNaN)
  }

  /// Catches: cancellation of two large log-gammas, a missing 1/scale, a tail above 1/2.
  @Test func studentT() {
    let densities: [(x: Double, v: Double, log: Double)] = [
      (0.3, 1, -1.2309075820904525), (-7, 3, -6.706151709450145), (2, 30.5, -2.8680478745298831),
      (2, 200, -2.9103525712625568), (1.5, 1e8, -2.0439385342984228), (50, 4, -17.079205180761973),
    ]
    for (x, v, log) in densities {
      let value = StudentT.logDensity(x, degreesOfFreedom: v)
      #expect(relativeError(value, log) < 5e-15, "x = \(x), v = \(v)")
    }
    let scaled = StudentT.logDensity(3.6, degreesOfFreedom: 1, location: 3, scale: 2)
    #expect(abs(scaled - (-1.2309075820904525 - 0.69314718055994531)) < 1e-14)
    #expect(StudentT.logDensity(2, degreesOfFreedom: .infinity) == Normal.logDensity(2))
    #expect(StudentT.logDensity(2, degreesOfFreedom: -1).isNaN)
    // ln Gamma(x + 1/2) - ln Gamma(x) where the series takes over.
    #expect(relativeError(logGammaHalfStep(30), 1.6964322170013993) < 1e-15)
    #expect(relativeError(logGammaHalfStep(1000), 3.4537526394962769) < 1e-15)
    let quantiles: [(p: Double, v: Double, t: Double)] = [
      (0.975, 1, 12.706204736174693), (0.975, 4, 2.7764451051977935),
      (0.995, 12, 3.0545395893929017), (0.9, 2.5, 1.7302509288071768),
      (0.999, 100, 3.1737394937387827), (0.01, 7, -2.9979515668685284),
      (0.975, 10000, 1.9602012398906259),
    ]
    for (p, v, t) in quantiles {
      let value = StudentT.quantile(p, degreesOfFreedom: v)
      #expect(relativeError(value, t) < 1e-11, "p = \(p), v = \(v)")
    }
    #expect(StudentT.quantile(0.5, degreesOfFreedom: 3) == 0)
    #expect(StudentT.quantile(0, degreesOfFreedom: 3) == -.infinity)
    #expect(StudentT.quantile(2, degreesOfFreedom: 3).isNaN)
  }
}
