import Capacity
import Quantities

/// The parts of a page that arithmetic fills: loads, lead time, flow, costs, what is assumed.
public enum PlanLoadSection {
  /// The verdict, and what a mean year does not show: stocks that run out, a crowd on one day.
  public static func verdicts(_ plan: PlanArithmetic) -> [Page.Block] {
    var verdict = PlanWords.verdict(plan)
    guard plan.isStable else {
      let more = plan.overloaded.count > 1 ? plan.overloaded.map(PlanWords.overload) : []
      return [.verdict(verdict)] + (more.isEmpty ? [] : [.bullets(more)])
    }
    let peak = plan.peak().flatMap(PlanWords.peak)
    if peak != nil {
      verdict.kind = .caution
      verdict.label += " at a mean, not in the worst weeks"
    }
    let late = plan.facility.patients(after: plan.facility.horizon).count
    let outside: [Page.Block] =
      late == 0
      ? []
      : [
        .paragraph(
          "\(late) of \(NumberText.counted(plan.facility.datedPatients.count, "dated patient")) come after "
            + "the \(NumberText.significant(plan.facility.horizon, 4)) d of the plan. The arithmetic counts "
            + "them in its mean as if they came within it; 'thymus plan simulate' refuses them.")
      ]
    return [.verdict(verdict)] + outside
      + [PlanWords.opening(plan), peak].compactMap {
        $0.map { .verdict($0) }
      }
      + plan.unsafeStocks.map { .verdict(PlanWords.stock($0)) }
  }

  /// Load of every resource; with a target also the least counts for it.
  public static func load(_ plan: PlanArithmetic, target: Double? = nil) -> Page.Section? {
    var columns = [
      Table.Column("resource"), Table.Column("there", .numbers),
      Table.Column("come", unit: "1/year"), Table.Column("can be served", unit: "1/year"),
      Table.Column("hold", unit: "d"), Table.Column("of its limit", .numbers),
      Table.Column("used", unit: "%"),
      Table.Column("mean wait", unit: "d"), Table.Column("of it calendar", unit: "d"),
      Table.Column("least that works", .numbers),
    ]
    if let target {
      columns.append(Table.Column("least for \(PlanWords.days(target)) d", .numbers))
    }
    let rows = plan.resources.map { load -> [String] in
      var row = [
        "\(PlanWords.kind(load.kind)) \(load.name)", NumberText.grouped(load.count),
        PlanWords.count(load.demand), PlanWords.count(load.capacity),
        load.hold > 0 ? PlanWords.days(load.hold) : "-", PlanWords.share(load.ofLimit),
        PlanBreakSection.used(load), PlanWords.days(load.wait),
        load.calendarWait > 0 ? PlanWords.days(load.calendarWait) : "-",
        PlanWords.least(load.leastStable),
      ]
      if let target { row.append(PlanWords.least(plan.least(load, wait: target))) }
      return row
    }
    let notes = [
      PlanBreakSection.definition,
      "Arithmetic, before anything is simulated: each resource by itself, with the waits for people "
        + "and their shifts in the hold of an instrument. True waits are longer: 10 to 20 % in a plain "
        + "plant, more with seasons, absences and repairs.",
      "A room is used for the work in it, for line clearance, and while a batch waits in it for its team; "
        + "that wait is worked out as if batches came at any hour. They follow on journeys, shifts and "
        + "clean-downs, so the simulated use is up to about two points lower or higher. An instrument that "
        + "is kept for fresh cells is up to about three points less used than told here.",
      "A wait that the calendar makes is not shortened by more people.",
      "A vector is there as the lots that are on order at most; its wait is that of a dose, from Poisson "
        + "demand until a lot comes.",
    ]
    return
      (try? Table(
        caption: "By arithmetic", columns: columns, rows: rows, footnotes: notes)).map {
        Page.Section("Load of every resource", [.table($0)])
      }
  }

  /// Mean times from arrival to infusion; nothing while a queue grows.
  public static func lead(
    _ plan: PlanArithmetic, _ result: SimulationResult? = nil
  ) -> Page.Section? {
    guard plan.isStable else { return nil }
    var blocks = plan.facility.products.compactMap { product -> Page.Block? in
      let parts = plan.lead(of: product)
      guard !parts.isEmpty else { return nil }
      let total = parts.reduce(0) { $0 + $1.days }
      let rows =
        parts.map { [$0.name, PlanWords.days($0.days)] } + [["together", PlanWords.days(total)]]
      return
        (try? Table(
          caption: "Mean time of a patient of \(product.name), by arithmetic",
          columns: [Table.Column("part"), Table.Column("mean", unit: "d")], rows: rows,
          footnotes: ["Batches made again are in it as often as they are made."])).map {
          .table($0)
        }
    }
    if let result, let words = difference(plan, result) { blocks.append(.paragraph(words)) }
    return blocks.isEmpty ? nil : Page.Section("Where the time goes", blocks)
  }

