import Quantities

/// A plan with its dates, instruments and bookings: one line a patient.
public struct SlotCalendar: Sendable {
  /// One patient's slot.
  public struct Slot: Sendable, Hashable {
    /// The patient's name.
    public let patient: String
    /// Place in the problem.
    public let index: Int
    /// Start day.
    public let start: Int
    /// Whether the start was committed.
    public let committed: Bool
    /// Instrument, from 1.
    public let instrument: Int
    /// P(the instrument is free on the start day).
    public let free: Double
    /// Harvest days by which 10, 50 and 90 % of such batches are harvested.
    public let harvest: (p10: Int, p50: Int, p90: Int)
    /// The booked infusion.
    public let booking: InfusionBooking
    /// P(the booking is given up while the batch is still growing).
    public let givenUp: Double
    /// P(it can be infused on the due day or earlier), of a culture that does not fail.
    public let byDue: Double
    /// P(the culture fails, so that there is no harvest).
    public let fails: Double
    /// Due day.
    public let due: Int
    /// Mean days late.
    public let late: Double

    /// Equal when every field is.
    public static func == (a: Slot, b: Slot) -> Bool {
      a.index == b.index && a.start == b.start && a.instrument == b.instrument
        && a.booking == b.booking && a.harvest == b.harvest
    }

    /// The place and the start.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(index)
      hasher.combine(start)
    }
  }

  /// How infusions are booked.
  public struct Rule: Sendable, Hashable {
    /// Quantile of the day on which the product is ready.
    public var level: Double
    /// A booking is given up when P(in time) falls below this.
    public var keep: Double
    /// Days that the product keeps; nil when it is frozen.
    public var shelfLife: Int?

    /// A rule; by default 9 of 10 products are in time and a booking is kept while it is likelier
    /// than not.
    public init(level: Double = 0.9, keep: Double = 0.5, shelfLife: Int? = nil) {
      self.level = level
      self.keep = keep
      self.shelfLife = shelfLife
    }
  }

  /// Slots in the order of start, then of the problem.
  public let slots: [Slot]
  /// The date of day 0; nil when only day numbers are known.
  public let dayZero: CivilDate?

  /// The slots of a plan.
  public init(
    _ plan: SlotPlan, of problem: SlotProblem, rule: Rule = .init(), dayZero: CivilDate? = nil
  ) {
    let instruments = SlotInstruments(plan, of: problem)
    self.dayZero = dayZero
    var slots: [Slot] = []
    for (index, patient) in problem.patients.enumerated() {
      guard let start = plan.starts[index], let instrument = instruments.instrument[index] else {
        continue
      }
      let law = problem.law(patient.law, start: start)
      let days = problem.infusion(patient, start: start)
      let booking = InfusionBooking(days, level: rule.level, shelfLife: rule.shelfLife)
      slots.append(
        Slot(
          patient: patient.name, index: index, start: start, committed: patient.committed != nil,
          instrument: instrument + 1, free: instruments.free[index],
          harvest: (
            start + law.quantile(0.1), start + law.quantile(0.5), start + law.quantile(0.9)
          ),
          booking: booking,
          givenUp: booking.givenUp(days, hold: law.hold, keep: rule.keep),
          byDue: days.byDay(patient.due), fails: law.failure, due: patient.due,
          late: days.late(after: patient.due)))
    }
    self.slots = slots.sorted { ($0.start, $0.index) < ($1.start, $1.index) }
  }

  /// A day as its date, or as `day 12` when no date is known.
  public func words(_ day: Int) -> String {
    date(day).map(\.description) ?? "day \(day)"
  }

  /// The date of a day; nil when unknown or outside the calendar.
  public func date(_ day: Int) -> CivilDate? {
    dayZero.flatMap { CivilDate(dayNumber: $0.dayNumber + day) }
  }
}
