import Statistics

/// What a plan has to reach: a metric on one side of a number.
public struct Target: Sendable, Hashable {
  /// Which side is good.
  public enum Side: String, Sendable {
    /// The metric is to be at most the bound: waits, lead times.
    case atMost
    /// The metric is to be at least the bound: on-time shares, throughput.
    case atLeast
  }

  /// The number that counts, such as `.mean(.wait("device"))` or `.within(.recorded("lead"))`.
  public var metric: Metric
  /// Which side is good.
  public var side: Side
  /// In the unit of the metric.
  public var bound: Double

  /// A target from its parts.
  public init(_ metric: Metric, _ side: Side, _ bound: Double) {
    self.metric = metric
    self.side = side
    self.bound = bound
  }

  /// Whether the mean of an estimate is on the good side; false when nothing was estimated.
  public func isMet(by estimate: Estimate?) -> Bool {
    guard let estimate, estimate.count > 0, estimate.mean.isFinite else { return false }
    return side == .atMost ? estimate.mean <= bound : estimate.mean >= bound
  }

  /// The probability that the true mean is on the good side, from the spread of the replications.
  ///
  /// T((bound - mean)/se) with Student's t of n - 1 degrees of freedom, and 1 less that for `atLeast`; 0 or
  /// 1 where all replications agree; NaN below two of them. It tells the chance of the simulation alone.
  public func chance(_ estimate: Estimate) -> Double {
    guard estimate.count > 1, estimate.mean.isFinite else { return .nan }
    guard estimate.standardError > 0 else { return isMet(by: estimate) ? 1 : 0 }
    let below = StudentT.upperTail(
      (estimate.mean - bound) / estimate.standardError, degreesOfFreedom: Double(estimate.count - 1)
    )
    return side == .atMost ? below : 1 - below
  }

  /// How far a mean is on the wrong side, >= 0; infinite when nothing was estimated.
  func shortfall(_ estimate: Estimate?) -> Double {
    guard let estimate, estimate.count > 0 else { return .infinity }
    return max(0, side == .atMost ? estimate.mean - bound : bound - estimate.mean)
  }
}
