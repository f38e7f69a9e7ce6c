import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
    /// The share of the medium that entered with the operation.
    let fresh: Double
    /// What entered contained.
    let medium: [String: Double]
    let isSeed: Bool
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
      var (fresh, medium) = (0.0, [String: Double]())
      switch operation.action {
      case .seed(let seeded, _, _, let solutes):
        knowsVolume = seeded != nil
        volume = seeded ?? 1
        (fresh, medium) = (1, solutes)
      case .sample(let taken) where taken < volume:
        kept *= 1 - taken / volume
        volume -= taken
      case .feed(let added, let solutes):
        volume += added
        (fresh, medium) = (volume > 0 ? added / volume : 0, solutes)
      case .feedShare(let fraction, let solutes):
        volume *= 1 + fraction
        (fresh, medium) = (fraction / (1 + fraction), solutes)
      case .exchange(let fraction, let retention, let solutes):
        kept *= 1 - (1 - retention) * fraction
        (fresh, medium) = (fraction, solutes)
      case .split(let discarded):
        kept *= 1 - discarded
        volume *= 1 - discarded
      case .wash(let recovery, let new, let solutes):
        kept *= recovery
        volume = new
        (fresh, medium) = (1, solutes)
      case .debead(let recovery): kept *= recovery
      case .flow(let next): flow = next
      case .sample, .activation, .transduction, .harvest: break
      }
      entries.append(
        Entry(
          time: time, volume: volume, kept: kept, flow: flow, fresh: fresh, medium: medium,
          isSeed: operation.action.kind == .seed))
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

  /// A time of a run, before or after what is done at it.
  struct Moment {
    let time: Double
    let phase: Observation.Phase

    /// True where an operation of a time comes before it.
    func isAfter(_ operation: Double) -> Bool {
      operation < time || operation == time && phase == .after
    }
  }

  /// What becomes of a dissolved substance that no cell touches: concentration = left * before + entered.
  struct Dilution {
    var left = 1.0
    /// mmol/L.
    var entered = 0.0
  }

  /// How a solute is diluted from one moment to another; nil where that is not known.
  ///
  /// Under a flow F in, E evaporated, V dc/dt = F cF - (F - E) c. What enters with its glucose stated is a
  /// medium whose other cells, when empty, are none of it; without its glucose nothing is known of it. From
  /// the first rule on nothing is known either.
  func dilution(of solute: String, from start: Moment, to stop: Moment) -> Dilution? {
    guard stop.time < end else { return nil }
    var found = Dilution()
    for i in entries.indices {
      let entry = entries[i]
      guard stop.isAfter(entry.time) else { break }
      // A sample at the time of the seed is one of the seeded culture.
      let isOver = start.isAfter(entry.time) || entry.isSeed && entry.time == start.time
      if !isOver, entry.fresh > 0 {
        guard entry.medium["glucose"] != nil else { return nil }
        found.left *= 1 - entry.fresh
        found.entered =
          (1 - entry.fresh) * found.entered + entry.fresh * (entry.medium[solute] ?? 0)
      }
      let until = min(i + 1 < entries.count ? entries[i + 1].time : .infinity, stop.time)
      let since = max(entry.time, start.time)
      guard until > since, !entry.flow.isNone else { continue }
      guard entry.flow.inflow == 0 || entry.flow.solutes["glucose"] != nil,
        let flowed = Self.dilution(
          by: entry.flow, entry.flow.solutes[solute] ?? 0, for: until - since,
          from: entry.volume + entry.flow.net * (since - entry.time))
      else { return nil }
      found.left *= flowed.left
      found.entered = flowed.left * found.entered + flowed.entered
    }
    return found
  }

  /// That of a flow for so many hours; nil where the vessel runs dry.
  private static func dilution(
    by flow: Flow, _ concentration: Double, for hours: Double, from volume: Double
  ) -> Dilution? {
    let last = volume + flow.net * hours
    guard volume > 0, last > 0 else { return nil }
    // The integral of dt / V.
    let exposure = flow.net == 0 ? hours / volume : log(last / volume) / flow.net
    let x = (flow.inflow - flow.evaporation) * exposure
    let mean = abs(x) < 1e-9 ? 1 : (1 - exp(-x)) / x
    return Dilution(left: exp(-x), entered: flow.inflow * exposure * concentration * mean)
  }
}
