import ArgumentParser
import Dosing
import Quantities
import Reports
import RunFiles

/// What is equal for all patients of a table: a request file, or no more than a product.
struct CommonRequest: ParsableArguments {
  @Option(
    help: "A request file with all that is equal for the patients.", completion: .file())
  var request: String?

  @Option(help: "Product by its id, when there is no request file.")
  var product: String?

  func read(_ data: DataFolder) throws -> Common {
    switch (request, product) {
    case (let request?, nil):
      let work = try DoseRequestWork(request, data: data, asOf: SheetClock.now)
      return Common(
        request: work.request, identifiers: work.content.identifiers, inputs: work.inputs)
    case (nil, let product?):
      let found = try ProductChoice.option(product, data)
      return Common(
        request: DoseRequest(product: found, weight: nil, planned: nil),
        identifiers: DoseIdentifiers(), inputs: [])
    case (nil, nil):
      throw ValidationError("Give --request COMMON.yaml, or --product ID.")
    default:
      throw ValidationError("The request file names the product; leave --product out.")
    }
  }

  struct Common {
    let request: DoseRequest
    let identifiers: DoseIdentifiers
    let inputs: [(path: String, sha256: String)]
  }
}

struct DoseBatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "Doses of many patients, one a row of a CSV file.",
    discussion: """
      thymus dose batch patients.csv --request common.yaml --out results.csv

      A column is named after its field, with its unit: weight [kg], weight_date, viable_density
      [cells/mL], 'viable CAR+ T cells of viable cells [%]'. What is equal for all stands in the
      request file; a column replaces it, also where its cell is empty.

      Exit codes: 0 every planned dose is met, 1 one is reduced, held, refused or out of
      specification, 65 a cell cannot be read.
      """)

  @Argument(help: "CSV file of patients.", completion: .file()) var patients: String

  @Option(help: "Write the answers as CSV, one row a patient.", completion: .file())
  var out: String?

  @OptionGroup var common: CommonRequest
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let common = try common.read(data.folder())
    let file = try DoseBatchFile(patients)
    var table = DoseBatchTable()
    try file.forEach(common: common.request, identifiers: common.identifiers) { row in
      do {
        table.add(row, try DoseRequestWork.agreed(row.request))
      } catch let refusal as Refusal {
        table.add(row, refusal)
      }
    }
    if let out { try DurableFile.write(table.text, to: out) }
    let product = common.request.product
    try Deliver.result(
      table.page(product, file: patients),
      record: table.record(product, inputs: common.inputs + [(patients, file.sha256)]),
      to: output, more: out == nil ? "--out results.csv writes the answer of every patient." : nil)
    if !table.isAllMet { throw Failure.CheckFailed() }
  }
}
