import Capacity
import Quantities

/// A slot plan with everything that is told about it.
public struct SlotReport: Sendable {
  /// What was asked.
  public let problem: SlotProblem
  /// The plan.
  public let plan: SlotPlan
  /// First come, first served, to compare with.
  public let greedy: SlotPlan
  /// A number below which no plan can cost; nil where there is none.
  public let bound: SlotBound?
  /// The plan looked at again from the definitions.
  public let audit: SlotAudit
  /// Dates, instruments and bookings.
  public let calendar: SlotCalendar
  /// How infusions are booked.
  public let rule: SlotCalendar.Rule
  /// What weekly planning with less knowledge would have come to; nil when not asked for.
  public let rolling: SlotRolling?
  /// What was taken from a facility or from forecasts, in sentences.
  public let basis: [String]
  /// What does not fit the facility and should be read first; nil where nothing is.
  public let warning: String?
  /// The days of the facility's plan; nil for a model, which has no end.
  public let period: Range<Int>?
  /// What it rests on.
  public let provenance: Provenance

  /// A report from its parts; what follows from them is computed here.
  public init(
    problem: SlotProblem, plan: SlotPlan, rule: SlotCalendar.Rule, dayZero: CivilDate?,
    rolling: SlotRolling?, basis: [String] = [], warning: String? = nil,
    period: Range<Int>? = nil, provenance: Provenance
  ) {
    self.problem = problem
    self.plan = plan
    self.rule = rule
    self.rolling = rolling
    self.basis = basis
    self.warning = warning
    self.period = period
    self.provenance = provenance
    greedy = SlotPlan.greedy(problem)
    bound = plan.unplaced.isEmpty ? SlotBound(problem, towards: plan) : nil
    audit = SlotAudit(plan, of: problem)
    calendar = SlotCalendar(plan, of: problem, rule: rule, dayZero: dayZero)
  }

  /// Whether every patient has a start and nothing is asked that is not there.
  public var holds: Bool { plan.unplaced.isEmpty && audit.breaches.isEmpty }

  /// Slots that start, or whose infusion is booked, outside of the facility's plan.
  var outside: [SlotCalendar.Slot] {
    guard let period else { return [] }
    return calendar.slots.filter { !period.contains($0.start) || !period.contains($0.booking.day) }
  }

  /// How many slots lie outside of the facility's plan, and what that means; nil where none does.
  var outsideWords: String? {
    guard let period, let first = outside.first, let end = period.last else { return nil }
    return
      "\(outside.count) of \(NumberText.counted(calendar.slots.count, "slot")) start or are infused outside "
      + "of the plan of the facility (\(calendar.words(period.lowerBound)) to \(calendar.words(end))), "
      + "\(first.patient) among them. They keep their slot, planned with the instruments and the week of "
      + "the file; closed days of that time are not in the file and not counted."
  }

  /// The rule for the instruments, in words.
  var ruleWords: String {
    switch problem.rule {
    case .meanLoad: "the mean number in use is at most \(problem.devices) on every day"
    case .chance(let alpha):
      "P(more than \(problem.devices) in use) is at most \(NumberText.percent(alpha, decimals: 1)) on "
        + "every day"
    }
  }
}
