/// Why a process cannot be simulated: which part of the table, what is wrong and what to do.
public struct ProcessRefused: Error, Sendable, Equatable, CustomStringConvertible {
  /// Kinds of refusal.
  public enum Reason: String, Sendable, CaseIterable {
    /// An index or name that is not in the table.
    case unknownReference
    /// Two parts with one name.
    case duplicateName
    /// A number that is negative, not finite or outside its range.
    case badNumber
    /// A law that cannot be drawn from.
    case badLaw
    /// A calendar that never opens, or windows that overlap.
    case neverOpens
    /// An operation that fits in no window.
    case neverFits
    /// More units claimed than a pool has.
    case tooManyUnits
    /// A step where patients hold different things depending on how they came, or an end at which
    /// something is held, or a release of what is not held.
    case holding
    /// Patients can wait for each other in a circle.
    case deadlock
    /// A route that does not end, or steps that nobody reaches.
    case badRoute
    /// Times of warm-up, horizon and follow-up that leave nothing to measure.
    case nothingMeasured
  }

  /// The kind of refusal.
  public let reason: Reason
  /// The part, such as `pool 2 "QC line"` or `route "fresh", step 4`.
  public let subject: String
  /// What is wrong, and what to do.
  public let detail: String

  /// A refusal from its parts.
  public init(_ reason: Reason, _ subject: String, _ detail: String) {
    self.reason = reason
    self.subject = subject
    self.detail = detail
  }

  /// One line: the part and what is wrong.
  public var description: String { "\(subject): \(detail)" }
}
