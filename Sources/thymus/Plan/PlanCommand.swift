import ArgumentParser

/// Capacity: what a facility can do, how long patients wait, what is worth adding.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plan the capacity: instruments, teams, QC lines, vein-to-vein time.",
    discussion: """
      thymus plan check data/facilities/plant_1000.yaml
        Arithmetic in a moment: the load of every resource, whether the plan can work, the least
        counts. Always shown before anything is simulated.
      thymus plan simulate data/facilities/plant_1000.yaml -o plan.html
        A year by discrete events: waits, vein-to-vein times, outcomes, what breaks first.
      thymus plan size data/facilities/plant_1000.yaml --target 'wait 2 d'
      thymus plan compare data/facilities/plant_1000.yaml \\
          --scenario 'one more team: teams.manufacturing=6' \\
          --scenario 'no Sundays: calendars.production.open=[Mon, Tue, Wed, Thu, Fri, Sat]'
      thymus plan slots data/slots/example_patients.csv --model data/slots/example_model.yaml --devices 6
        A start day, an instrument and an infusion date for each patient.

      A plan that cannot work ends with exit code 1 and names the resource.
      """,
    subcommands: [
      PlanCheckCommand.self, PlanSimulateCommand.self, PlanSizeCommand.self,
      PlanCompareCommand.self, PlanSlotsCommand.self,
    ])
}
