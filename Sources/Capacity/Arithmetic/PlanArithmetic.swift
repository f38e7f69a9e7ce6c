import Quantities

/// What arithmetic says of a facility before anything is simulated: loads, stability, waits, counts.
///
/// For each resource the offered load is the sum over what is made of rate times hold; the hold of an
/// instrument begins when a batch gets it and ends when it is clean again, so the waits for teams and
/// their shifts are in it:
///
///     hold = wait(start) + start + culture + wait(harvest) + harvest + clean-down
///
/// A fresh apheresis is collected only when an instrument is kept for it, since it may not wait: its
/// collection and journey are then in the hold too.
///
/// The waits for people come from their calendar and load (`ShiftQueue`), the wait for an instrument
/// from Kimura's formula. Each resource is looked at by itself: bunching by shifts and by batches made
/// again makes true waits 10 to 20 % longer, so these are for screening.
public struct PlanArithmetic: Sendable {
  /// The facility.
  public let facility: Facility
  /// Flows of its arrival streams.
  public let flows: [BatchFlow]
  /// Every resource that is used, in the order of the file.
  public private(set) var resources: [ResourceLoad] = []
  /// Mean waits for people by operation [d], as `start cd19`.
  var waits: [String: (mean: Double, variance: Double)] = [:]

  /// What the calendar alone makes of those waits [d].
  private var calendarWaits: [String: Double] = [:]

  /// Answers of pools that were worked out before.
  public let memory: ShiftMemory

  /// Works out a facility.
  public init(_ facility: Facility, memory: ShiftMemory = ShiftMemory()) {
    self.init(facility, memory: memory) { $0.meanRate(horizon: facility.horizon) }
    for suite in facility.suites {
      // A room is kept for a batch while that waits in it for its team.
      guard let at = resources.firstIndex(where: { $0.kind == .suites && $0.name == suite.name })
      else { continue }
      resources[at].used = rooms(suite).used() ?? resources[at].used
    }
  }

  /// Works out a facility for other rates of its streams [patients/d]; what rooms are kept beyond the work
  /// in them is left out of their use.
  init(_ facility: Facility, memory: ShiftMemory, rate: (Facility.Arrivals) -> Double) {
    self.facility = facility
    self.memory = memory
    flows = facility.flows(rate)
    let teams = facility.teams.compactMap { team($0) }
    for team in teams { note(team) }
    let suites = facility.suites.compactMap { suite($0) }
    let laboratories = facility.laboratories.compactMap { laboratory($0) }
    for laboratory in laboratories { note(laboratory) }
    let centres = facility.centres.flatMap { centre($0) }
    for centre in centres { note(centre) }
    let couriers = facility.couriers.compactMap { courier($0) }
    resources = facility.instruments.compactMap { instrument($0) }
    resources += (teams + suites + laboratories).map(\.load)
    resources += facility.vectors.compactMap { vector($0) }
    resources += (couriers + centres).map(\.load)
  }

  private mutating func note(_ pool: ShiftPool) {
    for (index, work) in pool.queue.works.enumerated() {
      waits[work.name] = (pool.answer.waits[index], pool.answer.variances[index])
      calendarWaits[work.name] = pool.answer.windowWaits[index]
    }
  }

  /// True when no queue grows without end.
  public var isStable: Bool { resources.allSatisfy(\.isStable) }

  /// The resource that is nearest to its limit; the first of equals.
  public var binding: ResourceLoad? {
    resources.max { $0.ofLimit < $1.ofLimit }
  }

  /// Resources whose queue grows without end, the worst first.
  public var overloaded: [ResourceLoad] {
    resources.filter { !$0.isStable }.sorted { $0.ofLimit > $1.ofLimit }
  }

  /// A load, by kind and name.
  public func load(_ kind: ResourceLoad.Kind, _ name: String) -> ResourceLoad? {
    resources.first { $0.kind == kind && $0.name == name }
  }

  // MARK: Flows by product

  /// A sum over the streams of a product, a day.
  func sum(_ product: Facility.Product, _ value: (BatchFlow) -> Double) -> Double {
    flows.reduce(0) { $0 + ($1.arrivals.product == product.name ? value($1) : 0) }
  }

  /// Mean and variance of a wait as it lengthens the hold of an instrument: while people are too few,
  /// only what their calendar costs, so that an instrument is judged by itself.
  func heldWait(_ operation: String) -> (mean: Double, variance: Double) {
    guard let wait = waits[operation] else { return (0, 0) }
    return wait.mean.isFinite ? wait : (calendarWaits[operation] ?? 0, 0)
  }

  /// What of such a wait is not of the calendar's making [d].
  func queueWait(_ operation: String) -> Double {
    max(0, wait(operation) - (calendarWaits[operation] ?? 0))
  }

  /// Mean wait for people before an operation [d]; 0 when nobody is asked.
  func wait(_ operation: String) -> Double { waits[operation]?.mean ?? 0 }
}
