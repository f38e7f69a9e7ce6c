import ArgumentParser

/// Capacity: what a facility can do and who gets which slot.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plan the capacity: slots of patients on instruments.",
    subcommands: [PlanSlotsCommand.self])
}
