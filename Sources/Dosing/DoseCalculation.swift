import Quantities

/// A dose with every number on the way to it, what is doubtful about it, and how it stands to its
/// limits.
///
/// Show it only after the second calculation agreed: compare `figures` with `request.sheet`.
public struct DoseCalculation: Hashable, Sendable {
  /// What was asked.
  public let request: DoseRequest
  /// The doses that the rule allows.
  public let window: DoseWindow
  /// The dose planned for; nil when the window alone was asked for.
  public let planned: CellCount?
  /// The planned dose as it is given, with volumes where supplies were given.
  public let portions: [FilledPortion]
  /// Counted cells to harvest, when asked for.
  public let harvest: CellCount?
  /// Counted cells per mL of each supply.
  public let densities: [CountedDensity]
  /// Dose in all volumes together, when volumes were asked for.
  public let dose: CellCount?
  /// What comes with the volume, when results were given.
  public let safety: InfusionSafety?
  /// Combined relative standard error; nil without errors or without a volume.
  public let error: Double?
  /// Probability that the true dose lies inside the window; nil without errors or a volume.
  public let within: Double?
  /// How results stand to limits; empty when no volume was asked for.
  public let limits: [LimitOutcome]
  /// What is doubtful, and who settled it.
  public let holds: [HoldRecord]
  /// What may be done with it.
  public let verdict: Verdict

  /// What a dose calculation is, and what it is not.
  public static let statement =
    "This calculation supports verification by qualified staff against the approved label and "
    + "the batch certificate; it does not replace it."

  /// Where the rule was read.
  public var sources: [String] { request.product.sources.map(\.description) }

  /// Answers a request; refuses what is missing, impossible or contradictory. A refusal for a missing
  /// field names every other one that is missing.
  public init(_ request: DoseRequest) throws(Refusal) {
    do throws(Refusal) {
      try self.init(answering: request)
    } catch {
      throw request.completed(error)
    }
  }

  private init(answering request: DoseRequest) throws(Refusal) {
    self.request = request
    try request.weight?.check()
    try request.checkInfusion()
    let mass = request.weight?.mass
    let window = try doseRange(
      request.product, mass, level: request.level, plausible: request.weightPolicy.plausible)
    self.window = window
    try window.check(request.blasts)
    let filled: (portions: [FilledPortion], dose: CellCount?)
    do throws(Refusal) {
      let planned = try request.plannedCells(in: window)
      self.planned = planned
      let parts = try planned.map { (dose) throws(Refusal) -> [DosePortion] in
        try window.portions(of: dose, blasts: request.blasts)
      }
      harvest = try request.harvestCells(for: planned)
      densities = try request.countedDensities()
      filled = try request.filled(planned, parts ?? [], densities, window)
    } catch {
      throw error.naming(request.openDoubts(window))
    }
    portions = filled.portions
    dose = filled.dose
    let drawn = filled.portions.compactMap(\.drawn)
    var safety: InfusionSafety?
    if let results = request.results {
      safety = try InfusionSafety(
        results, dmso: request.dmso, portions: filled.portions, course: window.course, mass: mass)
    }
    self.safety = safety
    error = filled.dose == nil || request.errors.isEmpty ? nil : request.errors.combined
    within = try request.chance(of: filled.dose, in: window)
    let limits = request.limitOutcomes(
      densities: densities, safety: safety, planned: planned, dose: filled.dose, drawn: drawn)
    self.limits = limits
    let doubts = request.holds(window, densities, drawn, limits)
    holds = doubts.map { hold in
      HoldRecord(
        hold: hold, confirmation: request.confirmations.first { request.accepts($0, for: hold) })
    }
    let open = holds.filter(\.isOpen).map(\.hold)
    let outside = limits.filter { $0.state == .outside }
    verdict =
      !outside.isEmpty
      ? .outOfSpecification(outside, holds: open)
      : open.isEmpty ? .forTwoSignatures : .held(open)
  }

  /// Confirmations that settle no hold of this calculation; they are printed, not dropped.
  public var strayConfirmations: [Confirmation] {
    request.confirmations.filter { objection(to: $0) != nil }
  }

  /// The results as plain numbers, for the second calculation.
  public var figures: DoseFigures {
    var figures = DoseFigures(
      minimum: window.minimum?.cells, target: window.target?.cells,
      maximum: window.maximum?.cells)
    figures.planned = planned?.cells
    figures.portions = portions.map {
      DoseFigures.Portion(
        cells: $0.portion.cells.cells, volume: $0.drawn?.volume.milliliters,
        dose: $0.drawn?.dose.cells, containers: ($0.drawn?.fills ?? []).map(\.milliliters))
    }
    figures.harvest = harvest?.cells
    figures.dose = dose?.cells
    figures.safety.volumePerKilogram = safety?.volumePerKilogram
    figures.safety.dmsoPerKilogram = safety?.dmsoPerKilogram
    figures.safety.endotoxinPerKilogram = safety?.endotoxinPerKilogram
    figures.safety.copiesPerCarPositive = safety?.copiesPerCarPositive
    figures.within = within
    return figures
  }
}
