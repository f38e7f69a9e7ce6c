import Quantities

/// A volume on the steps of the syringe for one portion, and the dose that is in it.
public struct DrawnPortion: Hashable, Sendable {
  /// Volume to infuse.
  public let volume: Volume
  /// Counted cells in that volume, rounded down; recomputed from the rounded volume.
  public let dose: CellCount
  /// Infused volume of each container, in order; one where none are planned.
  public let infused: [Volume]
  /// Fill volume of each container: infused + dead volume + overfill; empty for a fraction of a
  /// common bag.
  public let fills: [Volume]
  /// The chosen container size; nil where none are planned.
  public let size: ClosedRange<Volume>?
  /// Index of the supply that it is drawn from.
  public let supply: Int
  /// Volume that would hold the planned cells, mL, not rounded.
  public let plannedMilliliters: Rational
  /// Least volume, mL, not rounded; nil when there is no least dose.
  public let minimumMilliliters: Rational?
  /// Greatest volume, mL, not rounded; nil when there is no greatest dose.
  public let maximumMilliliters: Rational?
  /// Volume that can be drawn, mL: all there is less dead volume and overfill of each container.
  public let drawableMilliliters: Rational
  /// Product that is left over when all containers are filled, mL.
  public let remainderMilliliters: Rational
  /// True when less can be drawn than was planned, but not less than the least dose.
  public let isShort: Bool
}

/// One portion of the planned dose, and its volume where a supply was given.
public struct FilledPortion: Hashable, Sendable {
  /// What it is, its planned cells and when it is given.
  public let portion: DosePortion
  /// Its volume; nil when no supply was given.
  public let drawn: DrawnPortion?
}
