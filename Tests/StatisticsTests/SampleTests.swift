import Statistics
import Testing

/// Quantiles, criteria and tests of residuals.
@Suite struct SampleTests {
  /// Catches: another definition than R's type 7 at equal weights. Literals: numpy.quantile
  /// (linear) of the same seven numbers.
  @Test func equalWeightsAreTypeSeven() throws {
    let sample = try WeightedSample([2.5, -1, 7, 3.25, 0, 11, 4])
    let table: [(p: Double, value: Double)] = [
      (0, -1), (0.05, -0.7), (0.3, 2), (0.5, 3.25), (0.77, 5.86), (1, 11),
    ]
    for (p, value) in table { #expect(abs(try sample.quantile(p) - value) < 1e-14, "p = \(p)") }
    #expect(try WeightedSample([3]).quantile(0.2) == 3)
  }

  /// Catches: ends of intervals by type 7, which leave 2.8 % for 2.5 % below them at 300 draws. Literals:
  /// numpy.quantile (weibull) of the same seven numbers; beyond the outermost ranks it gives these.
  @Test func boundsAreTypeSix() throws {
    let sample = try WeightedSample([2.5, -1, 7, 3.25, 0, 11, 4])
    let table: [(p: Double, value: Double)] = [
      (0, -1), (0.05, -1), (0.3, 1), (0.5, 3.25), (0.77, 7.64), (1, 11),
    ]
    for (p, value) in table { #expect(abs(try sample.bound(p) - value) < 1e-14, "p = \(p)") }
    #expect(throws: StatisticsRefused.invalidProbability(1.5)) { try sample.bound(1.5) }
  }

  /// Catches: weights that are not carried along by the sort, a zero weight that counts.
  /// Literals: the defining integral in exact fractions (Python), values 5 1 4 2 9 with weights
  /// 1 3 2 0 4: 1, 27/20, 11/4, 31/6, 9, 9.
  @Test func weightsCount() throws {
    let sample = try WeightedSample([5, 1, 4, 2, 9], weights: [1, 3, 2, 0, 4])
    let table: [(p: Double, value: Double)] = [
      (0, 1), (0.05, 1.35), (0.25, 2.75), (0.5, 31.0 / 6), (0.9, 9), (1, 9),
    ]
    for (p, value) in table { #expect(abs(try sample.quantile(p) - value) < 1e-14, "p = \(p)") }
    #expect(abs(sample.effectiveSize - 100.0 / 30) < 1e-14)
    // Neither the order of the draws nor the scale of the weights matters.
    let again = try WeightedSample([9, 2, 4, 1, 5], weights: [4e300, 0, 2e300, 3e300, 1e300])
    #expect(try again.quantile(0.3) == sample.quantile(0.3))
    #expect(try weightedQuantile([5, 1], weights: [0, 2], 0.5) == 1)
  }

  /// Catches: NaN sorted in silence, which leaves any order behind.
  @Test func refusals() {
    #expect(throws: StatisticsRefused.notANumber(index: 1)) { try WeightedSample([3, .nan, 1]) }
    #expect(throws: StatisticsRefused.emptySample) { try WeightedSample([]) }
    #expect(throws: StatisticsRefused.emptySample) { try WeightedSample([1], weights: [0]) }
    #expect(throws: StatisticsRefused.invalidWeight(index: 0)) {
      try WeightedSample([1, 2], weights: [-1, 2])
    }
    #expect(throws: StatisticsRefused.invalidWeight(index: 1)) {
      try effectiveSampleSize([1, .infinity])
    }
    #expect(throws: StatisticsRefused.countMismatch(values: 2, weights: 1)) {
      try weightedQuantile([1, 2], weights: [1], 0.5)
    }
    #expect(throws: StatisticsRefused.invalidProbability(1.5)) {
      try WeightedSample([1, 2]).quantile(1.5)
    }
    #expect(throws: StatisticsRefused.self) { try WeightedSample([1, 2]).quantile(.nan) }
    #expect(StatisticsRefused.notANumber(index: 4).description.contains("value 4"))
  }

  /// Catches: Kish's formula with a wrong numerator.
  @Test func effectiveSize() throws {
    #expect(try effectiveSampleSize([2, 2, 2, 2]) == 4)
    #expect(try effectiveSampleSize([0, 5, 0]) == 1)
    #expect(abs(try effectiveSampleSize([1, 2, 3]) - 36.0 / 14) < 1e-15)
  }

  /// Catches: a correction with the wrong denominator, or one where it has no meaning.
  /// L = -50, n = 20, k = 4: AICc = 100 + 8 + 40/15; BIC = 100 + 4 ln 20.
  @Test func informationCriteria() {
    let corrected = aicc(logLikelihood: -50, observations: 20, parameters: 4)
    #expect(abs((corrected ?? 0) - 110.66666666666667) < 1e-13)
    let schwarz = bic(logLikelihood: -50, observations: 20, parameters: 4)
    #expect(abs((schwarz ?? 0) - 111.98292909421596) < 1e-13)
    #expect(aicc(logLikelihood: -50, observations: 5, parameters: 4) == nil)
    #expect(aicc(logLikelihood: -50, observations: 6, parameters: 4) == 148)
    #expect(aicc(logLikelihood: .nan, observations: 20, parameters: 4) == nil)
    #expect(bic(logLikelihood: -50, observations: 0, parameters: 4) == nil)
  }

  /// Catches: a miscounted run, a probability of the wrong tail. Literals: counts over all
  /// arrangements (Python, itertools): of 6 and 5 signs at most 3 runs 1/42, at least 230/231; of
  /// 3 and 8 at least 7 runs 7/33; of 2 and 2 at least 4 runs 1/3; of 10 and 4 at most 2 runs
  /// 2/1001.
  @Test func runs() throws {
    let bent = try RunsTest([-1, -2, 0, -1, 3, 1, 2, 2, 5, 1, -1, -3])
    #expect(bent.positive == 6 && bent.negative == 5 && bent.runs == 3)
    #expect(relativeError(bent.probabilityOfFewer, 1.0 / 42) < 1e-13)
    #expect(relativeError(bent.probabilityOfMore, 230.0 / 231) < 1e-13)
    #expect(relativeError(bent.pValue, 1.0 / 21) < 1e-13)
    let many = try RunsTest([-1, 1, -1, -1, 1, -1, -1, -1, 1, -1, -1])
    #expect(many.runs == 7 && relativeError(many.probabilityOfMore, 7.0 / 33) < 1e-13)
    let alternating = try RunsTest([1, -1, 1, -1])
    #expect(relativeError(alternating.probabilityOfMore, 1.0 / 3) < 1e-13)
    let jump = try RunsTest([Double](repeating: 1, count: 10) + [-1, -1, -1, -1])
    #expect(relativeError(jump.probabilityOfFewer, 2.0 / 1001) < 1e-12)
    #expect(try RunsTest([1, 2, 3]).pValue == 1 && RunsTest([]).runs == 0)
    #expect(throws: StatisticsRefused.notANumber(index: 0)) { try RunsTest([.nan]) }
  }

  /// Catches: a sum over the wrong lag or without the mean. For 1 2 3 4: 1.25/5.
  @Test func autocorrelation() {
    #expect(abs((lagOneAutocorrelation([1, 2, 3, 4]) ?? 0) - 0.25) < 1e-15)
    #expect(abs((lagOneAutocorrelation([1, -1, 1, -1]) ?? 0) + 0.75) < 1e-15)
    #expect(lagOneAutocorrelation([2, 2, 2]) == nil && lagOneAutocorrelation([1, 2]) == nil)
    #expect(lagOneAutocorrelation([1, .nan, 2]) == nil)
  }
}
