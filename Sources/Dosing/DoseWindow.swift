import Quantities

/// The doses that a rule allows for one weight, in whole cells.
public struct DoseWindow: Hashable, Sendable {
  /// Least dose, rounded up; nil when the source states none.
  public let minimum: CellCount?
  /// Target, rounded down into the window; nil when the source states none.
  public let target: CellCount?
  /// Greatest dose, rounded down; nil when the source states only a least dose. Where it states
  /// only a target, that is the greatest.
  public let maximum: CellCount?
  /// The band of the rule that holds the weight.
  public let band: WeightBand
  /// How the planned dose is given.
  public let course: DoseCourse
}

/// Weights that are computed with; anything else is held.
public struct PlausibleWeight: Hashable, Sendable {
  /// Least plausible weight, kg.
  public var lower = Rational(2)
  /// Greatest plausible weight, kg.
  public var upper = Rational(300)

  /// From 2 to 300 kg, both included.
  public init() {}

  func check(_ mass: BodyMass) throws(Refusal) {
    guard mass.kilograms >= lower, mass.kilograms <= upper else {
      throw Refusal(
        .implausibleWeight, "bodyMass",
        "The body weight is outside \(ExactText.decimal(lower)) to \(ExactText.decimal(upper)) kg.",
        remedy: "Weigh the patient and enter kilograms.")
    }
  }
}

/// The doses that a product's rule allows: minimum = ceil(least x W), maximum =
/// floor(min(most x W, cap)), target = floor(min(target x W, cap)) and not below the minimum.
///
/// *bodyMass:* may be nil only for a rule that does not use it. *level:* the name of a dose level,
/// for a rule of dose levels alone. *Refuses* a product without a verified dose, a missing or
/// implausible weight, a level that is missing or unknown, and a range that the cap leaves empty.
/// *Edge cases:* where only a target is stated it is also the maximum, a tolerance widens it to
/// both sides, and a rule with only a minimum has no maximum.
public func doseRange(
  _ product: Product, _ bodyMass: BodyMass?, level: String? = nil,
  plausible: PlausibleWeight = PlausibleWeight()
) throws(Refusal) -> DoseWindow {
  let rule = try product.usableRule()
  let bands = try rule.bands(level: level)
  if let bodyMass { try plausible.check(bodyMass) }
  let band = try band(of: bands, at: bodyMass)
  var maximum: CellCount?
  if let most = try band.most(at: bodyMass) { maximum = try count(most.floor, "maximum") }
  if let cap = band.cap { maximum = min(maximum ?? cap, cap) }
  var minimum: CellCount?
  if let least = try band.least(at: bodyMass) { minimum = try count(least.ceiling, "minimum") }
  if let maximum, maximum == .zero || minimum ?? .zero > maximum {
    throw Refusal(
      .emptyRange, "bodyMass",
      "At this weight the least dose of the rule is above its greatest, so no dose satisfies it.",
      remedy: "Ask the physician and the manufacturer; the label gives no dose for this weight.")
  }
  var target: CellCount?
  if let aim = band.target {
    let cells = try count(aim.cells(at: bodyMass, "target").floor, "target")
    target = max(min(cells, band.cap ?? cells), minimum ?? .zero)
  }
  return DoseWindow(
    minimum: minimum, target: target, maximum: maximum, band: band, course: rule.course)
}

private func band(of bands: [WeightBand], at mass: BodyMass?) throws(Refusal) -> WeightBand {
  let fitting: [WeightBand]
  if let mass {
    fitting = bands.filter { $0.contains(mass) }
  } else {
    if bands.contains(where: \.needsWeight) { throw .missing("bodyMass", "The body weight") }
    fitting = bands
  }
  guard fitting.count == 1, let band = fitting.first else {
    throw Refusal(
      .noBand, "bodyMass", "\(fitting.count) bands of the rule hold this weight, not one.",
      remedy: "Check the weight edges of the product file.")
  }
  return band
}

func count(_ cells: Int128, _ field: String) throws(Refusal) -> CellCount {
  do {
    return try CellCount(cells)
  } catch {
    throw Refusal(error, field: field)
  }
}
