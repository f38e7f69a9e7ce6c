import Quantities

/// How one result stands to its limit.
public struct LimitOutcome: Hashable, Sendable {
  /// What is limited; the raw values are stable names.
  public enum Item: String, Hashable, Sendable, CaseIterable {
    /// Viable share of the cells.
    case viability
    /// CAR+ share.
    case carPositive = "car_positive"
    /// CD3+ share.
    case tCells = "cd3_positive"
    /// Vector copies.
    case copies = "vcn"
    /// Residual beads in 3e6 cells.
    case beads
    /// Endotoxin, EU/mL.
    case endotoxin
    /// Share by which the dose lies off what was planned.
    case doseDeviation = "dose_deviation"
    /// Endotoxin in one hour, EU/kg.
    case endotoxinPerKilogram = "endotoxin_per_kg_h"
    /// DMSO on one day, g/kg.
    case dmso = "dmso_per_kg_day"
    /// Volume on one day, mL/kg.
    case volumePerKilogram = "volume_per_kg"
    /// Volume of one infusion, mL: the first outside, else the greatest.
    case infusedVolume = "infused_volume"
  }

  /// How it stands.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Kept.
    case inside
    /// Broken.
    case outside
    /// No limit was given; that is no approval.
    case notSet = "not set"
    /// There is a limit and no result.
    case notMeasured = "not measured"
  }

  /// What is limited.
  public let item: Item
  /// How it stands.
  public let state: State
  /// The result in `unit`; nil when there is none.
  public let value: Rational?
  /// Unit of the value; empty for a number.
  public let unit: String
  /// The limit itself; nil when it is not set.
  let bound: Bound?

  /// Whose limit it is.
  enum Bound: Hashable, Sendable {
    /// The product's.
    case release(ReleaseLimit)
    /// What the patient is given with a dose; the greatest value.
    case patient(SafetyLimits.Limit)
  }

  /// The limit in words with its unit, such as `at least 80 %`; nil when it is not set.
  public var limit: String? {
    switch bound {
    case .release(let limit): limit.description
    case .patient(let limit): "at most \(ExactText.decimal(limit.value)) \(unit)"
    case nil: nil
    }
  }

  /// Where the limit comes from; nil when it is not set.
  public var source: String? {
    switch bound {
    case .release(let limit): limit.source + (limit.state == .unverified ? " (unverified)" : "")
    case .patient(let limit): limit.source
    case nil: nil
    }
  }

  /// How a value that does not end is rounded for print, so that it never looks better than it is:
  /// down where a least value is the only limit, else up.
  public var rounding: ExactText.Rounding {
    if case .release(let limit) = bound, limit.low != nil, limit.high == nil { return .down }
    return .up
  }
}
