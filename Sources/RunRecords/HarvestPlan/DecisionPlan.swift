import Quantities

/// What a harvest has to give and when it can be done: the question behind a harvest decision.
///
/// Base units: 1e6 cells, mL, h; shares as fractions.
public struct DecisionPlan: Sendable, Hashable {
  /// The dose that is planned.
  public enum Dose: Sendable, Hashable {
    /// Viable CAR+ cells, 1e6 cells: planned, and the least that is still a dose.
    case cells(planned: Double, least: Double)
    /// By a product's rule; `least` in 1e6 cells, nil for the least dose of the rule.
    case product(id: String, weight: BodyMass, planned: Choice, least: Double?)
  }

  /// Which dose of a product's window.
  public enum Choice: Sendable, Hashable {
    case target, minimum, maximum
    case cells(CellCount)
  }

  /// A step after the harvest with the share of cells that comes through it.
  public struct Recovery: Sendable, Hashable {
    /// The step's name.
    public let name: String
    /// Mean share, above 0, at most 1.
    public let mean: Double
    /// Standard deviation of the share between harvests; 0 when it is taken as known.
    public let sd: Double

    /// A recovery from its parts.
    public init(name: String, mean: Double, sd: Double) {
      (self.name, self.mean, self.sd) = (name, mean, sd)
    }
  }

  /// Cells kept back from the harvest.
  public struct Retain: Sendable, Hashable {
    /// What for.
    public let name: String
    /// 1e6 cells.
    public let cells: Double
    /// True when it is given up before the patient's dose is: a planned dose is met with it, a reduced
    /// one without.
    public let isOptional: Bool

    /// A retain from its parts.
    public init(name: String, cells: Double, isOptional: Bool = false) {
      (self.name, self.cells, self.isOptional) = (name, cells, isOptional)
    }
  }

  /// What is lost between harvest and dose.
  public struct Losses: Sendable, Hashable {
    /// Steps in order; each is applied once.
    public var recoveries: [Recovery]
    /// Cells kept back.
    public var retains: [Retain]
    /// Share of the harvest taken by quality control.
    public var quality: Double

    /// Losses from their parts.
    public init(recoveries: [Recovery] = [], retains: [Retain] = [], quality: Double = 0) {
      (self.recoveries, self.retains, self.quality) = (recoveries, retains, quality)
    }

    /// The same losses with the optional retains given up.
    public var withoutOptional: Losses {
      Losses(recoveries: recoveries, retains: retains.filter { !$0.isOptional }, quality: quality)
    }
  }

  /// The thresholds of the decision; shares of 1 but for `newestCount`.
  public struct Thresholds: Sendable, Hashable {
    /// The probability from which a time is safe.
    public var confidence = 0.90
    /// How much better, in probability, a later time must be to be worth waiting for.
    public var tolerance = 0.02
    /// A culture is given up when no time reaches even the reduced dose with this probability.
    public var stopBelow = 0.10
    /// A fall of the probability within the next shift that is an alarm when now is not safe.
    public var fall = 0.10
    /// The predictive p-value of the latest readings below which the model is not believed.
    public var contradiction = 0.01
    /// Hours that the newest viable count may be old at the start of a harvest.
    public var newestCount = 36.0

    /// The defaults.
    public init() {}
  }

  /// When harvests can start.
  public struct Calendar: Sendable, Hashable {
    /// The run's zero.
    public var zero: CivilTime
    /// Hours in which a harvest can be done from its start to its end.
    public var opening: OpeningHours
    /// Hours that a harvest takes.
    public var duration: Double
    /// Hours between starts that are looked at.
    public var step: Double

    /// A calendar from its parts.
    public init(zero: CivilTime, opening: OpeningHours, duration: Double, step: Double = 1) {
      (self.zero, self.opening, self.duration, self.step) = (zero, opening, duration, step)
    }

    /// The clock at an hour of the run.
    public func time(ofHour hour: Double) -> CivilTime? { zero.adding(hours: hour) }
  }

  /// The infusion of a fresh product. Hours count from the end of the harvest.
  public struct Infusion: Sendable, Hashable {
    /// Hours until quality control releases the product.
    public var release: Double
    /// Hours until the product expires.
    public var shelfLife: Double
    /// When patients are infused.
    public var opening: OpeningHours
    /// The one time that is fixed; nil when any open hour will do.
    public var fixed: CivilTime?

    /// An infusion from its parts.
    public init(
      release: Double, shelfLife: Double, opening: OpeningHours = .always, fixed: CivilTime? = nil
    ) {
      (self.release, self.shelfLife) = (release, shelfLife)
      (self.opening, self.fixed) = (opening, fixed)
    }
  }

  /// A day that the plan names as closed.
  public struct ClosedDay: Sendable, Hashable {
    /// The day.
    public let date: CivilDate
    /// True when no patient is infused; false when nobody harvests.
    public let isOfInfusion: Bool
    /// Where it stands.
    public let place: Place

    /// A closed day from its parts.
    public init(_ date: CivilDate, isOfInfusion: Bool, place: Place) {
      (self.date, self.isOfInfusion, self.place) = (date, isOfInfusion, place)
    }
  }

  /// A line that names the plan.
  public var title: String
  /// The dose.
  public var dose: Dose
  /// What is lost after the harvest.
  public var losses: Losses
  /// What must hold at harvest beside the dose, in the order of `Criterion.Kind`.
  public var criteria: [Criterion]
  /// Thresholds of the decision.
  public var thresholds: Thresholds
  /// When harvests can start; nil for every sixth hour.
  public var calendar: Calendar?
  /// The infusion; nil for a product that can wait.
  public var infusion: Infusion?
  /// Days that are named as closed, in the order of the file.
  public var closedDays: [ClosedDay] = []
  /// Where the plan stands, for messages.
  public var place: Place
  /// Where the infusion stands.
  public var infusionPlace: Place
  /// Where the dose stands.
  public var dosePlace: Place
  /// Where the criteria stand.
  public var criteriaPlace: Place
  /// Where the calendar stands.
  public var calendarPlace: Place

  /// A plan from its necessary parts.
  public init(
    title: String, dose: Dose, losses: Losses = Losses(), criteria: [Criterion] = [],
    place: Place = Place(file: "plan")
  ) {
    self.title = title
    self.dose = dose
    self.losses = losses
    self.criteria = criteria
    thresholds = Thresholds()
    self.place = place
    infusionPlace = place
    dosePlace = place
    criteriaPlace = place
    calendarPlace = place
  }

  /// The criterion of a kind; nil when the plan has none.
  public func criterion(_ kind: Criterion.Kind) -> Criterion? {
    criteria.first { $0.kind == kind }
  }
}
