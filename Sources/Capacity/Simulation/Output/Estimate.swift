import Statistics

/// The mean of a metric over independent replications, with its uncertainty.
public struct Estimate: Sendable, Equatable {
  /// Replications that gave a value.
  public private(set) var count = 0
  /// Their mean; 0 before the first.
  public private(set) var mean = 0.0
  /// Smallest and largest value.
  public private(set) var least = Double.infinity
  /// Largest value.
  public private(set) var most = -Double.infinity
  private var squares = 0.0

  /// Nothing seen yet.
  public init() {}

  /// Takes the value of the next replication; NaN (no value there) is left out.
  ///
  /// Source: Welford (1962), Technometrics 4, 419-420.
  public mutating func add(_ value: Double) {
    guard !value.isNaN else { return }
    count += 1
    let distance = value - mean
    mean += distance / Double(count)
    squares += distance * (value - mean)
    least = min(least, value)
    most = max(most, value)
  }

  /// Standard deviation between replications; NaN below two.
  public var standardDeviation: Double {
    count > 1 ? (squares / Double(count - 1)).squareRoot() : .nan
  }

  /// Standard error of the mean; NaN below two replications.
  public var standardError: Double {
    count > 1 ? standardDeviation / Double(count).squareRoot() : .nan
  }

  /// Half the width of the interval that covers the expectation with probability `level`.
  ///
  /// t(count - 1) quantile times the standard error; NaN below two replications.
  public func halfWidth(level: Double = 0.95) -> Double {
    guard count > 1 else { return .nan }
    return StudentT.quantile((1 + level) / 2, degreesOfFreedom: Double(count - 1)) * standardError
  }
}
