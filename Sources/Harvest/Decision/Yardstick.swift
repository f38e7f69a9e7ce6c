import RunRecords

/// What the starts of a harvest are compared by.
///
/// Optional retains are given up before the dose is, so they decide only where some start is safe with
/// them.
public enum Yardstick: String, Sendable, Hashable {
  /// P(met): the planned dose, all that is kept back, all criteria.
  case everything = "planned_dose"
  /// The same with the optional retains given up: no start is safe with them.
  case dose = "planned_dose_without_optional"
  /// P(met) + P(reduced): the planned dose tells no start from another, being nearly out of reach at
  /// all of them (below `stopBelow`).
  case anyDose = "any_dose"

  /// The yardstick of some starts.
  public init(_ starts: [HarvestOutcome], _ thresholds: DecisionPlan.Thresholds) {
    if starts.contains(where: { $0.met >= thresholds.confidence }) {
      self = .everything
    } else if starts.allSatisfy({ $0.dose < thresholds.stopBelow }) {
      self = .anyDose
    } else {
      self = starts.contains { $0.withoutOptional != nil } ? .dose : .everything
    }
  }

  /// The probability that it looks at.
  public func chance(_ start: HarvestOutcome) -> Double {
    switch self {
    case .everything: start.met
    case .dose: start.dose
    case .anyDose: start.any
    }
  }

  /// True when the planned dose is safe: any dose alone never is.
  public func isSafe(_ start: HarvestOutcome, _ thresholds: DecisionPlan.Thresholds) -> Bool {
    self != .anyDose && chance(start) >= thresholds.confidence
  }
}
