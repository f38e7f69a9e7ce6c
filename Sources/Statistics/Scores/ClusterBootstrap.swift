import Randomness

/// The mean over clusters with an interval by drawing whole clusters anew.
public struct ClusterBootstrap: Sendable, Hashable {
  /// Mean of the clusters' means: each cluster counts once, however many members it has.
  public let mean: Double
  /// Percentile interval of 95 %; nil with fewer than three clusters.
  public let interval: ClosedRange<Double>?
  /// Number of clusters.
  public let clusters: Int

  /// Draws so many sets of clusters.
  public static let repeats = 2000

  /// The mean of the clusters' means; nil without clusters.
  ///
  /// Values of one cluster, such as forecasts of one donor, are not independent of each other;
  /// clusters are. Source: Davison and Hinkley (1997), Bootstrap methods and their application,
  /// section 3.8.
  public init?(_ values: [[Double]], stream: inout RandomStream) {
    let means = values.filter { !$0.isEmpty }.map { $0.reduce(0, +) / Double($0.count) }
    guard !means.isEmpty, means.allSatisfy(\.isFinite) else { return nil }
    clusters = means.count
    mean = means.reduce(0, +) / Double(means.count)
    guard means.count > 2 else {
      interval = nil
      return
    }
    var drawn: [Double] = []
    drawn.reserveCapacity(Self.repeats)
    for _ in 0..<Self.repeats {
      var sum = 0.0
      for _ in means { sum += means[Int(stream.integer(below: UInt64(means.count)))] }
      drawn.append(sum / Double(means.count))
    }
    guard let sample = try? WeightedSample(drawn), let low = try? sample.bound(0.025),
      let high = try? sample.bound(0.975)
    else {
      interval = nil
      return
    }
    interval = low...max(low, high)
  }
}
