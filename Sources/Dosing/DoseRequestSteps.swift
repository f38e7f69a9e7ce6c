import Quantities

extension DoseRequest {
  /// Put before the fields of a supply: nothing when there is one supply, `supplies[i].` otherwise.
  func path(_ index: Int) -> String { supplies.count == 1 ? "" : "supplies[\(index)]." }

  /// DMSO in mg/mL: as given, else as the product's presentation states it.
  public var dmso: Rational? {
    results?.dmso?.value ?? product.presentation.dmso?.milligramsPerMilliliter
  }

  func plannedCells(in window: DoseWindow) throws(Refusal) -> CellCount? {
    guard let planned else {
      if losses == nil, supplies.isEmpty { return nil }
      throw .missing("planned", "The dose that is planned for")
    }
    if window.course.requiresTarget, planned != .target {
      throw Refusal(
        .outsideWindow, "planned", "Portions by blasts are stated for the target dose alone.",
        remedy: "Plan for the target.")
    }
    return try window.dose(for: planned)
  }

  func harvestCells(for planned: CellCount?) throws(Refusal) -> CellCount? {
    guard let losses, let planned else { return nil }
    return try losses.cellsNeeded(for: planned)
  }

  func countedDensities() throws(Refusal) -> [CountedDensity] {
    var densities: [CountedDensity] = []
    for (index, supply) in supplies.enumerated() {
      let path = path(index)
      guard let certificate = supply.certificate else {
        throw .missing(path + "certificate", "The certificate")
      }
      if let first = certificate.unnamed(path) { throw first }
      densities.append(try certificate.countedDensity(for: product.counted, path: path))
    }
    return densities
  }

  func filled(
    _ planned: CellCount?, _ parts: [DosePortion], _ densities: [CountedDensity],
    _ window: DoseWindow
  ) throws(Refusal) -> (portions: [FilledPortion], dose: CellCount?) {
    guard let planned, !supplies.isEmpty else {
      return (parts.map { FilledPortion(portion: $0, drawn: nil) }, nil)
    }
    var drawings: [Drawing] = []
    for (index, supply) in supplies.enumerated() {
      drawings.append(try supply.drawing(densities[index], of: product, path: path(index)))
    }
    let (volumes, dose) = try PortionVolumes(
      window: window, planned: planned, portions: parts, drawings: drawings
    ).drawn()
    return (zip(parts, volumes).map { FilledPortion(portion: $0, drawn: $1) }, dose)
  }

  func chance(of dose: CellCount?, in window: DoseWindow) throws(Refusal) -> Double? {
    guard let dose, !errors.isEmpty else { return nil }
    return chanceWithin(
      dose: dose, minimum: window.minimum, maximum: window.maximum, error: errors.combined)
  }

  func limitOutcomes(
    densities: [CountedDensity], safety: InfusionSafety?, planned: CellCount?, dose: CellCount?,
    drawn: [DrawnPortion]
  ) -> [LimitOutcome] {
    guard let dose, let planned else { return [] }
    let off = Rational(abs(dose.cells - planned.cells))
    return LimitCheck(
      product: product, results: results ?? ReleaseResults(), safetyLimits: safetyLimits,
      densities: densities, safety: safety, drawn: drawn,
      deviation: try? off.divided(by: planned.rational)
    ).outcomes
  }

  /// What is doubtful before any volume and that nobody settled; of certificates that cannot be read
  /// nothing.
  func openDoubts(_ window: DoseWindow) -> [Hold] {
    holds(window, (try? countedDensities()) ?? [], [], []).filter { hold in
      !confirmations.contains { accepts($0, for: hold) }
    }
  }

  /// Everything doubtful, in the order of the request.
  func holds(
    _ window: DoseWindow, _ densities: [CountedDensity], _ drawn: [DrawnPortion],
    _ limits: [LimitOutcome]
  ) -> [Hold] {
    var holds = product.ruleHolds + weightHolds(window)
    if let hold = ageHold { holds.append(hold) }
    if let hold = perKilogramHold(window) { holds.append(hold) }
    for (index, density) in densities.enumerated() {
      guard let certificate = supplies[index].certificate else { continue }
      holds += certificate.holds(
        product, density, frame: sampleFrame, samplePolicy, path: path(index))
      if let hold = supplies[index].containerHold(product, path(index)) { holds.append(hold) }
    }
    if let hold = sharedHold { holds.append(hold) }
    holds += smallShares + contradictions(densities) + roundingHolds(drawn)
    if drawn.contains(where: \.isShort) {
      holds.append(
        Hold(
          .short, "planned",
          "Less can be drawn than was planned, but not less than the least dose.",
          value: shortValue(window, drawn),
          action: "Confirm the dose that can be given.", role: .physician))
    }
    if let hold = limitHold { holds.append(hold) }
    for limit in limits where limit.state == .notMeasured {
      holds.append(
        Hold(
          .notMeasured, "results.\(limit.item.rawValue)",
          "There is a limit and no result for it.", value: limit.limit ?? "",
          action: "Give the result, or confirm that it may follow after release.", role: .quality))
    }
    return holds
  }