  /// Why the simulated time is not that of the arithmetic, in one line.
  static func difference(_ plan: PlanArithmetic, _ result: SimulationResult) -> String? {
    guard let lead = result[.mean(.recorded("lead"))], lead.count > 0 else { return nil }
    let whole = lead.mean - plan.meanLead
    var instruments = 0.0
    var vectors = 0.0
    let starts = plan.flows.reduce(0) { $0 + $1.starts }
    let started = plan.flows.reduce(0) { $0 + $1.started }
    for load in plan.resources where starts > 0 && started > 0 {
      let share = load.demand / Facility.daysPerYear / started
      if load.kind == .instruments {
        let name = ResourceLoad.Kind.pool(load.kind, load.name)
        instruments += share * ((result[.mean(.wait(name))]?.mean ?? 0) - load.wait)
      } else if load.kind == .vectors {
        vectors += share * ((result[.mean(.stockWait(load.name))]?.mean ?? 0) - load.wait)
      }
    }
    func signed(_ value: Double) -> String {
      let text = NumberText.fixed(value, decimals: 2)
      return value > 0 && text != "0" ? "+" + text : text
    }
    return
      "Simulated, the mean from arrival to infusion is \(PlanWords.estimate(lead)) d, by arithmetic "
      + "\(PlanWords.days(plan.meanLead)) d. Of the difference of \(signed(whole)) d, "
      + "\(signed(instruments)) d are waits for instruments (batches come in bunches, by seasons, "
      + "repairs and shifts), \(signed(vectors)) d waits for vector, and "
      + "\(signed(whole - instruments - vectors)) d the rest: in the plant one calendar follows on the "
      + "other, the arithmetic takes each by itself, and only those who are infused are counted there."
  }

  /// Patients and batches a year.
  public static func flow(_ plan: PlanArithmetic) -> Page.Section? {
    let year = Facility.daysPerYear
    let rows = plan.flows.map { flow in
      [flow.arrivals.name]
        + [
          flow.patients, flow.started, flow.starts, flow.infused, flow.infusedOut, flow.lost,
        ].map { PlanWords.count($0 * year) }
    }
    let columns =
      [Table.Column("stream")]
      + [
        "patients", "treatment begun", "batches started", "infused", "of them out of specification",
        "no product",
      ].map { Table.Column($0, unit: "1/year") }
    return
      (try? Table(
        caption: "What becomes of the patients of a mean year", columns: columns, rows: rows)).map {
        Page.Section("Patients and batches", [.table($0)])
      }
  }

  /// Costs of a year and of a patient; nil without a currency.
  public static func costs(_ plan: PlanArithmetic) -> Page.Section? {
    guard let currency = plan.facility.currency else { return nil }
    let costs = CostOfGoods(plan)
    guard costs.total > 0 else { return nil }
    func money(_ value: Double) -> String { NumberText.fixed(value, decimals: 0) }
    let rows =
      costs.lines.map { line in
        [
          line.name, line.isFixed ? "fixed" : "by volume", money(line.amount),
          money(line.amount / costs.started), money(line.amount / costs.infused),
          PlanWords.share(line.amount / costs.total),
        ]
      } + [
        [
          "together", "", money(costs.total), money(costs.perStarted), money(costs.perInfused),
          "100 %",
        ]
      ]
    let table = try? Table(
      caption: "Costs at a mean year",
      columns: [
        Table.Column("what"), Table.Column("kind"), Table.Column("a year", unit: currency),
        Table.Column("a patient begun", unit: currency),
        Table.Column("a patient infused", unit: currency), Table.Column("share", .numbers),
      ], rows: rows)
    return table.map { Page.Section("Costs", [.table($0)]) }
  }

  /// Every number that the file marks as assumed, and the sources of the others.
  public static func assumptions(_ facility: Facility) -> Page.Section {
    func table(_ caption: String, _ heading: String, _ remarks: [Facility.Remark]) -> Page.Block? {
      guard !remarks.isEmpty else { return nil }
      return
        (try? Table(
          caption: caption,
          columns: [
            Table.Column("where"), Table.Column("value"), Table.Column(heading),
            Table.Column("line", .numbers),
          ], rows: remarks.map { [$0.path, $0.value, $0.note, "\($0.place.line)"] })).map {
          .table($0)
        }
    }
    let blocks = [
      table(
        "\(NumberText.counted(facility.assumptions.count, "number")) assumed", "why",
        facility.assumptions),
      table("Numbers with a source", "source", facility.sources),
    ].compactMap { $0 }
    return Page.Section(
      "What is assumed",
      blocks.isEmpty ? [.paragraph("No number of the file is marked as assumed.")] : blocks)
  }
}
