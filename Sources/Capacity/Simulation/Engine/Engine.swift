/// One replication after another of a program: the event loop and all that changes in it.
///
/// An event is a resumption that the heap hands out. A patient who goes on carries out its
/// operations until it has to wait; those who were given units meanwhile follow in order.
struct Engine: ~Copyable {
  let program: Program
  let plan: Plan
  let seed: UInt64
  let horizon: Double
  let warmUp: Double
  /// Arrivals before this are measured.
  let measuredEnd: Double
  let slots: Int
  let clockCount: Int
  let purposeCount: Int
  /// Units away: day, pool, change.
  let levels: [(day: Double, pool: Int, change: Int)]
  let clocksOfArrivals: [ArrivalClock]
  /// Pool and number within it of each unit that can break.
  let units: [(pool: Int, number: Int)]

  var now = 0.0
  var sequence: UInt32 = 0
  var heap = EventHeap()
  var eventCount = 0
  var fault: SimulationFault?

  var patients = Pile<Patient>()
  var unused = Pile<Int32>()
  /// Times of clocks, patient by patient; NaN for a clock that is not set.
  var clocks = Pile<Double>()
  /// How often each patient has drawn for each purpose.
  var passes = Pile<UInt16>()
  /// How long each patient has waited for each pool, over all passes.
  var waits = Pile<Double>()
  /// When limits pass; infinite for those that do not run. And where they lead.
  var deadlines = Pile<Double>()
  var exits = Pile<Int32>()
  /// Patients who were given what they waited for, in order.
  var ready = Pile<Int32>()
  var readyFirst = 0

  var pools: Pile<PoolState>
  var queues: Row<EventHeap>
  var stocks: Row<StockState>
  var hours: WeekHours
  var streams: Streams
  var positions: Pile<ArrivalClock.Position>
  var arrived: Pile<UInt32>
  var unitPasses: Pile<UInt32>

  var log: ObservationLog
  var tallies: Pile<Int>
  var outcomes: Pile<Int>
  var finished: Pile<Int>
  var measuredArrivals = 0
  var overruns = 0
  /// Patients in the facility now, and patient-days over the measured time, twice.
  var present = 0
  var presentSince = 0.0
  var presentDays = 0.0
  var stayedDays = 0.0
  /// Who takes and leaves a unit, where a trace is wanted (`Simulation.trace`).
  var isTraced = false
  var trace: [TraceEntry] = []

  init(_ program: Program, seed: UInt64) {
    let process = program.process
    self.program = program
    plan = Plan(program)
    self.seed = seed
    horizon = process.horizon
    warmUp = process.warmUp
    measuredEnd = process.horizon - process.followUp
    slots = program.limitSlots
    clockCount = program.clocks.names.count
    purposeCount = program.purposes.names.count
    levels = Engine.levels(of: process)
    clocksOfArrivals = process.arrivals.map {
      ArrivalClock($0.pattern, start: process.start, horizon: process.horizon)
    }
    units = process.pools.enumerated().flatMap { index, pool in
      pool.downTime == nil ? [] : (0..<pool.count).map { (index, $0) }
    }
    pools = Pile(repeating: PoolState(), count: process.pools.count)
    queues = Row(count: process.pools.count) { EventHeap() }
    stocks = Row(count: process.stocks.count) { StockState() }
    hours = WeekHours(pools: process.pools.count, firstWeekday: process.start.weekday.rawValue)
    streams = Streams(seed: seed, replication: 0, names: [])
    positions = Pile(repeating: ArrivalClock.Position(), count: process.arrivals.count)
    arrived = Pile(repeating: 0, count: process.arrivals.count)
    unitPasses = Pile(repeating: 0, count: units.count)
    log = ObservationLog(measures: program.measures.names.count)
    tallies = Pile(repeating: 0, count: program.tallies.names.count)
    outcomes = Pile(repeating: 0, count: program.outcomes.names.count)
    finished = Pile(repeating: 0, count: program.outcomes.names.count)
  }

  /// Absences as changes in the order of their days; returns before departures.
  private static func levels(of process: Process) -> [(day: Double, pool: Int, change: Int)] {
    var all: [(day: Double, pool: Int, change: Int)] = []
    for (index, pool) in process.pools.enumerated() {
      for absence in pool.absences {
        all.append((absence.from, index, -absence.units))
        all.append((absence.until, index, absence.units))
      }
    }
    return all.sorted { ($0.day, -$0.change, $0.pool) < ($1.day, -$1.change, $1.pool) }
  }

  /// Puts an event into the heap, unless it is beyond the horizon; its sequence.
  @inline(__always)
  @discardableResult
  mutating func schedule(_ time: Double, _ kind: Event.Kind, _ subject: Int) -> UInt32 {
    sequence &+= 1
    if time <= horizon { heap.push(Event(time, sequence, kind, subject)) }
    return sequence
  }

  /// Runs to the horizon.
  mutating func run() {
    var sameTime = 0
    while fault == nil, let event = heap.pop() {
      eventCount += 1
      if event.time > now {
        now = event.time
        sameTime = 0
        if eventCount > 2_000_000_000 { fault = .tooLarge(day: now) }
      } else {
        sameTime += 1
        if sameTime > 5_000_000 { fault = .endless(place: "the process", day: now) }
      }
      handle(event)
      while readyFirst < ready.count {
        let patient = Int(ready[readyFirst])
        readyFirst += 1
        proceed(patient)
      }
      if readyFirst > 0 {
        ready.removeAll()
        readyFirst = 0
      }
    }
    now = horizon
  }

  @inline(__always)
  private mutating func handle(_ event: Event) {
    let subject = event.subject
    switch event.kind {
    case .resume:
      guard patients[subject].ticket == event.sequence else { return }
      proceed(subject)
    case .arrival: arrive(subject)
    case .giveBack:
      let op = plan.ops[subject]
      release(Int(op.a), Int(op.b))
    case .limit:
      if deadlines[subject] == event.time, patients[subject / slots].waiting != .nowhere {
        leave(subject / slots)
      }
    case .dispatch:
      pools[subject].dispatchPending = false
      dispatch(subject)
    case .breakDown, .repaired: change(unit: subject, isRepaired: event.kind == .repaired)
    case .level:
      changeAway(levels[subject].pool, -levels[subject].change)
      scheduleLevel(subject + 1)
    case .delivery: deliver(subject)
    case .expiry: expire(subject)
    }
  }

  mutating func scheduleLevel(_ index: Int) {
    if index < levels.count { schedule(levels[index].day, .level, index) }
  }
}

/// Why a replication was given up.
public enum SimulationFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// Steps that take no time are repeated without end.
  case endless(place: String, day: Double)
  /// More patients in the facility, or events in a replication, than can be counted.
  case tooLarge(day: Double)
  /// The two sides of Little's law differ by more than rounding: a defect of the simulator.
  case unbalanced(place: String)

  /// The fault in words.
  public var description: String {
    switch self {
    case .endless(let place, let day):
      "\(place): steps that take no time are repeated without end on day \(day); "
        + "give a step of the loop a duration"
    case .tooLarge(let day):
      "more patients or events than can be counted by day \(day); the facility is overloaded, or "
        + "the horizon too long"
    case .unbalanced(let place):
      "\(place): the two sides of Little's law differ; this is a defect of the simulator"
    }
  }
}
