/// How growth is learned.
public struct GrowthOptions: Codable, Sendable, Hashable {
  /// Degrees of freedom of the Student t by which runs scatter about the learned growth.
  public var studentDegrees = 4.0
  /// The same for the path, where each run scatters as a whole; nil for normal runs, needed where
  /// every count stands alone.
  public var pathStudentDegrees: Double? = 5
  /// Counts of one run that are closer than this, h, do not make a growth rate.
  public var spacing = 12.0
  /// A gap between the sampling times of all runs that ends a window of origins, h.
  public var windowGap = 6.0
  /// Fewest runs that a window of origins is learned from.
  public var fewestRuns = 20
  /// Fewest donors that a window of origins is learned from.
  public var fewestDonors = 8
  /// Whether the level of the last count says something of the growth to come. It does so only
  /// within one kind of vessel, in one unit.
  public var usesLevel = true
  /// Spacing of the knots of the path's mean growth rate, h.
  public var knotSpacing = 24.0
  /// How far the path is made beyond the last count that teaches, h.
  public var reach = 24.0
  /// True when ln of cells is 0 at time 0 by definition (fold expansion).
  public var startsAtFold = false
  /// Most steps of one search for hyper-parameters.
  public var maximumSteps = 80
  /// Rounds of search and of weights for outlying runs.
  public var rounds = 4

  /// The defaults.
  public init() {}
}
