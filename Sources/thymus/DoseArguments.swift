import ArgumentParser
import Dosing
import DosingCheck
import Quantities
import RunFiles

/// A quick question to the dose room: product, weight, losses. Volumes are asked for with a request
/// file, which says where each number comes from.
struct DoseArguments: ParsableArguments {
  @Option(help: "Product by its id, see 'thymus products'.")
  var product: String?

  @Option(help: "A product file of your own protocol.", completion: .file())
  var productFile: String?

  @Option(help: "Body weight in kilograms, such as '20 kg'.")
  var weight: String?

  @Option(help: "Planned dose: target, minimum, maximum, or cells such as '1.5e8 cells'.")
  var plan: String?

  @Option(help: "Dose level, for a trial that has levels.")
  var level: String?

  @Option(help: "Blasts in the bone marrow, such as '15 %', for a product that is split by them.")
  var blasts: String?

  @Option(help: "Share of cells that comes through a step, such as wash=88%; may be repeated.")
  var recovery: [NamedText] = []

  @Option(help: "Cells kept back, such as 'retain=2e7 cells'; may be repeated.")
  var retain: [NamedText] = []

  @Option(help: "Share of the harvest taken by quality control, such as 2%.")
  var qc: String?

  var isAsked: Bool { product != nil || productFile != nil }
  private var asksHarvest: Bool { !recovery.isEmpty || !retain.isEmpty || qc != nil }

  /// The agreed plan; nothing is shown when the two calculations differ.
  ///
  /// `needsHarvest` asks for the required harvest even without losses.
  func answer(_ data: DataFolder, needsHarvest: Bool = false) throws -> DosePlan {
    let product = try chosen(data)
    for (option, names) in [("--recovery", recovery.map(\.name)), ("--retain", retain.map(\.name))]
    where Set(names).count < names.count {
      throw ValidationError("\(option): two have the same name; each step is named once.")
    }
    let plan = try DosePlan(
      product: product, bodyMass: try read("--weight", weight, BodyMass.init(parsing:)),
      choice: try planned(), level: level,
      blasts: try read("--blasts", blasts, Fraction.init(parsing:)),
      losses: asksHarvest || needsHarvest ? try losses() : nil)
    try requireAgreement(of: plan.figures, with: plan.sheet)
    return plan
  }

  /// The product that was named, by its id or by a file.
  func chosen(_ data: DataFolder) throws -> Product {
    switch (product, productFile) {
    case (let id?, nil): return try ProductChoice.option(id, data)
    case (nil, let path?): return try ProductChoice.named(path, data)
    case (nil, nil): throw ValidationError("Name a product with --product, see 'thymus products'.")
    default: throw ValidationError("Give one of --product and --product-file.")
    }
  }

  /// Steps between harvest and dose: quality control samples the harvest, what is kept back is kept
  /// of what came through.
  private func losses() throws -> [LossStep] {
    let share = try read("--qc", qc, Fraction.init(parsing:)).map {
      [LossStep("quality control", .share($0))]
    }
    return try (share ?? [])
      + recovery.map {
        LossStep($0.name, .recovery(try read("--recovery", $0.text, Fraction.init(parsing:))))
      } + retain.map { LossStep($0.name, .cells(try cells($0.text))) }
  }

  private func planned() throws -> PlannedDose? {
    switch plan {
    case nil: return nil
    case "target": return .target
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
}
