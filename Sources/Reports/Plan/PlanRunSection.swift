import Capacity
import Quantities
import Statistics

/// The parts of a page that a simulation fills.
public enum PlanRunSection {
  /// The measures of patients' times, in the order of the page.
  static func times(_ result: SimulationResult) -> [String] {
    var names: [String] = []
    for metric in result.metrics {
      if case .mean(.recorded(let name)) = metric, !name.hasPrefix("promised, "),
        !name.hasPrefix("patient ")
      {
        names.append(name)
      }
    }
    let order = ["vein to vein", "lead", "released after", "product waits"]
    func rank(_ name: String) -> Int {
      if let place = order.firstIndex(of: name) { return place == 0 ? 0 : place + 100 }
      return 1
    }
    return names.enumerated().sorted { (rank($0.1), $0.0) < (rank($1.1), $1.0) }.map(\.1)
  }

  /// Words for a measure.
  static func words(_ name: String) -> String {
    switch name {
    case "lead": "arrival to infusion"
    case "released after": "arrival to release"
    case "product waits": "product waits for its patient"
    default: name
    }
  }

  /// The simulation's answer in a few sentences.
  static func answer(_ result: SimulationResult, _ next: NextUnits?) -> Page.Verdict {
    var sentences: [String] = []
    let name = result.histogram(.recorded("vein to vein")) == nil ? "lead" : "vein to vein"
    if let histogram = result.histogram(.recorded(name)), histogram.count > 0 {
      sentences.append(
        "Half of the patients have \(PlanWords.days(histogram.quantile(0.5))) d from "
          + "\(name == "lead" ? "arrival to infusion" : "vein to vein"), nine of ten at most "
          + "\(PlanWords.days(histogram.quantile(0.9))) d.")
    }
    sentences.append(
      "\(PlanWords.estimate(result[.outcome("infused")], decimals: 0).replacing("\n", with: " ")) "
        + "patients are infused a year."
    )
    let gains = (next?.values ?? []).compactMap { value -> (MarginalValue, Estimate)? in
      value[.mean(.recorded("lead"))].map { (value, $0) }
    }
    if let best = gains.min(by: {
      ($0.1.mean, $0.0.unit.path) < ($1.1.mean, $1.0.unit.path)
    }) {
      let sure = best.1.mean + best.1.halfWidth() < 0
      sentences.append(
        sure
          ? "Of single changes \(best.0.unit.path) from \(best.0.unit.from) to \(best.0.unit.to) would "
            + "gain the most: \(PlanWords.estimate(best.1, signed: true)) d for a patient."
          : "One more instrument, team, room, line or bed, or vector ordered earlier, would gain nothing "
            + "that is sure.")
    }
    return Page.Verdict(.neutral, label: "Simulated", text: sentences.joined(separator: " "))
  }

  /// What patients come to, and how long it takes.
  public static func patients(_ result: SimulationResult) -> Page.Section {
    var blocks: [Page.Block] = []
    let rows = times(result).compactMap { name -> [String]? in
      let measure = Measure.recorded(name)
      guard let histogram = result.histogram(measure), histogram.count > 0 else { return nil }
      return [words(name), PlanWords.estimate(result[.mean(measure)])]
        + Metric.percents.map { PlanWords.days(histogram.quantile(Double($0) / 100)) }
    }
    if let table = try? Table(
      caption: "Times of patients",
      columns: [Table.Column("from, to"), Table.Column("mean", unit: "d")]
        + Metric.percents.map { Table.Column("p\($0)", unit: "d") },
      rows: rows,
      footnotes: [
        "p10 to p95 over all patients of all replications.",
        "Vein to vein begins with the last apheresis of a patient and ends with the infusion.",
      ])
    {
      blocks.append(.table(table))
    }
    blocks += [outcomes(result)].compactMap { $0 }
    let promises = result.metrics.compactMap { metric -> [String]? in
      guard case .within(.recorded(let name)) = metric, name.hasPrefix("promised, ") else {
        return nil
      }
      return [
        String(name.dropFirst(10)),
        PlanWords.estimate(result[metric], decimals: 1, scale: 100),
      ]
    }
    if !promises.isEmpty,
      let table = try? Table(
        caption: "Infused within the time that was promised",
        columns: [Table.Column("product"), Table.Column("patients infused in time", unit: "%")],
        rows: promises)
    {
      blocks.append(.table(table))
    }
    return Page.Section("Patients", blocks)
  }

