import Quantities

extension Facility {
  /// What is made and the way it goes: inbound journey, start, culture, harvest, tests, review,
  /// outbound journey, infusion.
  public struct Product: Sendable {
    /// Its name.
    public var name: String
    /// How the apheresis comes; nil when cells are at hand at once.
    public var inbound: Journey?
    /// The vector it takes a dose of at its start.
    public var vector: String?
    /// The instruments it is made on.
    public var instrument = ""
    /// Start of the culture.
    public var start = Operation()
    /// From the end of the start to the time at which it should be harvested.
    public var culture: Law = .fixed(0)
    /// Harvest, formulation and fill.
    public var harvest = Operation()
    /// Tests; nil when there are none.
    public var quality: Quality?
    /// Review and disposition by quality assurance; nil when there is none.
    public var review: Operation?
    /// How the product leaves; nil when it is infused where it is made.
    public var outbound: Journey?
    /// What can go wrong.
    public var failure = Failure()
    /// Share of patients who leave before the start of the first batch.
    public var dropOutBeforeStart = 0.0
    /// Share of patients who leave between release and infusion.
    public var dropOutBeforeInfusion = 0.0
    /// From apheresis to infusion, as promised to the clinic [d]; for on-time shares and due dates.
    public var promise: Double?
    /// Probability that a booked infusion day can be kept, by which the day is chosen.
    public var booking: Double?
    /// Materials of one start: kit, media, consumables.
    public var materials = 0.0
    /// Where it is written.
    public var place: Place

    /// True where an instrument is kept before the cells are collected, because they come fresh.
    public var isReservedFirst: Bool { inbound?.mode == .fresh }

    /// A product with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }

    /// Days from the start to the infusion that is booked with it: those given for the culture, the
    /// means of the rest, and, because people work in shifts, a day for each of harvest, tests and
    /// review.
    func bookedAfter(_ culture: Double, courier: Courier?) -> Double {
      var days = culture + harvest.takes.mean
      if let quality { days += quality.work.mean + quality.incubation.mean }
      days += review?.takes.mean ?? 0
      if let outbound { days += outbound.handling.mean + (courier?.takes.mean ?? 0) }
      return days + 3
    }
  }

  /// Work by a team.
  public struct Operation: Sendable, Hashable {
    /// The skill that it needs.
    public var skill = ""
    /// How long it takes.
    public var takes: Law = .fixed(0)

    /// An operation without work.
    public init() {}
  }

  /// Cells or product on their way.
  public struct Journey: Sendable, Hashable {
    /// The two ways of sending.
    public enum Mode: String, Sendable, CaseIterable {
      /// Not frozen; there is a limit of age.
      case fresh
      /// Frozen; freezing and thawing take time.
      case cryo
    }

    /// Frozen or not.
    public var mode: Mode = .fresh
    /// Freezing, packing, thawing: what it takes beside the journey.
    public var handling: Law = .fixed(0)
    /// Age at which it can no longer be used [d]: of the apheresis at the start of the culture, of
    /// the product at infusion; nil when there is no limit.
    public var limit: Double?

    /// A fresh journey without handling.
    public init() {}
  }

  /// How a batch is tested and released.
  public struct Quality: Sendable, Hashable {
    /// When a batch may leave.
    public enum Release: String, Sendable, CaseIterable {
      /// After all results.
      case full
      /// After the results of the day; the others arrive later.
      case conditional
    }

    /// The laboratory.
    public var laboratory = ""
    /// Full hold or conditional release.
    public var release: Release = .full
    /// Work on a line.
    public var work: Law = .fixed(0)
    /// From the end of the work to the results, without a line unless `lineHeld`.
    public var incubation: Law = .fixed(0)
    /// True when the line waits for the results of its batch.
    public var lineHeld = false
    /// From release to the last result of a conditional release [d].
    public var lateAfter = 0.0
    /// Share of conditionally released batches whose late result is positive.
    public var latePositive = 0.0
    /// Cost of the tests of one batch.
    public var cost = 0.0

    /// Tests without work.
    public init() {}
  }

  /// Failures and what follows.
  public struct Failure: Sendable, Hashable {
    /// Chance that the culture is ended early.
    public var culture = 0.0
    /// Time in culture at which it is ended [d].
    public var cultureAfter = 0.0
    /// Chance that the harvest is out of specification, known at harvest.
    public var harvest = 0.0
    /// Chance that the tests are failed, known at their end.
    public var quality = 0.0
    /// How much more a batch made again fails, as a factor of its chances.
    public var again = 1.0
    /// Of failed batches: made again from retained cells.
    public var retained = 0.0
    /// Of failed batches: made again from a new apheresis.
    public var recollected = 0.0
    /// Of failed batches: infused although out of specification.
    public var infused = 0.0
    /// Batches of one patient at most; nil when not limited.
    public var attempts: Int?

    /// No failures.
    public init() {}

    /// Of failed batches: no product for this patient.
    public var lost: Double { 1 - retained - recollected - infused }
  }

  /// An indication.
  public struct Disease: Sendable {
    /// Its name.
    public var name: String
    /// How much more its batches fail, as a factor of the product's chances.
    public var failureFactor = 1.0
    /// How much more its patients drop out, as a factor of the product's shares.
    public var dropOutFactor = 1.0
    /// Clinical weight of a day of waiting.
    public var weight = 1.0
    /// Where it is written.
    public var place: Place

    /// A disease with its name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// Costs that belong to no resource.
  public struct Costs: Sendable {
    /// A cost with its name.
    public struct Item: Sendable, Hashable {
      /// What is paid for.
      public var name: String
      /// Money.
      public var amount: Double

      /// A cost from its parts.
      public init(name: String, amount: Double) {
        self.name = name
        self.amount = amount
      }
    }

    /// A year.
    public var fixed: [Item] = []
    /// For each batch started.
    public var perStart: [Item] = []
    /// For each patient infused.
    public var perInfused: [Item] = []
    /// A day in a bed.
    public var bedDay = 0.0

    /// No costs.
    public init() {}
  }
}
