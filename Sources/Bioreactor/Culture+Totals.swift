import ModelLanguage
import RunRecords

extension Culture {
  /// A measurement of the run as the model sees it: total viable cells as a density where the model
  /// observes only that. nil where the model does not observe it; also of measurements left out of the fit.
  public func seen(_ observation: Observation) -> Observation? {
    Culture.seen(observation, of: run, by: model, in: timeline)?.observation
  }

  /// The measurement as the model sees it: total viable cells become a density where the model
  /// observes only that and the volume is known.
  ///
  /// vcd = tvc / volume at the time of the sample; the exposure of a count grows by the volume. A run
  /// that has a density too keeps it, and its totals, which are the same counts again, are left out.
  /// nil where the model observes neither.
  static func seen(
    _ observation: Observation, of run: Run, by model: Model, in timeline: Timeline
  ) -> Target? {
    func index(_ name: String) -> Int? { model.observables.firstIndex { $0.name == name } }
    if let own = index(observation.quantity) {
      return Target(observation: observation, observable: own)
    }
    guard observation.quantity == "tvc", timeline.knowsVolume, let density = index("vcd"),
      !run.observations.contains(where: { $0.quantity == "vcd" })
    else { return nil }
    let volume = timeline.volume(at: observation.time, phase: observation.phase)
    guard volume > 0 else { return nil }
    var result = observation
    result.quantity = "vcd"
    result.value = observation.value.divided(by: volume)
    result.count?.exposure *= volume
    return Target(observation: result, observable: density)
  }
}

extension Observation.Reading {
  /// The reading in a unit that is `factor` times as large.
  func divided(by factor: Double) -> Observation.Reading {
    switch self {
    case .exact(let value): .exact(value / factor)
    case .below(let limit): .below(limit / factor)
    case .above(let limit): .above(limit / factor)
    case .between(let low, let high): .between(low / factor, high / factor)
    }
  }
}
