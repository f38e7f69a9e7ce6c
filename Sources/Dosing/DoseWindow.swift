import Quantities

/// The doses that a rule allows for one weight, in whole cells.
public struct DoseWindow: Hashable, Sendable {
  /// Least dose, rounded up; nil when the source states none.
  public let minimum: CellCount?
  /// Target, rounded down into the window; nil when the source states none.
  public let target: CellCount?
  /// Greatest dose, rounded down. Where a source states only a target, that is the greatest.
  public let maximum: CellCount
  /// The band of the rule that holds the weight.
  public let band: WeightBand
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

/// The doses that a product's rule allows: minimum = ceil(a x W), maximum = floor(min(b x W, cap)).
///
/// *bodyMass:* may be nil only for a rule that does not use it. *Refuses* a product without a
/// verified dose, a missing or implausible weight, and a range that the cap leaves empty.
/// *Edge case:* where only a target is stated it is also the maximum, and there is no minimum.
public func doseRange(
  _ product: Product, _ bodyMass: BodyMass?, plausible: PlausibleWeight = PlausibleWeight()
) throws(Refusal) -> DoseWindow {
  let rule = try usableRule(of: product)
  if let bodyMass { try plausible.check(bodyMass) }
  let band = try band(of: rule, at: bodyMass)
  guard let stated = band.maximum ?? band.target else {
    throw Refusal(
      .noDose, "product.dose", "The rule states no greatest dose.", remedy: "Read the source.")
  }
  var maximum = try count(stated.cells(at: bodyMass, "maximum").floor, "maximum")
  if let cap = band.cap, cap < maximum { maximum = cap }
  var minimum: CellCount?
  if let least = band.minimum {
    minimum = try count(least.cells(at: bodyMass, "minimum").ceiling, "minimum")
  }
  guard maximum > .zero, minimum ?? .zero <= maximum else {
    throw Refusal(
      .emptyRange, "bodyMass",
      "At this weight the least dose of the rule is above its greatest, so no dose satisfies it.",
      remedy: "Ask the physician and the manufacturer; the label gives no dose for this weight.")
  }
  var target: CellCount?
  if let aim = band.target {
    let cells = try count(aim.cells(at: bodyMass, "target").floor, "target")
    target = max(min(cells, maximum), minimum ?? .zero)
  }
  return DoseWindow(minimum: minimum, target: target, maximum: maximum, band: band)
}

private func usableRule(of product: Product) throws(Refusal) -> DoseRule {
  guard let rule = product.dose else {
    throw Refusal(
      .noDose, "product.dose",
      "The dose of \(product.id) is not known: \(product.missing ?? "not read from a source").",
      remedy: "Read the approved label and complete the product file; another country's label "
        + "is no substitute.")
  }
  if let fact = product.facts.first(where: {
    $0.state == .unverified && ($0.field == "dose" || $0.field.hasPrefix("dose."))
  }) {
    throw Refusal(
      .unverified, "product.\(fact.field)", "\(fact.field) of \(product.id) is unverified.",
      remedy: "Check it in the source and mark it 'read'.")
  }
  return rule
}

private func band(of rule: DoseRule, at mass: BodyMass?) throws(Refusal) -> WeightBand {
  guard let mass else {
    if rule.needsWeight { throw .missing("bodyMass", "The body weight") }
    return rule.bands[0]
  }
  let fitting = rule.bands.filter { $0.contains(mass) }
  guard fitting.count == 1 else {
    throw Refusal(
      .noBand, "bodyMass", "\(fitting.count) bands of the rule hold this weight, not one.",
      remedy: "Check the weight edges of the product file.")
  }
  return fitting[0]
}

func count(_ cells: Int128, _ field: String) throws(Refusal) -> CellCount {
  do {
    return try CellCount(cells)
  } catch {
    throw Refusal(error, field: field)
  }
}
