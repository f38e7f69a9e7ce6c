import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One count of a culture on the ln scale.
public struct GrowthCount: Codable, Sendable, Equatable {
  /// Elapsed time, h.
  public var time: Double
  /// ln of the cells counted (of their mean, when several wells or readings were averaged), in
  /// whatever unit all runs of one learning share.
  public var logCells: Double
  /// How many wells or readings were averaged; 1 or more.
  public var replicates: Double
  /// True when another run has the same count (one well for several conditions): growth starts from it
  /// as from any other, but it is not foretold once more.
  public var isRepeat: Bool

  /// A count of `logCells` at `time` h, the mean of so many replicates.
  public init(time: Double, logCells: Double, replicates: Double = 1, isRepeat: Bool = false) {
    self.time = time
    self.logCells = logCells
    self.replicates = replicates
    self.isRepeat = isRepeat
  }
}

/// The counts of one run, with whose cells they are and how they were kept.
public struct GrowthHistory: Codable, Sendable, Equatable {
  /// The run's name.
  public var run: String
  /// Whose cells; runs of one donor are never split between teaching and trying.
  public var donor: String
  /// The run's conditions, one label a factor, in an order that all runs share: cell type, medium.
  public var factors: [String]
  /// The counts, times ascending.
  public var counts: [GrowthCount]

  /// A run's counts, checked: finite numbers, at least one replicate each, times that ascend.
  ///
  /// Throws `InputRefused` naming the run and the count.
  public init(
    run: String, donor: String, factors: [String], counts: [GrowthCount]
  ) throws(InputRefused) {
    self.run = run
    self.donor = donor
    self.factors = factors
    self.counts = counts
    try check()
  }

  /// See `init`; decoded histories are checked again before use.
  func check() throws(InputRefused) {
    for (k, count) in counts.enumerated() {
      guard count.time.isFinite, count.logCells.isFinite, count.replicates.isFinite,
        count.replicates >= 1, abs(count.time) < 1e7, abs(count.logCells) < 700
      else {
        throw GrowthRefusal.of(
          run, "Count \(k + 1) has a time, a ln of cells or a number of replicates that is none.",
          "Give finite numbers, of cells above 0, and 1 or more replicates.")
      }
      guard k == 0 || count.time > counts[k - 1].time else {
        throw GrowthRefusal.of(
          run, "Count \(k + 1) is not later than the count before.",
          "Sort by time and average the counts of one time.")
      }
    }
  }

  /// The factors as one label.
  public var group: String { factors.joined(separator: " | ") }
}

/// How refusals of this folder are made.
enum GrowthRefusal {
  static func of(_ run: String, _ cause: String, _ remedy: String) -> InputRefused {
    InputRefused([Finding(.error, "E_GROWTH", at: Place(file: run), cause, remedy: remedy)])
  }
}
