import Capacity
import Quantities

extension PlanRunSection {
  /// What one more unit of each resource changes, the greatest gain first.
  public static func bottlenecks(_ next: NextUnits, _ plan: PlanArithmetic) -> Page.Section? {
    func lead(_ value: MarginalValue) -> Estimate? { value[.mean(.recorded("lead"))] }
    let ranked = next.values.filter { lead($0) != nil }.sorted {
      (lead($0)?.mean ?? 0, $0.unit.path) < (lead($1)?.mean ?? 0, $1.unit.path)
    }
    let rows = ranked.map { value in
      let unit = value.unit
      return [
        unit.path + (unit.remark.isEmpty ? "" : "\n" + unit.remark), "\(unit.from) to \(unit.to)",
        PlanWords.estimate(lead(value), signed: true),
        PlanWords.estimate(value[.outcome("infused")], decimals: 1, signed: true),
        cost(of: unit, plan.facility),
      ]
    }
    var notes = [
      "Differences of \(next.replications) paired replications with 95 % intervals: the same patients, "
        + "durations and failures, only what is named changed. Negative days are gained; 'no change' is none in any of them. 'thymus plan "
        + "compare' gives the same figures for PATH=VALUE with as many replications."
    ]
    if !next.untried.isEmpty {
      notes.append(
        "Not tried, because hardly any patient waits for it: "
          + next.untried.map(\.path).joined(separator: ", ") + ".")
    }
    return
      (try? Table(
        caption: "What one more unit of each resource buys",
        columns: [
          Table.Column("what is added"), Table.Column("from, to"),
          Table.Column("arrival to infusion", unit: "d"),
          Table.Column("infused", unit: "1/year"),
          Table.Column(
            "its cost", unit: plan.facility.currency.map { $0 + "/year" }, .numbers),
        ], rows: rows, footnotes: notes)).map {
        Page.Section("What one more would buy", [.table($0)])
      }
  }

  private static func cost(of unit: NextUnit, _ facility: Facility) -> String {
    let parts = unit.path.split(separator: ".").map(String.init)
    guard facility.currency != nil, parts.count == 3 else { return "-" }
    let cost: Double? =
      switch (parts[0], parts[2]) {
      case ("instruments", _): facility.instruments.first { $0.name == parts[1] }?.cost
      case ("teams", "count"): facility.teams.first { $0.name == parts[1] }?.cost
      case ("suites", _): facility.suites.first { $0.name == parts[1] }?.cost
      case ("laboratories", _): facility.laboratories.first { $0.name == parts[1] }?.cost
      default: nil
      }
    return cost.map { $0 > 0 ? NumberText.fixed($0, decimals: 0) : "-" } ?? "-"
  }
}
