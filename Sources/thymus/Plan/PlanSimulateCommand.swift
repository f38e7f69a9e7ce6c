import ArgumentParser
import Capacity
import Reports

struct PlanSimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Follow patients through the facility: waits, vein-to-vein times, outcomes.",
    discussion: """
      thymus plan simulate data/facilities/regional_250.yaml --replications 100 -o plan.html
      thymus plan simulate data/facilities/plant_1000.yaml --set instruments.prodigy=36 \\
          --durations cd19=forecast.json
        Harvest days and failures from a forecast in place of those of the file.

      The arithmetic comes first. A plan that cannot work is not simulated: exit code 1.
      """)

  @OptionGroup var plan: PlanArguments
  @OptionGroup var how: PlanRunArguments
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Replications for what one more unit of each resource buys; 0 leaves it out."))
  var nextUnit = 20

  func validate() throws {
    if nextUnit < 0 || nextUnit == 1 || nextUnit > 10_000 {
      throw ValidationError("--next-unit takes 0, or 2 to 10000.")
    }
  }

  func run() throws {
    let input = try plan.read()
    var page = PlanPage(
      PlanArithmetic(input.facility),
      provenance: input.provenance(
        plan.settings, how.described(input.facility), seed: how.seed))
    page.evidence = input.evidence
    if page.plan.isStable {
      let simulation = try how.simulation(input.facility)
      page.result = try simulation.run(
        .after(how.replications), seed: how.seed, threads: how.threads)
      page.gantt = try PlanGantt(simulation, start: input.facility.start, seed: how.seed)
      if nextUnit > 0 {
        let values = try simulation.process.marginalValues(
          replications: nextUnit, seed: how.seed, threads: how.threads)
        page.nextUnits = (values, nextUnit)
      }
    }
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if !page.plan.isStable { throw Failure.CheckFailed() }
  }
}
