import Harvest
import Quantities
import RunRecords

/// What a harvest has to give, step by step, and when it can start: enough to redo the need by hand.
enum NeedTable {
  static func blocks(_ decision: HarvestDecision, _ words: DecisionWords) -> [Page.Block] {
    let q = decision.question
    let losses = q.plan.losses
    var rows = [["planned dose", dose(q.planned, q.plan)]]
    if q.least < q.planned {
      // Left out of the plan, it is that of the rule.
      if q.least != q.ruledLeast {
        rows.append(["least dose still given (plan)", dose(q.least, q.plan)])
      }
    }
    if let ruled = q.ruledLeast {
      rows.append([
        "least dose of the product's rule" + (q.least == ruled ? ", still given" : ""),
        dose(ruled, q.plan),
      ])
    }
    for retain in losses.retains {
      rows.append([
        "kept back: \(retain.name)",
        Shown.cells(retain.cells) + " viable CAR+ cells"
          + (retain.isOptional ? ", given up before the dose is" : ""),
      ])
    }
    for recovery in losses.recoveries {
      rows.append([
        "comes through: \(recovery.name)",
        NumberText.percent(recovery.mean, decimals: 1)
          + (recovery.sd > 0 ? ", sd \(NumberText.percent(recovery.sd, decimals: 1))" : ""),
      ])
    }
    if losses.quality > 0 {
      rows.append(["taken by quality control", NumberText.percent(losses.quality, decimals: 1)])
    }
    rows.append(["planned dose, at the mean losses", byHand(q.planned, losses)])
    rows.append([
      "planned dose, median", Shown.cells(decision.need.median) + " viable CAR+ cells at harvest",
    ])
    if decision.hasReduced {
      rows.append(["least dose, at the mean losses", byHand(q.least, losses.withoutOptional)])
      rows.append([
        "least dose, median",
        Shown.cells(decision.leastNeed.median) + " viable CAR+ cells at harvest",
      ])
    }
    return [.heading("What the harvest must give")]
      + Shown.table(
        "From the dose to the harvest.", [Table.Column("What"), Table.Column("How much")], rows)
      + hours(decision, words)
  }

  private static func dose(_ millions: Double, _ plan: DecisionPlan) -> String {
    let cells = Shown.cells(millions) + " viable CAR+ cells"
    guard case .product(_, let weight, _, _) = plan.dose else { return cells }
    let each = millions / weight.kilograms.double
    return cells + " (\(Shown.cells(each)) per kg at \(weight))"
  }

  /// `(9E7 + 9E7 + 3E7) / (0.65 x 0.93 x 0.98) = 3.54E8`.
  private static func byHand(_ dose: Double, _ losses: DecisionPlan.Losses) -> String {
    let cells = [dose] + losses.retains.map(\.cells)
    let shares = losses.recoveries.map(\.mean) + (losses.quality > 0 ? [1 - losses.quality] : [])
    let sum = cells.reduce(0, +)
    let product = shares.reduce(1, *)
    let above = cells.map { Shown.cells($0) }.joined(separator: " + ")
    guard !shares.isEmpty else { return "\(above) = \(Shown.cells(sum)) viable CAR+ cells" }
    let below = shares.map { NumberText.significant($0) }.joined(separator: " x ")
    return "(\(above)) / (\(below)) = \(Shown.cells(sum / product)) viable CAR+ cells"
  }

  private static func hours(_ decision: HarvestDecision, _ words: DecisionWords) -> [Page.Block] {
    let plan = decision.question.plan
    guard let calendar = plan.calendar else { return [] }
    var text =
      "A harvest takes \(Shown.number(calendar.duration)) h and starts and ends within "
      + "\(open(calendar.opening))."
    if let infusion = plan.infusion {
      text +=
        " Its product is released \(Shown.number(infusion.release)) h and expires "
        + "\(Shown.number(infusion.shelfLife)) h after the end of the harvest; patients are infused "
        + "\(open(infusion.opening))."
    }
    return [.paragraph(text + barred(decision, words))]
  }

  /// Open hours of the last day that are no start, with the cause.
  static func barred(_ decision: HarvestDecision, _ words: DecisionWords) -> String {
    let q = decision.question
    guard let calendar = q.plan.calendar, let infusion = q.plan.infusion else { return "" }
    let hours = HarvestStart.barred(q.plan, now: q.now, horizon: q.horizon)
    var days: [String] = []
    for hour in hours {
      guard let date = calendar.time(ofHour: hour)?.date else { continue }
      let name = "\(date.weekday.short) \(date)"
      if !days.contains(name) { days.append(name) }
    }
    guard let first = hours.first, let end = calendar.time(ofHour: first + calendar.duration),
      let released = end.adding(hours: infusion.release),
      let expires = end.adding(hours: infusion.shelfLife)
    else { return "" }
    let cause =
      infusion.fixed == nil
      ? "no infusion is open between its release and its expiry"
      : "the fixed infusion does not lie between its release and its expiry"
    return
      " Open hours of \(days.joined(separator: ", ")) are no starts where \(cause): a harvest at "
      + "\(words.clock(first)), the first such, is released \(released) and expires \(expires)."
  }

  /// `Mon, Tue 08:00 to 18:00, but not on 2026-03-10`.
  private static func open(_ hours: OpeningHours) -> String {
    let all = hours.weekdays.count == 7
    let days = hours.weekdays.sorted().map(\.short).joined(separator: ", ")
    return (all ? "every day " : days + " ") + CivilTime.clockText(hours.opens) + " to "
      + CivilTime.clockText(hours.closes)
      + (hours.closed.isEmpty
        ? ""
        : ", but not on \(hours.closed.sorted().map(\.description).joined(separator: ", "))")
  }
}
