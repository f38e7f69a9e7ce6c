import Capacity
import Quantities

extension PlanRunSection {
  /// What one more unit of each resource changes, the greatest gain first.
  public static func bottlenecks(
    _ next: NextUnits, _ plan: PlanArithmetic, _ result: SimulationResult? = nil
  ) -> Page.Section? {
    let currency = plan.facility.currency
    let infused = result?[.outcome("infused")]?.mean
    let rows = next.ranked.map { value -> [String] in
      let unit = value.unit
      let note = unit.remark.isEmpty ? "" : ", " + unit.remark
      var row = [
        "\(unit.path)\n\(unit.from) to \(unit.to)\(note)",
        PlanWords.estimate(value.lead, signed: true),
        PlanWords.estimate(value[.outcome("infused")], decimals: 1, signed: true),
        next.fullAt[unit.path].map { PlanWords.count($0.rounded(.down)) } ?? "-",
      ]
      if currency != nil {
        let cost = unit.cost(plan.facility)
        row += [
          cost.map { NumberText.fixed($0, decimals: 0) } ?? "-",
          price(cost, gained: value.lead?.times(infused.map { -$0 })),
          price(cost, gained: value[.outcome("infused")]?.times(1)),
        ]
      }
      return row
    }
    var columns = [
      Table.Column("what is added"), Table.Column("arrival to infusion", unit: "d"),
      Table.Column("infused", unit: "1/year"), Table.Column("full at", unit: "1/year"),
    ]
    if let currency {
      columns += [
        Table.Column("its cost", unit: currency + "/year", .numbers),
        Table.Column("a day gained", unit: currency, .numbers),
        Table.Column("a patient gained", unit: currency, .numbers),
      ]
    }
    guard
      let table = try? Table(
        caption: "What one more unit of each resource buys", columns: columns, rows: rows,
        footnotes: notes(next, plan, hasCosts: currency != nil))
    else { return nil }
    return Page.Section(
      "What one more would buy",
      [.paragraph(words(next, plan)), .table(table)])
  }

  /// What a unit gains, in a sentence on days, one on patients and one on growth.
  private static func words(_ next: NextUnits, _ plan: PlanArithmetic) -> String {
    let faster = next.ranked.filter { ($0.lead?.most95 ?? 0) < 0 }
    let more = next.ranked.filter { ($0[.outcome("infused")]?.least95 ?? 0) > 0 }
    func name(_ value: MarginalValue) -> String {
      "\(value.unit.path) \(value.unit.from) to \(value.unit.to)"
    }
    var text =
      faster.first.map {
        "Days: \(name($0)) gains the most, \(PlanWords.estimate($0.lead, signed: true)) d for a patient; "
          + "\(faster.count) of \(next.values.count) units gain days for sure. "
      } ?? "Days: no unit that was tried gains any for sure. "
    text +=
      more.isEmpty
      ? "Patients: no unit gives more patients infused a year for sure; in a plan that works all who come "
        + "are treated in the end, and waits only cost them days. "
      : "Patients: "
        + more.map {
          "\(name($0)) \(PlanWords.estimate($0[.outcome("infused")], decimals: 1, signed: true)) a year"
        }.joined(separator: "; ") + ". "
    if let now = plan.limits().first?.patients.rounded(.down),
      let best = next.fullAt.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
    {
      text +=
        best.value.rounded(.down) > now
        ? "Growth: the plan is full at \(PlanWords.count(now)) patients a year, with one unit more of "
          + "\(best.key) at \(PlanWords.count(best.value.rounded(.down)))."
        : "Growth: the plan is full at \(PlanWords.count(now)) patients a year, and no single unit moves "
          + "that."
    }
    return text
  }

  private static func notes(
    _ next: NextUnits, _ plan: PlanArithmetic, hasCosts: Bool
  ) -> [String] {
    var notes = [
      "Differences of \(next.replications) paired replications: the same patients, durations and "
        + "failures, only what is named changed. Negative days are gained; 'no change' is none in any of "
        + "them. 'thymus plan compare' gives the same figures for PATH=VALUE with as many replications.",
      "Full at: patients a year of the same mix with which the first resource is full, by arithmetic, with "
        + "the unit.",
    ]
    if hasCosts {
      notes.append(
        "A day gained: the unit's cost over all the days that the patients infused in a year gain. A patient "
          + "gained: its cost over the patients infused more. In small print the ends of their intervals; "
          + "'none sure' where the interval reaches 0. '-': the file gives no cost of it. Earlier orders of "
          + "vector use no more of it, they tie it up for longer.")
    }
    if !next.untried.isEmpty {
      notes.append(
        "Not tried, because hardly any patient waits for it: "
          + next.untried.map(\.path).joined(separator: ", ") + ".")
    }
    return notes
  }

  /// Money for one of what is gained, with the ends of its interval.
  static func price(_ cost: Double?, gained: (low: Double, mean: Double, high: Double)?) -> String {
    guard let cost else { return "-" }
    guard let gained, gained.low > 0 else { return "none sure" }
    func money(_ value: Double) -> String { NumberText.significant(value, 3) }
    return
      "\(money(cost / gained.mean))\n\(money(cost / gained.high)) to \(money(cost / gained.low))"
  }
}

extension NextUnit {
  /// Money a year for the unit; nil where the file gives none.
  func cost(_ facility: Facility) -> Double? {
    guard facility.currency != nil else { return nil }
    let cost: Double? =
      if let one = facility.instruments.first(where: {
        ResourceLoad.Kind.pool(.instruments, $0.name) == pool
      }) {
        one.cost
      } else if path.hasSuffix(".weekend") {
        nil
      } else if let one = facility.teams.first(where: {
        ResourceLoad.Kind.pool(.teams, $0.name) == pool
      }) {
        one.cost
      } else if let one = facility.suites.first(where: {
        ResourceLoad.Kind.pool(.suites, $0.name) == pool
      }) {
        one.cost
      } else {
        facility.laboratories.first { ResourceLoad.Kind.pool(.laboratories, $0.name) == pool }?.cost
      }
    return cost.flatMap { $0 > 0 ? $0 : nil }
  }
}

extension MarginalValue {
  /// The change of the mean time from arrival to infusion [d].
  var lead: Estimate? { self[.mean(.recorded("lead"))] }
}

extension Estimate {
  /// The ends of the 95 % interval; NaN below two replications.
  var least95: Double { mean - halfWidth() }
  var most95: Double { mean + halfWidth() }

  /// Mean and ends of the interval, multiplied; the ends in their order. Nil without a factor.
  func times(_ factor: Double?) -> (low: Double, mean: Double, high: Double)? {
    guard let factor, count > 1 else { return nil }
    let ends = [least95 * factor, most95 * factor].sorted()
    return (ends[0], mean * factor, ends[1])
  }
}
