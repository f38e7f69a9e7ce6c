/// Counts of values [days] in bins of equal relative width, pooled over all replications.
///
/// A bin is the binary exponent of the value and 7 more bits: 0.8 % wide, from 2^-14 d (5 s) to
/// 2^14 d. Counts are whole numbers, so merging in any order gives the same histogram, and its size
/// does not depend on how many values there are.
public struct Histogram: Sendable, Equatable {
  private static let bits: UInt64 = 7
  private static let lowest = (UInt64(1023 - 14) << bits)
  static let binCount = 28 << 7

  /// Values that are 0.
  public private(set) var zeros: UInt64 = 0
  private var bins: ContiguousArray<UInt64> = []
  /// Values counted.
  public private(set) var count: UInt64 = 0

  /// An empty histogram.
  public init() {}

  init(zeros: Int, positive: Int, bins: UnsafeBufferPointer<UInt32>) {
    self.zeros = UInt64(zeros)
    count = UInt64(zeros + positive)
    if positive > 0 { self.bins = ContiguousArray(bins.map { UInt64($0) }) }
  }

  mutating func merge(_ other: Histogram) {
    zeros += other.zeros
    count += other.count
    guard !other.bins.isEmpty else { return }
    if bins.isEmpty {
      bins = other.bins
    } else {
      for index in bins.indices { bins[index] += other.bins[index] }
    }
  }

  /// The value with share `p` (0 ... 1) of all values at or below it, interpolated inside its bin:
  /// within 0.8 % of the order statistic. NaN when nothing was counted or p is outside 0 ... 1.
  public func quantile(_ p: Double) -> Double {
    guard count > 0, p >= 0, p <= 1 else { return .nan }
    let rank = p * Double(count)
    var seen = Double(zeros)
    if rank <= seen { return 0 }
    for index in bins.indices where bins[index] > 0 {
      let here = Double(bins[index])
      if rank <= seen + here {
        let low = Histogram.edge(index)
        return low + (Histogram.edge(index + 1) - low) * (rank - seen) / here
      }
      seen += here
    }
    return Histogram.edge(bins.count)
  }

  /// The share of all values at or below `value` [days], interpolated; NaN when nothing was counted.
  public func share(atMost value: Double) -> Double {
    guard count > 0, !value.isNaN else { return .nan }
    guard value >= 0 else { return 0 }
    var below = Double(zeros)
    for index in bins.indices where bins[index] > 0 {
      let low = Histogram.edge(index)
      let high = Histogram.edge(index + 1)
      if high <= value {
        below += Double(bins[index])
      } else if low < value {
        below += Double(bins[index]) * (value - low) / (high - low)
      }
    }
    return below / Double(count)
  }

  /// The bin of a value above 0.
  @inline(__always)
  static func bin(_ value: Double) -> Int {
    let key = value.bitPattern >> (52 - bits)
    guard key > lowest else { return 0 }
    return min(Int(key - lowest), binCount - 1)
  }

  /// The lower edge of a bin.
  private static func edge(_ index: Int) -> Double {
    index == 0 ? 0 : Double(bitPattern: (lowest + UInt64(index)) << (52 - bits))
  }
}