  /// Patients with a date: when each is infused, and how sure that is.
  public static func named(
    _ result: SimulationResult, _ plan: PlanArithmetic, measured: Double? = nil
  ) -> Page.Section? {
    var rows: [[String]] = []
    for stream in plan.facility.arrivals {
      guard case .patients(let list) = stream.source else { continue }
      for patient in list {
        guard let histogram = result.histogram(.recorded(Facility.measure(of: patient))) else {
          continue
        }
        func day(_ p: Double) -> String {
          let days = histogram.quantile(p)
          guard days.isFinite else { return "-" }
          return CivilDate(dayNumber: patient.day.dayNumber + Int(days.rounded(.down)))?
            .description ?? "-"
        }
        let replications = result.replications
        rows.append(
          [patient.id, stream.product, patient.day.description, day(0.1), day(0.5), day(0.9)]
            + [
              patient.due?.description ?? "-",
              inTime(patient, histogram).map { PlanWords.share($0, of: replications) } ?? "-",
              PlanWords.share(Int(histogram.count), of: replications),
            ])
      }
    }
    let columns =
      ["patient", "product", "comes", "p10", "p50", "p90", "due"].map { Table.Column($0) }
      + ["infused by then", "infused at all"].map { Table.Column($0, .numbers) }
    guard !rows.isEmpty,
      let table = try? Table(
        caption: "Day of infusion of each dated patient", columns: columns, rows: rows,
        footnotes: [
          "Days by which 10, 50 and 90 % of the replications that infuse the patient have done so. "
            + "±: 95 %, from \(result.replications) replications; give more of them (--replications 400) "
            + "for single patients.", outside(plan.facility, measured: measured),
        ])
    else { return nil }
    return Page.Section("Patients with a date", [.table(table)])
  }

  /// Until when dated patients are followed, and how many are due later.
  static func outside(_ facility: Facility, measured: Double?) -> String {
    let days = measured ?? facility.horizon
    guard let last = facility.lastFollowed(measured: days) else { return "" }
    let late = facility.datedPatients.filter { $0.due.map { $0 > last } ?? false }
    return
      "Followed until \(last), \(NumberText.significant(Facility.followUp, 2)) d after the "
      + "\(NumberText.significant(days, 4)) d that are measured. Who is not infused by then, or is booked for "
      + "a later day, counts as not infused. Due after that day: \(late.count) of "
      + "\(NumberText.counted(facility.datedPatients.count, "dated patient"))"
      + (late.isEmpty ? "." : "; their share 'infused by then' is that of the last day followed.")
  }

  /// Replications in which a dated patient is infused by the end of the due day; nil without one.
  static func inTime(_ patient: Facility.Arrivals.Patient, _ histogram: Histogram) -> Int? {
    guard let due = patient.due else { return nil }
    let days = Double(due.dayNumber - patient.day.dayNumber + 1)
    return histogram.count > 0
      ? Int((histogram.share(atMost: days) * Double(histogram.count)).rounded()) : 0
  }

  /// Outcomes and what is counted on the way, a year.
  private static func outcomes(_ result: SimulationResult) -> Page.Block? {
    let rows = result.metrics.compactMap { metric -> [String]? in
      switch metric {
      case .outcome(let name) where name != "late results":
        let share = result[.outcomeShare(name)]
        guard result[metric]?.mean ?? 0 > 0 else { return nil }
        return [
          name, PlanWords.estimate(result[metric], decimals: 1),
          PlanWords.estimate(share, decimals: 1, scale: 100),
        ]
      case .tally(let name):
        guard result[metric]?.mean ?? 0 > 0 else { return nil }
        return [
          name == "rebooked" ? "infusion booked anew" : name,
          PlanWords.estimate(result[metric], decimals: 1), "-",
        ]
      case .expired(let name):
        guard result[metric]?.mean ?? 0 > 0 else { return nil }
        return ["doses of \(name) expired", PlanWords.estimate(result[metric], decimals: 1), "-"]
      case .unfinished:
        return [
          "on their way at the end (a number)", PlanWords.estimate(result[metric], decimals: 1),
          "-",
        ]
      case .oldestUnfinished:
        return [
          "longest on its way at the end (days)", PlanWords.estimate(result[metric], decimals: 1),
          "-",
        ]
      default: return nil
      }
    }
    return
      (try? Table(
        caption: "What patients and batches come to",
        columns: [
          Table.Column("outcome"), Table.Column("a year", .numbers),
          Table.Column("of patients", unit: "%"),
        ], rows: rows)).map { .table($0) }
  }

