import Quantities
import Randomness

/// A process compiled: routes as flat operations, names as numbers, calendars laid out.
struct Program: Sendable {
  let process: Process
  private(set) var ops: ContiguousArray<Op> = []
  /// The first operation of each route.
  private(set) var entries: [Int] = []
  /// What a patient holds on reaching each operation, units by pool; nil where nobody gets.
  var holdings: [[Int]?] = []
  /// Where each operation stands in its route, for messages.
  private(set) var places: [(route: Int, step: Int)] = []

  var draws: [Draw] = []
  var tasks: [Task] = []
  var chances: [Chance] = []
  var limits: [Limit] = []
  var timetables: [Timetable] = []
  var purposes = NameTable<String>()
  var clocks = NameTable<String>()
  var measures = NameTable<Measure>()
  var tallies = NameTable<String>()
  var outcomes = NameTable<String>()
  /// Bound of each measure; NaN for none.
  var bounds: [Double] = []
  /// Largest number of limits of a route.
  var limitSlots = 0
  /// Measures of the wait in the queue of each pool and for each stock.
  private(set) var poolMeasures: [Int] = []
  private(set) var stockMeasures: [Int] = []
  /// The open hours over which the use of each pool is counted; -1 for all hours.
  private(set) var poolTables: [Int] = []
  /// Of all waits of a patient for a pool; the pools that each route claims.
  private(set) var patientMeasures: [Int] = []
  private(set) var routePools: [[Int]] = []
  /// Hash of each purpose: half of its key.
  private(set) var purposeKeys: ContiguousArray<UInt32> = []
  /// Timetables that were laid out, by the calendars that they join.
  private var laidOut: [[Int]: Int] = [:]

  /// Compiles a table whose parts were checked one by one; throws where they do not fit together.
  init(_ process: Process) throws(ProcessRefused) {
    self.process = process
    for pool in process.pools { poolMeasures.append(measure(.wait(pool.name))) }
    for pool in process.pools { patientMeasures.append(measure(.patientWait(pool.name))) }
    for stock in process.stocks { stockMeasures.append(measure(.stockWait(stock.name))) }
    for (index, route) in process.routes.enumerated() {
      entries.append(ops.count)
      var compiler = RouteCompiler(route, subject: "route \"\(route.name)\"")
      try compiler.compile(into: &self, base: ops.count)
      places += compiler.steps.map { (index, $0) }
      routePools.append(
        Set(compiler.ops.filter { $0.code == .claim }.map { Int($0.a) }).sorted())
      ops += compiler.ops
      limitSlots = max(limitSlots, compiler.limitCount)
    }
    for index in ops.indices where ops[index].code == .spawn {
      ops[index].a = Int32(entries[Int(ops[index].a)])
    }
    for index in ops.indices where ops[index].code == .finish {
      ops[index].b = Int32(places[index].route)
    }
    try verify()
    for pool in process.pools {
      let calendars = pool.isHeldAroundClock ? [] : [pool.calendar].compactMap { $0 }
      poolTables.append(try timetable(calendars, "pool \"\(pool.name)\""))
    }
    try keyPurposes()
  }

  /// The index of a measure, with its bound if it has one.
  mutating func measure(_ measure: Measure) -> Int {
    let index = measures.index(of: measure)
    if index == bounds.count { bounds.append(.nan) }
    return index
  }

  /// The index of a law with its stream.
  mutating func draw(_ law: Law, _ purpose: String) -> Int {
    draws.append(Draw(quantile: Quantile(law), purpose: purposes.index(of: purpose)))
    return draws.count - 1
  }

  /// The index of the times at which all the calendars are open; -1 without calendars.
  mutating func timetable(_ calendars: [Int], _ subject: String) throws(ProcessRefused) -> Int {
    let key = Set(calendars).sorted()
    guard let first = key.first else { return -1 }
    if let index = laidOut[key] { return index }
    let end = process.horizon + 400
    var table = Timetable(process.calendars[first], start: process.start, end: end)
    for other in key.dropFirst() {
      table = table.intersection(
        Timetable(process.calendars[other], start: process.start, end: end))
    }
    guard !table.opens.isEmpty else {
      let names = key.map { "\"\(process.calendars[$0].name)\"" }.joined(separator: " and ")
      throw ProcessRefused(
        .neverOpens, subject, "calendar \(names) is never open in \(process.horizon) days")
    }
    timetables.append(table)
    laidOut[key] = timetables.count - 1
    return timetables.count - 1
  }

  /// Where an operation stands, in words.
  func place(_ op: Int) -> String {
    let place = places[op]
    return "route \"\(process.routes[place.route].name)\", step \(place.step)"
  }

  mutating func setLimited(_ op: Int) { ops[op].isLimited = true }

  /// Each purpose gets the hash of its name, so that a new one never moves the others.
  private mutating func keyPurposes() throws(ProcessRefused) {
    var seen: [UInt32: String] = [:]
    for name in purposes.names + [Program.arrivalPurpose] {
      var hash = StableHash()
      hash.combine(name)
      let key = UInt32(truncatingIfNeeded: hash.value)
      if let other = seen[key] {
        throw ProcessRefused(
          .duplicateName, "purpose \"\(name)\"",
          "shares its random numbers with \"\(other)\"; rename one")
      }
      seen[key] = name
      purposeKeys.append(key)
    }
  }

  /// The purpose of the times between arrivals; no purpose of a step may have this name.
  static let arrivalPurpose = "(arrival)"
  /// The key of that purpose.
  var arrivalKey: UInt32 { purposeKeys[purposeKeys.count - 1] }
}
