import Testing

@testable import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Dilution series")
struct DilutionSeriesTests {
  /// Counts by fraction, preparation and repetition; exposure 100 cells for one unit of density.
  static let single: [(Double, [[Double]])] = [
    (0.1, [[52], [61], [47]]), (0.25, [[140], [118], [151]]), (0.5, [[247], [300], [262]]),
    (0.75, [[405], [371], [440]]), (1, [[466], [533], [561]]),
  ]
  /// The raw counts of "Full_Template_Example_1_COMET.csv" of NIST's COMET
  /// (github.com/usnistgov/COMET): five fractions, three preparations, three counts of each. One
  /// count is there 1.19e-3 of 1e6 cells/mL, so the exposure is 840.
  static let comet: [(Double, [[Double]])] = [
    (0.1, [[85, 100, 82], [101, 94, 96], [87, 89, 85]]),
    (0.3, [[234, 276, 272], [283, 295, 288], [307, 243, 298]]),
    (0.5, [[415, 427, 410], [412, 430, 404], [403, 484, 433]]),
    (0.7, [[581, 631, 626], [629, 653, 619], [668, 689, 633]]),
    (0.9, [[807, 807, 759], [846, 785, 781], [830, 771, 798]]),
  ]

  static func series(_ data: [(Double, [[Double]])], exposure: Double) throws -> DilutionSeries {
    try DilutionSeries(
      data.flatMap { fraction, preparations in
        preparations.enumerated().flatMap { index, counts in
          counts.map {
            DilutionSeries.Reading(
              fraction: fraction, replicate: "\(index)", cells: $0, exposure: exposure)
          }
        }
      })
  }

  private func agree(_ a: Double?, _ b: Double, _ relative: Double) -> Bool {
    guard let a else { return false }
    return abs(a - b) <= relative * abs(b)
  }

  /// Every statistic against an independent computation with numpy and scipy: lstsq on a Vandermonde
  /// matrix, scipy.stats.nbinom, Dirichlet-multinomial from gammaln, bounded and Brent searches.
  /// Catches: 1/k left out of the variance; an exposure that is not summed; the polynomial's mean
  /// taken without weights; R^2 about the mean.
  @Test func againstSciPyWithoutRepeats() throws {
    let series = try Self.series(Self.single, exposure: 100)
    let variance = CounterVariance(series)
    let line = DilutionProportionality(series, variance: variance)
    #expect(agree(line.stock, 5.32564102564, 1e-11))
    #expect(agree(line.rSquared, 0.993267360016, 1e-11))
    #expect(agree(line.index, 0.0153041245386, 1e-9))
    #expect(agree(line.indexSum, 0.229561868079, 1e-9))
    #expect(agree(variance.cvExtra, 0.0623258187, 1e-5))
    // The estimate alone is the same one. Catches: a shortcut that takes another maximum.
    #expect(CounterVariance.extra(series) == (variance.cvExtra, true))
    #expect(agree(variance.low, 0.0208971127, 1e-6))
    #expect(agree(variance.high, 0.12077499, 1e-6))
    #expect(variance.cvBetween == nil)
    #expect(agree(variance.dispersion, 2.01121122498, 1e-10))
    #expect(agree(variance.dispersionP, 0.0135605754, 1e-7))
    #expect(agree(line.pValue, 0.973964918, 1e-6))
    #expect(agree(line.indexOfScatter, 0.0423316475, 1e-5))
    #expect(agree(variance.trend?.exponent, 0.3268, 1e-2))
    #expect(agree(variance.trend?.pValue, 0.67529, 1e-3))
  }

  /// The same with repeated counts, where the scatter parts into between and within.
  @Test func againstSciPyWithRepeats() throws {
    let series = try Self.series(Self.comet, exposure: 840)
    let variance = CounterVariance(series)
    let line = DilutionProportionality(series, variance: variance)
    #expect(agree(line.stock, 1.06063492063, 1e-11))
    #expect(agree(line.rSquared, 0.99844136469, 1e-11))
    #expect(agree(line.indexSum, 0.395713668087, 1e-9))
    #expect(agree(variance.cvExtra, 0.037756112, 1e-5))
    #expect(CounterVariance.extra(series) == (variance.cvExtra, true))
    #expect(agree(variance.cvBetween, 0.0290492624, 1e-4))
    #expect(agree(variance.cvWithin, 0.0241075489, 1e-4))
    #expect(agree(variance.low, 0.0137448961, 1e-4))
    #expect(agree(variance.high, 0.0654753, 1e-4))
    #expect(agree(variance.dispersion, 2.2352270051, 1e-10))
    #expect(agree(variance.dispersionWithin, 1.2478881640507045, 1e-10))
    #expect(agree(variance.dispersionWithinP, 0.16475558326931433, 1e-7))
    #expect(agree(line.pValue, 0.122229384, 1e-4))
    #expect(agree(line.indexOfScatter, 0.0199727078, 1e-4))
  }

