import Quantities

extension Facility {
  /// Rooms of one kind; an operation occupies one room, and line clearance keeps it after the
  /// operation.
  public struct Suite: Sendable {
    /// Its name.
    public var name: String
    /// Rooms.
    public var count = 0
    /// Instruments that one room holds; nil when it is not limited.
    public var places: Int?
    /// Line clearance after an operation [d].
    public var clearance = 0.0
    /// Cost of one room a year.
    public var cost = 0.0
    /// Where it is written.
    public var place: Place

    /// A suite with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// Instruments of one platform.
  public struct Instrument: Sendable {
    /// Its name, as products name it.
    public var name: String
    /// The platform's file name; nil when none is named.
    public var platform: String?
    /// The suite they stand in.
    public var suite: String?
    /// Instruments.
    public var count = 0
    /// Clean-down after the harvest [d]; the instrument is not free before.
    public var cleanDown = 0.0
    /// Who gets an instrument first.
    public var queue: Process.QueueOrder = .fifo
    /// Down time; nil when there is none.
    public var outage: Outage?
    /// Cost of one instrument a year.
    public var cost = 0.0
    /// Where it is written.
    public var place: Place

    /// An instrument with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// Times at which a unit is not there: repairs, absences.
  public struct Outage: Sendable, Hashable {
    /// Mean time between the end of one and the start of the next [d].
    public var every: Double
    /// Mean length [d].
    public var lasts: Double

    /// An outage law; both in days, above 0.
    public init(every: Double, lasts: Double) {
      self.every = every
      self.lasts = lasts
    }

    /// Share of time down.
    public var share: Double { lasts / (every + lasts) }
  }

  /// Teams that do the same work.
  public struct Team: Sendable {
    /// Its name.
    public var name: String
    /// Teams at work in an open shift.
    public var count = 0
    /// People in one team; only for hours and costs.
    public var people = 1
    /// What it can do; products name skills.
    public var skills: [String] = []
    /// Its calendar; nil means around the clock.
    public var calendar: String?
    /// Teams at work on Saturdays and Sundays, where the calendar opens; nil for all.
    public var weekend: Int?
    /// Share of its shifts that a team is away; 0 when not given.
    public var absence = 0.0
    /// Mean length of one absence [d].
    public var absenceLasts = 1.0
    /// Cost of one team a year.
    public var cost = 0.0
    /// Where it is written.
    public var place: Place

    /// A team with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// Quality-control lines: what tests one batch at a time.
  public struct Laboratory: Sendable {
    /// Its name.
    public var name: String
    /// Lines.
    public var lines = 0
    /// Its calendar; nil means around the clock.
    public var calendar: String?
    /// Cost of one line a year.
    public var cost = 0.0
    /// Where it is written.
    public var place: Place

    /// A laboratory with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// A vector with its stock; one start takes one dose.
  public struct Vector: Sendable {
    /// Its name.
    public var name: String
    /// Full and fresh lots on the first day.
    public var stock = 0
    /// Doses of one lot, delivered together.
    public var lot = 0
    /// Remaining life of a delivered lot [d].
    public var shelfLife = 0.0
    /// Doses on hand and on order at which the next lot is ordered.
    public var reorderAt = 0
    /// From order to delivery: manufacture and release [d].
    public var leadTime = 0.0
    /// Campaign changeover before a lot is begun [d].
    public var changeover = 0.0
    /// Cost of one dose.
    public var cost = 0.0
    /// Where it is written.
    public var place: Place

    /// A vector with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }

    /// Doses a day at most: with nothing on hand floor(reorderAt / lot) + 1 lots are on order, each
    /// a lead time and a changeover away.
    public var greatestSupply: Double {
      let cycle = leadTime + changeover
      guard cycle > 0, lot > 0 else { return .infinity }
      return Double(lot * (reorderAt / lot + 1)) / cycle
    }
  }

  /// Journeys between a centre and the plant, in both directions.
  public struct Courier: Sendable {
    /// Its name.
    public var name: String
    /// Door to door.
    public var takes: Law = .fixed(0)
    /// When it is picked up; nil means at any time.
    public var calendar: String?
    /// Journeys under way at most; nil when not limited.
    public var count: Int?
    /// Cost of one journey.
    public var cost = 0.0
    /// Where it is written.
    public var place: Place

    /// A courier with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// A hospital that collects cells and infuses the product.
  public struct Centre: Sendable {
    /// Its name.
    public var name: String
    /// The region it reports under.
    public var region = ""
    /// Its courier; nil when it stands beside the plant.
    public var courier: String?
    /// Apheresis machines; nil when not limited.
    public var aphereses: Int?
    /// One apheresis [d].
    public var apheresis: Law = .fixed(0)
    /// When cells are collected; nil means at any time.
    public var collectionCalendar: String?
    /// Beds for the days of infusion; nil when not limited.
    public var beds: Int?
    /// Days in the bed, from infusion.
    public var stay: Law = .fixed(0)
    /// When infusions start; nil means at any time.
    public var infusionCalendar: String?
    /// Where it is written.
    public var place: Place

    /// A centre with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }
}
