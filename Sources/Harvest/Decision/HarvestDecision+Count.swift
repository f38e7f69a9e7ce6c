import Bioreactor
import RunRecords

extension HarvestDecision.Support.Count {
  /// The newest viable density of a culture up to an hour; nil without one, or without a volume.
  init?(_ culture: Culture, until now: Double) {
    let (run, timeline) = (culture.run, culture.timeline)
    guard timeline.knowsVolume, timeline.volumeIsScheduled,
      let newest = run.observations.last(where: {
        $0.quantity == "vcd" && $0.time <= now && $0.value.isExact
      })
    else { return nil }
    self.init(
      hour: newest.time, density: newest.value.number,
      volume: timeline.volume(at: newest.time, phase: newest.phase),
      isBefore: newest.phase == .before,
      operations: run.operations.filter {
        $0.time == newest.time && $0.action.kind != .sample && $0.trigger == nil
      }.map(\.action.kind.rawValue))
  }
}
