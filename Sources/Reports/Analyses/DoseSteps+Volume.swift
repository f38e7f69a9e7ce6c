import Dosing
import Quantities

extension DoseSteps {
  /// The working of a whole calculation.
  init(_ dose: DoseCalculation) {
    self.init()
    window(
      dose.window, mass: dose.request.weight?.mass, choice: dose.request.planned,
      planned: dose.planned)
    harvest(dose.harvest, dose.request.losses)
    var densityLines: [String] = []
    for (index, density) in dose.densities.enumerated() {
      let name = dose.densities.count > 1 ? dose.portions[index].portion.name + ": " : ""
      densityLines.append(supply(dose.request.supplies[index], density, name))
    }
    for portion in dose.portions {
      guard let drawn = portion.drawn, drawn.supply < densityLines.count else { continue }
      let name = dose.portions.count > 1 ? portion.portion.name + ": " : ""
      volume(
        portion, drawn, dose.request.supplies[drawn.supply], densityLines[drawn.supply], name,
        isWhole: dose.portions.count == 1)
    }
    total(dose)
    chance(dose)
  }

  /// The working of a plan.
  init(_ plan: DosePlan) {
    self.init()
    window(plan.window, mass: plan.bodyMass, choice: plan.choice, planned: plan.planned)
    if plan.portions.count > 1 {
      for portion in plan.portions {
        add(
          portion.name, portion.share.map { "\(share($0)) x \(plannedLine)" } ?? "stated",
          portion.cells.description, "rule")
      }
    }
    harvest(plan.harvest, plan.losses)
  }

  private func share(_ value: Rational) -> String {
    (try? Fraction(value)).map { ExactText.endsAsDecimal(value) ? "\($0)" : "\(value)" }
      ?? "\(value)"
  }

  /// Density and percentages; the line of the counted density.
  private mutating func supply(
    _ supply: ProductSupply, _ density: CountedDensity, _ name: String
  ) -> String {
    let certificate = supply.certificate
    let measured = [
      certificate?.densityMethod, certificate?.densitySample?.rawValue,
      certificate?.densityTaken?.clock,
    ].compactMap(\.self)
    var product = add(
      name + "Measured density", certificate?.number.map { "certificate \($0)" } ?? "certificate",
      density.measured, measured.joined(separator: "; "))
    for percentage in density.chain {
      guard let value = percentage.value, let child = percentage.child,
        let parent = percentage.parent
      else { continue }
      let source = [
        percentage.method, percentage.sample?.rawValue, percentage.taken?.clock,
      ].compactMap(\.self)
      product +=
        " x "
        + add("\(name)\(child)", "of \(parent)", "\(value)", source.joined(separator: "; "))
    }
    return add(
      name + "Counted cells", product, Self.number(density.perMilliliter) + " cells/mL")
  }

  /// From planned cells to the volume on the steps of the syringe, and the dose in it.
  private mutating func volume(
    _ portion: FilledPortion, _ drawn: DrawnPortion, _ supply: ProductSupply, _ density: String,
    _ name: String, isWhole: Bool
  ) {
    let containers = max(1, drawn.fills.count)
    if let all = supply.certificate?.volume, let dead = supply.deadVolume,
      let overfill = supply.overfill
    {
      add(
        name + "Can be drawn", "\(all) - \(containers) x (\(dead) dead + \(overfill) overfill)",
        Self.number(drawn.drawableMilliliters) + " mL", "certificate; request")
    }
    var planned = plannedLine
    if !isWhole {
      planned = add(
        name + "Planned", portion.portion.share.map { "\(share($0)) x \(plannedLine)" } ?? "stated",
        portion.portion.cells.description, "rule")
    }
    let exact = add(
      name + "Volume of it", "\(planned) / \(density)",
      Self.number(drawn.plannedMilliliters) + " mL")
    let limits =
      (drawn.minimumMilliliters.map { Self.number($0) + " mL" } ?? "no least") + " to "
      + (drawn.maximumMilliliters.map { Self.number($0) + " mL" } ?? "no greatest")
    let factor = portion.portion.share.map { $0 == .one ? "" : "\(share($0)) x " } ?? ""
    let window =
      isWhole || portion.portion.share != nil
      ? "\(factor)\(minimumLine ?? "none") / \(density) to "
        + "\(factor)\(maximumLine ?? "none") / \(density)"
      : "up to \(planned) / \(density)"
    let range = drawn.minimumMilliliters == nil && drawn.maximumMilliliters == nil
      ? "" : ", inside " + add(name + "Volumes inside the range", window, limits)
    let step = supply.resolution.map { " on steps of \($0)" } ?? ""
    let volume = add(
      name + "Volume to infuse",
      "\(exact)\(step)\(range)" + (drawn.isShort ? "; all that can be drawn" : ""),
      drawn.volume.description, "step: request")
    add(
      name + "Dose in it", "\(volume) x \(density), rounded down", drawn.dose.description)
  }

  private mutating func total(_ dose: DoseCalculation) {
    guard let total = dose.dose else { return }
    if dose.portions.count > 1 {
      add("Dose in all volumes", "sum of the doses", total.description)
    }
    if let mass = dose.request.weight?.mass,
      let perKilogram = try? total.rational.divided(by: mass.kilograms)
    {
      add(
        "Dose per kilogram", "dose / \(mass)",
        ExactText.decimal(perKilogram, decimals: 0) + " cells/kg", "for information")
    }
  }

  /// The combined error and the chance that the true dose is inside the range.
  private mutating func chance(_ dose: DoseCalculation) {
    guard let error = dose.error, let within = dose.within, let total = dose.dose else { return }
    let errors = dose.request.errors
    let sum = errors.map { "(\($0.value))^2" }.joined(separator: " + ")
    let line = add(
      "Relative error u", "square root of \(sum)", NumberText.percent(error, decimals: 2),
      errors.map { "\($0.name): \($0.source)" }.joined(separator: "; "))
    func z(_ edge: CellCount?) -> String? {
      guard let edge, error > 0, total.cells > 0 else { return nil }
      let z = (Double(edge.cells) - Double(total.cells)) / (error * Double(total.cells))
      return "Phi(\(NumberText.fixed(z, decimals: 3)))"
    }
    let formula = [z(dose.window.maximum) ?? "1", z(dose.window.minimum)].compactMap(\.self)
      .joined(separator: " - ")
    add(
      "P(true dose inside the range)",
      formula + ", Phi of (bound - dose) / (\(line) x dose)",
      DoseWords.probability(within), "normal table")
  }
}

extension CivilTime {
  /// `2026-03-10 09:00 +08:00`.
  var clock: String {
    "\(date.map { "\($0)" } ?? "") \(CivilTime.clockText(minuteOfDay)) \(offsetText)"
  }
}
