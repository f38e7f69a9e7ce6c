extension ResidualBattery {
  /// What a check looks at.
  public enum Kind: String, Sendable, CaseIterable {
    /// Neighbours err together: lag-1 autocorrelation, one-sided.
    case autocorrelation
    /// The sign changes too seldom: number of runs of one sign, one-sided.
    case runs
    /// Sum of squares in units of the stated noise, too large.
    case tooLarge
    /// Sum of squares in units of the stated noise, too small.
    case tooSmall
    /// The largest standardised residual.
    case outlier
    /// Rank correlation of the residual's size with time.
    case sizeWithTime
    /// Rank correlation of the residual's size with the mean.
    case sizeWithLevel
    /// The mean residual of one run among several, in units of its error, either side.
    case offset

    var isSuspiciousWhenSmall: Bool { self == .runs || self == .tooSmall }
  }

  /// Series that are checked together, such as one quantity of several runs.
  ///
  /// Neighbours in time are neighbours within a series only.
  public struct Group: Sendable, Hashable {
    /// The series.
    public let series: [Int]
    /// True for one run's share of series that are also checked together: it is asked whether it
    /// lies off as a whole, whether neighbours err together, and whether it scatters too widely.
    public let isPart: Bool

    /// Series checked together for everything.
    public static func whole(_ series: [Int]) -> Group { Group(series: series, isPart: false) }
    /// One of several series that are also checked together.
    public static func part(_ series: Int) -> Group { Group(series: [series], isPart: true) }
  }

  /// Readings of one series taken at the same time; they have no order among themselves.
  ///
  /// `indices` are of `readings`, in order of time.
  public static func moments(
    _ indices: [Int], in readings: [LinearisedFit.Reading]
  ) -> [[Int]] {
    var moments: [[Int]] = []
    for index in indices {
      if let last = moments.last?.first, readings[last].time == readings[index].time {
        moments[moments.count - 1].append(index)
      } else {
        moments.append([index])
      }
    }
    return moments
  }

  /// The mean of residuals taken at one time in units of its own error, sum / sqrt(count).
  public static func together(_ moment: [Int], _ residuals: [Double]) -> Double {
    moment.reduce(0) { $0 + residuals[$1] } / Double(moment.count).squareRoot()
  }
}
