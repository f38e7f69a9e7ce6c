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
        The least counts with a mean wait of 2 d for an instrument, and the plan you would have beside
        the present one: waits, vein to vein, use, cost.
      thymus plan size data/facilities/plant_1000.yaml --target 'p90 lead 32 d' \\
          --resource instruments.prodigy --resource teams.manufacturing
        Only these two are sized; all else stays as it is.

      Targets: \(PlanTarget.forms). Arithmetic gives where to begin, simulations under the same
      random numbers find the counts: one resource after the other, in the order of the file. A number
      of patients is held to a mean wait of at most \(NumberText.significant(longestWait)) d for each \
      sized resource as well. Instruments stay within the places of their rooms; where these bind, what the \
      next room costs is told. Exit code 1 and the reason when the target is not reached.
      """)

  /// The mean wait that a number of patients is held to [d].
  private static let longestWait = 2.0

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
    let input = try plan.read()
    let present = PlanArithmetic(input.facility)
    guard let aim = PlanTarget.read(target, present) else {
      throw ValidationError("--target '\(target)': write \(PlanTarget.forms).")
    }
    var wait: Double?
    if case .mean(.wait) = aim.metric { wait = aim.bound }
    let sized = try chosen(present)
    let start = beginning(input.facility, sized, wait: wait ?? 1)
    var found = start.facility
    var also: [Target] = []
    if case .outcome = aim.metric {
      also = sized.map {
        Target(.mean(.wait(ResourceLoad.Kind.pool($0.kind, $0.name))), .atMost, Self.longestWait)
      }
    }
    var sizings: [Sizing] = []
    if PlanArithmetic(found).isStable {
      sizings = try search(aim, also, start)
      for sizing in sizings {
        // Where nothing reaches the target, the plan shown is that with the most that was tried.
        guard let count = sizing.count ?? sizing.trials.last?.count,
          let load = sized.first(where: {
            ResourceLoad.Kind.pool($0.kind, $0.name) == sizing.pool
          })
        else { continue }
        set(load, to: count, in: &found, from: start.facility)
      }
    }
    let plans = (PlanArithmetic(input.facility), PlanArithmetic(found))
    let results = (try simulated(plans.0), try simulated(plans.1))
    let isMet = !sizings.isEmpty && !sizings.contains { $0.count == nil }
    let sizing = PlanSized(
      target: aim, also: also, sizings: sizings, present: (plans.0, results.0),
      found: (plans.1, results.1),
      unmet: isMet ? nil : PlanSized.reason(aim, plans.1, results.1, sized: sized))
    var page = PlanPage(
      plans.1,
      provenance: input.provenance(
        plan.settings, how.described(input.facility) + [("target", target)], seed: how.seed))
    page.evidence = input.evidence
    page.measured = how.horizon(input.facility)
    page.target = wait
    page.result = results.1
    page.sized = sizing
    try Deliver.result(page.page, record: PlanRecord.record(page), to: output)
    if let unmet = sizing.unmet {
      Failure.say("The target is not reached. \(unmet)")
      throw Failure.CheckFailed()
    }
  }

  private func simulated(_ plan: PlanArithmetic) throws -> SimulationResult? {
    guard plan.isStable else { return nil }
    return try how.simulation(plan.facility).run(
      .after(how.replications), seed: how.seed, threads: how.threads)
  }

  /// The facility with enough of everything that is sized; what is not must be stable as it is.
  private func beginning(
    _ facility: Facility, _ sized: [ResourceLoad], wait: Double
  ) -> (facility: Facility, loads: [ResourceLoad]) {
    var facility = facility
    var loads = sized
    for _ in 0..<3 {
      var arithmetic = PlanArithmetic(facility)
      for load in loads {
        let enough = max(load.leastStable ?? load.count, arithmetic.least(load, wait: wait) ?? 0)
        let most = facility.mostPlaced(load) ?? .max
        facility.setCount(of: load, to: min(most, max(load.count, enough)))
      }
      arithmetic = PlanArithmetic(facility)
      loads = loads.compactMap { arithmetic.load($0.kind, $0.name) }
    }
    return (facility, loads)
  }

  private func search(
    _ aim: Target, _ also: [Target], _ start: (facility: Facility, loads: [ResourceLoad])
  ) throws -> [Sizing] {
    let process = try how.simulation(start.facility).process
    var search = SizingSearch(
      process, target: aim, replications: how.replications, seed: how.seed, threads: how.threads)
    search.also = also
    return try search.least(
      widening: [1, 2, 4].map { times in
        ranges(start, times: times).compactMap { load, range in
          let name = ResourceLoad.Kind.pool(load.kind, load.name)
          guard let pool = process.pools.firstIndex(where: { $0.name == name }) else { return nil }
          return (pool, range)
        }
      })
  }

  /// What is tried of each resource: from the least that works by arithmetic to some times a fifth more
  /// than it asks for, but no instrument without a place and no fewer rooms than the instruments need.
  private func ranges(
    _ start: (facility: Facility, loads: [ResourceLoad]), times: Int
  ) -> [(load: ResourceLoad, range: ClosedRange<Int>)] {
    var top = start.facility
    var uppers: [Int] = []
    for load in start.loads {
      let wide = times * (load.count + load.count / 5 + 2)
      let upper = max(1, min(wide, top.mostPlaced(load) ?? .max))
      uppers.append(upper)
      if load.kind == .instruments { top.setCount(of: load, to: upper) }
    }
    return zip(start.loads, uppers).map { load, upper in
      let rooms = max(1, top.leastRooms(load))
      let least = max(rooms, min(load.leastStable ?? 1, load.count, upper))
      return (load, least...max(least, upper))
    }
  }

  /// Sets a count as the search did: as many teams away on weekends as in the facility it began with.
  private func set(
    _ load: ResourceLoad, to count: Int, in facility: inout Facility, from start: Facility
  ) {
    facility.setCount(of: load, to: count)
    guard load.kind == .teams, let at = start.teams.firstIndex(where: { $0.name == load.name }),
      let weekend = start.teams[at].weekend
    else { return }
    facility.teams[at].weekend = max(0, count - max(0, start.teams[at].count - weekend))
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
