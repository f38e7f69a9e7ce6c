import Quantities

/// Sets results against the limits of a product and of a patient.
struct LimitCheck {
  let product: Product
  let results: ReleaseResults
  let safetyLimits: SafetyLimits
  let densities: [CountedDensity]
  let safety: InfusionSafety?
  /// What is drawn up.
  let drawn: [DrawnPortion]
  /// Share by which the dose lies off what was planned.
  let deviation: Rational?

  /// One outcome for each item, in the order of `LimitOutcome.Item`.
  var outcomes: [LimitOutcome] {
    LimitOutcome.Item.allCases.map { item in
      switch item {
      case .viability: release(item, .viability, "%", viability)
      case .carPositive: release(item, .car, "%", share(.car, results.carPositive, depth: 3))
      case .tCells: release(item, .cd3, "%", share(.cd3, results.tCells, depth: 2))
      case .copies: release(item, .copies, copiesUnit, copies)
      case .beads: release(item, .beads, "in 3E6 cells", results.beads)
      case .endotoxin: release(item, .endotoxin, "EU/mL", results.endotoxin?.value)
      case .doseDeviation: release(item, .doseDeviation, "%", deviation)
      case .endotoxinPerKilogram:
        patient(item, safetyLimits.endotoxin, "EU/kg", safety?.endotoxinPerKilogram)
      case .dmso: patient(item, safetyLimits.dmso, "g/kg", safety?.dmsoPerKilogram)
      case .volumePerKilogram:
        patient(item, safetyLimits.volume, "mL/kg", safety?.volumePerKilogram)
      case .infusedVolume: release(item, .infusedVolume, "mL", infusedVolume)
      }
    }
  }

  private func release(
    _ item: LimitOutcome.Item, _ quantity: ReleaseLimit.Quantity, _ unit: String,
    _ value: Rational?
  ) -> LimitOutcome {
    guard let limit = product.limit(quantity) else {
      return LimitOutcome(item: item, state: .notSet, value: value, unit: unit, bound: nil)
    }
    let state = value.map { limit.holds($0) ? LimitOutcome.State.inside : .outside }
    return LimitOutcome(
      item: item, state: state ?? .notMeasured, value: value, unit: unit, bound: .release(limit))
  }

  private func patient(
    _ item: LimitOutcome.Item, _ limit: SafetyLimits.Limit?, _ unit: String, _ value: Rational?
  ) -> LimitOutcome {
    guard let limit else {
      return LimitOutcome(item: item, state: .notSet, value: value, unit: unit, bound: nil)
    }
    let state = value.map { $0 <= limit.value ? LimitOutcome.State.inside : .outside }
    return LimitOutcome(
      item: item, state: state ?? .notMeasured, value: value, unit: unit, bound: .patient(limit))
  }

  private var shares: ChainShares { ChainShares(densities: densities) }

  /// The least of the viability given and that of the certificates' chains.
  private var viability: Rational? {
    let ofChain = shares.viability(of: product.limit(.viability)?.of)
    guard let given = results.viability?.value else { return ofChain }
    return min(given, ofChain ?? given)
  }

  private func share(
    _ quantity: ReleaseLimit.Quantity, _ given: Fraction?, depth: Int
  ) -> Rational? {
    given?.value ?? shares.share(depth: depth, of: product.limit(quantity)?.of)
  }

  /// The first infusion whose volume the product does not allow, else the largest; nil without one.
  private var infusedVolume: Rational? {
    let volumes = drawn.map(\.volume.milliliters)
    let limit = product.limit(.infusedVolume)
    return volumes.first { limit?.holds($0) == false } ?? volumes.max()
  }

  /// True when the limit on copies counts CAR+ (transduced) cells.
  private var isPerCarPositive: Bool {
    guard let words = product.limit(.copies)?.of?.lowercased() else { return false }
    return words.contains("car") || words.contains("transduced")
  }

  private var copies: Rational? {
    isPerCarPositive ? safety?.copiesPerCarPositive : results.copies
  }

  private var copiesUnit: String { isPerCarPositive ? "copies per CAR+ cell" : "copies per cell" }
}
