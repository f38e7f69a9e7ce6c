extension Process {
  /// Identical units that patients hold and give back: instruments of a platform, suites, teams of
  /// a skill, QC lines, bed slots.
  public struct Pool: Sendable, Equatable {
    /// Its name, unique among the pools.
    public var name: String
    /// Number of units, >= 1.
    public var count: Int
    /// Index of the calendar in which its units work; nil for always.
    ///
    /// It binds operations only (`Operation.fit`): a unit may be held outside it.
    public var calendar: Int?
    /// True where its units are held around the clock although their work has a calendar: a line that
    /// waits for its cultures. Its use is then counted over all hours.
    public var isHeldAroundClock = false
    /// Who is served first.
    public var order: QueueOrder
    /// How single units break and are repaired; nil for never.
    public var downTime: DownTime?
    /// Units that are away for a while: holidays of people, maintenance, weekends with fewer teams.
    ///
    /// A unit that is busy when an absence starts finishes what it does and goes away then.
    public var absences: [Absence]

    /// A pool from its parts.
    public init(
      name: String, count: Int, calendar: Int? = nil, order: QueueOrder = .fifo,
      downTime: DownTime? = nil, absences: [Absence] = []
    ) {
      self.name = name
      self.count = count
      self.calendar = calendar
      self.order = order
      self.downTime = downTime
      self.absences = absences
    }
  }

  /// Who is served first; nobody is interrupted for another. Ties: who joined first.
  public enum QueueOrder: String, Sendable, CaseIterable, BitwiseCopyable {
    /// Who joined first.
    case fifo
    /// The largest weight of the arrival stream.
    case priority
    /// The earliest due day.
    case dueDate
  }

  /// Break-downs of single units, each unit by streams of its own.
  public struct DownTime: Sendable, Equatable {
    /// Days from the end of a repair to the next break-down.
    public var between: Law
    /// Days of a repair.
    public var repair: Law

    /// Break-downs from their two laws.
    public init(between: Law, repair: Law) {
      self.between = between
      self.repair = repair
    }
  }

  /// Units of a pool that are away in `from ..< until` (days).
  public struct Absence: Sendable, Equatable {
    /// How many, >= 1.
    public var units: Int
    /// First day, >= 0.
    public var from: Double
    /// The day they are back, > `from`.
    public var until: Double

    /// An absence from its parts.
    public init(units: Int, from: Double, until: Double) {
      self.units = units
      self.from = from
      self.until = until
    }
  }
}
