import Quantities

/// A dose with every number on the way to it, the rule's source, and the working by hand.
///
/// Show it only after the second calculation agreed: compare `figures` with `sheet`.
public struct DoseCalculation: Hashable, Sendable {
  /// What was asked.
  public let request: DoseRequest
  /// The doses that the rule allows.
  public let window: DoseWindow
  /// The dose planned for; nil when only the window was asked for and the rule has no target.
  public let planned: CellCount?
  /// Counted cells to harvest, when asked for.
  public let harvest: CellCount?
  /// Counted cells per mL, when a volume was asked for.
  public let countedPerMilliliter: Rational?
  /// Volume to infuse, when asked for.
  public let infusion: InfusionVolume?
  /// The working, one step a line, for redoing it by hand.
  public let handCalculation: [String]

  /// What a dose calculation is, and what it is not.
  public static let statement =
    "This calculation supports verification by qualified staff against the approved label and "
    + "the batch certificate; it does not replace it."

  /// Where the rule was read.
  public var sources: [String] { request.product.sources.map(\.description) }

  /// Answers a request; refuses as soon as a fact is missing, impossible or contradictory.
  public init(_ request: DoseRequest) throws(Refusal) {
    self.request = request
    window = try doseRange(request.product, request.bodyMass, plausible: request.plausible)
    let isAsked = request.harvest != nil || request.bag != nil || request.planned != .target
    let planned = isAsked ? try window.dose(for: request.planned) : window.target
    self.planned = planned
    var harvest: CellCount?
    if let plan = request.harvest, let planned { harvest = try plan.cells(for: planned) }
    self.harvest = harvest
    var density: CountedDensity?
    var infusion: InfusionVolume?
    if let bag = request.bag, let planned {
      let counted = try bag.countedDensity(for: request.product.counted)
      infusion = try bag.volume(for: planned, in: window, density: counted.value)
      density = counted
    }
    countedPerMilliliter = density?.value
    self.infusion = infusion
    handCalculation =
      HandCalculation(
        request: request, window: window, planned: planned, harvest: harvest, density: density,
        infusion: infusion
      ).lines
  }

  /// The results as plain numbers, for the second calculation.
  public var figures: DoseFigures {
    DoseFigures(
      minimum: window.minimum?.cells, target: window.target?.cells,
      maximum: window.maximum.cells, planned: planned?.cells, harvest: harvest?.cells,
      volume: infusion?.volume.milliliters, dose: infusion?.dose.cells)
  }
}

extension DoseWindow {
  /// The dose that a choice means in this window; refuses a target or minimum that is not stated
  /// and an amount outside.
  public func dose(for choice: PlannedDose) throws(Refusal) -> CellCount {
    switch choice {
    case .maximum: return maximum
    case .target:
      if let target { return target }
      throw Refusal(
        .noTarget, "planned", "The rule states a range and no target.",
        remedy: "Choose the minimum, the maximum or a number of cells inside the range.")
    case .minimum:
      if let minimum { return minimum }
      throw Refusal(
        .noTarget, "planned", "The rule states no least dose.",
        remedy: "Plan for the target or for a number of cells.")
    case .amount(let cells):
      guard cells <= maximum, cells >= minimum ?? .zero, cells > .zero else {
        throw Refusal(
          .outsideWindow, "planned", "The chosen number of cells is outside the window.",
          remedy: "Choose a number of cells inside the window of the rule.")
      }
      return cells
    }
  }
}

extension HarvestPlan {
  func cells(for dose: CellCount) throws(Refusal) -> CellCount {
    guard let recoveries else { throw .missing("recoveries", "The list of recoveries") }
    guard let retains else { throw .missing("retains", "The list of retains") }
    guard let qcFraction else { throw .missing("qcFraction", "The share for quality control") }
    return try requiredHarvest(
      dose, recoveries: recoveries, retains: retains, qcFraction: qcFraction)
  }
}

extension BagContent {
  func volume(
    for planned: CellCount, in window: DoseWindow, density: Rational
  ) throws(Refusal) -> InfusionVolume {
    guard let resolution else { throw .missing("resolution", "The step of the syringe or pump") }
    guard let available else { throw .missing("available", "The volume in the bag") }
    return try volumeToInfuse(
      window, planned: planned, density: density, resolution: resolution, available: available)
  }
}
