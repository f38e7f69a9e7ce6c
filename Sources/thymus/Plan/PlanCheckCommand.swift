import ArgumentParser
import Capacity
import Reports

struct PlanCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say by arithmetic whether a plan can work, and what limits it.",
    discussion: """
      thymus plan check data/facilities/plant_1000.yaml
        Read the first lines: what breaks first and at how many patients a year, and which stock of
        vector is ordered too late.
      thymus plan check data/facilities/fac1.yaml --set instruments.prodigy=24
        Exit code 1: the resource that is not enough, and the least number that is.
      thymus plan check data/facilities/regional_250.yaml --vary 20%
        Which of the assumed numbers matter most: measure those first.
      """)

  @OptionGroup var plan: PlanArguments
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Change every assumed number by this share, such as 20%, and say which matter most."))
  var vary: PercentArgument?

  @Option(help: "Threads for --vary; the results do not depend on it.")
  var threads = 2

  func validate() throws {
    if threads < 1 || threads > 256 { throw ValidationError("--threads takes 1 to 256.") }
    if let vary, vary.fraction <= 0 || vary.fraction > 0.9 {
      throw ValidationError("--vary takes a share above 0% and at most 90%.")
    }
  }

  func run() throws {
    let input = try plan.read()
    var page = PlanPage(
      PlanArithmetic(input.facility), provenance: input.provenance(plan.settings))
    page.evidence = input.evidence
    if let vary {
      let progress = Progress()
      let read = try plan.reader()
      page.sensitivity = PlanSensitivity(
        of: page.plan, by: vary.fraction, threads: threads
      ) { path, value in
        try? read(path + "=" + value)
      } progress: { done, of in
        progress.show("Varying assumption \(done) of \(of) ...")
      }
      progress.clear()
    }
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if !page.plan.isStable { throw Failure.CheckFailed() }
  }
}
