import Quantities

extension DoseRequest {
  /// What is doubtful about the weight: its record, the age, and the bands of the rule.
  func weightHolds(_ window: DoseWindow) -> [Hold] {
    guard let weight else { return [] }
    var holds = weight.holds(product, weightPolicy, age: age)
    if let mass = weight.mass, let other = weight.earlier, !window.band.contains(other) {
      holds.append(
        Hold(
          .weightBand, "weight.earlier",
          "The two weighings lie in two bands of the rule, which state two doses.",
          value: "\(mass); \(other)",
          action: "Weigh the patient again, and confirm which weight the dose is for.",
          role: .physician))
    }
    return holds
  }

  /// Results that contradict the certificate.
  func contradictions(_ densities: [CountedDensity]) -> [Hold] {
    let shares = ChainShares(densities: densities)
    var holds: [Hold] = []
    if let given = results?.viability,
      let counted = shares.viability(of: product.limit(.viability)?.of), counted != given.value
    {
      let words = (try? Fraction(counted))?.description ?? ""
      holds.append(
        Hold(
          .viabilityDiffers, "results.viability",
          "The viability of the release is not the one that the certificate is counted with; the "
            + "lower one is set against the limit.",
          value: "\(given); \(words)",
          action: "Check both on the certificate, and give the right one in both places.",
          role: .laboratory))
    }
    if results?.copies != nil, let given = results?.copiesCarShare, !densities.isEmpty,
      !densities.contains(where: { density in
        shares.ends(of: density).contains { Self.isWithinThird(given.value, of: $0) }
      })
    {
      let ends = densities.first.map(shares.ends) ?? []
      let words = ends.compactMap { (try? Fraction($0))?.description }
      holds.append(
        Hold(
          .copiesShare, "results.copiesCarShare",
          "The CAR+ share of the copy number differs by more than a third from every CAR+ share of "
            + "the certificate.",
          value: ([given.description] + words).joined(separator: "; "),
          action: "Check in which cells the copies were measured, and their CAR+ share.",
          role: .laboratory))
    }
    return holds
  }

  /// |a - b| <= b / 3, exactly.
  private static func isWithinThird(_ a: Rational, of b: Rational) -> Bool {
    guard let off = try? a.minus(b), let third = try? b.divided(by: Rational(3)) else {
      return false
    }
    return max(off, off.negated) <= third
  }

  /// Volumes that rounding alone moves by more than 5 % off the planned dose, one for each supply.
  func roundingHolds(_ drawn: [DrawnPortion]) -> [Hold] {
    var holds: [Hold] = []
    for portion in drawn where !portion.isShort {
      let field = path(portion.supply) + "resolution"
      guard !holds.contains(where: { $0.field == field }),
        let off = try? portion.volume.milliliters.minus(portion.plannedMilliliters),
        let most = try? portion.plannedMilliliters.divided(by: Rational(20)),
        max(off, off.negated) > most
      else { continue }
      holds.append(
        Hold(
          .rounded, field,
          "On this step the volume is more than 5 % off the one that holds the planned dose.",
          value: "\(portion.volume); planned "
            + "\(ExactText.decimal(portion.plannedMilliliters, decimals: 4)) mL",
          action: "Use a finer syringe or pump, or confirm the dose that is given.",
          role: .physician))
    }
    return holds
  }

  /// A limit of the site on endotoxin above K = 5 EU/kg/h of USP chapter 85.
  var limitHold: Hold? {
    guard !supplies.isEmpty, let limit = safetyLimits.endotoxin,
      let usual = SafetyLimits().endotoxin, limit.value > usual.value
    else { return nil }
    return Hold(
      .limitAbove, "limits.endotoxin",
      "The site's limit on endotoxin is above \(ExactText.decimal(usual.value)) EU/kg/h of USP <85>.",
      value: "\(ExactText.decimal(limit.value)) EU/kg/h",
      action: "Check the number and its unit, or confirm on what it rests.", role: .quality)
  }

  /// A certificate, batch or donation that stands for another patient as well; a donor's may.
  var sharedHold: Hold? {
    guard let shared, product.cellSource != .donor else { return nil }
    return Hold(
      .certificateShared, path(0) + "number",
      "What belongs to one patient stands for two; the product is made of the patient's own cells.",
      value: shared, action: "Check both rows against their certificates.", role: .quality)
  }
}

extension ProductSupply {
  /// A bag as supplied whose volume no container of the product has. A donor's lot is shared out, and
  /// what is left of it has any volume.
  func containerHold(_ product: Product, _ path: String) -> Hold? {
    let sizes = product.presentation.sizes
    guard case .asSupplied = containers, let certificate, let volume = certificate.volume,
      !sizes.isEmpty, product.cellSource != .donor,
      !sizes.contains(where: { $0.contains(volume.milliliters) })
    else { return nil }
    let words = sizes.map {
      "\(ExactText.decimal($0.lowerBound)) to \(ExactText.decimal($0.upperBound)) mL"
    }
    return Hold(
      .container, path + "containers",
      "The bag as supplied holds a volume that no container of the product has: "
        + "\(words.joined(separator: "; ")).",
      value: "\(certificate.number ?? ""); \(volume)",
      action: "Check the volume, and that it is this product's container.", role: .quality)
  }
}

extension Product {
  /// What looks like a slip in the rule of the file.
  var ruleHolds: [Hold] {
    (dose?.notes ?? []).map { note in
      Hold(
        .ruleNote, "product.dose", note.words, value: "\(id); \(note.value)",
        action: "Read the rule in the source again, its numbers, units and edges.", role: .quality)
    }
  }
}
