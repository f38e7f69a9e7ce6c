import Quantities
import RunRecords

/// What the operations of a run do to the vessel, moment by moment.
///
/// Volumes and dilutions follow from the operations alone, so they are worked out once. With
/// amounts N (cells), n (solutes) and volume V:
///   sample Vs      N, n *= (V - Vs)/V;  V -= Vs
///   feed Vf, c     n += c Vf;  V += Vf
///   exchange f     n = n (1 - f) + c f V;  N *= 1 - (1 - retention) f
///   split d        N, n, V *= 1 - d
///   wash           N *= recovery;  n = c V_new;  V = V_new
///   debead         N *= recovery
public struct Timeline: Sendable {
  /// All operations of one instant, as one map.
  public struct Moment: Sendable {
    /// Hours from the run's zero.
    public let time: Double
    /// Factor on every state of cells.
    public var cellFactor = 1.0
    /// Factor on every solute.
    public var soluteFactor = 1.0
    /// What comes with medium: volume that brings solutes and its concentrations, in order.
    var additions: [Addition] = []
    /// Volume after the moment, mL.
    public var volumeAfter: Double
    /// Fraction of all cells ever grown that is still in the vessel, after the moment.
    public var keptAfter: Double
    /// The kinds of its operations.
    public var kinds: [Operation.Kind] = []
  }

  /// Medium that enters: an amount `volume * concentration` that later removals dilute.
  struct Addition: Sendable {
    var volume: Double
    let solutes: [String: Double]
    let place: Place
    let kind: Operation.Kind
  }

  /// Hours of the run's start.
  public let start: Double
  /// Volume at the start, mL; 1 when the run does not tell it.
  public let startVolume: Double
  /// True when the run tells its volume.
  public let knowsVolume: Bool
  /// Moments in order of time, the first may be at the start.
  public let moments: [Moment]
  /// Hours of the harvest, if the run has or plans one.
  public let harvest: Double?

  /// Works out the moments of a run.
  ///
  /// Throws `InputRefused` when an operation needs a volume that is not known or not there.
  public init(_ run: Run) throws(InputRefused) {
    var volume = 1.0
    var knows = false
    var begin = 0.0
    for operation in run.operations {
      if case .seed(let seeded, _, _, _) = operation.action {
        (volume, knows, begin) = (seeded ?? 1, seeded != nil, operation.time)
      }
    }
    start = begin
    startVolume = volume
    knowsVolume = knows
    var moments: [Moment] = []
    var kept = 1.0
    var end: Double?
    for operation in run.operations {
      if operation.action.kind == .seed { continue }
      if operation.time < begin {
        throw InputRefused([
          Finding(
            .error, "E_RUN_BEFORE_SEED", at: operation.place,
            "The \(operation.action.kind.rawValue) of run \(run.name) comes before its seed.",
            remedy: "Correct one of the times.")
        ])
      }
      if moments.last?.time != operation.time {
        moments.append(Moment(time: operation.time, volumeAfter: volume, keptAfter: kept))
      }
      let last = moments.count - 1
      moments[last].kinds.append(operation.action.kind)
      let change = try Timeline.change(operation, volume: volume, knows: knows, run: run.name)
      moments[last].cellFactor *= change.cells
      moments[last].soluteFactor *= change.solutes
      for index in moments[last].additions.indices {
        moments[last].additions[index].volume *= change.solutes
      }
      if let addition = change.addition { moments[last].additions.append(addition) }
      volume = change.volume
      kept *= change.cells
      moments[last].volumeAfter = volume
      moments[last].keptAfter = kept
      if operation.action.kind == .harvest { end = operation.time }
    }
    self.moments = moments
    harvest = end
  }

  private struct Change {
    var cells = 1.0
    var solutes = 1.0
    var volume: Double
    var addition: Addition?
  }

  private static func change(
    _ operation: Operation, volume: Double, knows: Bool, run: String
  ) throws(InputRefused) -> Change {
    var change = Change(volume: volume)
    let kind = operation.action.kind
    func addition(_ volume: Double, _ solutes: [String: Double]) -> Addition {
      Addition(volume: volume, solutes: solutes, place: operation.place, kind: kind)
    }
    switch operation.action {
    case .seed, .activation, .transduction, .harvest: break
    case .sample(let taken):
      guard knows, taken < volume else {
        throw InputRefused([noVolume(operation, run, knows: knows)])
      }
      change.cells = (volume - taken) / volume
      change.solutes = change.cells
      change.volume = volume - taken
    case .feed(let added, let solutes):
      guard knows else { throw InputRefused([noVolume(operation, run, knows: knows)]) }
      change.volume = volume + added
      change.addition = addition(added, solutes)
    case .exchange(let fraction, let retention, let solutes):
      change.cells = 1 - (1 - retention) * fraction
      change.solutes = 1 - fraction
      change.addition = addition(fraction * volume, solutes)
    case .split(let discarded):
      change.cells = 1 - discarded
      change.solutes = 1 - discarded
      if knows { change.volume = volume * (1 - discarded) }
    case .wash(let recovery, let newVolume, let solutes):
      guard knows else { throw InputRefused([noVolume(operation, run, knows: knows)]) }
      change.cells = recovery
      change.solutes = 0
      change.volume = newVolume
      change.addition = addition(newVolume, solutes)
    case .debead(let recovery): change.cells = recovery
    }
    return change
  }

  private static func noVolume(_ operation: Operation, _ run: String, knows: Bool) -> Finding {
    Finding(
      .error, knows ? "E_RUN_VOLUME_EMPTY" : "E_RUN_VOLUME_UNKNOWN", at: operation.place,
      knows
        ? "The \(operation.action.kind.rawValue) takes more than the vessel of run \(run) holds."
        : "The \(operation.action.kind.rawValue) of run \(run) needs the culture volume.",
      remedy: knows
        ? "Correct the volume, or add the feed that came before it."
        : "Add a seed operation with its volume [mL].")
  }

  /// Volume at a time, mL; at a moment's own time before it or after it.
  public func volume(at time: Double, phase: Observation.Phase) -> Double {
    moments.last { $0.time < time || ($0.time == time && phase == .after) }?.volumeAfter
      ?? startVolume
  }

  /// Fraction of all cells ever grown that is still in the vessel at a time.
  public func kept(at time: Double, phase: Observation.Phase) -> Double {
    moments.last { $0.time < time || ($0.time == time && phase == .after) }?.keptAfter ?? 1
  }
}
