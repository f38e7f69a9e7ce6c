/// Weighted quantiles of one quantity at one time.
public struct Quantiles: Sendable, Hashable {
  /// Levels that every forecast gives.
  public static let levels = [0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975]
  /// Values at `levels`.
  public let values: [Double]

  /// Quantiles from the values at `levels`; a rounding error that makes one smaller than the one
  /// before it is taken out.
  public init(values: [Double]) {
    var highest = -Double.infinity
    self.values = values.map { value in
      highest = value > highest ? value : highest
      return highest
    }
  }

  /// The median.
  public var median: Double { values[3] }
  /// The 50 % interval.
  public var half: ClosedRange<Double> { values[2]...values[4] }
  /// The 80 % interval.
  public var eighty: ClosedRange<Double> { values[1]...values[5] }
  /// The 95 % interval.
  public var ninetyFive: ClosedRange<Double> { values[0]...values[6] }
}
