import Quantities

/// Results that go into safety figures and limits. What is nil was not given; a limit set on it is
/// then held.
public struct ReleaseResults: Hashable, Sendable {
  /// DMSO of the product.
  public var dmso: MilligramsPerMilliliter?
  /// Endotoxin of the product.
  public var endotoxin: EndotoxinPerMilliliter?
  /// Containers infused in one hour; nil for all of one day.
  public var containersPerHour: Int?
  /// Vector copies per cell, of all cells in which they were measured.
  public var copies: Rational?
  /// CAR+ share of those cells; needed with `copies`.
  public var copiesCarShare: Fraction?
  /// Viability, where it is not among the certificate's percentages.
  public var viability: Fraction?
  /// CAR+ share of the cells that the limit names, where it is not among the percentages.
  public var carPositive: Fraction?
  /// CD3+ share of the cells that the limit names, where it is not among the percentages.
  public var tCells: Fraction?
  /// Residual beads in 3e6 cells.
  public var beads: Rational?

  /// Nothing given.
  public init() {}
}
