import Quantities

/// Containers that the dose is filled into.
public enum ContainerChoice: Hashable, Sendable {
  /// The product's own container, from which the dose is drawn; nothing is planned.
  case asSupplied
  /// The sizes that the product's presentation states.
  case ofProduct
  /// Closed intervals of fill volume, and the most containers.
  case sizes([ClosedRange<Volume>], most: Int)
}

/// What there is of a product, and how finely and with what losses it is drawn up.
public struct ProductSupply: Hashable, Sendable {
  /// What was measured in it.
  public var certificate: Certificate?
  /// Step of the syringe or pump, above 0.
  public var resolution: Volume?
  /// What a container and its line keep back; `0 mL` says none.
  public var deadVolume: Volume?
  /// What is filled beyond dose and dead volume, in each container; `0 mL` says none.
  public var overfill: Volume?
  /// Containers to fill.
  public var containers: ContainerChoice?

  /// A supply of which nothing is given yet.
  public init() {}
}
