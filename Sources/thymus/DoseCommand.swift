import ArgumentParser
import Dosing
import Quantities
import Reports
import RunFiles

struct DoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dose",
    abstract: "Compute a dose twice, independently, and show how to redo it by hand.",
    discussion: """
      thymus dose --product kymriah-us-ball --weight '20 kg'
        The window of the label for a child of 20 kg.
      thymus dose --product fucaso-cn-mm --weight '70 kg' --recovery wash=88% --retain 'qc=2e7 cells'
        The target of the trial, and the cells needed at harvest.
      thymus dose template kymriah-us-ball > child.yaml
        A request file to fill in: weight, certificate, limits.
      thymus dose --request data/doses/child_prodigy.yaml --sheet child
        The worksheet: child.html, child.pdf and child.json.
      thymus dose batch patients.csv --request common.yaml --out results.csv
        A row a patient.

      All options: thymus dose ask --help, thymus dose batch --help and so on.

      Exit codes: 0 done, 1 held, refused, out of specification or two calculations that differ,
      64 wrong usage, 65 bad input, 74 a result could not be written.
      """,
    subcommands: [
      DoseAskCommand.self, DoseTemplateCommand.self, DoseBatchCommand.self, DoseLotCommand.self,
      DoseLargestCommand.self,
    ], defaultSubcommand: DoseAskCommand.self)
}

struct DoseAskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask", abstract: "One dose: a quick window, or the worksheet of a request file.")

  @Option(help: "A request file; 'thymus dose template PRODUCT' writes one.", completion: .file())
  var request: String?

  @Option(help: "Write the worksheet of a request as NAME.html, NAME.pdf and NAME.json.")
  var sheet: String?

  @Flag(help: "Let --sheet write over files of that name that are no sheet of the same request.")
  var force = false

  @OptionGroup var dose: DoseArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let sheet = sheet.map(DoseSheetFiles.name)
    if force, sheet == nil { throw ValidationError("--force belongs to --sheet NAME.") }
    guard let request else {
      if sheet != nil { throw ValidationError("--sheet needs a request file: --request FILE.") }
      if !dose.isAsked {
        throw ValidationError(
          "Name a product with --product, see 'thymus products', or a request file with --request.")
      }
      return try quick()
    }
    if dose.isAsked {
      throw ValidationError("The request file names the product; leave --product out.")
    }
    if let sheet, !force { try DoseSheetFiles.check(sheet, isOf: request) }
    let work: DoseRequestWork
    let calculation: DoseCalculation
    do {
      work = try DoseRequestWork(request, data: data.folder(), asOf: SheetClock.now)
      calculation = try work.calculation()
    } catch {
      if let sheet { DoseSheetFiles.disown(sheet) }
      throw error
    }
    let worksheet = try DoseWorksheet(
      calculation, identifiers: work.content.identifiers,
      provenance: Provenance(inputs: work.inputs, options: [], seed: 0))
    if let sheet { try DoseSheetFiles.write(worksheet, to: sheet) }
    try Deliver.result(
      worksheet.page, record: worksheet.record, to: output,
      more: sheet == nil
        ? "--sheet NAME writes the worksheet for paper: NAME.html, NAME.pdf, NAME.json." : nil)
    guard case .forTwoSignatures = calculation.verdict else { throw Failure.CheckFailed() }
  }

  private func quick() throws {
    let plan = try dose.answer(data.folder())
    let page = Page(
      title: "Dose", sections: [DoseSection.section(plan)], footer: [LimitsOfUse.lines[0]])
    let record: JSONValue = .object([
      "schema": .string("thymus.dose/1"), "dose": Record.dose(plan),
    ])
    try Deliver.result(page, record: record, to: output)
  }
}

struct DoseTemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Print a request file with a blank for every needed field.")

  @Argument(help: "Id of a shipped product, or a product file.") var product: String
  @OptionGroup var data: DataOptions

  func run() throws {
    let found = try ProductChoice.option(product, data.folder())
    _ = try found.usableRule()
    try Deliver.text(DoseTemplate.text(of: found, named: product))
  }
}
