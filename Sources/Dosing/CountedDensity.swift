import Quantities

/// A density of the counted cells with the measurements that lead to it.
public struct CountedDensity: Hashable, Sendable {
  /// Counted cells/mL, exact.
  public let perMilliliter: Rational
  /// The measured density, cells/mL of `start`.
  public let measuredPerMilliliter: Rational
  /// The population that the density counts.
  public let start: CellPopulation
  /// The percentages applied, in order from the density's population to the counted one.
  public let chain: [Percentage]
  /// The measured density in words, with its unit.
  public var measured: String {
    ExactText.decimal(measuredPerMilliliter)
      + (start.isViable ? " viable cells/mL" : " total cells/mL")
  }
  /// Their shares.
  public var shares: [Fraction] { chain.compactMap(\.value) }
}

extension Certificate {
  /// Counted cells/mL = density x the shares from its population to the counted one.
  ///
  /// Exactly one density; the child of one percentage is the parent of the next; none is left over.
  /// FDA's form for tisagenlecleucel, viable density x CAR+ of viable cells, is a chain of one.
  /// *path:* put before the names of fields. *Refuses* a missing or contradictory field by its name.
  public func countedDensity(
    for wanted: CountedPopulation, path: String = ""
  ) throws(Refusal) -> CountedDensity {
    if let refusal = unstated(path) { throw refusal }
    guard let goal = wanted.gate else {
      throw Refusal(
        .otherPopulation, "product.counted",
        "The source does not say which CAR-T cells the dose counts.",
        remedy: "Read the protocol's definition and enter it in the product file.")
    }
    guard counted == wanted else {
      throw Refusal(
        .otherPopulation, path + "counted",
        "The dose counts \(wanted); the certificate counts \(counted?.description ?? "other cells").",
        remedy: "Measure what the dose counts; one population is never converted into another.")
    }
    let (density, start) = try base(goal, path)
    let parts = try checkedPercentages(path)
    var walk = ChainWalk(goal: goal, start: start, rest: parts, path: path)
    let chain = try walk.run()
    let value = try exact(path + "density") {
      try chain.reduce(density) { try $0.times($1.share.value) }
    }
    guard value > .zero else {
      throw Refusal(
        .badValue, path + "percentages", "The measured shares leave no counted cell in the bag.",
        remedy: "Check viability and CAR+.")
    }
    return CountedDensity(
      perMilliliter: value, measuredPerMilliliter: density, start: start,
      chain: chain.map(\.percentage))
  }

  private func base(
    _ goal: CellPopulation, _ path: String
  ) throws(Refusal) -> (Rational, CellPopulation) {
    switch (viableDensity, totalDensity) {
    case (.some, .some):
      throw Refusal(
        .ambiguous, path + "viableDensity", "Both a viable and a total density are given.",
        remedy: "Give the one that the certificate states.")
    case (.some(let density), nil):
      guard goal.isViable else {
        throw Refusal(
          .otherPopulation, path + "viableDensity", "The dose counts \(goal), living or not.",
          remedy: "Give the total density, as the dose is worded.")
      }
      return (density.cellsPerMilliliter, .viableCells)
    case (nil, .some(let density)):
      return (density.cellsPerMilliliter, .allCells)
    case (nil, nil): throw noDensity(goal, path)
    }
  }

  private func checkedPercentages(_ path: String) throws(Refusal) -> [ChainLink] {
    if let first = unmeasured(path).first { throw first }
    var links: [ChainLink] = []
    for (index, percentage) in (percentages ?? []).enumerated() {
      links.append(try ChainLink(percentage, index, path))
    }
    return links
  }
}

/// One percentage of which everything is given.
struct ChainLink {
  let percentage: Percentage
  let index: Int
  let path: String
  let child: CellPopulation
  let parent: CellPopulation
  let share: Fraction

  /// As `DoseRequest` names it.
  var field: String { path + "percentages[\(index)]" }

  init(_ percentage: Percentage, _ index: Int, _ path: String) throws(Refusal) {
    self.percentage = percentage
    self.index = index
    self.path = path
    func field() -> String { path + "percentages[\(index)]" }
    if let first = percentage.missing(field()).first { throw first }
    guard let child = percentage.child, let parent = percentage.parent,
      let value = percentage.value
    else { throw .missing(field(), "A part of the percentage") }
    guard child.isPart(of: parent) else {
      throw Refusal(
        .badValue, field() + ".child", "\(child) are no part of \(parent).",
        remedy: "Check which population is the child and which the parent.")
    }
    guard value > .zero else {
      throw Refusal(
        .badValue, field() + ".value", "The share of \(child) among \(parent) is 0 %.",
        remedy: "Check the certificate; without such cells there is no dose.")
    }
    self.child = child
    self.parent = parent
    share = value
  }
}
