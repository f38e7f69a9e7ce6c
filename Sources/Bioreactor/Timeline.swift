import Quantities
import RunRecords

/// What the operations of a run do to the vessel, moment by moment.
///
/// Volumes and dilutions follow from the operations alone, so they are worked out once; what rules
/// (operations with a condition) do depends on the culture and is not in here. Between moments the
/// volume is a straight line, V + net t, and the kept fraction follows from it in closed form.
public struct Timeline: Sendable {
  /// All operations of one instant.
  public struct Moment: Sendable {
    /// Hours from the run's zero.
    public let time: Double
    /// Its operations, as indices into the run's.
    var operations: [Int] = []
    /// Volume before the moment, mL.
    public let volumeBefore: Double
    /// Volume after the moment, mL.
    public var volumeAfter: Double
    /// Fraction of all cells ever grown that is still in the vessel, after the moment.
    public var keptAfter: Double
    /// The kinds of its operations.
    public var kinds: [Operation.Kind] = []
    /// The flows until the next moment.
    var flow: SteadyFlow
  }

  /// An operation that is done each time its condition comes true.
  struct Rule: Sendable {
    /// Its index in the run's operations.
    let operation: Int
    let armed: Double
    let until: Double
  }

  /// Hours of the run's start.
  public let start: Double
  /// Volume at the start, mL; 1 when the run does not tell it.
  public let startVolume: Double
  /// True when the run tells its volume.
  public let knowsVolume: Bool
  /// True when the volume is known from the schedule alone: no rule changes it on the way.
  public let volumeIsScheduled: Bool
  /// Moments in order of time, the first may be at the start.
  public let moments: [Moment]
  /// Hours of the harvest, if the run has or plans one.
  public let harvest: Double?
  /// Largest volume that the operations lead to, mL.
  public let largestVolume: Double
  let rules: [Rule]
  let perfused: Platform.Perfused

  /// Works out the moments of a run on its platform.
  ///
  /// Throws `InputRefused` with everything that cannot be done, each at its row: an operation
  /// before the seed (`E_RUN_BEFORE_SEED`), one that needs a volume that is not known
  /// (`E_RUN_VOLUME_UNKNOWN`) or not there (`E_RUN_VOLUME_EMPTY`), flows that empty the vessel
  /// (`E_VESSEL_DRY`); and on a platform more or less volume than it works with
  /// (`E_PLATFORM_VOLUME`), an operation that it cannot do (`E_PLATFORM_OPERATION`), cells taken
  /// or counted where none can be (`E_PLATFORM_SAMPLING`), flows that do not balance in a space of
  /// constant volume (`E_PLATFORM_FLOW`).
  public init(_ run: Run, platform: Platform? = nil) throws(InputRefused) {
    var check = ScheduleCheck(run, platform)
    var moments: [Moment] = []
    var rules: [Rule] = []
    var kept = 1.0
    var end: Double?
    let perfused = platform?.perfused ?? .vessel
    for (index, operation) in run.operations.enumerated() {
      check.permit(operation)
      if operation.action.kind == .seed { continue }
      guard check.follows(operation) else { continue }
      if let trigger = operation.trigger {
        rules.append(
          Rule(operation: index, armed: operation.time, until: trigger.until ?? .infinity))
        check.arm(operation)
        continue
      }
      let from = check.time
      let flow = check.flow
      let before = check.volume
      check.advance(to: operation)
      kept *= flow.share(from: before, after: operation.time - from)
      if moments.last?.time != operation.time {
        moments.append(
          Moment(
            time: operation.time, volumeBefore: check.volume, volumeAfter: check.volume,
            keptAfter: kept, flow: flow))
      }
      let last = moments.count - 1
      moments[last].operations.append(index)
      moments[last].kinds.append(operation.action.kind)
      if let change = check.apply(operation, perfused: perfused) { kept *= change.cells }
      moments[last].volumeAfter = check.volume
      moments[last].keptAfter = kept
      moments[last].flow = check.flow
      if operation.action.kind == .harvest { end = operation.time }
    }
    check.finish(harvest: end)
    if !check.findings.isEmpty {
      throw InputRefused(check.findings.sorted { ($0.place, $0.code) < ($1.place, $1.code) })
    }
    start = check.begin
    startVolume = check.startVolume
    knowsVolume = check.knowsVolume
    volumeIsScheduled =
      check.knowsVolume
      && !run.operations.contains { $0.trigger != nil && $0.action.changesVolume }
    self.moments = moments
    self.rules = rules
    self.perfused = perfused
    harvest = end
    largestVolume = moments.reduce(max(check.startVolume, check.volume)) {
      max($0, $1.volumeBefore, $1.volumeAfter)
    }
  }

  private func last(_ time: Double, _ phase: Observation.Phase) -> Moment? {
    moments.last { $0.time < time || ($0.time == time && phase == .after) }
  }

  /// Volume at a time, mL; at a moment's own time before it or after it.
  public func volume(at time: Double, phase: Observation.Phase) -> Double {
    guard let moment = last(time, phase) else { return startVolume }
    return moment.flow.volume(from: moment.volumeAfter, after: time - moment.time)
  }

  /// Fraction of all cells ever grown that is still in the vessel at a time.
  public func kept(at time: Double, phase: Observation.Phase) -> Double {
    guard let moment = last(time, phase) else { return 1 }
    return moment.keptAfter * moment.flow.share(from: moment.volumeAfter, after: time - moment.time)
  }
}
