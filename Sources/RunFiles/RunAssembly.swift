import Quantities
import RunRecords

/// Joins what the two files say of each run.
enum RunAssembly {
  /// Checks each file against the other; each fault goes to the findings of its file.
  static func check(
    _ observed: [ObservedRun], _ operated: [OperatedRun], _ observationFindings: inout FindingList,
    _ operationFindings: inout FindingList
  ) {
    let names = observed.map(\.name)
    let known = Set(names)
    for run in operated where !known.contains(run.name) {
      let hint = Suggestion.phrase(for: run.name, among: names)
      operationFindings.error(
        "E_RUN_UNKNOWN", at: run.place,
        "the run '\(Shown.text(run.name))' is not in the observations.\(hint)",
        remedy: "Use the same name in both files; a planned run needs its first sample.")
    }
    let operations = Dictionary(uniqueKeysWithValues: operated.map { ($0.name, $0.operations) })
    for run in observed {
      UnitDoubts.check(run, operations[run.name] ?? [], &observationFindings)
      let seed = operations[run.name]?.first { $0.action.kind == .seed }
      if let seed, let early = run.observations.first(where: { $0.time < seed.time }) {
        observationFindings.error(
          "E_BEFORE_SEED", at: early.place,
          "'\(early.quantity)' was measured before the seed of the run.",
          remedy: "Count both files' times from the same zero.")
      }
      guard let harvest = operations[run.name]?.first(where: { $0.action.kind == .harvest }) else {
        continue
      }
      for late in run.observations
      where late.time > harvest.time || (late.time == harvest.time && late.phase == .after) {
        observationFindings.error(
          "E_AFTER_HARVEST", at: late.place,
          "'\(late.quantity)' was measured after the harvest of the run.",
          remedy: "Correct the time, or leave out what was measured on the product.")
      }
    }
  }

  /// The runs of the observations with their operations and what else is known of them.
  static func runs(
    _ observed: [ObservedRun], _ operated: [OperatedRun], _ attributes: AttributeTable? = nil
  ) -> [Run] {
    let operations = Dictionary(uniqueKeysWithValues: operated.map { ($0.name, $0.operations) })
    return observed.map {
      Run(
        name: $0.name, donor: $0.donor, platform: $0.platform, group: $0.group,
        attributes: attributes?.values[$0.name] ?? [:], observations: $0.observations,
        operations: operations[$0.name] ?? [])
    }
  }
}
