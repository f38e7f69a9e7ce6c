import ArgumentParser
import Capacity
import Reports

struct PlanCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say by arithmetic whether a plan can work, and what limits it.",
    discussion: """
      thymus plan check data/facilities/fac1.yaml --set instruments.prodigy=24
        Exit code 1: the resource that is not enough, and the least number that is.
      """)

  @OptionGroup var plan: PlanArguments
  @OptionGroup var output: OutputOptions

  func run() throws {
    let input = try plan.read()
    var page = PlanPage(
      PlanArithmetic(input.facility), provenance: input.provenance(plan.settings))
    page.evidence = input.evidence
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if !page.plan.isStable { throw Failure.CheckFailed() }
  }
}
