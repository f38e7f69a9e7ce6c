import Quantities

/// Which dose of the window is planned for. A rule without a target needs an explicit choice.
public enum PlannedDose: Hashable, Sendable {
  /// The target that the rule states.
  case target
  /// The least dose that the rule states.
  case minimum
  /// The greatest dose.
  case maximum
  /// A number of cells inside the window.
  case amount(CellCount)
}

/// What the harvest must cover. Nothing has a default: an empty list says "none".
public struct HarvestPlan: Hashable, Sendable {
  /// Steps between harvest and dose.
  public var recoveries: [Recovery]?
  /// Cells kept back.
  public var retains: [Retain]?
  /// Share of the harvest taken for quality control.
  public var qcFraction: Fraction?

  /// A plan from its parts; what is nil is asked for.
  public init(recoveries: [Recovery]?, retains: [Retain]?, qcFraction: Fraction?) {
    self.recoveries = recoveries
    self.retains = retains
    self.qcFraction = qcFraction
  }
}

/// One question to the dose room: the window, and on demand the harvest and the volume.
public struct DoseRequest: Hashable, Sendable {
  /// The rule to apply.
  public var product: Product
  /// Body weight, at the time that `product.weightReference` names.
  public var bodyMass: BodyMass?
  /// Which dose is planned for.
  public var planned: PlannedDose
  /// Given when a harvest is asked for.
  public var harvest: HarvestPlan?
  /// Given when a volume is asked for.
  public var bag: BagContent?
  /// Weights that are computed with.
  public var plausible = PlausibleWeight()

  /// A request from its parts.
  public init(
    product: Product, bodyMass: BodyMass?, planned: PlannedDose = .target,
    harvest: HarvestPlan? = nil, bag: BagContent? = nil
  ) {
    self.product = product
    self.bodyMass = bodyMass
    self.planned = planned
    self.harvest = harvest
    self.bag = bag
  }
}
