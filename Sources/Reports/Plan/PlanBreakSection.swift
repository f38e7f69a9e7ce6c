import Capacity
import Quantities

/// What breaks first: every resource by how near its limit it is, the wait that it causes, and what more
/// patients would do.
public enum PlanBreakSection {
  /// The growth that is looked at.
  static let growth = 1.1

  /// The section; nil for a plan that cannot work, whose verdict says what is broken.
  ///
  /// What ± means is told below its table, unless an earlier table of the page has told it.
  public static func section(
    _ plan: PlanArithmetic, _ result: SimulationResult?, isFirst: Bool = true
  ) -> Page.Section? {
    guard plan.isStable else { return nil }
    let limits = plan.limits()
    guard let first = limits.first else { return nil }
    let grown = plan.grown(by: growth)
    var columns = [
      Table.Column("resource"), Table.Column("of its limit", .numbers),
      Table.Column(result == nil ? "used" : "used, simulated", unit: "%"),
    ]
    if result != nil { columns.append(Table.Column("patients who wait", unit: "%")) }
    columns += [
      Table.Column("mean wait", unit: "d"), Table.Column("at +10\u{A0}%", .numbers),
      Table.Column("full at", unit: "1/year"),
    ]
    let rows = limits.map { limit -> [String] in
      let load = limit.load
      var row = ["\(PlanWords.kind(load.kind)) \(load.name)", PlanWords.share(load.ofLimit)]
      if let result {
        let wait = Wait(load, result)
        row += [wait.used, wait.share, wait.mean]
      } else {
        row += [used(load), PlanWords.days(load.wait)]
      }
      let more = grown.load(load.kind, load.name)
      return row + [
        more.map { PlanWords.share($0.ofLimit) } ?? "-",
        PlanWords.count(limit.patients.rounded(.down)),
      ]
    }
    // What runs out on the first days comes before what more patients would break.
    var blocks: [Page.Block] = [PlanWords.opening(plan)].compactMap { $0.map { .verdict($0) } }
    blocks.append(.verdict(words(first, limits, grown, plan, result)))
    if let table = try? Table(
      caption: "Every resource, the first to break first", columns: columns, rows: rows,
      footnotes: [
        definition,
        "At +10 %: of its limit when a tenth more patients come. Full at: patients a year of the same mix with which the resource is asked for all that it can "
          + "serve, by arithmetic; queues grow without end from there on. Of a vector's lots less "
          + "expires the more patients come, so that it is full later than its share of the limit says.",
        result == nil
          ? "Waits by arithmetic, the closed hours of calendars with them."
          : "Waits in the queue of the resource, all passes of a patient together; of a vector, for one "
            + "dose.",
      ] + (isFirst ? [result.map { PlanWords.plusMinus($0.replications) }].compactMap { $0 } : []))
    {
      blocks.append(.table(table))
    }
    return Page.Section("What breaks first", blocks)
  }

  /// What "used" and "of its limit" mean, wherever they stand.
  static let definition =
    "Used: of teams, lines and machines with a calendar the hours at work in their open hours; of all "
    + "else the time for which it is held, of all hours. Of its limit: what comes, over the most that "
    + "can be served; work that does not fit into a shift leaves hours that nothing can use, so a team "
    + "is at its limit below 100 % used."

  static func used(_ load: ResourceLoad) -> String {
    load.used.map { NumberText.fixed(100 * $0, decimals: 1) } ?? "-"
  }

  /// The answer in words.
  private static func words(
    _ first: PlanArithmetic.Limit, _ limits: [PlanArithmetic.Limit], _ grown: PlanArithmetic,
    _ plan: PlanArithmetic, _ result: SimulationResult?
  ) -> Page.Verdict {
    let resource = PlanWords.resource(first.load)
    var text =
      "\(resource.prefix(1).uppercased())\(resource.dropFirst()) at "
      + "\(PlanWords.share(first.load.ofLimit)) of the limit now, with "
      + "\(PlanWords.count(plan.patients)) patients a year."
    let broken = grown.overloaded.map { "\(PlanWords.kind($0.kind)) '\($0.name)'" }
    text +=
      broken.isEmpty
      ? " With 10 % more patients nothing overflows, but queues grow\(queues(plan, grown))."
      : " With 10 % more patients there is too little of: \(broken.joined(separator: ", "))."
    if let next = limits.dropFirst().first {
      text +=
        " Next comes \(PlanWords.resource(next.load)), at "
        + "\(PlanWords.count(next.patients.rounded(.down)))."
    }
    let waits = limits.compactMap { limit in
      result.flatMap { Wait(limit.load, $0).estimate }.map { (limit.load, $0) }
    }
    if let longest = waits.max(by: { $0.1.mean < $1.1.mean }), longest.1.mean > 0.01 {
      text +=
        " Patients wait the longest for \(PlanWords.kind(longest.0.kind)) '\(longest.0.name)' today: "
        + "\(PlanWords.estimate(longest.1)) d at a mean."
    }
    return Page.Verdict(
      .neutral,
      label:
        "\(PlanWords.kind(first.load.kind).capitalizedFirst) '\(first.load.name)' breaks first: at "
        + "\(PlanWords.count(first.patients.rounded(.down))) patients a year",
      text: text)
  }

  /// What a tenth more patients does to waits and stocks, by arithmetic; empty where it is little.
  private static func queues(_ plan: PlanArithmetic, _ grown: PlanArithmetic) -> String {
    let longer = plan.resources.compactMap { load in
      grown.load(load.kind, load.name).map { (load: load, now: load.wait, then: $0.wait) }
    }.max { $0.then - $0.now < $1.then - $1.now }
    var parts: [String] = []
    if let longer, longer.then - longer.now >= 0.05 {
      parts.append(
        "the mean wait for \(PlanWords.kind(longer.load.kind)) '\(longer.load.name)' from "
          + "\(PlanWords.days(longer.now)) to \(PlanWords.days(longer.then)) d")
    }
    for stock in grown.unsafeStocks {
      let now = plan.cycle(ofVector: stock.vector.name)?.runsOut ?? 0
      parts.append(
        "the vector '\(stock.vector.name)' runs out in \(PlanWords.share(stock.cycle.runsOut)) of its cycles "
          + "instead of \(PlanWords.share(now))")
    }
    return parts.isEmpty
      ? ""
      : ": " + parts.joined(separator: "; ") + ". Seasons and repairs lengthen that further: "
        + "try it with --set"
  }

  /// What a simulation says of the wait for one resource.
  struct Wait {
    let used: String
    let share: String
    let mean: String
    let estimate: Estimate?

    init(_ load: ResourceLoad, _ result: SimulationResult) {
      let pool = ResourceLoad.Kind.pool(load.kind, load.name)
      let measure: Measure =
        load.kind == .vectors ? .stockWait(load.name) : .patientWait(pool)
      used =
        load.kind == .vectors
        ? "-" : PlanWords.estimate(result[.utilisation(pool)], decimals: 1, scale: 100)
      share = PlanWords.estimate(result[.positive(measure)], decimals: 1, scale: 100)
      estimate = result[.mean(measure)]
      mean = PlanWords.estimate(estimate)
    }
  }
}

extension String {
  /// With its first letter as a capital.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
  /// With its first letter small.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
