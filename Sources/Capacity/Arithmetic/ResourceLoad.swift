/// What is asked of one resource and what it can do.
public struct ResourceLoad: Sendable {
  /// Kinds of resource, as their section of the file is called.
  public enum Kind: String, Sendable, CaseIterable {
    /// Instruments of a platform.
    case instruments
    /// Teams.
    case teams
    /// Rooms.
    case suites
    /// Quality-control lines.
    case laboratories
    /// Vector, in doses.
    case vectors
    /// Couriers on the way.
    case couriers
    /// Apheresis machines of a centre.
    case aphereses
    /// Beds of a centre.
    case beds
  }

  /// What it is.
  public let kind: Kind
  /// Its name in the file.
  public let name: String
  /// Units there are; lots for a vector.
  public let count: Int
  /// Uses a year: starts, operations, tests, journeys, doses.
  public let demand: Double
  /// Uses a year that it can serve at this count.
  public let capacity: Double
  /// Mean time for which one use keeps a unit [d], waits for people with it; 0 for a vector.
  public let hold: Double
  /// Squared coefficient of variation of that time.
  public let squaredVariation: Double
  /// Mean wait of a use [d]: queue and calendar; infinite where the queue grows without end.
  public let wait: Double
  /// What the calendar alone makes of that wait [d], with units without number.
  public let calendarWait: Double
  /// Fewest units with which the queue does not grow; nil when no number helps.
  public let leastStable: Int?

  /// Units busy at a mean: demand times hold; the offered load [erlang].
  public var offeredLoad: Double { demand * hold / Facility.daysPerYear }
  /// Share of its hours in which it is busy: of people, lines and machines with a calendar the work in
  /// open hours over the open hours, of all else the time for which it is held over all hours; nil for
  /// a vector. Work that does not fit into a shift leaves hours that nothing can use, so a team is at
  /// its limit below 100 %.
  public internal(set) var used: Double?

  /// How near its limit it is: what comes over the most that can be served.
  public var ofLimit: Double {
    capacity > 0 ? demand / capacity : (demand > 0 ? .infinity : 0)
  }
  /// True when what comes can be served for ever.
  public var isStable: Bool { ofLimit < 1 }
  /// The path of its count in a facility file.
  public var path: String {
    switch kind {
    case .laboratories: "laboratories.\(name).lines"
    case .aphereses: "centres.\(name).aphereses"
    case .beds: "centres.\(name).beds"
    case .vectors: "vectors.\(name).reorder_at"
    default: "\(kind.rawValue).\(name).count"
    }
  }
}
