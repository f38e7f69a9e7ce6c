/// Something that will happen: 16 bytes.
struct Event {
  /// When; for a queue, the key of its order.
  var time: Double
  /// Number of the event; ties of time go by it.
  var sequence: UInt32
  /// What, in the upper 4 bits, and to whom.
  var what: UInt32

  @inline(__always)
  init(_ time: Double, _ sequence: UInt32, _ kind: Kind, _ subject: Int) {
    self.time = time
    self.sequence = sequence
    what = UInt32(kind.rawValue) << 28 | UInt32(truncatingIfNeeded: subject) & 0x0FFF_FFFF
  }

  enum Kind: UInt8 {
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
  var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: what >> 28)) ?? .resume }
  @inline(__always)
  var subject: Int { Int(what & 0x0FFF_FFFF) }

  @inline(__always)
  static func < (a: Event, b: Event) -> Bool {
    a.time < b.time || (a.time == b.time && a.sequence < b.sequence)
  }
}

/// A heap of events with four children a node, least (time, sequence) first.
///
/// Source: Johnson (1975), Information Processing Letters 4, 53-57 (d-heaps).
struct EventHeap {
  private var events: ContiguousArray<Event> = []

  var isEmpty: Bool { events.isEmpty }
  var count: Int { events.count }
  var first: Event? { events.first }

  mutating func removeAll() { events.removeAll(keepingCapacity: true) }

  @inline(__always)
  mutating func push(_ event: Event) {
    events.append(event)
    events.withUnsafeMutableBufferPointer { events in
      var hole = events.count - 1
      while hole > 0 {
        let parent = (hole - 1) >> 2
        guard event < events[parent] else { break }
        events[hole] = events[parent]
        hole = parent
      }
      events[hole] = event
    }
  }

  /// Takes the first event out.
  @inline(__always)
  mutating func pop() -> Event? {
    guard let last = events.popLast() else { return nil }
    guard let top = events.first else { return last }
    events.withUnsafeMutableBufferPointer { events in
      let count = events.count
      var hole = 0
      while true {
        let child = 4 * hole + 1
        guard child < count else { break }
        var least = child
        var other = child + 1
        let end = min(child + 4, count)
        while other < end {
          if events[other] < events[least] { least = other }
          other += 1
        }
        guard events[least] < last else { break }
        events[hole] = events[least]
        hole = least
      }
      events[hole] = last
    }
    return top
  }
}
