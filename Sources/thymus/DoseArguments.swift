import ArgumentParser
import Dosing
import DosingCheck
import Quantities
import RunFiles

/// A dose request: product, weight, losses, bag.
struct DoseArguments: ParsableArguments {
  @Option(help: "Product by its id, see 'thymus products'.")
  var product: String?

  @Option(help: "Body weight in kilograms, such as '20 kg'.")
  var weight: String?

  @Option(help: "Planned dose: target, minimum, maximum, or cells such as '1.5e8 cells'.")
  var plan: String?

  @Option(help: "Share of cells that comes through a step, such as wash=88%; may be repeated.")
  var recovery: [NamedText] = []

  @Option(help: "Cells kept back, such as 'retain=2e7 cells'; may be repeated.")
  var retain: [NamedText] = []

  @Option(help: "Share of the harvest taken by quality control, such as 2%.")
  var qc: String?

  @Option(help: "Viable cells per mL of the product, such as '2e6 cells/mL'.")
  var viableDensity: String?

  @Option(help: "Total cells per mL of the product; needs --viability.")
  var totalDensity: String?

  @Option(help: "Viability of the product, with --total-density.")
  var viability: String?

  @Option(name: .customLong("car-positive"), help: "CAR+ share of the product, such as 38%.")
  var carPositive: String?

  @Option(
    name: .customLong("car-of"),
    help:
      "What the CAR+ share is a share of: 'viable cells', 'viable T cells', 'all cells', 'T cells'."
  )
  var carParent: String?

  @Option(help: "T-cell share of viable cells, when the CAR+ share is of T cells.")
  var tCells: String?

  @Option(help: "Volume in the bag, such as '50 mL'.")
  var available: String?

  @Option(help: "Step of the syringe or pump, such as '0.1 mL'.")
  var resolution: String?

  var isAsked: Bool { product != nil }
  private var asksHarvest: Bool { !recovery.isEmpty || !retain.isEmpty || qc != nil }
  private var asksBag: Bool {
    [viableDensity, totalDensity, viability, carPositive, carParent, tCells, available, resolution]
      .contains { $0 != nil }
  }

  /// The agreed calculation; nothing is shown when the two calculations differ.
  ///
  /// `needsHarvest` asks for the required harvest even without losses.
  func calculation(_ data: DataFolder, needsHarvest: Bool = false) throws -> DoseCalculation {
    let products = try ProductRegistry.load(directory: data.path + "/products")
    guard let product else { throw ValidationError("Name a product with --product.") }
    guard let match = products.first(where: { $0.id == product }) else {
      throw ValidationError(
        "There is no product '\(product)'."
          + Suggestion.phrase(for: product, among: products.map(\.id))
          + " Known: \(products.map(\.id).joined(separator: ", ")).")
    }
    var request = DoseRequest(
      product: match, bodyMass: try weight.map { try BodyMass(parsing: $0) })
    request.planned = try planned()
    if asksHarvest || needsHarvest {
      request.harvest = HarvestPlan(
        recoveries: try recovery.map { Recovery($0.name, try Fraction(parsing: $0.text)) },
        retains: try retain.map { Retain($0.name, try cells($0.text)) },
        qcFraction: try qc.map { try Fraction(parsing: $0) } ?? .zero)
    }
    if asksBag { request.bag = try bag(match) }
    let calculation = try DoseCalculation(request)
    try requireAgreement(of: calculation.figures, with: request.sheet)
    return calculation
  }

  private func planned() throws -> PlannedDose {
    switch plan {
    case nil, "target": return .target
    case "minimum": return .minimum
    case "maximum": return .maximum
    case let text?: return .amount(try cells(text))
    }
  }

  private func cells(_ text: String) throws -> CellCount {
    let parts = text.split(separator: " ")
    guard parts.count == 2, parts[1] == "cells", let value = StrictNumber.rational(parts[0]),
      value.isInteger
    else { throw ValidationError("'\(text)' is not a number of cells; write it like '2e7 cells'.") }
    return try CellCount(value.numerator)
  }

  private func bag(_ product: Product) throws -> BagContent {
    var bag = BagContent()
    bag.counted = product.counted
    bag.viableDensity = try viableDensity.map { try ViableDensity(parsing: $0) }
    bag.totalDensity = try totalDensity.map { try TotalDensity(parsing: $0) }
    bag.viability = try viability.map { try Fraction(parsing: $0) }
    bag.carPositive = try carPositive.map { try Fraction(parsing: $0) }
    if let carParent {
      guard let parent = ParentPopulation(rawValue: carParent) else {
        throw ValidationError(
          "--car-of takes one of: "
            + ParentPopulation.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") + ".")
      }
      bag.carParent = parent
    }
    bag.tCellShare = try tCells.map { try Fraction(parsing: $0) }
    bag.available = try available.map { try Volume(parsing: $0) }
    bag.resolution = try resolution.map { try Volume(parsing: $0) }
    return bag
  }
}
