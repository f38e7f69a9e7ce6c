#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Quantiles of a stream of numbers in little memory, with a stated relative accuracy.
///
/// Bucket i of a sign counts the values with g^(i-1) < |x| <= g^i, g = (1 + a)/(1 - a), and stands
/// for 2 g^i/(g + 1), which is within the relative accuracy a of all of them. Memory depends on the
/// range of the values and not on their number. Counts are whole numbers, so any split of a stream
/// into sketches, merged in any order, gives the same sketch to the bit.
///
/// *Edge cases:* magnitudes below `smallest` count as zero; magnitudes above `largest`, infinities
/// included, count in the last bucket. A quantile never leaves the range of the values seen.
/// Reference: Masson, Rim and Lee (2019), DDSketch, PVLDB 12, 2195-2205.
public struct QuantileSketch: Sendable, Hashable {
  /// Magnitudes below this one are counted as zero.
  public static let smallest = 1e-15
  /// Magnitudes above this one share a bucket.
  public static let largest = 1e18

  /// The bound on |estimate - quantile| / |quantile|.
  public let relativeAccuracy: Double
  /// Values seen.
  public private(set) var count: UInt64 = 0
  /// The smallest value seen; infinite before the first.
  public private(set) var minimum = Double.infinity
  /// The largest value seen; minus infinite before the first.
  public private(set) var maximum = -Double.infinity

  private let inverseLogRatio: Double
  private var zeros: UInt64 = 0
  private var positive = Buckets()
  private var negative = Buckets()

  /// An empty sketch; the accuracy is taken into 1e-5 ... 0.1.
  public init(relativeAccuracy: Double = 0.001) {
    let accuracy = relativeAccuracy > 1e-5 ? min(relativeAccuracy, 0.1) : 1e-5
    self.relativeAccuracy = accuracy
    inverseLogRatio = 1 / log((1 + accuracy) / (1 - accuracy))
  }

  /// Counts a value.
  ///
  /// Throws `StatisticsRefused.notANumber` for a NaN, with the number of values before it.
  public mutating func add(_ value: Double) throws(StatisticsRefused) {
    if value.isNaN { throw .notANumber(index: Int(clamping: count)) }
    count += 1
    if value < minimum { minimum = value }
    if value > maximum { maximum = value }
    let size = min(abs(value), QuantileSketch.largest)
    if size < QuantileSketch.smallest {
      zeros += 1
    } else if value > 0 {
      positive.add(1, at: bucket(of: size))
    } else {
      negative.add(1, at: bucket(of: size))
    }
  }

  /// Counts everything that another sketch has counted.
  ///
  /// Throws `StatisticsRefused.accuracyMismatch` when the other has another accuracy.
  public mutating func merge(_ other: QuantileSketch) throws(StatisticsRefused) {
    guard other.relativeAccuracy == relativeAccuracy else {
      throw .accuracyMismatch(relativeAccuracy, other.relativeAccuracy)
    }
    count += other.count
    zeros += other.zeros
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    positive.merge(other.positive)
    negative.merge(other.negative)
  }

  /// The value of rank p (count - 1), rounded to the nearest rank: within the relative accuracy of
  /// that order statistic.
  ///
  /// Throws `StatisticsRefused` when nothing was counted or p is not in 0 ... 1.
  public func quantile(_ p: Double) throws(StatisticsRefused) -> Double {
    guard p >= 0, p <= 1 else { throw .invalidProbability(p) }
    guard count > 0 else { throw .emptySample }
    let rank = UInt64((p * Double(count - 1)).rounded())
    if rank == 0 { return minimum }
    if rank >= count - 1 { return maximum }
    var seen: UInt64 = 0
    for (index, n) in negative.counts.enumerated().reversed() {
      seen += n
      if seen > rank { return inside(-middle(negative.first + index)) }
    }
    seen += zeros
    if seen > rank { return inside(0) }
    for (index, n) in positive.counts.enumerated() {
      seen += n
      if seen > rank { return inside(middle(positive.first + index)) }
    }
    return maximum
  }

  /// Buckets in memory.
  public var bucketCount: Int { positive.counts.count + negative.counts.count }

  private func bucket(of size: Double) -> Int { Int((log(size) * inverseLogRatio).rounded(.up)) }

  private func middle(_ bucket: Int) -> Double {
    exp(Double(bucket) / inverseLogRatio) * (1 - relativeAccuracy)
  }

  private func inside(_ value: Double) -> Double { min(max(value, minimum), maximum) }

  /// Counts of neighbouring buckets.
  private struct Buckets: Sendable, Hashable {
    /// The bucket of the first count.
    var first = 0
    var counts: [UInt64] = []

    mutating func add(_ n: UInt64, at bucket: Int) {
      reach(bucket, bucket)
      counts[bucket - first] += n
    }

    mutating func merge(_ other: Buckets) {
      guard !other.counts.isEmpty else { return }
      reach(other.first, other.first + other.counts.count - 1)
      for (index, n) in other.counts.enumerated() { counts[other.first - first + index] += n }
    }

    private mutating func reach(_ low: Int, _ high: Int) {
      if counts.isEmpty {
        first = low
        counts = [UInt64](repeating: 0, count: high - low + 1)
        return
      }
      if low < first {
        counts.insert(contentsOf: repeatElement(0, count: first - low), at: 0)
        first = low
      }
      let last = first + counts.count - 1
      if high > last { counts.append(contentsOf: repeatElement(0, count: high - last)) }
    }
  }
}
