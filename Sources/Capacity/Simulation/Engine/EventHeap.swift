/// Something that will happen: 16 bytes, ordered by time, then by number.
struct Event: BitwiseCopyable {
  /// The time (for a queue, the key of its order) as an integer of the same order.
  private var when: UInt64
  /// The number of the event, what, and to whom: 32, 4 and 28 bits.
  private var what: UInt64

  @inline(__always)
  init(_ time: Double, _ sequence: UInt32, _ kind: Kind, _ subject: Int) {
    let bits = time.bitPattern
    when = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    what =
      UInt64(sequence) << 32 | UInt64(kind.rawValue) << 28
      | UInt64(truncatingIfNeeded: subject) & 0x0FFF_FFFF
  }

  enum Kind: UInt8, BitwiseCopyable {
    /// A patient goes on.
    case resume
    /// The next patient of a stream.
    case arrival
    /// What the operation of that index releases comes back.
    case giveBack
    /// A limit of a patient passes; the subject is its place in the table of deadlines.
    case limit
    /// A pool serves its queue.
    case dispatch
    /// A unit breaks.
    case breakDown
    /// A unit is repaired.
    case repaired
    /// The next change of the number of units away.
    case level
    /// A lot arrives.
    case delivery
    /// Lots expire.
    case expiry
  }

  @inline(__always)
  var time: Double {
    Double(bitPattern: when >> 63 == 1 ? when ^ 1 << 63 : ~when)
  }
  @inline(__always)
  var sequence: UInt32 { UInt32(truncatingIfNeeded: what >> 32) }
  @inline(__always)
  var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: what >> 28) & 0xF) ?? .resume }
  @inline(__always)
  var subject: Int { Int(what & 0x0FFF_FFFF) }

  /// A subtraction of 128 bits: no branch to guess wrong.
  @inline(__always)
  static func < (a: Event, b: Event) -> Bool {
    let low = a.what.subtractingReportingOverflow(b.what).overflow
    let high = a.when.subtractingReportingOverflow(b.when)
    return high.overflow != (high.partialValue < (low ? 1 : 0))
  }
}

/// A heap of events with four children a node, least (time, sequence) first.
///
/// Source: Johnson (1975), Information Processing Letters 4, 53-57 (d-heaps).
struct EventHeap: ~Copyable {
  private var events = Pile<Event>()

  var first: Event? { events.count > 0 ? events[0] : nil }

  mutating func removeAll() { events.removeAll() }

  @inline(__always)
  mutating func push(_ event: Event) {
    events.append(event)
    let base = events.base
    var hole = events.count - 1
    while hole > 0 {
      let parent = (hole - 1) >> 2
      guard event < base[parent] else { break }
      base[hole] = base[parent]
      hole = parent
    }
    base[hole] = event
  }

  /// Takes the first event out.
  @inline(__always)
  mutating func pop() -> Event? {
    guard let last = events.popLast() else { return nil }
    let count = events.count
    guard count > 0 else { return last }
    let base = events.base
    let top = base[0]
    var hole = 0
    while true {
      let child = 4 * hole + 1
      var least = child
      if child + 3 < count {
        let left = base[child + 1] < base[child] ? child + 1 : child
        let right = base[child + 3] < base[child + 2] ? child + 3 : child + 2
        least = base[right] < base[left] ? right : left
      } else {
        guard child < count else { break }
        for other in (child + 1)..<max(child + 1, count) where base[other] < base[least] {
          least = other
        }
      }
      guard base[least] < last else { break }
      base[hole] = base[least]
      hole = least
    }
    base[hole] = last
    return top
  }
}
