import RunRecords

/// A criterion that the latest reading does not meet.
public struct Violation: Sendable, Hashable {
  /// The criterion.
  public let criterion: Criterion
  /// What was read, base units.
  public let reading: Double
  /// Hours of the reading.
  public let hour: Double

  /// Readings older than this many hours before now do not speak of now.
  public static let age = 24.0

  /// Hours before now for which a reading that broke a criterion is remembered, though a later one meets
  /// it.
  public static let memory = 72.0

  /// The violations in a run's readings up to now; a limit such as `<0.5` is held against criteria
  /// as that number.
  public static func found(in run: Run, plan: DecisionPlan, now: Double) -> [Violation] {
    plan.criteria.compactMap { criterion in
      let latest = run.observations.last {
        $0.quantity == criterion.kind.rawValue && $0.time <= now && $0.time >= now - age
      }
      guard let latest, !criterion.holds(latest.value.number) else { return nil }
      return Violation(criterion: criterion, reading: latest.value.number, hour: latest.time)
    }
  }

  /// Readings of the last days that broke a criterion which the latest reading of the quantity meets:
  /// they stand in the data, and nobody has said that they were wrong.
  public static func recovered(in run: Run, plan: DecisionPlan, now: Double) -> [Violation] {
    plan.criteria.flatMap { criterion -> [Violation] in
      let readings = run.observations.filter {
        $0.quantity == criterion.kind.rawValue && $0.time <= now && $0.time >= now - memory
      }
      guard let latest = readings.last, criterion.holds(latest.value.number) else { return [] }
      return readings.filter { !criterion.holds($0.value.number) }.map {
        Violation(criterion: criterion, reading: $0.value.number, hour: $0.time)
      }
    }
  }
}
