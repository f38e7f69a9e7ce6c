import ArgumentParser
import Reports

struct DoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dose",
    abstract: "Compute a dose twice, independently, and show the calculation by hand.",
    discussion: """
      thymus dose --product kymriah-us-ball --weight '20 kg'
        The window of the label for a child of 20 kg.
      thymus dose --product fucaso-cn-mm --weight '70 kg' --recovery wash=88% --retain 'qc=2e7 cells'
        The target of the trial, and the cells needed at harvest.
      thymus dose --product kymriah-us-ball --weight '20 kg' --plan '6e7 cells' \\
          --viable-density '4e6 cells/mL' --car-positive 38% --car-of 'viable cells' \\
          --available '50 mL' --resolution '0.1 mL'
        The volume to infuse from a certificate.

      A dose that cannot be known is refused with what is missing, and the exit code is 1.
      """)

  @OptionGroup var dose: DoseArguments
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !dose.isAsked {
      throw ValidationError("Name a product with --product, see 'thymus products'.")
    }
  }

  func run() throws {
    let calculation = try dose.calculation(data.folder())
    let page = Page(
      title: "Dose worksheet", sections: [DoseSection.section(calculation)],
      footer: [LimitsOfUse.lines[0]])
    let record: JSONValue = .object([
      "schema": .string("thymus.dose/1"), "dose": Record.dose(calculation),
    ])
    try Deliver.result(page, record: record, to: output)
  }
}
