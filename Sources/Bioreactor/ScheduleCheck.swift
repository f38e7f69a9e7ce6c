import Quantities
import RunRecords

/// Follows the volume through a run's operations and gathers what cannot be done.
///
/// It goes on after a fault as if the operation had been possible, so that one fault is told once.
struct ScheduleCheck {
  let begin: Double
  let startVolume: Double
  let knowsVolume: Bool
  private(set) var findings: [Finding] = []
  /// Where the walk stands: hours, mL and the flows that run.
  private(set) var time: Double
  private(set) var volume: Double
  private(set) var flow = SteadyFlow.none

  private let run: Run
  private let platform: Platform?
  private var flowing: Operation?
  /// True once a rule can change the volume: limits are then checked as the culture runs.
  private var depends = false

  init(_ run: Run, _ platform: Platform?) {
    self.run = run
    self.platform = platform
    var (seeded, at): (Double?, Double) = (nil, 0)
    var seed: Operation?
    for operation in run.operations {
      if case .seed(let volume, _, _, _) = operation.action {
        (seeded, at, seed) = (volume, operation.time, operation)
      }
    }
    begin = at
    startVolume = seeded ?? 1
    knowsVolume = seeded != nil
    time = at
    volume = startVolume
    if let seed, knowsVolume { checkLimits(seed, from: 0) }
  }

  private var watchesVolume: Bool { knowsVolume && !depends }

  private mutating func fault(_ code: String, _ place: Place, _ cause: String, _ remedy: String) {
    findings.append(Finding(.error, code, at: place, cause, remedy: remedy))
  }

  private func shown(_ value: Double) -> String { NumberText.significant(value) }

  /// Whether the platform does such an operation at all.
  mutating func permit(_ operation: Operation) {
    guard let platform else { return }
    let kind = operation.action.kind
    if kind == .sample, !platform.allowsCellSampling {
      fault(
        "E_PLATFORM_SAMPLING", operation.place,
        "No cells can be sampled from \(platform.title) while it runs.",
        "Leave the sample out; follow the culture by what its medium shows, such as glucose and "
          + "lactate, and count at the harvest.")
    } else if !platform.operations.contains(kind) {
      let words = Operation.Kind.allCases.filter { platform.operations.contains($0) }
      fault(
        "E_PLATFORM_OPERATION", operation.place,
        "\(platform.title) cannot do a '\(kind.rawValue)'.",
        "It can do: \(words.map(\.rawValue).joined(separator: ", ")). Choose another platform, or "
          + "correct its file.")
    }
    if case .flow(let flow) = operation.action, platform.perfused == .extracapillary,
      flow.inflow != flow.permeate || flow.bleed != 0 || flow.evaporation != 0
    {
      fault(
        "E_PLATFORM_FLOW", operation.place,
        "\(shown(flow.inflow)) mL/h flow in and "
          + "\(shown(flow.permeate + flow.bleed + flow.evaporation)) mL/h out of the space outside "
          + "the fibres, whose volume cannot change.",
        "Write the same 'inflow' and 'permeate', and leave 'bleed' and 'evaporation' empty.")
    }
  }

  /// True unless the operation comes before the seed.
  mutating func follows(_ operation: Operation) -> Bool {
    if operation.time >= begin { return true }
    fault(
      "E_RUN_BEFORE_SEED", operation.place,
      "The \(operation.action.kind.rawValue) of run \(run.name) comes before its seed.",
      "Correct one of the times.")
    return false
  }

  /// A rule: from here the volume may depend on the culture.
  mutating func arm(_ operation: Operation) {
    if operation.action.changesVolume {
      if !knowsVolume { faultUnknown(operation) }
      depends = true
    }
  }

  /// Lets the flows run until an operation.
  mutating func advance(to operation: Operation) {
    pass(to: operation.time, until: "the \(operation.action.kind.rawValue)")
  }

  /// Lets the flows run to the harvest or the last measurement.
  mutating func finish(harvest: Double?) {
    if harvest == nil, let last = run.observations.last?.time, last > time {
      pass(to: last, until: "the last measurement")
    }
    guard let platform, !platform.allowsCellSampling else { return }
    var seen: Set<Double> = []
    for observation in run.observations
    where observation.time > begin && observation.time < harvest ?? .infinity {
      guard MeasuredQuantity.named(observation.quantity)?.needsCells == true,
        seen.insert(observation.time).inserted
      else { continue }
      fault(
        "E_PLATFORM_SAMPLING", observation.place,
        "'\(observation.quantity)' was measured at \(shown(observation.time)) h, but no cells can "
          + "be sampled from \(platform.title) between seed and harvest.",
        "Correct the platform or the time; a count of the product belongs to the time of a "
          + "'harvest' row.")
    }
  }

