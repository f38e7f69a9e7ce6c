/// A sample of numbers with weights, sorted once for any number of quantiles.
public struct WeightedSample: Sendable {
  /// The values with a weight above zero, ascending.
  public let values: [Double]
  /// Their weights; they sum to about 1.
  public let weights: [Double]
  /// Kish's effective sample size of the weights.
  public let effectiveSize: Double

  /// A sample with equal weights.
  ///
  /// Throws `StatisticsRefused` when it is empty or holds a NaN.
  public init(_ values: [Double]) throws(StatisticsRefused) {
    try self.init(values, weights: [Double](repeating: 1, count: values.count))
  }

  /// A sample with weights of any scale; values of weight zero are left out.
  ///
  /// Throws `StatisticsRefused` when no weight is above zero, a value is NaN, a weight is
  /// negative or not finite, or the counts differ. Infinite values are allowed.
  public init(_ values: [Double], weights: [Double]) throws(StatisticsRefused) {
    guard values.count == weights.count else {
      throw .countMismatch(values: values.count, weights: weights.count)
    }
    if let index = values.firstIndex(where: \.isNaN) { throw .notANumber(index: index) }
    effectiveSize = try effectiveSampleSize(weights)
    let largest = weights.max() ?? 1
    var kept: [(value: Double, weight: Double)] = []
    kept.reserveCapacity(values.count)
    for (value, weight) in zip(values, weights) where weight > 0 { kept.append((value, weight)) }
    kept.sort { a, b in
      a.value == b.value ? a.weight < b.weight : a.value < b.value
    }
    let scaled = kept.map { $0.weight / largest }
    let total = scaled.reduce(0, +)
    self.values = kept.map(\.value)
    self.weights = scaled.map { $0 / total }
  }

  /// The quantile of probability `p`, in the values' unit.
  ///
  /// A weighted mean of order statistics: value i counts as much as a uniform distribution on
  /// (h-1)/n ... h/n, h = p (n-1) + 1, puts on its share of the cumulative weight, where n is the
  /// effective sample size. With equal weights it is the linear interpolation of R's type 7.
  /// Throws `StatisticsRefused.invalidProbability` unless 0 <= p <= 1.
  /// Reference: Akinshin (2023), Weighted quantile estimators, arXiv:2304.07265, section 5.
  public func quantile(_ p: Double) throws(StatisticsRefused) -> Double {
    guard p >= 0, p <= 1 else { throw .invalidProbability(p) }
    return value(at: p * (effectiveSize - 1) + 1)
  }

  /// The value below which one more draw from the same distribution lies with probability `p`, in the
  /// values' unit: an end of an interval that is to hold what it says.
  ///
  /// As `quantile`, with h = p (n+1) within 1 ... n: the h-th of n draws has h/(n+1) of the
  /// distribution below it in the mean, so that `quantile` takes 2.8 % for 2.5 % at n = 300. With equal
  /// weights R's type 6. Outside h = 1 ... n no such value can be told from n draws; the outermost one is
  /// given. Throws `StatisticsRefused.invalidProbability` unless 0 <= p <= 1.
  /// Reference: Hyndman and Fan (1996), Am Stat 50:361, definition 6.
  public func bound(_ p: Double) throws(StatisticsRefused) -> Double {
    guard p >= 0, p <= 1 else { throw .invalidProbability(p) }
    return value(at: min(max(p * (effectiveSize + 1), 1), effectiveSize))
  }

  /// The h-th order statistic, h in 1 ... n.
  private func value(at h: Double) -> Double {
    func share(_ cumulative: Double) -> Double {
      min(max(effectiveSize * cumulative - (h - 1), 0), 1)
    }
    var result = 0.0
    var used = 0.0
    var cumulative = 0.0
    var last = values[0]
    for (value, weight) in zip(values, weights) {
      cumulative += weight
      let part = share(cumulative) - used
      guard part > 0 else { continue }
      result += part * value
      used += part
      last = value
    }
    // Rounding of the cumulative weights may leave a sliver of the last share.
    let rest = 1 - used
    return used > 0 && rest != 0 ? result + rest * last : used > 0 ? result : values.last ?? last
  }
}

/// The quantile of a weighted sample; see `WeightedSample`.
///
/// Throws `StatisticsRefused` for an empty sample, a NaN, a bad weight or a bad probability.
public func weightedQuantile(
  _ values: [Double], weights: [Double], _ p: Double
) throws(StatisticsRefused) -> Double {
  try WeightedSample(values, weights: weights).quantile(p)
}

/// Kish's effective sample size, (sum w)^2 / sum w^2: between 1 and the number of weights.
///
/// Throws `StatisticsRefused` for weights that are negative, not finite or all zero.
/// Reference: Kish (1965), Survey Sampling, section 11.7.
public func effectiveSampleSize(_ weights: [Double]) throws(StatisticsRefused) -> Double {
  if let index = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
    throw .invalidWeight(index: index)
  }
  guard let largest = weights.max(), largest > 0 else { throw .emptySample }
  let scaled = weights.map { $0 / largest }
  let total = scaled.reduce(0, +)
  return total * total / scaled.reduce(0) { $0 + $1 * $1 }
}