  /// Shares among the results and the losses that may be slips of a hundred.
  private var smallShares: [Hold] {
    let shares: [(String, String, Fraction?)] = [
      ("results.viability", "The viability", results?.viability),
      ("results.carPositive", "The CAR+ share", results?.carPositive),
      ("results.tCells", "The CD3+ share", results?.tCells),
      ("results.copiesCarShare", "The CAR+ share of the copy number", results?.copiesCarShare),
    ]
    var holds = shares.compactMap { field, name, share in
      share.flatMap { Hold.small($0, field, name) }
    }
    for (index, step) in (losses ?? []).enumerated() {
      guard case .recovery(let share) = step.kind else { continue }
      if let hold = Hold.small(share, "losses[\(index)]", "The recovery of '\(step.name)'") {
        holds.append(hold)
      }
    }
    return holds
  }

  /// The dose in each volume, and the planned one.
  private func shortValue(_ window: DoseWindow, _ drawn: [DrawnPortion]) -> String {
    let doses = drawn.map { NumberText.grouped($0.dose.cells) + " cells" }
    let planned = (try? plannedCells(in: window)).flatMap(\.self)
    return (doses + (planned.map { ["planned \(NumberText.grouped($0.cells)) cells"] } ?? []))
      .joined(separator: "; ")
  }

  /// An age that the source does not give the dose for.
  private var ageHold: Hold? {
    guard let age, let ages = product.ages, !ages.contains(age) else { return nil }
    return Hold(
      .ageOutside, "age",
      "The age is outside the ages for which the source gives the dose: \(ages).",
      value: "\(ExactText.decimal(age)) years",
      action: "Check the age, and that this is the product and the label that were meant.",
      role: .physician)
  }

  /// A chosen number of cells that would also fit the window when multiplied by the weight.
  ///
  /// A rule with a least dose alone has no upper end to fit; there a number that was multiplied by
  /// the weight once too often lies W times above the least, or ten times for the heavy.
  private func perKilogramHold(_ window: DoseWindow) -> Hold? {
    guard case .amount(let cells) = planned, let mass = weight?.mass else { return nil }
    let doubt: String
    if let maximum = window.maximum {
      guard let scaled = try? cells.rational.times(mass.kilograms),
        scaled >= (window.minimum ?? .zero).rational, scaled <= maximum.rational
      else { return nil }
      doubt = "The chosen number of cells would fit the window as cells per kg too."
    } else {
      guard let minimum = window.minimum,
        let far = try? minimum.rational.times(min(mass.kilograms, Rational(10))),
        cells.rational >= far
      else { return nil }
      doubt =
        "The source states no greatest dose, and the chosen number of cells is as far above the "
        + "least as when it was multiplied by the weight twice, or tenfold."
    }
    return Hold(
      .plannedPerKilogram, "planned", doubt,
      value: "\(NumberText.grouped(cells.cells)) cells; \(mass)",
      action: "Check that cells were meant, not cells/kg.", role: .physician)
  }
}

extension DoseWindow {
  /// The dose that a choice means in this window; refuses a target, minimum or maximum that is not
  /// stated and an amount outside.
  public func dose(for choice: PlannedDose) throws(Refusal) -> CellCount {
    switch choice {
    case .maximum:
      if let maximum { return maximum }
      throw Refusal(
        .noTarget, "planned", "The rule states no greatest dose.",
        remedy: "Plan for a number of cells at or above the least dose.")
    case .target:
      if let target { return target }
      throw Refusal(
        .noTarget, "planned", "The rule states no target.",
        remedy: "Choose the minimum, the maximum or a number of cells inside the window.")
    case .minimum:
      if let minimum { return minimum }
      throw Refusal(
        .noTarget, "planned", "The rule states no least dose.",
        remedy: "Plan for the target or for a number of cells.")
    case .amount(let cells):
      guard cells <= maximum ?? cells, cells >= minimum ?? .zero, cells > .zero else {
        throw Refusal(
          .outsideWindow, "planned", "The chosen number of cells is outside the window.",
          remedy: "Choose a number of cells inside the window of the rule.")
      }
      return cells
    }
  }
}