  /// Applies an operation; nil when it has no change or was at fault.
  mutating func apply(
    _ operation: Operation, perfused: Platform.Perfused
  ) -> VesselChange<Double>? {
    if case .flow(let next) = operation.action {
      flow = SteadyFlow(next, on: platform)
      flowing = operation
      if !knowsVolume, !flow.leavesVessel { faultUnknown(operation) }
      return nil
    }
    if !knowsVolume, needsVolume(operation.action) {
      faultUnknown(operation)
      return nil
    }
    guard let change = VesselChange(operation.action, volume: volume, perfused: perfused) else {
      if !depends {
        fault(
          "E_RUN_VOLUME_EMPTY", operation.place,
          "The \(operation.action.kind.rawValue) takes more than the vessel of run \(run.name) holds"
            + " at \(shown(operation.time)) h, \(shown(volume)) mL.",
          "Correct the volume, or add the feed that came before it.")
      }
      return nil
    }
    let before = volume
    if knowsVolume { volume = change.volume }
    if watchesVolume { checkLimits(operation, from: before) }
    return change
  }

  private func needsVolume(_ action: Operation.Action) -> Bool {
    switch action {
    case .sample, .feed, .feedShare, .wash: true
    default: false
    }
  }

  private mutating func faultUnknown(_ operation: Operation) {
    fault(
      "E_RUN_VOLUME_UNKNOWN", operation.place,
      "The \(operation.action.kind.rawValue) of run \(run.name) needs the culture volume.",
      "Add a seed operation with its volume [mL].")
  }

  private func limit(_ quantity: Platform.Quantity) -> String {
    shown(quantity.value) + " mL" + (quantity.standing == .unverified ? " (unverified)" : "")
  }

  /// The volume right after an operation that took it there from another one.
  private mutating func checkLimits(_ operation: Operation, from before: Double) {
    guard let platform else { return }
    let word = operation.action.kind.rawValue
    let at = shown(operation.time)
    if let most = platform.mostVolume, volume > most.value, volume > before {
      fault(
        "E_PLATFORM_VOLUME", operation.place,
        "After the \(word) at \(at) h the culture has \(shown(volume)) mL, but \(platform.title) "
          + "holds at most \(limit(most)).",
        "Put in \(shown(volume - most.value)) mL less, take out that much before, or choose a "
          + "larger vessel.")
    }
    if let least = platform.leastVolume, volume < least.value, volume < before || before == 0 {
      fault(
        "E_PLATFORM_VOLUME", operation.place,
        "After the \(word) at \(at) h the culture has \(shown(volume)) mL, but \(platform.title) "
          + "works with at least \(limit(least)).",
        "Leave \(shown(least.value - volume)) mL more in the vessel, or choose a smaller one.")
    }
  }

  /// The volume after the flows have run to a time; what they pass on the way is told at their row.
  private mutating func pass(to end: Double, until what: String) {
    let from = time
    let before = volume
    time = end
    guard watchesVolume, flow.net != 0, end > from, let flowing else { return }
    let after = flow.volume(from: before, after: end - from)
    let rate = shown(abs(flow.net))
    func hour(_ level: Double) -> String { shown(from + (level - before) / flow.net) }
    let course = "At \(shown(from)) h the vessel holds \(shown(before)) mL; the flows "
    if !(after > 0) {
      fault(
        "E_VESSEL_DRY", flowing.place,
        course + "take \(rate) mL/h more than they bring, so it is empty at \(hour(0)) h, before "
          + "\(what) at \(shown(end)) h.",
        "Raise the inflow, lower the outflow, or end the flows earlier with a 'flow' row.")
      return
    }
    volume = after
    if let most = platform?.mostVolume, after > most.value, before <= most.value {
      fault(
        "E_PLATFORM_VOLUME", flowing.place,
        course + "bring \(rate) mL/h more than they take, so it passes the \(limit(most)) that "
          + "\(platform?.title ?? "it") holds at \(hour(most.value)) h, before \(what) at "
          + "\(shown(end)) h.",
        "Lower the inflow, take more out, or end the flows earlier with a 'flow' row.")
    }
    if let least = platform?.leastVolume, after < least.value, before >= least.value {
      fault(
        "E_PLATFORM_VOLUME", flowing.place,
        course
          + "take \(rate) mL/h more than they bring, so it falls below the \(limit(least)) that "
          + "\(platform?.title ?? "it") works with at \(hour(least.value)) h, before \(what) at "
          + "\(shown(end)) h.",
        "Raise the inflow, lower the outflow, or end the flows earlier with a 'flow' row.")
    }
  }
}