  /// Use and waits of every pool, and use by hour of the week.
  public static func resources(_ result: SimulationResult, _ plan: PlanArithmetic) -> Page.Section {
    let pools = pools(result)
    let rows =
      pools.map { pool -> [String] in
        let wait = Measure.wait(pool)
        let load = plan.resources.first { ResourceLoad.Kind.pool($0.kind, $0.name) == pool }
        return [
          shortened(pool), load.map { NumberText.grouped($0.count) } ?? "-",
          PlanWords.estimate(result[.utilisation(pool)], decimals: 1, scale: 100),
          PlanWords.estimate(result[.positive(wait)], decimals: 1, scale: 100),
          PlanWords.estimate(result[.mean(wait)]),
          result.histogram(wait).map { PlanWords.days($0.quantile(0.9)) } ?? "-",
          load.map { PlanWords.days($0.wait) } ?? "-",
        ]
      } + stocks(result, plan)
    var blocks: [Page.Block] = []
    if let table = try? Table(
      caption: "Use of resources and waits in their queues",
      columns: [
        Table.Column("resource"), Table.Column("there", .numbers), Table.Column("used", unit: "%"),
        Table.Column("have to wait", unit: "%"), Table.Column("mean wait", unit: "d"),
        Table.Column("p90 of the wait", unit: "d"), Table.Column("by arithmetic", unit: "d"),
      ], rows: rows,
      footnotes: [
        PlanBreakSection.definition,
        "Waits in the queue alone, one value a use; the arithmetic counts the closed hours of a calendar "
          + "too. Of a vector: waits for a dose.",
      ])
    {
      blocks.append(.table(table))
    }
    blocks += [hours(result, plan)].compactMap { $0.map { .figure($0) } }
    return Page.Section("Resources", blocks)
  }

  /// Waits for vector.
  private static func stocks(_ result: SimulationResult, _ plan: PlanArithmetic) -> [[String]] {
    plan.resources.filter { $0.kind == .vectors }.map { load in
      let wait = Measure.stockWait(load.name)
      return [
        "vector \(load.name)", NumberText.grouped(load.count), "-",
        PlanWords.estimate(result[.positive(wait)], decimals: 1, scale: 100),
        PlanWords.estimate(result[.mean(wait)]),
        result.histogram(wait).map { PlanWords.days($0.quantile(0.9)) } ?? "-",
        PlanWords.days(load.wait),
      ]
    }
  }

  static func pools(_ result: SimulationResult) -> [String] {
    result.metrics.compactMap { metric in
      if case .utilisation(let name) = metric { return name }
      return nil
    }
  }

  /// `instruments.prodigy` as `prodigy`, `centres.capital.beds` as `capital beds`.
  static func shortened(_ pool: String) -> String {
    let parts = pool.split(separator: ".")
    return parts.count == 3 ? "\(parts[1]) \(parts[2])" : String(parts.last ?? "")
  }

  /// Units in use by hour of the week, as a share of those there.
  static func hours(_ result: SimulationResult, _ plan: PlanArithmetic) -> Figure? {
    let colours: [Style.Colour] = [.blue, .vermillion, .green, .orange, .purple, .sky]
    let kinds: [ResourceLoad.Kind] = [.instruments, .teams, .laboratories]
    let shown = plan.resources.filter { kinds.contains($0.kind) }.prefix(colours.count)
    var layers: [Layer] = []
    for (load, colour) in zip(shown, colours) {
      guard
        let hours = result.busyByHourOfWeek(ResourceLoad.Kind.pool(load.kind, load.name))
      else { continue }
      layers.append(
        .steps(
          x: hours.indices.map { Double($0) / 24 } + [7],
          y: (hours + [hours.last ?? 0]).map { 100 * $0 / Double(max(1, load.count)) },
          style: Style(colour), label: "\(PlanWords.kind(load.kind)) \(load.name)"))
    }
    guard !layers.isEmpty else { return nil }
    return Figure(
      title: "Use by hour of the week",
      description:
        "Share of instruments, teams and lines in use in each hour of a week, as a mean over the "
        + "simulated time. Those with a calendar count the hours at work, so none in closed hours.",
      x: Axis("Hour of the week, days from 00:00", scale: .week, from: 0, to: 7),
      y: Axis("In use", unit: "%", from: 0, to: 100), layers: layers)
  }
}
