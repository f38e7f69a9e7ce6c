import Quantities
import RunRecords

/// Walks a run's operations in order and follows the volume: what cannot be done is an error.
enum VesselBalance {
  /// Checks order and volumes; faults go to the findings, each at its operation.
  ///
  /// V is the volume in mL: seed V = v, sample V -= v, feed V += v, split V *= 1 - f, wash V = v;
  /// under a flow V += (inflow - permeate - bleed - evaporation) dt; the others leave it. From the
  /// first rule that can change it the volume depends on the cells, and only the order is checked.
  static func check(_ run: OperatedRun, _ findings: inout FindingList) {
    var volume = Volume.unknown
    var flow = Flow.none
    var time = 0.0
    var isSeeded = !run.operations.contains { $0.action.kind == .seed }
    var seedCount = 0
    var isHarvested = false
    for operation in run.operations {
      let kind = operation.action.kind
      if isHarvested {
        findings.error(
          "E_AFTER_HARVEST", at: operation.place,
          "'\(kind.rawValue)' comes after the harvest.",
          remedy: "Move the harvest to the end, or delete the row.")
        return
      }
      if kind == .seed {
        seedCount += 1
        if seedCount > 1 {
          findings.error(
            "E_SEED_TWICE", at: operation.place, "the run is seeded a second time.",
            remedy: "Keep one seed a run; added medium is a 'feed'.")
          return
        }
        isSeeded = true
      }
      if !isSeeded {
        findings.error(
          "E_BEFORE_SEED", at: operation.place, "'\(kind.rawValue)' comes before the seed.",
          remedy: "Put the seed first; rows at one time happen in their order.")
      }
      isHarvested = kind == .harvest
      if operation.trigger != nil {
        if operation.action.changesVolume { volume = .depends }
        continue
      }
      if case .known(let held) = volume {
        volume = .known(max(held + flow.net * (operation.time - time), 0))
      }
      time = operation.time
      if case .flow(let next) = operation.action { flow = next }
      apply(operation, to: &volume, isSeeded, &findings)
    }
  }

  /// What is known of the volume.
  private enum Volume {
    /// No seed told it.
    case unknown
    /// mL.
    case known(Double)
    /// It follows from what rules do.
    case depends
  }

  private static func apply(
    _ operation: Operation, to volume: inout Volume, _ isSeeded: Bool,
    _ findings: inout FindingList
  ) {
    switch operation.action {
    case .seed(let seeded, _, _, _):
      volume = seeded.map { .known($0) } ?? .unknown
    case .sample(let taken):
      guard let held = known(volume, for: operation, isSeeded, &findings) else { return }
      if taken >= held {
        findings.error(
          "E_SAMPLE_TOO_LARGE", at: operation.place,
          "a sample of \(NumberText.significant(taken)) mL from a vessel that holds"
            + " \(NumberText.significant(held)) mL.",
          remedy: "Check the volume's unit and the feeds before; the end of a culture is"
            + " 'harvest'.")
      } else {
        volume = .known(held - taken)
      }
    case .feed(let added, _):
      guard let held = known(volume, for: operation, isSeeded, &findings) else { return }
      volume = .known(held + added)
    case .feedShare(let fraction, _):
      guard let held = known(volume, for: operation, isSeeded, &findings) else { return }
      volume = .known(held * (1 + fraction))
    case .wash(_, let new, _):
      guard known(volume, for: operation, isSeeded, &findings) != nil else { return }
      volume = .known(new)
    case .flow(let flow):
      if !flow.isNone { _ = known(volume, for: operation, isSeeded, &findings) }
    case .split(let discarded):
      if discarded >= 1 {
        findings.error(
          "E_SPLIT_ALL", at: operation.place, "the split leaves nothing in the vessel.",
          remedy: "Write the discarded share, below 100 %; the end of a culture is 'harvest'.")
      }
      if case .known(let held) = volume { volume = .known(held * (1 - discarded)) }
    case .activation, .transduction, .exchange, .debead, .harvest: break
    }
  }

  /// The volume in mL; nil when it is not known, which is an error, or depends on rules.
  private static func known(
    _ volume: Volume, for operation: Operation, _ isSeeded: Bool, _ findings: inout FindingList
  ) -> Double? {
    switch volume {
    case .known(let held): return held
    case .depends: return nil
    case .unknown:
      if isSeeded {
        findings.error(
          "E_VOLUME_UNKNOWN", at: operation.place,
          "'\(operation.action.kind.rawValue)' changes the volume, but the run's volume is not known.",
          remedy: "Give the run a 'seed' with 'volume [mL]' before, or leave out the operation.")
      }
      return nil
    }
  }
}
