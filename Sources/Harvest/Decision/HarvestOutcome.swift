import Inference
import Quantities
import RunRecords

/// What a harvest that starts at one hour would give.
public struct HarvestOutcome: Sendable {
  /// One condition with its own probability.
  public struct Condition: Sendable, Hashable {
    /// The criterion; nil for the planned dose.
    public let kind: Criterion.Kind?
    /// Its probability whatever the others do.
    public let probability: Double

    /// In words.
    public var words: String { kind?.words ?? "the dose" }
  }

  /// The start, hours from the run's zero.
  public let hour: Double
  /// True when a harvest can start then; other hours are there for the figure.
  public let isPossible: Bool
  /// The first time at which its product can be infused, when the plan has an infusion.
  public let infusion: CivilTime?
  /// Culture volume before the operations of that hour, mL.
  public let volume: Double
  /// Total viable cells, 1e6.
  public let totalViable: Quantiles
  /// Viable CAR+ cells, 1e6.
  public let carPositive: Quantiles
  /// Their mean, 1e6.
  public let expectedCells: Double
  /// Viability; nil when it was not drawn.
  public let viability: Quantiles?
  /// The planned dose, then the plan's criteria.
  public let conditions: [Condition]
  /// P(planned dose and all criteria): the joint probability, not a product of the single ones.
  public internal(set) var met: Double
  /// P(at least the least dose, with the optional retains given up, and all criteria) - `met`: a dose
  /// below the planned one, or the planned one without what was to be kept back beside it.
  public internal(set) var reduced: Double
  /// P(planned dose and all criteria) once the optional retains are given up; nil without such retains.
  public var withoutOptional: Double?
  /// P(planned dose) once they are given up, whatever the criteria do; nil likewise.
  public var doseWithoutOptional: Double?
  /// Monte-Carlo standard error of `met`.
  public let error: Double

  /// Monte-Carlo standard error of the loss against the best start, from the same draws; 0 where it
  /// was not worked out.
  public internal(set) var lossError = 0.0

  /// P(planned dose and all criteria), the optional retains given up where there are any.
  public var dose: Double { withoutOptional ?? met }
  /// P(a dose at all): `met` + `reduced`.
  public var any: Double { min(1, met + reduced) }
  /// P(no dose, or a criterion missed).
  public var failed: Double { max(0, 1 - met - reduced) }
  /// The conditions; where optional retains are given up, the dose is that without them.
  public func conditions(by yardstick: Yardstick) -> [Condition] {
    conditions.map { one in
      one.kind == nil && yardstick == .dose
        ? Condition(kind: nil, probability: doseWithoutOptional ?? one.probability) : one
    }
  }
  /// The condition that most limits: the one with the lowest probability, the first of equal ones;
  /// nil when all are certain in the draws.
  public func limiting(_ yardstick: Yardstick = .everything) -> Condition? {
    conditions(by: yardstick).reduce(nil as Condition?) { low, next in
      next.probability < (low?.probability ?? 1) ? next : low
    }
  }
}
