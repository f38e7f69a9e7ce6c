import RunRecords

/// A reading against what those before it let expect.
public struct LatestReadingCheck: Sendable, Hashable {
  /// Hours of the reading.
  public let hour: Double
  /// The quantity.
  public let quantity: String
  /// What was read, base units.
  public let reading: Double
  /// The central `level` of what was expected, base units.
  public let expected: ClosedRange<Double>
  /// The share of what was expected that lies in `expected`.
  public let level: Double
  /// Two-sided predictive p-value; against a fit times the number of quantities read then, at most 1.
  public let p: Double

  /// A check from its parts.
  public init(
    hour: Double, quantity: String, reading: Double, expected: ClosedRange<Double>,
    level: Double = 0.95, p: Double
  ) {
    (self.hour, self.quantity, self.reading) = (hour, quantity, reading)
    (self.expected, self.level, self.p) = (expected, level, p)
  }

  /// True for a reading above all that was expected.
  public var isAbove: Bool { reading > expected.upperBound }

  /// True for counts of cells, for which the growth path can stand in.
  public var isOfCells: Bool { DonorOutlook.followed.contains(quantity) }

  /// True for shares that flow cytometry reads and that are held against earlier readings, not against
  /// a model.
  public var isOfFlow: Bool { kind?.isPhenotype ?? false || kind == .carPositive }

  /// What was read, in words.
  public var words: String {
    isOfFlow ? kind?.words ?? quantity : quantity
  }

  private var kind: Criterion.Kind? { Criterion.Kind(rawValue: quantity) }

  /// True where a reading beyond all that was expected can only be good news: a viability above it,
  /// where the plan has a lower limit of it and no upper one. It is a note then and no alarm.
  public func isWelcome(_ plan: DecisionPlan) -> Bool {
    guard quantity == Criterion.Kind.viability.rawValue, isAbove,
      let criterion = plan.criterion(.viability)
    else { return false }
    return criterion.most == nil
  }
}
