extension Process {
  /// Steps in order; a jump goes to a label of the same route.
  public struct Route: Sendable, Equatable {
    /// Its name, unique among the routes.
    public var name: String
    /// The steps; every way through them ends with `finish`.
    public var steps: [Step]

    /// A route from its steps.
    public init(name: String, steps: [Step]) {
      self.name = name
      self.steps = steps
    }
  }

  /// Units of a pool.
  public struct Claim: Sendable, Hashable, BitwiseCopyable {
    /// Index of the pool.
    public var pool: Int
    /// How many, 1 ... count of the pool.
    public var units: Int

    /// A claim from its parts.
    public init(pool: Int, units: Int = 1) {
      self.pool = pool
      self.units = units
    }
  }

  /// One step of a route.
  ///
  /// What a patient holds at a step must be the same on every way to it, and nothing may be held at
  /// `finish`; `check()` follows all ways and says where it is not so.
  public enum Step: Sendable, Equatable {
    /// A place to jump to; takes no time. Unique in its route.
    case label(String)
    /// Goes to a label.
    case goto(String)
    /// Takes the claims one after the other in the order given, waiting in each pool's queue.
    ///
    /// With `orElse` nobody waits: when a unit is not free at once, what was taken by this step is
    /// given back and the patient goes to that label. Waits are measured by pool.
    case seize([Claim], orElse: String? = nil)
    /// Gives claims back `after` days (a clean-down); the patient goes on at once.
    case release([Claim], after: Double = 0)
    /// Work in pools that are held for it.
    case operation(Operation)
    /// Time passes without holding anything more: culture, incubation, transport.
    ///
    /// `purpose` names the stream of random numbers.
    case delay(Law, purpose: String)
    /// Waits until the calendar is next open.
    case awaitOpening(calendar: Int)
    /// Goes to a label with a probability: one for all segments, or one for each.
    case chance([Double], purpose: String, to: String)
    /// Starts a limit on what follows: the age of an apheresis, the shelf life of a product, the
    /// time until a patient drops out.
    ///
    /// When the limit passes while the patient waits (in a queue, for a window, for stock, for a
    /// booking), the patient leaves the wait at once, gives back all that it holds beyond what it
    /// held here, and goes to the label. When work or a delay is under way, that is finished first.
    /// `name` is unique in the route; the limit may be started again, and then starts anew.
    case startLimit(String, Law, purpose: String, exceeded: String)
    /// Ends a limit; when it has passed, the patient goes to its label.
    case endLimit(String)
    /// Takes units of a stock.
    case consume(stock: Int, units: Double = 1)
    /// Sets a clock of the patient to now.
    case mark(String)
    /// Measures now less a clock that was set, or less the arrival for `since: nil`.
    ///
    /// `within` [days]: also the share of values at most this. A name is one measure wherever it is
    /// recorded; its `within` must be the same everywhere.
    case record(String, since: String? = nil, within: Double? = nil)
    /// Counts patients who pass: starts, re-manufactures, re-bookings.
    case tally(String)
    /// Books the day of infusion: the next opening of the calendar at now + `after` days or later
    /// (just now + `after` without a calendar). A later booking replaces an earlier one.
    case book(after: Double, calendar: Int? = nil)
    /// Waits for the booked day; when it has passed, counts `rebooked` and books anew as `book` does
    /// with `rebookAfter`. Nothing was booked: books first.
    case awaitBooking(rebookAfter: Double, calendar: Int? = nil, rebooked: String = "rebooked")
    /// Starts a companion on another route, such as the late results of a product released on
    /// conditions. It has the patient's segment, weight and due day, its own holdings (none) and
    /// clocks, counts in measures and tallies, but is not a patient: its end is no outcome.
    case spawn(route: Int)
    /// The end, with an outcome.
    case finish(String)
  }
}
