import Quantities

/// The population that a measured CAR+ percentage is a share of; its parent gate.
public enum ParentPopulation: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// CAR+ among viable cells.
  case viableCells = "viable cells"
  /// CAR+ among viable CD3+ cells.
  case viableTCells = "viable T cells"
  /// CAR+ among all cells.
  case allCells = "all cells"
  /// CAR+ among all CD3+ cells.
  case tCells = "T cells"

  /// The words.
  public var description: String { rawValue }
}

/// What was measured in the product that is to be infused. Nothing has a default.
public struct BagContent: Hashable, Sendable {
  /// The population that these measurements count; it must be the product's own.
  public var counted: CountedPopulation?
  /// Viable cells/mL; viability is inside.
  public var viableDensity: ViableDensity?
  /// All cells/mL; needs the viability when viable cells are counted.
  public var totalDensity: TotalDensity?
  /// Viable share of all cells; only with `totalDensity`.
  public var viability: Fraction?
  /// CAR+ share of `carParent`.
  public var carPositive: Fraction?
  /// Parent gate of `carPositive`.
  public var carParent: ParentPopulation?
  /// CD3+ share of (viable) cells; only when the parent is a T cell gate.
  public var tCellShare: Fraction?
  /// Step of the syringe or pump, above 0.
  public var resolution: Volume?
  /// Volume that can be drawn.
  public var available: Volume?

  /// A content with nothing measured yet.
  public init() {}
}

/// A density of the counted cells with the factors that led to it.
struct CountedDensity {
  /// Counted cells/mL.
  let value: Rational
  /// The measured density in words.
  let measured: String
  /// Shares applied, in order.
  let shares: [(name: String, fraction: Fraction)]
}

extension BagContent {
  /// N/mL = viable x CAR+ (FDA's form), or total x viability x CAR+, with the CD3+ share between
  /// them when, and only when, CAR+ was gated on T cells.
  func countedDensity(for wanted: CountedPopulation) throws(Refusal) -> CountedDensity {
    guard let counted else { throw .missing("counted", "The statement of what was counted") }
    guard counted == wanted else {
      throw Refusal(
        .otherPopulation, "counted", "The dose counts \(wanted); the bag counts \(counted).",
        remedy: "Measure what the dose counts; one population is never converted into another.")
    }
    let base: (Rational, String, [(String, Fraction)])
    switch wanted {
    case .carPositiveViableT: base = try viableBase()
    case .carPositiveT: base = try totalBase()
    case .carTAsStated:
      throw Refusal(
        .otherPopulation, "product.counted",
        "The source does not say which CAR-T cells the dose counts.",
        remedy: "Read the protocol's definition and enter it in the product file.")
    }
    let shares = try base.2 + gate(viable: wanted == .carPositiveViableT)
    let value = try exact("density") {
      try shares.reduce(base.0) { try $0.times($1.1.value) }
    }
    guard value > .zero else {
      throw Refusal(
        .badValue, "carPositive", "The measured shares leave no counted cell in the bag.",
        remedy: "Check viability and CAR+.")
    }
    return CountedDensity(
      value: value, measured: base.1, shares: shares.map { (name: $0.0, fraction: $0.1) })
  }

  private func viableBase() throws(Refusal) -> (Rational, String, [(String, Fraction)]) {
    switch (viableDensity, totalDensity) {
    case (.some, .some):
      throw Refusal(
        .ambiguous, "viableDensity", "Both a viable and a total density are given.",
        remedy: "Give the one that the certificate states.")
    case (.some(let density), nil):
      if viability != nil {
        throw Refusal(
          .appliedTwice, "viability", "Viability is already inside the viable density.",
          remedy: "Give the viable density alone, or the total density with the viability.")
      }
      return (density.cellsPerMilliliter, density.description, [])
    case (nil, .some(let density)):
      guard let viability else { throw .missing("viability", "The viability") }
      return (density.cellsPerMilliliter, density.description, [("viability", viability)])
    case (nil, nil):
      throw .missing("viableDensity", "The viable cell density")
    }
  }

  private func totalBase() throws(Refusal) -> (Rational, String, [(String, Fraction)]) {
    if viableDensity != nil || viability != nil {
      throw Refusal(
        .otherPopulation, viability != nil ? "viability" : "viableDensity",
        "The dose counts \(CountedPopulation.carPositiveT), living or not.",
        remedy: "Give the total density without viability, as the dose is worded.")
    }
    guard let totalDensity else { throw .missing("totalDensity", "The total cell density") }
    return (totalDensity.cellsPerMilliliter, totalDensity.description, [])
  }

  private func gate(viable: Bool) throws(Refusal) -> [(String, Fraction)] {
    guard let carPositive else { throw .missing("carPositive", "The CAR+ share") }
    guard let carParent else { throw .missing("carParent", "The parent population of CAR+") }
    let cells: ParentPopulation = viable ? .viableCells : .allCells
    let tCells: ParentPopulation = viable ? .viableTCells : .tCells
    let car = ("CAR+ among \(carParent)", carPositive)
    switch carParent {
    case cells:
      if tCellShare != nil {
        throw Refusal(
          .appliedTwice, "tCellShare", "CAR+ was counted among \(cells), T cells and others.",
          remedy: "Leave out the CD3+ share, or give CAR+ as a share of \(tCells).")
      }
      return [car]
    case tCells:
      guard let tCellShare else { throw .missing("tCellShare", "The CD3+ share of \(cells)") }
      return [("CD3+ among \(cells)", tCellShare), car]
    default:
      throw Refusal(
        .otherPopulation, "carParent",
        "CAR+ among \(carParent) does not follow on a density of \(cells).",
        remedy: "Give CAR+ as a share of \(cells) or of \(tCells).")
    }
  }
}
