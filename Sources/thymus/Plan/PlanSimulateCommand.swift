import ArgumentParser
import Capacity
import Reports

struct PlanSimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Follow patients through the facility: waits, vein-to-vein times, outcomes.",
    discussion: """
      thymus plan simulate data/facilities/plant_1000.yaml -o plan.html
        The first page answers: can it work, what breaks first and at how many patients a year, what
        one more instrument, team or line would buy, and how long patients wait.
      thymus plan simulate data/facilities/plant_1000.yaml --set instruments.prodigy=36 \\
          --durations cd19=forecast.json
        Two more instruments, and harvest days and failures from a forecast in place of the file's.
      thymus plan simulate data/facilities/regional_250.yaml --replications 400
        More replications where single dated patients matter: ± of a share falls with their root.

      The arithmetic comes first. A plan that cannot work is not simulated: exit code 1.
      """)

  @OptionGroup var plan: PlanArguments
  @OptionGroup var how: PlanRunArguments
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Replications for what one more unit of each resource buys; 0 leaves it out (default: as "
        + "--replications, so that 'plan compare' gives the same figures)."))
  var nextUnit: Int?

  func validate() throws {
    if let nextUnit, nextUnit < 0 || nextUnit == 1 || nextUnit > 10_000 {
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
    page.measured = how.horizon(input.facility)
    if page.plan.isStable {
      let simulation = try how.simulation(input.facility)
      let progress = Progress()
      progress.show("Simulating \(how.replications) replications ...")
      var values: [[Double]] = []
      let result = try simulation.run(
        .after(how.replications), seed: how.seed, threads: how.threads
      ) { values.append($0) }
      page.gantt = try PlanGantt(simulation, start: input.facility.start, seed: how.seed)
      page.result = result
      let replications = nextUnit ?? how.replications
      if replications > 0 {
        progress.show("Trying one more of each resource ...")
        page.nextUnits = try units(
          page.plan, simulation, result, values, replications: replications)
      }
      progress.clear()
    }
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if !page.plan.isStable { throw Failure.CheckFailed() }
  }

  /// Units tried at most.
  private static let most = 10

  /// What one more unit buys of those resources for which patients wait longest: a unit of a resource
  /// without a queue can buy nothing.
  private func units(
    _ plan: PlanArithmetic, _ simulation: Capacity.Simulation, _ result: SimulationResult,
    _ values: [[Double]], replications: Int
  ) throws -> NextUnits {
    func wait(_ unit: NextUnit) -> Double {
      let mean =
        result[.mean(.stockWait(unit.pool))] ?? result[.mean(.patientWait(unit.pool))]
      return mean?.mean ?? 0
    }
    let all = plan.facility.nextUnits()
    let ranked = all.indices.sorted { (-wait(all[$0].unit), $0) < (-wait(all[$1].unit), $1) }
    let chosen = Set(ranked.prefix(Self.most).filter { wait(all[$0].unit) >= 0.005 })
    let tried = all.indices.filter(chosen.contains).map { all[$0] }
    let values = try simulation.marginalValues(
      tried.map { ($0.unit, try how.simulation($0.facility)) }, replications: replications,
      seed: how.seed, threads: how.threads, base: values)
    let limits = plan.limits()
    return NextUnits(
      values: values,
      untried: all.indices.filter { !chosen.contains($0) }.map { all[$0].unit },
      replications: replications,
      fullAt: Dictionary(
        tried.compactMap { unit, facility in
          plan.fullAt(facility, limits).map { (unit.path, $0) }
        }, uniquingKeysWith: { first, _ in first }))
  }
}
