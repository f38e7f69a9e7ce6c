/// Something that happened to a unit of a pool.
struct TraceEntry: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case taken(Int)
    /// Left by a patient; it can be taken again at a time.
    case left(Int, freeAt: Double)
    case down(Int)
    case up(Int)

    var pool: Int {
      switch self {
      case .taken(let pool), .left(let pool, _), .down(let pool), .up(let pool): pool
      }
    }
  }

  let time: Double
  let kind: Kind
  /// Arrival stream and number in it; -1 for none.
  let stream: Int
  let number: UInt32
  /// Which of those that are there now; -1 for none.
  let place: Int
}

extension Engine {
  mutating func note(_ kind: TraceEntry.Kind, _ patient: Int?) {
    let own = patient.map { patients[$0] }
    trace.append(
      TraceEntry(
        time: now, kind: kind, stream: own.map { Int($0.stream) } ?? -1,
        number: own?.number ?? 0, place: patient ?? -1))
  }
}

/// What one replication did to the units of a pool over some days after the warm-up: a row a unit.
///
/// Units of a pool are alike and have no names in a simulation. They are told apart here: a patient
/// takes the first row that is free, and a unit that goes down is the last free row or, when all are
/// in use, the next one that is left; so a patient's row never changes.
public struct SimulationTrace: Sendable, Equatable {
  /// A patient on a unit.
  public struct Stay: Sendable, Equatable {
    /// The unit, from 0.
    public let row: Int
    /// The arrival stream and the patient's number in it, from 1.
    public let patient: String
    /// From the day on which it was taken, counted from the end of the warm-up; may lie before it.
    public let from: Double
    /// To the day on which it was left.
    public let until: Double
    /// The day on which it can be taken again.
    public let freeAt: Double
  }

  /// A unit that is down.
  public struct Down: Sendable, Equatable {
    /// The unit, from 0.
    public let row: Int
    /// From this day after the warm-up.
    public let from: Double
    /// To this day.
    public let until: Double
  }

  /// The pool.
  public let pool: String
  /// Its units.
  public let count: Int
  /// Days shown.
  public let days: Double
  /// Patients in the order in which they came.
  public let stays: [Stay]
  /// Down times in the order in which they ended.
  public let downs: [Down]
}

extension Simulation {
  /// The first days after the warm-up of a replication (from 0), in the pools whose name begins so.
  ///
  /// It is a run of its own that keeps everything: the numbers that are drawn depend on seed,
  /// replication, stream and patient only, so these are the days of `run` with the same seed, and
  /// `run` is not slowed. nil where the shortened process cannot be simulated.
  public func trace(
    poolsNamed prefix: String, days: Double, seed: UInt64, replication: Int = 0
  ) throws(SimulationFault) -> [SimulationTrace]? {
    var short = process
    short.horizon = min(short.horizon, (short.warmUp + days).rounded(.up) + short.followUp)
    guard let simulation = try? Simulation(short) else { return nil }
    var engine = Engine(simulation.program, seed: seed)
    engine.isTraced = true
    _ = try engine.replicate(replication)
    let span = min(days, short.horizon - short.warmUp)
    return process.pools.indices.filter { process.pools[$0].name.hasPrefix(prefix) }.map { pool in
      var rows = TraceRows(count: process.pools[pool].count, start: process.warmUp, span: span)
      for entry in engine.trace where entry.kind.pool == pool {
        rows.take(entry, entry.stream < 0 ? "" : process.arrivals[entry.stream].name)
      }
      rows.close()
      return SimulationTrace(
        pool: process.pools[pool].name, count: process.pools[pool].count, days: span,
        stays: rows.stays, downs: rows.downs)
    }
  }
}

/// Gives the units of a pool their rows while a trace is read in order.
private struct TraceRows {
  private enum State {
    case free
    case used(place: Int, patient: String, since: Double)
    case clearing(until: Double)
    case down(since: Double)
  }

  private var rows: [State]
  private var owed = 0
  private let start: Double
  private let span: Double
  private(set) var stays: [SimulationTrace.Stay] = []
  private(set) var downs: [SimulationTrace.Down] = []

  init(count: Int, start: Double, span: Double) {
    rows = [State](repeating: .free, count: count)
    (self.start, self.span) = (start, span)
  }

  mutating func take(_ entry: TraceEntry, _ stream: String) {
    clear(entry.time)
    switch entry.kind {
    case .taken:
      let free = rows.firstIndex { if case .free = $0 { true } else { false } }
      // All rows are in use by patients where one gives back and another takes at the same time.
      if let row = free ?? nextCleared {
        rows[row] = .used(
          place: entry.place, patient: "\(stream) \(entry.number + 1)", since: entry.time)
      }
    case .left(_, let freeAt):
      for row in rows.indices {
        guard case .used(let place, let patient, let since) = rows[row], place == entry.place else {
          continue
        }
        add(row, patient, since, entry.time, freeAt)
        rows[row] = .clearing(until: freeAt)
        break
      }
    case .down:
      let free = rows.lastIndex { if case .free = $0 { true } else { false } }
      if let free { rows[free] = .down(since: entry.time) } else { owed += 1 }
    case .up:
      if owed > 0 {
        owed -= 1
        return
      }
      var first: (row: Int, since: Double)?
      for row in rows.indices {
        if case .down(let since) = rows[row], since < first?.since ?? .infinity {
          first = (row, since)
        }
      }
      if let first {
        add(down: first.row, first.since, entry.time)
        rows[first.row] = .free
      }
    }
  }

  /// Ends what still lasts at the end of the days that are shown.
  mutating func close() {
    clear(start + span)
    for row in rows.indices {
      switch rows[row] {
      case .used(_, let patient, let since): add(row, patient, since, .infinity, .infinity)
      case .down(let since): add(down: row, since, .infinity)
      case .free, .clearing: break
      }
    }
    stays.sort { ($0.from, $0.row) < ($1.from, $1.row) }
  }

  private var nextCleared: Int? {
    var next: (row: Int, until: Double)?
    for row in rows.indices {
      if case .clearing(let until) = rows[row], until < next?.until ?? .infinity {
        next = (row, until)
      }
    }
    return next?.row
  }

  /// Rows that can be taken again by a time; those that are owed to a break-down go down.
  private mutating func clear(_ time: Double) {
    while let row = nextCleared, case .clearing(let until) = rows[row], until <= time {
      if owed > 0 {
        owed -= 1
        rows[row] = .down(since: until)
      } else {
        rows[row] = .free
      }
    }
  }

  private mutating func add(
    _ row: Int, _ patient: String, _ from: Double, _ until: Double, _ freeAt: Double
  ) {
    guard freeAt > start, from < start + span else { return }
    stays.append(
      .init(
        row: row, patient: patient, from: from - start, until: min(until - start, span),
        freeAt: min(freeAt - start, span)))
  }

  private mutating func add(down row: Int, _ from: Double, _ until: Double) {
    guard until > start, from < start + span else { return }
    downs.append(
      .init(row: row, from: max(0, from - start), until: min(until - start, span)))
  }
}
