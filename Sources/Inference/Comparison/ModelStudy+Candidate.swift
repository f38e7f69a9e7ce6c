import Statistics

extension ModelStudy {
  /// One model.
  public struct Candidate: Sendable {
    /// Its fit and place in the comparison.
    public let entry: ModelComparison.Entry
    /// Its residual checks; nil when the fit is not usable.
    public let checks: ResidualChecks?
    /// Its forecasts of later samples; nil when it is not usable or on other measurements.
    public let future: LeaveFutureOut?
    /// Why it has no posterior draws; nil when it has.
    public let drawRefusal: String?
    /// Sum of the scores over the common points; nil when they are not all scored.
    public internal(set) var score: Score?
    /// The best contender's score less this one's; negative for a model without weight that
    /// forecast better.
    public internal(set) var scoreDifference: Score?
    /// Its weight by the criterion among the contenders; nil when it has none.
    public internal(set) var criterionWeight: Double?
    /// Its weight by leave-future-out scores; nil when it has none.
    public internal(set) var futureWeight: Double?

    /// Its name.
    public var model: String { entry.fit.model }
    /// True when it is on the same measurements as the others, and usable.
    public var isRanked: Bool { entry.fit.isUsable && entry.isComparable }
    /// True when it takes part in weights: ranked, and not contradicted by its residuals.
    public var isContender: Bool { isRanked && checks?.isMisfit != true }
    /// True when its score cannot be told from the best contender's.
    public var isTied: Bool { isContender && scoreDifference.map { !$0.isClear } == true }

    /// Weights of the contenders by the criterion; a model alone has all of it.
    static func fillCriterion(_ candidates: inout [Candidate], criterion: String) {
      let chosen = candidates.indices.filter { candidates[$0].isContender }
      let values = chosen.map { index -> Double in
        let fit = candidates[index].entry.fit
        return (criterion == "AICc" ? fit.aicc : fit.bic) ?? .infinity
      }
      for (index, weight) in zip(chosen, ModelWeights.information(values)) {
        candidates[index].criterionWeight = weight
      }
    }
  }

  /// A sum of log predictive densities over later samples, or a difference of two.
  public struct Score: Sendable {
    /// The sum.
    public let sum: Double
    /// Its standard error over the samples, sqrt(n * variance of the points); nil for one sample.
    public let samplingError: Double?
    /// Its standard error from the finite number of draws.
    public let monteCarloError: Double
    /// Samples in the sum.
    public let count: Int

    init(_ points: [Double], errors: [Double]) {
      let whole = sumWithError(points)
      sum = whole.sum
      samplingError = whole.error
      monteCarloError = errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
      count = points.count
    }

    /// The largest sum that is still in keeping with 0: 95 % of Student's t over so few samples,
    /// with two Monte-Carlo errors; infinite for one sample.
    public var margin: Double {
      guard let samplingError, count > 1 else { return .infinity }
      let t = StudentT.quantile(0.975, degreesOfFreedom: Double(count - 1))
      let (a, b) = (t * samplingError, 2 * monteCarloError)
      return (a * a + b * b).squareRoot()
    }

    /// True when a difference is larger than its errors.
    public var isClear: Bool { abs(sum) > margin }
  }
}
