import Quantities

/// What makes batches: rooms, instruments, people, laboratories, logistics, centres and the patients
/// that come. Times are in days, money in the facility's currency.
///
/// A part that a file does not give is not there: no courier means no journey, no vector means that
/// none is counted. Nothing is filled in.
public struct Facility: Sendable {
  /// Its short name.
  public var name: String
  /// What it is, in words.
  public var title: String
  /// The first day of the plan.
  public var start: CivilDate
  /// Days that are counted.
  public var horizon: Double
  /// Days simulated before counting begins, so that the plant is not counted while it fills.
  public var warmUp: Double
  /// Currency of all costs, such as `EUR`; nil when there are none.
  public var currency: String?
  /// When work can be done.
  public var calendars: [WorkCalendar] = []
  /// Rooms in which open operations take place.
  public var suites: [Suite] = []
  /// Instruments by platform.
  public var instruments: [Instrument] = []
  /// People who work together.
  public var teams: [Team] = []
  /// Quality-control lines.
  public var laboratories: [Laboratory] = []
  /// Vector stocks.
  public var vectors: [Vector] = []
  /// Journeys between centre and plant.
  public var couriers: [Courier] = []
  /// Hospitals that collect and infuse.
  public var centres: [Centre] = []
  /// Indications, with what differs between them.
  public var diseases: [Disease] = []
  /// What is made, and how.
  public var products: [Product] = []
  /// Who comes.
  public var arrivals: [Arrivals] = []
  /// Costs that belong to no resource.
  public var costs = Costs()
  /// Forecasts of the cultures of single dated patients, by identifier, in place of their product's.
  public var forecasts: [String: CultureEvidence] = [:]
  /// Every number that the file marks as assumed, in the order of the file.
  public var assumptions: [Remark] = []
  /// Every number whose source the file names, in the order of the file.
  public var sources: [Remark] = []
  /// Where the facility is written.
  public var place: Place

  /// An empty facility.
  public init(
    name: String, title: String, start: CivilDate, horizon: Double, warmUp: Double, place: Place
  ) {
    self.name = name
    self.title = title
    self.start = start
    self.horizon = horizon
    self.warmUp = warmUp
    self.place = place
  }

  /// What a file says beside a number: that it is assumed, or where it comes from.
  public struct Remark: Sendable, Hashable {
    /// The number's path in the file, `instruments.prodigy.clean_down`.
    public var path: String
    /// The number as written, with its unit.
    public var value: String
    /// The words in parentheses after it; empty when there are none.
    public var note: String
    /// Where it stands.
    public var place: Place

    /// A remark from its parts.
    public init(path: String, value: String, note: String, place: Place) {
      self.path = path
      self.value = value
      self.note = note
      self.place = place
    }
  }

  /// Identifiers of all dated patients, in the order of the file.
  public var patients: [String] {
    arrivals.flatMap { stream -> [String] in
      if case .patients(let list) = stream.source { return list.map(\.id) }
      return []
    }
  }

  /// Days in a year, in rates such as `1000 patients/year` and in costs a year.
  public static let daysPerYear = 365.0
}
