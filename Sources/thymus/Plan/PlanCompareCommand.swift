import ArgumentParser
import Capacity
import Reports
import RunFiles

struct PlanCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Put named changes of a plan side by side.",
    discussion: """
      thymus plan compare data/facilities/plant_1000.yaml \\
          --scenario 'one more team: teams.manufacturing=6' \\
          --scenario 'two more instruments: instruments.prodigy=36; suites.suite.places=9'
        The same patients, durations and failures in each: differences with paired intervals.
        A scenario that cannot work is told and left out of the simulation: exit code 1.
      """)

  @OptionGroup var plan: PlanArguments
  @OptionGroup var how: PlanRunArguments
  @OptionGroup var output: OutputOptions

  @Option(help: "A change as 'NAME: PATH=VALUE; PATH=VALUE'; may be repeated.")
  var scenario: [String]

  private struct Change {
    var name: String
    var settings: [String]
  }

  private func changes() throws -> [Change] {
    var found: [Change] = []
    for text in scenario {
      guard let colon = text.firstIndex(of: ":") else {
        throw ValidationError("--scenario '\(text)': write 'NAME: PATH=VALUE; PATH=VALUE'.")
      }
      let name = text[..<colon].trimmingSpaces()
      let settings = text[text.index(after: colon)...].split(separator: ";").map {
        $0.trimmingSpaces()
      }
      guard !name.isEmpty, !settings.isEmpty, name != "the plan",
        !found.contains(where: { $0.name == name }),
        settings.allSatisfy({ FacilityFile.Setting(parsing: $0) != nil })
      else {
        throw ValidationError(
          "--scenario '\(text)': write 'NAME: PATH=VALUE; PATH=VALUE', each name once.")
      }
      found.append(Change(name: name, settings: settings))
    }
    return found
  }

  func validate() throws { _ = try changes() }

  func run() throws {
    let base = try plan.read()
    var scenarios = [
      PlanComparePage.Scenario(
        name: "the plan", settings: plan.settings, plan: PlanArithmetic(base.facility))
    ]
    for change in try changes() {
      let input = try plan.read(change.settings)
      scenarios.append(
        .init(
          name: change.name, settings: change.settings, plan: PlanArithmetic(input.facility)))
    }
    let working = scenarios.filter(\.plan.isStable)
    var comparison: Capacity.Comparison?
    if scenarios[0].plan.isStable {
      let simulations = try working.map { try how.simulation($0.plan.facility) }
      comparison = try Capacity.Simulation.compare(
        simulations, replications: how.replications, seed: how.seed, threads: how.threads)
    }
    let page = PlanComparePage(
      scenarios: scenarios, comparison: comparison,
      provenance: base.provenance(plan.settings, how.described(base.facility), seed: how.seed))
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if working.count < scenarios.count { throw Failure.CheckFailed() }
  }
}
