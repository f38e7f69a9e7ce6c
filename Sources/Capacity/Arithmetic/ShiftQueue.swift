import Randomness

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Work that arrives at random to people or lines with a calendar, looked at by itself.
///
/// Open hours alone do not say what a shift can do: two operations of 5 h fill ten hours, two of 6 h
/// do not fit. So the pool is run by itself on its calendar, with a fixed random stream: first come
/// first served, each operation takes the server that is free first and starts where it fits into one
/// stretch. This is a few milliseconds of arithmetic, not the simulation of the plant.
struct ShiftQueue: Sendable, Hashable {
  /// One kind of work.
  struct Work: Sendable, Hashable {
    /// Operations a day.
    var rate: Double
    /// What must fit into a stretch.
    var takes: Law
    /// What the server is kept for afterwards, around the clock.
    var tail: Law
    /// Its name, under which waits are given.
    var name: String
  }

  /// What was found.
  struct Answer: Sendable {
    /// Operations a day that the servers can do when none is ever idle for want of work.
    var throughput: Double
    /// Operations a day that come.
    var demand: Double
    /// Mean wait of each kind of work, in the order of the works [d]; infinite where the queue grows.
    var waits: [Double]
    /// Variance of those waits [d2].
    var variances: [Double]
    /// Mean wait of each kind with servers without number: what the calendar alone costs [d].
    var windowWaits: [Double]
  }

  /// Kinds of work.
  var works: [Work]
  /// Open stretches.
  var windows: OpenWindows
  /// Share of days on which a server is away.
  var absence = 0.0
  /// Servers at work on Saturdays and Sundays; nil for all.
  var weekend: Int?
  /// Day of the week of day 0, Monday 0.
  var firstDay = 0
  /// Operations followed at least.
  var operations = 8_000
  /// Operations followed at most.
  static let most = 80_000

  /// Runs the pool with some servers; nil when nothing can ever be done.
  func answer(servers: Int) -> Answer? {
    let demand = works.reduce(0) { $0 + $1.rate }
    guard demand > 0 else {
      let none = works.map { _ in 0.0 }
      return Answer(
        throughput: .infinity, demand: 0, waits: none, variances: none, windowWaits: none)
    }
    guard let throughput = throughput(servers: servers) else { return nil }
    let free = run(servers: nil, saturated: false, operations)
    var waits = works.map { _ in Double.infinity }
    var variances = works.map { _ in 0.0 }
    if throughput > demand,
      let queue = run(servers: servers, saturated: false, needed(demand / throughput))
    {
      let bias = nearLimit(servers, demand: demand, throughput: throughput)
      for index in works.indices {
        let calendar = min(queue.waits[index], free?.waits[index] ?? 0)
        waits[index] = calendar + (queue.waits[index] - calendar) * bias
        variances[index] = queue.variances[index] * bias * bias
      }
    }
    return Answer(
      throughput: throughput, demand: demand, waits: waits, variances: variances,
      windowWaits: free?.waits ?? works.map { _ in 0 })
  }

  /// Operations a day that some servers can do when none is idle for want of work; nil for never.
  func throughput(servers: Int) -> Double? {
    guard let busy = run(servers: servers, saturated: true, operations), busy.span > 0 else {
      return nil
    }
    return Double(operations) / busy.span
  }

  /// Operations to follow at a share of the limit.
  ///
  /// A queue forgets how it began after a number of operations that grows as 1/(1 - share)^2 (the
  /// relaxation time of heavy traffic), so near the limit more of them are followed.
  /// Source: Whitt 1989, Planning queueing simulations, Management Science 35, 1341.
  private func needed(_ share: Double) -> Int {
    let free = max(1 - share, 1e-3)
    return max(operations, min(Self.most, Int(60 / (free * free))))
  }

  /// By what the wait in the queue that was followed is to be multiplied: the control variate.
  ///
  /// The same arrivals and durations are followed at servers that never close and take so much longer
  /// that they can do as much in all. What these wait is known (Kimura), so what the stream and the
  /// start from an empty pool make of it is known too, and is taken out. 1 below .8 of the limit, where
  /// the queue is followed long enough.
  private func nearLimit(_ servers: Int, demand: Double, throughput: Double) -> Double {
    let share = demand / throughput
    guard share > 0.8 else { return 1 }
    let mean = works.reduce(0) { $0 + $1.rate * ($1.takes.mean + $1.tail.mean) } / demand
    let service = Double(servers) / throughput
    guard mean > 0,
      let control = run(
        servers: servers, saturated: false, needed(share), stretched: service / mean)
    else { return 1 }
    let square =
      works.reduce(0) { sum, work in
        let length = work.takes.mean + work.tail.mean
        return sum + work.rate * (length * length + work.takes.variance + work.tail.variance)
      } / demand
    let known = ManyServers.kimuraWait(
      offeredLoad: demand * service, servers: servers, service: service,
      squaredVariation: max(0, square / (mean * mean) - 1))
    let found = zip(works, control.waits).reduce(0) { $0 + $1.0.rate * $1.1 } / demand
    guard found > 0, known.isFinite else { return 1 }
    return (known / found).clamped(to: 0.25...4)
  }

