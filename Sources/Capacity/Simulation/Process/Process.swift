import Quantities

/// A facility as a checked table that one stepper can run: pools, calendars, stocks, routes,
/// arrivals.
///
/// All times are in days (Double) from 00:00 of `start`; clock times of calendars are in hours of
/// the day. Pools, calendars, stocks and routes are referred to by their index in the table;
/// labels, clocks, measures, tallies, outcomes and limits by their name. A patient enters by an
/// arrival stream and walks the steps of its route, each immediately after the one before unless a
/// step takes time or has to wait.
///
/// Call `check()` before simulating; `Simulation` does so itself.
public struct Process: Sendable, Equatable {
  /// What the table describes.
  public var name: String
  /// Day 0; clock times are local and without daylight saving.
  public var start: CivilDate
  /// What patients wait for: instruments, suites, teams, QC lines, beds.
  public var pools: [Pool]
  /// When operations may be done.
  public var calendars: [Calendar]
  /// What is used up: vector lots, kits.
  public var stocks: [Stock]
  /// Ways through the facility.
  public var routes: [Route]
  /// Names of the patient segments (disease, risk) that `Step.chance` tells apart; at least one.
  public var segments: [String]
  /// Where patients come from.
  public var arrivals: [ArrivalStream]
  /// Days at the start that fill the facility and are not measured, >= 0.
  public var warmUp: Double
  /// End of the simulation in days from `start`; observed are `horizon - warmUp` days.
  public var horizon: Double
  /// Days at the end whose arrivals are not measured, so that those before can finish, >= 0.
  ///
  /// Measures and outcomes belong to the patients who arrive in `warmUp ..< horizon - followUp`.
  /// With 0 the slowest of the last patients are unfinished and reported as such.
  public var followUp: Double

  /// A table from its parts; nothing is checked yet.
  public init(
    name: String, start: CivilDate, pools: [Pool], calendars: [Calendar] = [],
    stocks: [Stock] = [], routes: [Route], segments: [String] = ["all"],
    arrivals: [ArrivalStream], warmUp: Double, horizon: Double, followUp: Double = 0
  ) {
    self.name = name
    self.start = start
    self.pools = pools
    self.calendars = calendars
    self.stocks = stocks
    self.routes = routes
    self.segments = segments
    self.arrivals = arrivals
    self.warmUp = warmUp
    self.horizon = horizon
    self.followUp = followUp
  }

  /// Years of 365 days whose arrivals are measured.
  public var measuredYears: Double { (horizon - followUp - warmUp) / 365 }

  /// The same process with another number of units in a pool; unchanged for an index that is not
  /// in the table.
  public func with(count: Int, ofPool pool: Int) -> Process {
    guard pools.indices.contains(pool) else { return self }
    var other = self
    other.pools[pool].count = count
    return other
  }
}
