import RunRecords

/// A time at which a culture is looked at, before or after the operations of that time.
public struct Instant: Sendable, Hashable {
  /// Hours from the run's zero.
  public let time: Double
  /// Before (left limit) or after (right limit) operations at the same time.
  public let phase: Observation.Phase

  /// An instant; before operations by default.
  public init(time: Double, phase: Observation.Phase = .before) {
    self.time = time
    self.phase = phase
  }
}

/// What a culture shows at one instant.
public struct Snapshot: Sendable {
  /// The instant.
  public let instant: Instant
  /// Means of the model's observables, base units.
  public let means: [Double]
  /// Noise scales of the model's observables.
  public let noise: [Double]
  /// Amounts of the states: 1e6 cells, umol; per-cell states as they are.
  public let amounts: [Double]
  /// Culture volume, mL (1 when the run does not tell it).
  public let volume: Double
  /// Fraction of all cells ever grown that is still in the vessel.
  public let kept: Double
  /// The rules that were carried out up to here, in order.
  public let firings: [Firing]
}
