import Quantities

/// A dose for planning ahead: the window of a weight, the planned dose, and the cells to harvest.
///
/// It needs the weight alone, and not how it was taken; so it is an answer to a question and never a
/// worksheet. Show it only after the second calculation agreed: compare `figures` with `sheet`.
public struct DosePlan: Hashable, Sendable {
  /// The product whose rule holds.
  public let product: Product
  /// The weight; nil where the rule does not use it.
  public let bodyMass: BodyMass?
  /// The dose level of a trial that has levels.
  public let level: String?
  /// Which dose is planned for; nil when the window alone was asked for.
  public let choice: PlannedDose?
  /// The steps from harvest to dose, in order; nil when no harvest was asked for.
  public let losses: [LossStep]?
  /// The doses that the rule allows.
  public let window: DoseWindow
  /// The dose planned for.
  public let planned: CellCount?
  /// The planned dose as it is given.
  public let portions: [DosePortion]
  /// Counted cells to harvest, when asked for.
  public let harvest: CellCount?
  private let blasts: Fraction?

  /// Answers a question; refuses as soon as a fact is missing, impossible or contradictory.
  ///
  /// *losses:* nil when no harvest is asked for; with them and without a choice the rule's target is
  /// planned for. *blasts:* needed for the portions of a split, and a split of which they are given is
  /// planned for its target; *refuses* them where the rule does not use them.
  public init(
    product: Product, bodyMass: BodyMass?, choice: PlannedDose? = nil, level: String? = nil,
    blasts: Fraction? = nil, losses: [LossStep]? = nil
  ) throws(Refusal) {
    let window = try doseRange(product, bodyMass, level: level)
    try window.check(blasts)
    let choice = choice ?? (losses == nil && blasts == nil ? nil : .target)
    let planned = try choice.map { (wanted) throws(Refusal) in try window.dose(for: wanted) }
    self.product = product
    self.bodyMass = bodyMass
    self.level = level
    self.choice = choice
    self.losses = losses
    self.blasts = blasts
    self.window = window
    self.planned = planned
    portions =
      try planned.map { (dose) throws(Refusal) in
        try window.portions(of: dose, blasts: blasts)
      } ?? []
    if let losses, let planned {
      harvest = try losses.cellsNeeded(for: planned)
    } else {
      harvest = nil
    }
  }

  /// The results as plain numbers, for the second calculation.
  public var figures: DoseFigures {
    var figures = DoseFigures(
      minimum: window.minimum?.cells, target: window.target?.cells,
      maximum: window.maximum?.cells)
    figures.planned = planned?.cells
    figures.portions = portions.map { DoseFigures.Portion(cells: $0.cells.cells) }
    figures.harvest = harvest?.cells
    return figures
  }

  /// The question as plain numbers, for the second calculation; nothing computed.
  public var sheet: DoseSheet {
    var request = DoseRequest(product: product, weight: nil, planned: choice)
    request.level = level
    request.blasts = blasts
    request.losses = losses
    var sheet = request.sheet
    sheet.kilograms = bodyMass?.kilograms
    return sheet
  }

  /// The working, in the order in which it is computed.
  public var steps: [HandStep] {
    var steps = window.steps(at: bodyMass)
    if let mass = bodyMass { steps.insert(HandStep("Weight W", "\(mass)"), at: 0) }
    steps.insert(
      HandStep("Band of the rule", (level.map { "level \($0), " } ?? "") + "\(window.band)"),
      at: bodyMass == nil ? 0 : 1)
    guard let planned else { return steps }
    steps.append(HandStep("Planned dose D", "\(planned)"))
    if portions.count > 1 {
      steps += portions.map { HandStep("Portion, \($0.name)", "\($0.cells)") }
    }
    return steps + (losses?.steps(for: planned) ?? [])
  }
}
