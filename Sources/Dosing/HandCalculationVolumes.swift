import Quantities

extension DoseCalculation {
  var densitySteps: [HandStep] {
    var steps: [HandStep] = []
    for (index, density) in densities.enumerated() {
      let name = densities.count > 1 ? ", supply \(index + 1)" : ""
      let certificate = request.supplies[index].certificate
      steps.append(
        HandStep(
          "Density\(name)", density.measured,
          source: [
            "certificate \(certificate?.number ?? "")", certificate?.densityMethod,
            certificate?.densitySample?.description, certificate?.densityTaken?.withOffset,
          ].compactMap(\.self).joined(separator: ", ")))
      for percentage in density.chain {
        guard let child = percentage.child, let parent = percentage.parent,
          let value = percentage.value
        else { continue }
        steps.append(
          HandStep(
            "\(child) among \(parent)\(name)", "\(value)",
            source: [percentage.method, certificate?.sampleWords(percentage)].compactMap(\.self)
              .joined(separator: ", ")))
      }
      let factors = [density.measured] + density.shares.map(\.description)
      steps.append(
        HandStep(
          "Counted cells per mL\(name)", "density x shares", factors.joined(separator: " x "),
          ExactText.decimal(density.perMilliliter) + " cells/mL"))
      steps += certificate.map { vouchSteps($0, density, name) } ?? []
    }
    return steps
  }

  /// What vouches for a density: the cells that the certificate states, and the product's range.
  private func vouchSteps(
    _ certificate: Certificate, _ density: CountedDensity, _ name: String
  ) -> [HandStep] {
    var steps: [HandStep] = []
    if let stated = certificate.statedCells, let volume = certificate.volume,
      let check = certificate.statedCheck(stated, volume)
    {
      let off = check.off.map { share in
        let percent = (try? share.times(Rational(100))) ?? share
        return ExactText.decimal(percent, decimals: 2, rounding: .up) + " % off"
      }
      steps.append(
        HandStep(
          "Stated cells\(name)", "density x volume, within 5 % of the cells stated",
          "\(density.measured) x \(volume) = "
            + (check.counted.map { ExactText.decimal($0) + " cells" } ?? "too long a number"),
          "\(NumberText.grouped(stated.cells)) cells stated, "
            + [off, check.agrees ? "agrees" : "DOES NOT AGREE"].compactMap(\.self)
            .joined(separator: ": ")))
    } else {
      steps.append(HandStep("Stated cells\(name)", "the certificate states none"))
    }
    if let check = certificate.rangeCheck(request.product, density) {
      steps.append(
        HandStep(
          "Density against the product's range\(name)", nil,
          "\(ExactText.decimal(check.range.lowerBound)) to "
            + "\(ExactText.decimal(check.range.upperBound)) cells/mL",
          check.range.contains(check.value) ? "inside" : "OUTSIDE", source: "product's record"))
    }
    return steps
  }

  var portionSteps: [HandStep] {
    var steps: [HandStep] = []
    for (index, filled) in portions.enumerated() {
      guard let drawn = filled.drawn, densities.indices.contains(drawn.supply),
        let resolution = request.supplies[drawn.supply].resolution
      else { continue }
      let name = portions.count > 1 ? ", portion \(index + 1)" : ""
      let perMilliliter = ExactText.decimal(densities[drawn.supply].perMilliliter) + " cells/mL"
      steps += volumeSteps(filled.portion, drawn, name, perMilliliter, resolution)
      if !drawn.fills.isEmpty { steps.append(fillStep(drawn, name)) }
    }
    if let dose, let drawn = portions.first?.drawn {
      if portions.count > 1 { steps.append(HandStep("Dose in all portions", "\(dose)")) }
      if densities.count == 1 {
        // Fractions of one bag have no fills of their own.
        let bag = drawn.fills.isEmpty ? nil : request.supplies[drawn.supply].certificate?.volume
        let working = bag.map { ([$0] + drawn.fills).map(\.description).joined(separator: " - ") }
        steps.append(
          HandStep(
            "Left over", "volume in the bag less all fills", working,
            milliliters(drawn.remainderMilliliters, .down)))
      }
      if let mass = request.weight?.mass,
        let perKilogram = try? dose.rational.divided(by: mass.kilograms)
      {
        steps.append(
          HandStep(
            "Dose per kg", "dose / W", "\(plain(dose)) / \(mass)",
            "\(ExactText.decimal(perKilogram, decimals: 0, rounding: .down)) cells/kg"))
      }
    }
    return steps
  }

