import Quantities
import RunRecords

/// What is worth knowing of a run's measurements once its technical replicates are merged.
enum ObservationRemarks {
  static func add(on run: ObservedRun, _ findings: inout FindingList) {
    noteEmptyCounts(in: run, &findings)
    noteCounters(of: run, &findings)
    if run.donor != .pooled { warnOfReplicates(in: run, &findings) }
  }

  private static func noteEmptyCounts(in run: ObservedRun, _ findings: inout FindingList) {
    for observation in run.observations where observation.quantity != "viability" {
      guard case .exact(0)? = observation.count?.cells else { continue }
      findings.note(
        "N_COUNT_ZERO", at: observation.place,
        "no cell was counted; '\(observation.quantity)' is read as below the density of one cell,"
          + " \(NumberText.significant(observation.value.number * 1e6)) cells/mL.",
        remedy: "Nothing to do; count more squares for a lower limit.")
    }
  }

  /// A note when a run was counted by several, each of which may have a bias.
  private static func noteCounters(of run: ObservedRun, _ findings: inout FindingList) {
    let counted = run.observations.filter {
      MeasuredQuantity.named($0.quantity)?.isCounted == true
    }
    var names: [String] = []
    for case let name? in counted.map(\.counter) where !names.contains(name) { names.append(name) }
    let hasUnnamed = counted.contains { $0.counter == nil }
    guard names.count > 1 || (names.count == 1 && hasUnnamed),
      let other = counted.first(where: { $0.counter != counted[0].counter })
    else { return }
    let list = names.sorted().map { "'\(Shown.text($0))'" } + (hasUnnamed ? ["no name"] : [])
    findings.note(
      "N_COUNTERS_MIXED", at: other.place,
      "the run was counted by several: \(list.joined(separator: ", ")); each may have a bias of its"
        + " own.",
      remedy: hasUnnamed
        ? "Fill 'counter' in every row, and count some samples with each of them."
        : "Count some samples with each of them; that tells their bias apart from growth.")
  }

  private struct Moment: Hashable {
    let time: Double
    let quantity: String
    let phase: Observation.Phase
    let sample: String?
    let counter: String?
  }

  private static func warnOfReplicates(in run: ObservedRun, _ findings: inout FindingList) {
    var seen: Set<Moment> = []
    for observation in run.observations {
      let isNamed = observation.sample != nil
      let moment = Moment(
        time: observation.time, quantity: observation.quantity, phase: observation.phase,
        sample: observation.sample, counter: isNamed ? observation.counter : nil)
      if seen.insert(moment).inserted { continue }
      findings.warning(
        "W_REPLICATE", at: observation.place,
        "'\(observation.quantity)' was already measured at this time; both values are used as"
          + " independent duplicates.",
        remedy:
          "Give both rows one name under 'sample' if they are counts of one sample; delete one"
          + " if the row was entered twice, or write 'pooled' as donor if these are different"
          + " donors.")
    }
  }
}
