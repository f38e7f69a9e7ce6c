import Quantities

/// The relative standard error of one measurement behind a dose.
public struct RelativeError: Hashable, Sendable {
  /// What was measured, such as `count`.
  public var name: String
  /// Standard error / value.
  public var value: Fraction
  /// Where the number comes from, such as `dilution series of 2026-03-01, counter A`.
  public var source: String

  /// An error from its parts.
  public init(_ name: String, _ value: Fraction, source: String) {
    self.name = name
    self.value = value
    self.source = source
  }
}
