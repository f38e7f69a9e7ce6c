import ArgumentParser
import Capacity
import Quantities
import Reports

struct PlanSizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract: "Find the least counts of instruments, teams and lines for a target.",
    discussion: """
      thymus plan size data/facilities/fac1.yaml --target 'wait 2 d'
      thymus plan size data/facilities/plant_1000.yaml --target 'p90 lead 32 d' \\
          --resource instruments.prodigy --resource teams.manufacturing

      Targets: \(PlanTarget.forms). Arithmetic gives where to begin, simulations under the same
      random numbers find the counts: one resource after the other, in the order of the file.
      """)

  @OptionGroup var plan: PlanArguments
  @OptionGroup var how: PlanRunArguments
  @OptionGroup var output: OutputOptions

  @Option(help: "What is to be reached, such as 'wait 2 d'.")
  var target: String

  @Option(
    help: ArgumentHelp(
      "A resource to be sized, such as instruments.prodigy; may be repeated (default: all "
        + "instruments, teams and laboratories)."))
  var resource: [String] = []

  func run() throws {
    var input = try plan.read()
    var arithmetic = PlanArithmetic(input.facility)
    guard let aim = PlanTarget.read(target, arithmetic) else {
      throw ValidationError("--target '\(target)': write \(PlanTarget.forms).")
    }
    let wait: Double = if case .mean(.wait) = aim.metric { aim.bound } else { 1 }
    let sized = try chosen(arithmetic)
    // What is sized begins with enough of everything; what is not must be stable as it is.
    var loads = sized
    for _ in 0..<3 {
      for load in loads {
        let enough = max(load.leastStable ?? load.count, arithmetic.least(load, wait: wait) ?? 0)
        input.facility.setCount(of: load, to: max(load.count, enough))
      }
      arithmetic = PlanArithmetic(input.facility)
      loads = loads.compactMap { arithmetic.load($0.kind, $0.name) }
    }
    var page = PlanPage(
      PlanArithmetic(try plan.read().facility),
      provenance: input.provenance(
        plan.settings, how.described(input.facility) + [("target", target)], seed: how.seed))
    page.evidence = input.evidence
    page.target = wait
    if arithmetic.isStable {
      let process = try how.simulation(input.facility).process
      let search = SizingSearch(
        process, target: aim, replications: how.replications, seed: how.seed,
        threads: how.threads)
      let ranges = loads.compactMap { load -> (pool: Int, range: ClosedRange<Int>)? in
        let name = ResourceLoad.Kind.pool(load.kind, load.name)
        guard let pool = process.pools.firstIndex(where: { $0.name == name }) else { return nil }
        let least = min(load.leastStable ?? 1, load.count)
        return (pool, least...max(load.count + load.count / 5 + 2, least))
      }
      page.sizings = try search.least(pools: ranges) ?? []
    }
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if page.sizings.isEmpty || page.sizings.contains(where: { $0.count == nil }) {
      Failure.say(
        arithmetic.isStable
          ? "The target is not reached with the counts that were tried; see the arithmetic."
          : "A resource that is not sized cannot carry the plan: "
            + arithmetic.overloaded.map(\.path).joined(separator: ", ") + ".")
      throw Failure.CheckFailed()
    }
  }

  private func chosen(_ plan: PlanArithmetic) throws -> [ResourceLoad] {
    let kinds: [ResourceLoad.Kind] = [.instruments, .teams, .laboratories]
    if resource.isEmpty { return plan.resources.filter { kinds.contains($0.kind) } }
    let names = plan.resources.map { ResourceLoad.Kind.pool($0.kind, $0.name) }
    return try resource.map { name in
      guard let at = names.firstIndex(of: name), plan.resources[at].kind != .vectors else {
        throw ValidationError(
          "--resource '\(name)': no such resource is used."
            + Suggestion.phrase(for: name, among: names))
      }
      return plan.resources[at]
    }
  }
}
