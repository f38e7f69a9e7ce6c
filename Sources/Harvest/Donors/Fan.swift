import Statistics

/// Weighted quantiles of one number: what a forecast shows of it.
public struct Fan: Sendable, Hashable {
  /// The levels.
  public static let levels = [0.05, 0.25, 0.5, 0.75, 0.95]
  /// Values at `levels`.
  public let values: [Double]

  /// Quantiles of a sample.
  public init(_ sample: WeightedSample) throws(StatisticsRefused) {
    var found: [Double] = []
    for level in Fan.levels {
      // Rounding may put a quantile below the one before it.
      found.append(max(try sample.bound(level), found.last ?? -.infinity))
    }
    values = found
  }

  /// The median.
  public var median: Double { values[2] }
  /// The 50 % interval.
  public var half: ClosedRange<Double> { values[1]...values[3] }
  /// The 90 % interval.
  public var ninety: ClosedRange<Double> { values[0]...values[4] }
}
