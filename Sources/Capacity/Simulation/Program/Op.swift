/// One elementary operation of a compiled route.
///
/// A step becomes one or more of these, so that what a patient holds at each is known beforehand.
struct Op: Sendable, BitwiseCopyable {
  enum Code: UInt8, Sendable {
    /// To `a`.
    case jump
    /// `b` units of pool `a`; nobody waits when `c` >= 0, but goes there.
    case claim
    /// Gives `b` units of pool `a` back, `x` days from now.
    case release
    /// Task `a` is asked for: the duration is drawn.
    case ask
    /// Waits for a window of task `a` without its pools.
    case gather
    /// To `b` unless task `a` can start now.
    case recheck
    /// Waits for a window of task `a` if need be, then works.
    case work
    /// Draw `a`.
    case delay
    /// Timetable `a`.
    case awaitOpening
    /// Table `a`, to `b`.
    case chance
    /// Limit `a`.
    case startLimit
    /// Limit `a`.
    case endLimit
    /// `x` units of stock `a`.
    case consume
    /// Clock `a`.
    case mark
    /// Measure `a` since clock `b` (-1: arrival).
    case record
    /// Tally `a`.
    case tally
    /// `x` days on, timetable `a` (-1: none).
    case book
    /// `x` days on, timetable `a` (-1: none), tally `b`.
    case awaitBooking
    /// Route at `a`.
    case spawn
    /// Outcome `a` of route `b`.
    case finish
  }

  var code: Code
  /// A limit may pass here.
  var isLimited = false
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = -1
  var x = 0.0
}

/// An operation's constants.
struct Task: Sendable {
  var draw: Int
  var timetable: Int
  var fit: Process.Operation.Fit
  var measure: Int
  var claims: [Process.Claim]
}

/// A law with the stream it is drawn from.
struct Draw: Sendable {
  var quantile: Quantile
  var purpose: Int
}

/// A branch with its probability by segment and the stream it is drawn from.
struct Chance: Sendable {
  var probabilities: [Double]
  var purpose: Int
}

/// A limit: its length, and where it leads.
struct Limit: Sendable {
  var draw: Int
  var slot: Int
  var target: Int
}

/// Names in the order of their first use.
struct NameTable<Name: Hashable & Sendable>: Sendable {
  private(set) var names: [Name] = []
  private var indices: [Name: Int] = [:]

  /// The index of a name, a new one if it has none yet.
  mutating func index(of name: Name) -> Int {
    if let index = indices[name] { return index }
    indices[name] = names.count
    names.append(name)
    return names.count - 1
  }

  func known(_ name: Name) -> Int? { indices[name] }
}