  private func volumeSteps(
    _ portion: DosePortion, _ drawn: DrawnPortion, _ name: String, _ perMilliliter: String,
    _ resolution: Volume
  ) -> [HandStep] {
    let allowed = [
      drawn.minimumMilliliters.map { "at least \(milliliters($0, .up))" },
      drawn.maximumMilliliters.map { "at most \(milliliters($0, .down))" },
      "at most \(milliliters(drawn.drawableMilliliters, .down)) can be drawn",
    ].compactMap(\.self).joined(separator: ", ")
    return [
      HandStep(
        "Volume wanted\(name)", "cells / counted cells per mL",
        "\(plain(portion.cells)) / \(perMilliliter)", milliliters(drawn.plannedMilliliters)),
      HandStep("Volume allowed\(name)", allowed),
      HandStep(
        "Volume to infuse\(name)", "nearest step of \(resolution) that is allowed", nil,
        "\(drawn.volume)"),
      HandStep(
        "Dose in it\(name)", "volume x counted cells per mL, rounded down",
        "\(drawn.volume) x \(perMilliliter)", "\(drawn.dose)"),
    ]
  }

  private func fillStep(_ drawn: DrawnPortion, _ name: String) -> HandStep {
    let supply = request.supplies[drawn.supply]
    let zero = "0 mL"
    let losses =
      "\(supply.deadVolume?.description ?? zero) + \(supply.overfill?.description ?? zero)"
    let working = drawn.infused.map { "\($0) + \(losses)" }.joined(separator: "; ")
    let size = drawn.size.map { " in containers of \($0.lowerBound) to \($0.upperBound)" } ?? ""
    return HandStep(
      "Fill\(name)", "infused + dead volume + overfill, each container", working,
      drawn.fills.map(\.description).joined(separator: "; ") + size)
  }

  var safetySteps: [HandStep] {
    guard let safety, let results = request.results else { return [] }
    var steps: [HandStep] = []
    let mass = request.weight?.mass?.description ?? ""
    if let day = safety.dayVolume, let value = safety.volumePerKilogram {
      steps.append(
        HandStep(
          "Volume per kg", "volume of one day / W", "\(milliliters(day)) / \(mass)",
          amount(value, "mL/kg")))
      if let dmso = request.dmso, let value = safety.dmsoPerKilogram {
        steps.append(
          HandStep(
            "DMSO per kg and day", "volume of one day x DMSO / 1,000 / W",
            "\(milliliters(day)) x \(ExactText.decimal(dmso)) mg/mL / 1,000 mg/g / \(mass)",
            amount(value, "g/kg"),
            source: results.dmso == nil
              ? "DMSO: product's record, \(request.product.presentation.dmso?.description ?? "")"
              : "DMSO: certificate"))
      }
    }
    if let hour = safety.hourVolume, let endotoxin = results.endotoxin,
      let value = safety.endotoxinPerKilogram
    {
      steps.append(
        HandStep(
          "Endotoxin per kg and hour", "volume of one hour x endotoxin / W",
          "\(milliliters(hour)) x \(endotoxin) / \(mass)", amount(value, "EU/kg"),
          source: results.containersPerHour.map {
            NumberText.counted($0, "container") + " in one hour"
          } ?? "all containers of a day in one hour"))
    }
    if let copies = results.copies, let share = results.copiesCarShare,
      let value = safety.copiesPerCarPositive
    {
      steps.append(
        HandStep(
          "Vector copies per CAR+ cell", "copies per cell / CAR+ share",
          "\(ExactText.decimal(copies)) copies / \(share)", amount(value, "copies")))
    }
    return steps
  }

  var chanceSteps: [HandStep] {
    guard let error, let within, let dose else { return [] }
    var steps = request.errors.map {
      HandStep("Relative error of \($0.name)", "\($0.value)", source: $0.source)
    }
    steps.append(
      HandStep(
        "Relative error u of the dose", "square root of the sum of squares", nil,
        NumberText.percent(error, decimals: 2)))
    let ends = [
      window.minimum.map { "minimum \(plain($0))" }, window.maximum.map { "maximum \(plain($0))" },
    ].compactMap(\.self).joined(separator: ", ")
    steps.append(
      HandStep(
        "Probability that the true dose is inside the window",
        "Phi((maximum - D) / (u D)) - Phi((minimum - D) / (u D))", "D \(plain(dose)), \(ends)",
        NumberText.percent(within, decimals: 2)))
    return steps
  }

  /// Four decimals; a least volume goes up and a greatest down, so that what is printed keeps to it.
  private func milliliters(
    _ value: Rational, _ rounding: ExactText.Rounding = .nearest
  ) -> String {
    ExactText.decimal(value, decimals: 4, rounding: rounding) + " mL"
  }

  /// Cells without their other forms, which stand beside them where they were first told.
  private func plain(_ cells: CellCount) -> String { NumberText.grouped(cells.cells) + " cells" }

  /// What a patient is given with the dose is never told as less.
  private func amount(_ value: Rational, _ unit: String) -> String {
    ExactText.decimal(value, decimals: 4, rounding: .up) + " " + unit
  }
}
