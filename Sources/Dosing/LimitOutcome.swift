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
  /// The limit in words with its unit, such as `at least 80 %`; nil when it is not set.
  public let limit: String?
  /// Unit of the value; empty for a number.
  public let unit: String
  /// Where the limit comes from; nil when it is not set.
  public let source: String?
}
