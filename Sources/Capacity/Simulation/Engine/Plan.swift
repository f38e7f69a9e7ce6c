/// The parts of a program that events read, laid out flat, one copy an engine.
///
/// Threads that share arrays count references to them; what is read in every event is not shared.
struct Plan: ~Copyable {
  let ops: Pile<Op>
  let tasks: Pile<FlatTask>
  let claims: Pile<Process.Claim>
  let shapes: Pile<Quantile.Shape>
  let drawPurposes: Pile<Int>
  let purposeKeys: Pile<UInt32>
  let poolMeasures: Pile<Int>
  /// The open hours of each pool, -1 for all hours.
  let poolTables: Pile<Int>
  let patientMeasures: Pile<Int>
  /// The pools that each route claims: 1 or 0, route by route.
  let claimed: Pile<UInt8>
  /// Probabilities of a chance, segment by segment, and its purpose.
  let chances: Pile<Double>
  let chancePurposes: Pile<Int>
  let segments: Int
  let origins: Pile<Origin>
  /// Rates of streams without seasons [1/day]; 0 for the others.
  let steadyRates: Pile<Double>
  let windows: Pile<Windows>
  private let opens: Pile<Double>
  private let closes: Pile<Double>
  private let firstOfDay: Pile<Int32>

  init(_ program: Program) {
    let process = program.process
    ops = Pile(program.ops)
    var claims: [Process.Claim] = []
    var tasks: [FlatTask] = []
    for task in program.tasks {
      tasks.append(
        FlatTask(
          draw: task.draw, timetable: task.timetable, measure: task.measure,
          firstClaim: claims.count, claimCount: task.claims.count, fit: task.fit))
      claims += task.claims
    }
    self.tasks = Pile(tasks)
    self.claims = Pile(claims)
    shapes = Pile(program.draws.map(\.quantile.shape))
    drawPurposes = Pile(program.draws.map(\.purpose))
    purposeKeys = Pile(program.purposeKeys)
    poolMeasures = Pile(program.poolMeasures)
    poolTables = Pile(program.poolTables)
    patientMeasures = Pile(program.patientMeasures)
    claimed = Pile(
      program.routePools.flatMap { pools in
        process.pools.indices.map { pools.contains($0) ? UInt8(1) : 0 }
      })
    chances = Pile(program.chances.flatMap(\.probabilities))
    chancePurposes = Pile(program.chances.map(\.purpose))
    segments = process.segments.count
    origins = Pile(
      process.arrivals.map {
        Origin(
          entry: Int32(program.entries[$0.route]), segment: $0.segment, weight: $0.weight,
          dueAfter: $0.dueAfter)
      })
    steadyRates = Pile(
      process.arrivals.map {
        guard case .poisson(let rate, let monthly) = $0.pattern, monthly.isEmpty else { return 0 }
        return rate
      })
    opens = Pile(program.timetables.flatMap(\.opens))
    closes = Pile(program.timetables.flatMap(\.closes))
    firstOfDay = Pile(program.timetables.flatMap(\.firstOfDay))
    var windows: [Windows] = []
    var first = 0
    var day = 0
    for table in program.timetables {
      windows.append(
        Windows(
          opens: UnsafePointer(opens.base + first), closes: UnsafePointer(closes.base + first),
          count: table.opens.count, firstOfDay: UnsafePointer(firstOfDay.base + day),
          days: table.firstOfDay.count, longest: table.longest))
      first += table.opens.count
      day += table.firstOfDay.count
    }
    self.windows = Pile(windows)
  }
}

/// An operation's constants without references.
struct FlatTask: BitwiseCopyable {
  var draw: Int
  var timetable: Int
  var measure: Int
  var firstClaim: Int
  var claimCount: Int
  var fit: Process.Operation.Fit
}

/// What the patients of an arrival stream have in common.
struct Origin: BitwiseCopyable {
  var entry: Int32
  var segment: Int
  var weight: Double
  var dueAfter: Double
}
