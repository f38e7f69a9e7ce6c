import RunRecords

/// Volume and share of the cells that is still there, by the schedule of a run: what turns a density into
/// cells ever grown.
///
/// From the first rule that can change either (an operation with a condition) nothing more is known. A flow
/// changes the volume; the cells that it carries away are not followed, see `flows(from:to:)`.
struct VesselBook {
  private struct Entry {
    let time: Double
    let volume: Double
    let kept: Double
    let flow: Flow
  }

  /// True when the seed tells the volume; without it volumes are relative to that of the seed.
  let knowsVolume: Bool
  /// Hours of the first rule; infinity without one.
  let end: Double
  /// When the cells were activated; nil when they were not.
  let activation: Double?
  private let entries: [Entry]

  /// Walks the operations, sorted by time.
  init(_ operations: [Operation]) {
    var entries: [Entry] = []
    var (volume, kept, time, flow) = (1.0, 1.0, -Double.infinity, Flow.none)
    var knowsVolume = false
    var end = Double.infinity
    for operation in operations.sorted(by: { ($0.time, $0.place) < ($1.time, $1.place) }) {
      guard operation.trigger == nil else {
        end = operation.time
        break
      }
      if time.isFinite { volume = max(volume + flow.net * (operation.time - time), 0) }
      time = operation.time
      switch operation.action {
      case .seed(let seeded, _, _, _):
        knowsVolume = seeded != nil
        volume = seeded ?? 1
      case .sample(let taken) where taken < volume:
        kept *= 1 - taken / volume
        volume -= taken
      case .feed(let added, _): volume += added
      case .feedShare(let fraction, _): volume *= 1 + fraction
      case .exchange(let fraction, let retention, _): kept *= 1 - (1 - retention) * fraction
      case .split(let discarded):
        kept *= 1 - discarded
        volume *= 1 - discarded
      case .wash(let recovery, let new, _):
        kept *= recovery
        volume = new
      case .debead(let recovery): kept *= recovery
      case .flow(let next): flow = next
      case .sample, .activation, .transduction, .harvest: break
      }
      entries.append(Entry(time: time, volume: volume, kept: kept, flow: flow))
    }
    self.entries = entries
    self.knowsVolume = knowsVolume
    self.end = end
    activation = operations.first { $0.action.kind == .activation }?.time
  }

  private func last(_ time: Double, _ phase: Observation.Phase) -> Entry? {
    entries.last { $0.time < time || ($0.time == time && phase == .after) }
  }

  /// Volume at a time, mL, or relative to the seed's.
  func volume(at time: Double, _ phase: Observation.Phase) -> Double {
    guard let entry = last(time, phase) else { return entries.first?.volume ?? 1 }
    return max(entry.volume + entry.flow.net * (time - entry.time), 0)
  }

  /// Share of all cells ever grown that is still there.
  func kept(at time: Double, _ phase: Observation.Phase) -> Double { last(time, phase)?.kept ?? 1 }

  /// True when culture or permeate flows out within a span, with cells that may leave.
  func flows(from start: Double, to end: Double) -> Bool {
    entries.indices.contains { i in
      let stop = i + 1 < entries.count ? entries[i + 1].time : .infinity
      let flow = entries[i].flow
      return (flow.bleed > 0 || flow.permeate > 0) && entries[i].time < end && stop > start
    }
  }
}
