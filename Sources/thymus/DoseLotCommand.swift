import ArgumentParser
import Dosing
import DosingCheck
import Quantities
import Reports
import RunFiles

struct DoseLotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lot", abstract: "Share an allogeneic lot out to patients, in the stated order.",
    discussion: """
      thymus dose lot patients.csv --request lot.yaml --out shares.csv

      The request file holds the rule, the lot's certificate and how doses are drawn; the table holds
      the patients in their order. Each gets the planned dose, or what is left when that still holds
      the least dose, or nothing.
      """)

  @Argument(help: "CSV file of patients, in their order.", completion: .file())
  var patients: String

  @Option(help: "Write the shares as CSV, one row a patient.", completion: .file())
  var out: String?

  @OptionGroup var common: CommonRequest
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let common = try common.read(data.folder())
    guard let lot = common.request.supplies.first?.certificate else {
      throw ValidationError("The request file needs one 'supply' with the lot's certificate.")
    }
    let file = try DoseBatchFile(patients)
    var rows: [DoseBatchRow] = []
    try file.forEach(common: common.request, identifiers: common.identifiers, isLot: true) {
      rows.append($0)
    }
    let shares = try allocate(
      lot, to: rows.map { LotPatient(id: $0.patient ?? "line \($0.line)", request: $0.request) })
    var table = DoseBatchTable()
    for (row, share) in zip(rows, shares) {
      switch share.outcome {
      case .success(let dose):
        try requireAgreement(of: dose.figures, with: dose.request.sheet)
        table.add(row, dose)
      case .failure(let refusal): table.add(row, refusal)
      }
    }
    if let out { try DurableFile.write(table.text, to: out) }
    let product = common.request.product
    try Deliver.result(
      DoseLotPage.page(shares, table, product, file: patients),
      record: table.record(product, inputs: common.inputs + [(patients, file.sha256)]), to: output)
    if !table.isAllMet { throw Failure.CheckFailed() }
  }
}

struct DoseLargestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "largest", abstract: "The patients whom a number of cells can serve.",
    discussion: """
      thymus dose largest yescarta-eu-lbcl --cells '1.5e8 cells' --plan target
        The weights at which 150 million cells are enough for the target.
      """)

  @Argument(help: "Id of a shipped product, or a product file.") var product: String

  @Option(help: "Cells that there are, of those that the dose counts, such as '1.5e8 cells'.")
  var cells: String

  @Option(help: "Dose that each patient shall get: target, minimum, maximum.")
  var plan: String

  @Option(help: "Dose level, for a trial that has levels.")
  var level: String?

  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let found = try ProductChoice.option(product, data.folder())
    let choices: [String: PlannedDose] = [
      "target": .target, "minimum": .minimum, "maximum": .maximum,
    ]
    guard let choice = choices[plan] else {
      throw ValidationError("--plan takes target, minimum or maximum.")
    }
    let parts = cells.split(separator: " ")
    guard parts.count == 2, parts[1] == "cells", let value = StrictNumber.rational(parts[0]),
      value.isInteger
    else { throw ValidationError("--cells takes a number of cells, such as '1.5e8 cells'.") }
    let count = try CellCount(value.numerator)
    let served = try servedWeights(found, cells: count, choice: choice, level: level)
    try check(served, found, count, choice)
    try Deliver.result(
      DoseLotPage.largest(served, found, cells: count, plan: plan),
      record: DoseLotPage.record(served, found, cells: count, plan: plan), to: output)
    if served.isEmpty { throw Failure.CheckFailed() }
  }

  /// A weight of the answer needs more cells than there are.
  struct Contradiction: Error, CustomStringConvertible {
    let description =
      "E_DOSE_DISAGREEMENT: the largest weight and the dose of that weight disagree. Nothing is "
      + "shown. Remedy: keep the question and report it."
  }

  /// Both calculations give the dose at the last 1 g of each interval, and it is not above the cells.
  private func check(
    _ served: [WeightInterval], _ product: Product, _ cells: CellCount, _ choice: PlannedDose
  ) throws {
    for interval in served {
      let grams = try interval.upper.times(Rational(1000)).floor
      for mass in [grams - 1, grams] {
        let kilograms = try Rational(mass, over: 1000)
        guard kilograms > interval.lower, kilograms < interval.upper else { continue }
        let dose = try DosePlan(
          product: product, bodyMass: try BodyMass(kilograms: kilograms), choice: choice,
          level: level)
        try requireAgreement(of: dose.figures, with: dose.sheet)
        guard let planned = dose.planned, planned <= cells else {
          throw Contradiction()
        }
      }
    }
  }
}
