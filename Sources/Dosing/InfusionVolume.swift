import Quantities

/// A volume on the steps of the syringe, and the dose that is in it.
public struct InfusionVolume: Hashable, Sendable {
  /// Volume to infuse.
  public let volume: Volume
  /// Counted cells in that volume, rounded down; recomputed from the rounded volume.
  public let dose: CellCount
  /// Volume that would hold the planned dose, mL, not rounded.
  public let plannedMilliliters: Rational
  /// Least volume, mL, not rounded; nil when the source states no least dose.
  public let minimumMilliliters: Rational?
  /// Greatest volume, mL, not rounded.
  public let maximumMilliliters: Rational
  /// Counted cells in all that can be drawn, rounded down.
  public let availableCells: CellCount
  /// True when all that exists is less than was planned, but not less than the least dose.
  public let isShort: Bool
}

/// V = D / (counted cells per mL), on the step nearest to the planned dose inside [Vmin, Vmax].
///
/// *density:* counted cells/mL, above 0. The dose never exceeds the maximum nor what exists, and is
/// never below the minimum. Ties go to the smaller volume. *Refuses* when less than the least dose
/// exists (or, where none is stated, less than was planned), and when no step falls inside.
public func volumeToInfuse(
  _ window: DoseWindow, planned: CellCount, density: Rational, resolution: Volume,
  available: Volume
) throws(Refusal) -> InfusionVolume {
  guard planned <= window.maximum, planned >= window.minimum ?? .zero, planned > .zero else {
    throw Refusal(
      .outsideWindow, "planned", "The planned dose is outside the window.",
      remedy: "Choose a dose inside the window of the rule.")
  }
  guard density > .zero else {
    throw Refusal(
      .badValue, "density", "The density of counted cells is not above zero.",
      remedy: "Check the density and the CAR+ share.")
  }
  guard resolution.milliliters > .zero else {
    throw Refusal(
      .badValue, "resolution", "The volume step is 0 mL.",
      remedy: "Give the smallest step of the syringe or pump in mL.")
  }
  let step = resolution.milliliters
  let (steps, ends) = try exact("volume") {
    let aim = try planned.rational.divided(by: density)
    let least = try window.minimum.map { try $0.rational.divided(by: density) }
    let most = try window.maximum.rational.divided(by: density)
    let half = try Rational(1, over: 2)
    return (
      (
        aim: try aim.divided(by: step).minus(half).ceiling,
        least: try max(1, least?.divided(by: step).ceiling ?? 1),
        most: try most.divided(by: step).floor,
        exist: try available.milliliters.divided(by: step).floor
      ),
      (aim: aim, least: least, most: most, exist: try available.milliliters.times(density))
    )
  }
  let isShort = available.milliliters < ends.aim
  let needed = ends.least ?? ends.aim
  if available.milliliters < needed {
    throw Refusal(
      .notEnoughCells, "available",
      "The bag holds fewer counted cells than \(ends.least == nil ? "planned" : "the least dose").",
      remedy: "The dose cannot be met from this bag; handle the batch as out of specification.")
  }
  let upper = min(steps.most, steps.exist)
  guard steps.least <= upper else {
    throw Refusal(
      .resolutionTooCoarse, "resolution", "No volume on this step lies inside the window.",
      remedy: "Use a finer syringe or pump, or dilute and measure again.")
  }
  let chosen = min(max(steps.aim, steps.least), upper)
  let (volume, cells) = try exact("dose") {
    let volume = try Rational(chosen).times(step)
    return (try Volume(milliliters: volume), try volume.times(density).floor)
  }
  let dose = try count(cells, "dose")
  let availableCells = try count(ends.exist.floor, "available")
  // The promise itself, checked on whole numbers once more before anything leaves.
  guard dose <= window.maximum, dose >= window.minimum ?? .zero, dose <= availableCells else {
    throw Refusal(
      .tooLarge, "dose", "The dose in the rounded volume is not inside its bounds.",
      remedy: "Check the number of digits of the inputs.")
  }
  return InfusionVolume(
    volume: volume, dose: dose, plannedMilliliters: ends.aim, minimumMilliliters: ends.least,
    maximumMilliliters: ends.most, availableCells: availableCells, isShort: isShort)
}