  private struct Run {
    var span: Double
    var waits: [Double]
    var variances: [Double]
  }

  /// Follows the operations; servers without number when nil. `stretched` servers never close and
  /// take so many times longer.
  private func run(
    servers: Int?, saturated: Bool, _ operations: Int, stretched: Double? = nil
  ) -> Run? {
    var stream = RandomStream(seed: 1, name: "shift queue", purpose: "works")
    let demand = works.reduce(0) { $0 + $1.rate }
    var free = [Double](repeating: 0, count: servers ?? 1)
    var count = works.map { _ in 0.0 }
    var sum = works.map { _ in 0.0 }
    var squares = works.map { _ in 0.0 }
    var now = 0.0
    var end = 0.0
    let laws = works.map { (takes: Quantile($0.takes), tail: Quantile($0.tail)) }
    let skipped = operations / 20
    for index in 0..<operations {
      now += saturated ? 0 : -log(stream.uniform()) / demand
      var pick = stream.uniform() * demand
      var kind = 0
      while kind < works.count - 1, pick >= works[kind].rate {
        pick -= works[kind].rate
        kind += 1
      }
      let takes = laws[kind].takes.value(at: stream.uniform())
      let tail = laws[kind].tail.value(at: stream.uniform())
      let found =
        stretched == nil
        ? first(free, servers == nil ? nil : now, now, takes) : earliest(free, now)
      guard let (server, begin) = found else { return nil }
      let busy = (takes + tail) * (stretched ?? 1)
      if servers != nil { free[server] = begin + busy }
      end = max(end, begin + busy)
      if index >= skipped {
        count[kind] += 1
        sum[kind] += begin - now
        squares[kind] += (begin - now) * (begin - now)
      }
    }
    let waits = zip(sum, count).map { $1 > 0 ? $0 / $1 : 0 }
    let variances = works.indices.map { kind in
      count[kind] > 0 ? max(0, squares[kind] / count[kind] - waits[kind] * waits[kind]) : 0
    }
    return Run(span: end, waits: waits, variances: variances)
  }

  /// The server that is free first, and when it begins, around the clock.
  private func earliest(_ free: [Double], _ now: Double) -> (server: Int, begin: Double)? {
    var server = 0
    for other in free.indices where free[other] < free[server] { server = other }
    return (server, max(now, free[server]))
  }

  /// The server that can begin first, and when; any of servers without number for `queued` nil.
  func first(
    _ free: [Double], _ queued: Double?, _ now: Double, _ takes: Double
  ) -> (server: Int, begin: Double)? {
    guard queued != nil else { return windows.nextFit(now, length: fitting(takes)).map { (0, $0) } }
    var best: (server: Int, begin: Double)?
    if absence == 0, weekend == nil {
      var server = 0
      for other in free.indices where free[other] < free[server] { server = other }
      return begin(max(now, free[server]), takes, server).map { (server, $0) }
    }
    for server in free.indices where free[server] < best?.begin ?? .infinity {
      if let begin = begin(max(now, free[server]), takes, server),
        begin < best?.begin ?? .infinity
      {
        best = (server, begin)
      }
    }
    return best
  }

  /// Longer than any stretch: the rare tail of a law is taken at the longest that fits.
  private func fitting(_ length: Double) -> Double {
    windows.isAlways ? length : min(length, windows.longest)
  }

  /// The first fit on a day on which the server is there.
  private func begin(_ time: Double, _ length: Double, _ server: Int) -> Double? {
    let length = fitting(length)
    var time = time
    for _ in 0..<400 {
      guard let begin = windows.nextFit(time, length: length) else { return nil }
      guard isAway(server, Int(begin)) else { return begin }
      time = Double(Int(begin) + 1)
    }
    return nil
  }

  private func isAway(_ server: Int, _ day: Int) -> Bool {
    if let weekend, server >= weekend, (day + firstDay) % 7 >= 5 { return true }
    guard absence > 0 else { return false }
    var hash = UInt64(truncatingIfNeeded: day) &* 0x9E37_79B9_7F4A_7C15
    hash ^= UInt64(truncatingIfNeeded: server &+ 1) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 31)) &* 0x94D0_49BB_1331_11EB
    return Double((hash ^ (hash >> 29)) >> 11) * 0x1p-53 < absence
  }
}
