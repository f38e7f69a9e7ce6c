import Quantities

/// Writes the working of a dose so that a reader can redo it with pencil and paper.
struct HandCalculation {
  let request: DoseRequest
  let window: DoseWindow
  let planned: CellCount?
  let harvest: CellCount?
  let density: CountedDensity?
  let infusion: InfusionVolume?

  var lines: [String] {
    ruleLines + windowLines + harvestLines + volumeLines + [DoseCalculation.statement]
  }

  private var product: Product { request.product }

  private var ruleLines: [String] {
    var lines = [
      "Rule: \(product.name) (\(product.inn)), \(product.indication), \(product.jurisdiction)"
        + (product.labelVersion.map { ", version \($0)" } ?? "") + "; dose from \(product.origin).",
      "Counted: \(product.wording).",
    ]
    if let mass = request.bodyMass {
      let reference = product.weightReference.map { " (\($0))" } ?? ""
      lines.append("Weight\(reference): \(mass); band of the rule: \(window.band).")
    }
    lines += product.sources.map { "Source: \($0)." }
    return lines
  }

  private var windowLines: [String] {
    let band = window.band
    var lines: [String] = []
    if let minimum = window.minimum, let amount = band.minimum {
      lines.append(step("Minimum", amount, minimum, rounded: "up"))
    } else {
      lines.append("Minimum: the source states none.")
    }
    if let target = window.target, let amount = band.target {
      lines.append(step("Target", amount, target, rounded: "down"))
    } else {
      lines.append("Target: the source states none.")
    }
    if let amount = band.maximum {
      lines.append(step("Maximum", amount, window.maximum, rounded: "down"))
    } else {
      lines.append("Maximum: only a target is stated, so not above \(window.maximum).")
    }
    if let planned { lines.append("Planned dose: \(planned).") }
    return lines
  }

  /// `Minimum: 20 kg x 200,000 cells/kg = 4,000,000 cells (4E6)`, then rounding and cap.
  private func step(
    _ name: String, _ amount: DoseAmount, _ result: CellCount, rounded: String
  ) -> String {
    guard case .perKilogram(let dose) = amount, let mass = request.bodyMass,
      let product = try? dose.times(mass)
    else {
      return "\(name): \(amount)" + bounded(amount.number, result)
    }
    let whole = rounded == "up" ? product.ceiling : product.floor
    let text =
      product.isInteger
      ? NumberText.cells(whole)
      : "\(ExactText.decimal(product)) cells, rounded \(rounded) to \(NumberText.cells(whole))"
    return "\(name): \(mass) x \(dose) = \(text)" + bounded(Rational(whole), result)
  }

  private func bounded(_ stated: Rational, _ result: CellCount) -> String {
    guard stated != result.rational else { return "" }
    if let cap = window.band.cap, cap == result { return "; not above the cap, so \(result)" }
    return "; inside the window, so \(result)"
  }

  private var harvestLines: [String] {
    guard let harvest, let planned, let plan = request.harvest, let qc = plan.qcFraction else {
      return []
    }
    let kept = (plan.retains ?? []).map { "\($0.cells) (\($0.name))" }
    let passed = (plan.recoveries ?? []).map { "\($0.fraction) (\($0.name))" }
    let share = passed + ["(100 % - \(qc) (quality control))"]
    return [
      "Harvest: (\(([planned.description] + kept).joined(separator: " + "))) / "
        + "(\(share.joined(separator: " x "))), rounded up = \(harvest)."
    ]
  }

  private var volumeLines: [String] {
    guard let density, let infusion, let bag = request.bag, let resolution = bag.resolution,
      let available = bag.available
    else { return [] }
    let factors = density.shares.map { " x \($0.fraction) (\($0.name))" }.joined()
    let perMilliliter = ExactText.decimal(density.value)
    var lines = [
      "Counted cells: \(density.measured)\(factors) = \(perMilliliter) cells/mL.",
      "In the bag: \(available) x \(perMilliliter) cells/mL = \(infusion.availableCells).",
      "Volume of the planned dose: \(ExactText.decimal(infusion.plannedMilliliters)) mL; window: "
        + (infusion.minimumMilliliters.map { "\(ExactText.decimal($0)) mL" } ?? "no stated least")
        + " to \(ExactText.decimal(infusion.maximumMilliliters)) mL; step \(resolution).",
      "Volume to infuse: \(infusion.volume).",
      "Dose in it: \(infusion.volume) x \(perMilliliter) cells/mL = \(infusion.dose).",
    ]
    if let mass = request.bodyMass,
      let perKilogram = try? infusion.dose.rational
        .divided(by: mass.kilograms)
    {
      lines.append(
        "Per kilogram: \(infusion.dose) / \(mass) = "
          + "\(ExactText.decimal(perKilogram, decimals: 0)) cells/kg.")
    }
    if infusion.isShort {
      lines.append(
        "The bag holds less than was planned; the volume is the most that its step allows.")
    }
    return lines
  }
}
