import Quantities

/// Sets results against the limits of a product and of a patient.
struct LimitCheck {
  let product: Product
  let results: ReleaseResults
  let safetyLimits: SafetyLimits
  let densities: [CountedDensity]
  let safety: InfusionSafety?
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

  /// The viability given, else the least viable share of the certificates' chains.
  private var viability: Rational? {
    if let given = results.viability { return given.value }
    let of = product.limit(.viability)?.of
    return least { percentage in
      guard let child = percentage.child, let parent = percentage.parent else { return false }
      return child.isViable && !parent.isViable && child.depth == parent.depth
        && matches(parent, of)
    }
  }

  private func share(
    _ quantity: ReleaseLimit.Quantity, _ given: Fraction?, depth: Int
  ) -> Rational? {
    if let given { return given.value }
    let of = product.limit(quantity)?.of
    return least { percentage in
      guard let child = percentage.child, let parent = percentage.parent else { return false }
      return child.depth == depth && parent.depth < depth && child.isViable == parent.isViable
        && matches(parent, of)
    }
  }

  /// The smallest of one percentage over all supplies; nil when a supply does not have it.
  private func least(_ isMeant: (Percentage) -> Bool) -> Rational? {
    var values: [Rational] = []
    for density in densities {
      guard let value = density.chain.first(where: isMeant)?.value?.value else { return nil }
      values.append(value)
    }
    return values.min()
  }

  /// True when the limit names no cells, or these.
  private func matches(_ parent: CellPopulation, _ words: String?) -> Bool {
    guard let words, words != parent.rawValue else { return true }
    guard words.utf8.count > parent.rawValue.utf8.count else { return false }
    return words.replacing("CD3+ T cells", with: "T cells").replacing("CD3+ cells", with: "T cells")
      == parent.rawValue
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
