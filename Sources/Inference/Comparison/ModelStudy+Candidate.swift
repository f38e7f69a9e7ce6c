import Statistics

extension ModelStudy {
  /// One model.
  public struct Candidate: Sendable {
    /// Its fit and place in the comparison.
    public let entry: ModelComparison.Entry
    /// Its forecasts of later samples; nil when it is not ranked.
    public let future: LeaveFutureOut?
    /// Sum of the scores over the common points; nil when they are not all scored.
    public internal(set) var score: Score?
    /// The best contender's score less this one's; negative for a model without weight that
    /// forecast better.
    public internal(set) var scoreDifference: Score?
    /// Its weight by leave-future-out scores; nil when it has none.
    public internal(set) var futureWeight: Double?

    /// Its name.
    public var model: String { entry.fit.model }
    /// Its residual checks; nil when the fit is not usable.
    public var checks: ResidualChecks? { entry.checks }
    /// Why it has no posterior draws; nil when it has.
    public var drawRefusal: String? { entry.drawRefusal }
    /// True when its numbers are held against those of others; see `ModelComparison.Standing`.
    public var isRanked: Bool { entry.isRanked }
    /// True when it takes part in weights: ranked, and not contradicted by its residuals.
    public var isContender: Bool { entry.standing == .contender }
    /// Its weight by the criterion among the contenders, all of it for a model ranked alone; nil when
    /// it has none.
    public var criterionWeight: Double? { entry.weight ?? (isContender ? 1 : nil) }
    /// True when its score cannot be told from the best contender's.
    public var isTied: Bool { isContender && scoreDifference.map { !$0.isClear } == true }
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
