/// A patient, or a companion of one, on its way.
struct Patient: BitwiseCopyable {
  /// The operation to carry out when it goes on.
  var pc: Int32 = 0
  /// Its arrival stream and its number in it: the keys of its random numbers.
  var stream: Int32 = 0
  var number: UInt32 = 0
  /// 0 for a patient, else which companion.
  var companion: UInt32 = 0
  /// Companions started.
  var spawned: UInt32 = 0
  /// Sequence of the event or queue entry that it waits for; others are stale.
  var ticket: UInt32 = 0
  var waiting = Waiting.nowhere
  var isMeasured = false
  var isPresent = false
  /// It waited for a window and now waits for pools with the others who did.
  var isGathered = false
  var arrival = 0.0
  /// When it asked for an operation.
  var asked = 0.0
  /// When it joined a queue.
  var joined = 0.0
  /// Of the operation that it asked for.
  var duration = 0.0
  /// The booked day; NaN for none.
  var booked = Double.nan

  enum Waiting: UInt8, BitwiseCopyable {
    /// It works, or time passes.
    case nowhere
    /// In the queue of the pool of its claim.
    case pool
    /// For a window, an opening or a booked day.
    case time
    /// In the queue of a stock.
    case stock
  }
}

/// A pool as it is now, and its integrals over the measured time.
struct PoolState: BitwiseCopyable {
  var count = 0
  /// Units that may be given out; negative while more are away than were free.
  var free = 0
  var inUse = 0
  var away = 0
  var waiting = 0
  var order = Process.QueueOrder.fifo
  var dispatchPending = false
  /// When the integrals were brought up to date.
  var last = 0.0
  /// Unit-days in use, there, and at work; claim-days in the queue, twice.
  var busy = 0.0
  /// Of a pool with open hours: in these alone.
  var present = 0.0
  var atWork = 0.0
  /// At work in the open hours; of a pool without them what is in use.
  var used = 0.0
  var queue = 0.0
  var waited = 0.0
}

/// A stock as it is now.
struct StockState: ~Copyable {
  struct Lot {
    var expiry: Double
    var units: Double
    var isOpened: Bool
  }
  /// By expiry.
  var lots: [Lot] = []
  var ordered = 0
  var onOrder = 0.0
  var expired = 0.0
  /// Claims in order of coming; stale ones are passed over.
  var queue = EventHeap()
  var waiting = 0

  var onHand: Double { lots.reduce(0) { $0 + $1.units } }
}

/// Time-of-week counters: unit-hours in use by hour of the week, Monday 00:00 first.
struct WeekHours: ~Copyable {
  /// Hours from Monday 00:00 of the week of day 0 to day 0.
  private let offset: Int
  private(set) var bins: Pile<Double>

  init(pools: Int, firstWeekday: Int) {
    offset = 24 * (firstWeekday - 1)
    bins = Pile(repeating: 0, count: 168 * pools)
  }

  mutating func removeAll() { bins.fill(0) }

  /// Adds `units` in use from one time to another [days].
  @inline(__always)
  mutating func add(_ units: Double, pool: Int, from: Double, to: Double) {
    let start = 24 * from
    let end = 24 * to
    var hour = Int(start)
    let last = Int(end)
    var bin = (hour + offset) % 168
    let base = 168 * pool
    guard hour < last else {
      bins[base + bin] += units * (end - start)
      return
    }
    bins[base + bin] += units * (Double(hour + 1) - start)
    hour += 1
    let weeks = (last - hour) / 168
    if weeks > 0 {
      for index in base..<(base + 168) { bins[index] += units * Double(weeks) }
      hour += 168 * weeks
    }
    while true {
      bin = bin == 167 ? 0 : bin + 1
      guard hour < last else { break }
      bins[base + bin] += units
      hour += 1
    }
    bins[base + bin] += units * (end - Double(last))
  }
}
