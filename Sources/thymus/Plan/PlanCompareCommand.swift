import ArgumentParser
import Capacity
import Quantities
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
        The same patients, durations and failures in each: differences with paired intervals. One more
        team is what 'simulate' calls teams.manufacturing.count 5 to 6, and gives the same figure.

      A scenario that cannot work is a column that says which resource is not enough; the others are
      compared all the same: exit code 1.
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

  /// Faults of a plan that is well written and cannot be: no place, no shift that is long enough, a
  /// product that expires.
  private static let impossible = ["E_FACILITY_PLACES", "E_FACILITY_CLOSED", "E_FACILITY_EXPIRY"]

  func run() throws {
    let base = try plan.read()
    var scenarios = [
      PlanComparePage.Scenario(
        name: "the plan", settings: plan.settings, standing: .read(PlanArithmetic(base.facility)))
    ]
    for change in try changes() {
      var standing: PlanComparePage.Standing
      do {
        let input = try plan.read(change.settings, origin: "--scenario '\(change.name)'")
        standing = .read(PlanArithmetic(input.facility))
      } catch let refused as InputRefused {
        guard refused.findings.allSatisfy({ Self.impossible.contains($0.code) }) else {
          throw refused
        }
        standing = .impossible(refused.findings.first?.cause ?? "")
      }
      scenarios.append(.init(name: change.name, settings: change.settings, standing: standing))
    }
    var page = PlanComparePage(
      scenarios: scenarios, comparison: nil,
      provenance: base.provenance(plan.settings, how.described(base.facility), seed: how.seed))
    let simulations = try page.working.compactMap { $0.plan }.map {
      try how.simulation($0.facility)
    }
    if !simulations.isEmpty {
      let progress = Progress()
      progress.show("Simulating \(simulations.count) plans ...")
      page.comparison = try Capacity.Simulation.compare(
        simulations, replications: how.replications, seed: how.seed, threads: how.threads)
      progress.clear()
    }
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if page.working.count < scenarios.count { throw Failure.CheckFailed() }
  }
}
