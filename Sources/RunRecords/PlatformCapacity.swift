/// What a platform tells of its carrying capacity.
public struct PlatformCapacity: Sendable, Hashable {
  /// The platform's name.
  public let platform: String
  /// Median capacity, 1e6 cells.
  public let median: Double
  /// Spread of its logarithm.
  public let sdLn: Double
  /// True when its source was not read.
  public let isUnverified: Bool

  /// A capacity from its parts.
  public init(platform: String, median: Double, sdLn: Double, isUnverified: Bool) {
    self.platform = platform
    self.median = median
    self.sdLn = sdLn
    self.isUnverified = isUnverified
  }
}
