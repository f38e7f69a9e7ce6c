/// How a posterior is sampled.
public struct SamplerOptions: Sendable, Hashable {
  /// Independent chains; at least 2 are needed for a verdict.
  public var chains = 4
  /// Transitions of each chain that only learn its step and metric.
  public var warmUp = 500
  /// Transitions of each chain that are kept.
  public var draws = 1000
  /// The acceptance statistic that the step is tuned to, between 0 and 1.
  public var targetAcceptance = 0.9
  /// The target of the one further attempt after divergences; nil for none.
  public var retryAcceptance: Double? = 0.99
  /// A trajectory has at most 2^maximumDepth - 1 steps.
  public var maximumDepth = 10
  /// Seed of everything random.
  public var seed: UInt64 = 1
  /// Threads; the draws do not depend on them.
  public var threads = 1

  /// The defaults.
  public init() {}

  /// Windows of the warm-up after which the metric is learned anew, as ends of transitions: about a
  /// tenth for the step alone, then windows that double, then a tenth for the step again.
  ///
  /// Reference: Stan Reference Manual, chapter MCMC sampling, warm-up.
  var windows: [Int] {
    let edge = max(warmUp / 10, min(10, warmUp))
    let last = warmUp - edge
    var ends: [Int] = []
    var size = 25
    var end = edge
    while end + size <= last {
      // A window too short for its successor takes the rest.
      end = end + 3 * size > last ? last : end + size
      ends.append(end)
      size *= 2
    }
    if ends.isEmpty, last > edge { ends = [last] }
    return ends
  }
}
