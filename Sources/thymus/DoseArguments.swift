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
    for (option, names) in [("--recovery", recovery.map(\.name)), ("--retain", retain.map(\.name))]
    where Set(names).count < names.count {
      throw ValidationError("\(option): two have the same name; each step is named once.")
    }
    var request = DoseRequest(
      product: match, bodyMass: try read("--weight", weight, BodyMass.init(parsing:)))
    request.planned = try planned()
    if asksHarvest || needsHarvest {
      request.harvest = HarvestPlan(
        recoveries: try recovery.map {
          Recovery($0.name, try read("--recovery", $0.text, Fraction.init(parsing:)))
        },
        retains: try retain.map { Retain($0.name, try cells($0.text)) },
        qcFraction: try read("--qc", qc, Fraction.init(parsing:)) ?? .zero)
    }
    if asksBag { request.bag = try bag(match) }
    let calculation = try DoseCalculation(request)
    try requireAgreement(of: calculation.figures, with: request.sheet)
    // A target that was asked for by name must be one that the source states.
    if plan == "target" { _ = try calculation.window.dose(for: .target) }
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

  /// Reads an exact quantity; `88%` and `20kg` are taken as `88 %` and `20 kg`. A fault names the
  /// option and not the value: it may be a patient's.
  private func read<Value>(
    _ option: String, _ text: String, _ parse: (String) throws -> Value
  ) throws -> Value {
    let trimmed = text.trimmingSpaces()
    var end = trimmed.endIndex
    while end > trimmed.startIndex, !StrictNumber.isDecimal(trimmed[..<end]) {
      end = trimmed.index(before: end)
    }
    let unit = trimmed[end...].trimmingSpaces()
    do { return try parse(unit.isEmpty ? trimmed : trimmed[..<end] + " " + unit) } catch {
      throw ValidationError("\(option): \(error)")
    }
  }

  private func read<Value>(
    _ option: String, _ text: String?, _ parse: (String) throws -> Value
  ) throws -> Value? {
    try text.map { try read(option, $0, parse) }
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
    bag.viableDensity = try read("--viable-density", viableDensity, ViableDensity.init(parsing:))
    bag.totalDensity = try read("--total-density", totalDensity, TotalDensity.init(parsing:))
    bag.viability = try read("--viability", viability, Fraction.init(parsing:))
    bag.carPositive = try read("--car-positive", carPositive, Fraction.init(parsing:))
    if let carParent {
      guard let parent = ParentPopulation(rawValue: carParent) else {
        throw ValidationError(
          "--car-of takes one of: "
            + ParentPopulation.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") + ".")
      }
      bag.carParent = parent
    }
    bag.tCellShare = try read("--t-cells", tCells, Fraction.init(parsing:))
    bag.available = try read("--available", available, Volume.init(parsing:))
    bag.resolution = try read("--resolution", resolution, Volume.init(parsing:))
    return bag
  }
}