  /// 500 simulated series of 5 fractions and 3 preparations with cv_extra 0.10: the median estimate
  /// is within 8 % of the truth and the interval covers it in 93 ... 97.5 % (binomial sd 1 %). With
  /// pure Poisson counts the interval starts at 0 in about 97.5 %. Catches: variance of ln without
  /// 1/k (the estimate is then 0.14), no correction for the estimated stock (low by 4 %), a
  /// one-sided threshold.
  @Test func recoversTheTruth() throws {
    var random = SplitMix(state: 20_391_2)
    func run(
      _ cv: Double, _ times: Int
    ) throws -> (estimates: [Double], covered: Int, fromZero: Int) {
      var estimates: [Double] = []
      var covered = 0
      var fromZero = 0
      for _ in 0..<times {
        let data = [0.1, 0.3, 0.5, 0.7, 1.0].map { f in
          (f, (0..<3).map { _ in [random.count(mean: 300 * f, cv: cv)] })
        }
        let found = CounterVariance(try Self.series(data, exposure: 300))
        estimates.append(found.cvExtra)
        if found.low <= cv, cv <= found.high { covered += 1 }
        if found.low == 0 { fromZero += 1 }
      }
      return (estimates.sorted(), covered, fromZero)
    }
    let noisy = try run(0.1, 500)
    #expect((465...488).contains(noisy.covered), "\(noisy.covered) of 500 intervals cover")
    #expect((0.092...0.106).contains(noisy.estimates[250]), "median \(noisy.estimates[250])")
    let poisson = try run(0, 200)
    #expect(poisson.fromZero >= 188, "\(poisson.fromZero) of 200 start at 0")
  }

  /// A counter that loses a fifth of the cells of the stock is found out by index and test, and a
  /// proportional one is not, exactly. Catches: an index without absolute values; levels that share
  /// their residuals with the line.
  @Test func coincidence() throws {
    let perfect = try Self.series(
      [0.2, 0.4, 0.8].map { ($0, [[500 * $0], [500 * $0]]) }, exposure: 100)
    let line = DilutionProportionality(perfect, variance: CounterVariance(perfect))
    #expect(line.index < 1e-14 && abs(line.rSquared - 1) < 1e-14)
    #expect(CounterVariance(perfect).cvExtra == 0)
    let lossy = try Self.series(
      [0.2, 0.4, 0.8, 1].map { f in
        (f, [-1.0, 0, 1].map { [(f == 1 ? 8000 : 10_000 * f) * (1 + 0.01 * $0)] })
      }, exposure: 100)
    let bent = DilutionProportionality(lossy, variance: CounterVariance(lossy))
    #expect(bent.index > 0.07)
    #expect((bent.pValue ?? 1) < 1e-4)
    #expect(bent.levels.map { $0.deviation < 0 } == [false, false, false, true])
  }

  /// Densities alone: 0.1 and 0.2 spread of ln by hand. For one reading a preparation the variance
  /// is that of ln(y/f) about its mean. Catches: n in place of n - 1; the fraction left in.
  @Test func readyMadeDensities() throws {
    let z = [0.1, -0.1, 0.2, -0.2, 0.0, 0.0]
    let fractions = [0.25, 0.25, 0.5, 0.5, 1, 1]
    let series = try DilutionSeries(
      zip(z, fractions).enumerated().map {
        DilutionSeries.Reading(
          fraction: $0.element.1, replicate: "\($0.offset)",
          density: 2 * $0.element.1 * exp($0.element.0))
      })
    let variance = CounterVariance(series)
    #expect(agree(variance.cvExtra, (0.1 / 5).squareRoot(), 1e-12))
    #expect(CounterVariance.extra(series) == (variance.cvExtra, false))
    #expect(!variance.isBeyondCounting && variance.dispersion == nil)
    // Chi-square quantiles of 5 df at 0.975 and 0.025: 12.8325, 0.831212 (NIST/SEMATECH tables).
    #expect(agree(variance.low, (0.1 / 12.8325).squareRoot(), 1e-5))
    #expect(agree(variance.high, (0.1 / 0.831212).squareRoot(), 1e-5))
  }

  /// Series that tell nothing are refused with their reason.
  @Test func refusals() {
    func refusal(_ data: [(Double, [[Double]])]) -> DilutionSeries.Refusal? {
      do {
        _ = try Self.series(data, exposure: 1)
        return nil
      } catch { return error as? DilutionSeries.Refusal }
    }
    #expect(refusal([(0.5, [[1], [2]]), (1, [[3], [4], [5]])]) == .fractions(2))
    #expect(refusal([(0.2, [[1]]), (0.5, [[1]]), (1, [[3]])]) == .preparations(3))
    #expect(refusal([(0.2, [[0], [0]]), (0.5, [[0], [0]]), (1, [[0]])]) == .nothingCounted)
    #expect(refusal([(1.2, [[0]])]) == .invalidReading(index: 0))
    #expect(refusal([(0.2, [[.nan]])]) == .invalidReading(index: 0))
  }
}

/// A small generator so that the tests repeat (SplitMix64, Steele et al. 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func uniform() -> Double {
    Double.random(in: Double.leastNormalMagnitude..<1, using: &self)
  }

  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }

  /// Poisson with a gamma mean: negative binomial. Gamma by Marsaglia and Tsang (2000).
  mutating func count(mean: Double, cv: Double) -> Double {
    var rate = mean
    if cv > 0 {
      let d = 1 / (cv * cv) - 1.0 / 3
      let c = 1 / (9 * d).squareRoot()
      while true {
        let x = normal()
        let v = 1 + c * x
        guard v > 0 else { continue }
        let cube = v * v * v
        if log(uniform()) < 0.5 * x * x + d - d * cube + d * log(cube) {
          rate = mean * d * cube * cv * cv
          break
        }
      }
    }
    // Arrivals of a Poisson process until the rate is used up.
    var used = -log(uniform())
    var count = 0.0
    while used < rate {
      count += 1
      used -= log(uniform())
    }
    return count
  }
}
