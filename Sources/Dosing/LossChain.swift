import Quantities

/// A step between harvest and dose: a share that comes through, a share taken out, cells kept back.
public struct LossStep: Hashable, Sendable {
  /// What happens to the cells.
  public enum Kind: Hashable, Sendable {
    /// This share comes through, above 0.
    case recovery(Fraction)
    /// This share is taken out, below 1.
    case share(Fraction)
    /// So many cells of the counted population are kept back.
    case cells(CellCount)
  }

  /// The step, such as `thaw` or `sentinel vial`.
  public var name: String
  /// What happens.
  public var kind: Kind
  /// Standard deviation of a recovery between batches, as a share; nil when not known. Used for the
  /// chance of sufficing alone, never for the number of cells.
  public var deviation: Fraction?

  /// A step from its parts.
  public init(_ name: String, _ kind: Kind, deviation: Fraction? = nil) {
    self.name = name
    self.kind = kind
    self.deviation = deviation
  }
}
