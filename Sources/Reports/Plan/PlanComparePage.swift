import Capacity
import Quantities

/// Scenarios side by side, as differences from the plan with paired intervals.
public struct PlanComparePage: Sendable {
  /// A named change of the plan.
  public struct Scenario: Sendable {
    /// Its name.
    public var name: String
    /// What is changed, as written.
    public var settings: [String]
    /// Whether it can be at all.
    public var standing: Standing

    /// A scenario from its parts.
    public init(name: String, settings: [String], standing: Standing) {
      self.name = name
      self.settings = settings
      self.standing = standing
    }

    /// Its arithmetic; nil for one that cannot be.
    public var plan: PlanArithmetic? {
      if case .read(let plan) = standing { return plan }
      return nil
    }
    /// True where every queue is stable.
    public var isStable: Bool { plan?.isStable ?? false }

    /// Why it cannot work, in a few words; nil where it can.
    var obstacle: String? {
      switch standing {
      case .impossible(let cause): return "cannot be: \(cause)"
      case .read(let plan):
        return plan.overloaded.first.map {
          "cannot work: \(PlanWords.kind($0.kind)) \($0.name)"
        }
      }
    }
  }

  /// Whether a scenario can be at all.
  public enum Standing: Sendable {
    /// It is a plan; whether it can work is for its arithmetic to say.
    case read(PlanArithmetic)
    /// It contradicts itself, as words tell: instruments without a place.
    case impossible(String)
  }

  /// The plan as it is, first, and the scenarios.
  public let scenarios: [Scenario]
  /// The simulations of those that can work, in their order; nil when none can. The first of them is
  /// the base of all differences: the plan itself where it can work.
  public var comparison: Capacity.Comparison?
  /// What it rests on.
  public let provenance: Provenance

  /// A page from its parts.
  public init(
    scenarios: [Scenario], comparison: Capacity.Comparison?, provenance: Provenance
  ) {
    self.scenarios = scenarios
    self.comparison = comparison
    self.provenance = provenance
  }

  /// Scenarios that can work, in the order of the comparison.
  public var working: [Scenario] { scenarios.filter(\.isStable) }

  /// What is compared, with its words, decimals and scale.
  var metrics: [(metric: Metric, words: String, decimals: Int, scale: Double)] {
    var found: [(Metric, String, Int, Double)] = []
    guard let first = comparison?.results.first else { return [] }
    for metric in first.metrics {
      switch metric {
      case .mean(.recorded(let name)) where !name.contains(", ") && !name.hasPrefix("patient "):
        found.append((metric, "mean, \(PlanRunSection.words(name)) [d]", 2, 1))
      case .quantile(.recorded("lead"), percent: 90):
        found.append((metric, "p90, arrival to infusion [d]", 2, 1))
      case .mean(.wait(let pool)):
        found.append((metric, "mean wait for \(PlanRunSection.shortened(pool)) [d]", 3, 1))
      case .mean(.stockWait(let name)):
        found.append((metric, "mean wait for vector \(name) [d]", 3, 1))
      case .utilisation(let pool):
        found.append((metric, "used, \(PlanRunSection.shortened(pool)) [%]", 1, 100))
      case .outcome(let name) where name != "late results":
        found.append((metric, "\(name) [1/year]", 1, 1))
      case .positive(.stockWait(let name)):
        found.append((metric, "starts that wait for vector \(name) [%]", 1, 100))
      case .unfinished: found.append((metric, "on their way at the end (a number)", 1, 1))
      case .oldestUnfinished: found.append((metric, "longest on its way at the end [d]", 1, 1))
      case .tally("starts"): found.append((metric, "batches started [1/year]", 1, 1))
      default: break
      }
    }
    return found
  }

  /// The page.
  public var page: Page {
    var blocks: [Page.Block] = ranked.map {
      .verdict($0.verdict(beside: scenarios.first))
    }
    let changes = scenarios.dropFirst().map {
      Page.Definition($0.name, $0.settings.joined(separator: "; "))
    }
    if !changes.isEmpty { blocks.append(.definitions(changes)) }
    var sections = [Page.Section("Can the scenarios work?", blocks)]
    sections += [breaks].compactMap { $0 }
    if let comparison {
      sections.append(Page.Section("Side by side", tables(comparison).map { .table($0) }))
    }
    sections += [costs].compactMap { $0 }
    if let facility = scenarios.first?.plan?.facility {
      sections.append(PlanLoadSection.assumptions(facility))
    }
    sections.append(provenance.section)
    return Page(
      title: "Scenarios of a capacity plan", subtitle: scenarios.first?.plan?.facility.title ?? "",
      sections: sections, footer: LimitsOfUse.lines)
  }

  /// Scenarios beside the base in one table; more would not fit on a page.
  static let mostColumns = 3

  /// The differences, so many scenarios a table that it fits on a page.
  private func tables(_ comparison: Capacity.Comparison) -> [Table] {
    /// The place of each scenario among those that were simulated.
    var places: [Int?] = []
    for scenario in scenarios {
      places.append(scenario.isStable ? places.compactMap { $0 }.count : nil)
    }
    let base = places.firstIndex(of: 0) ?? 0
    let others = scenarios.indices.filter { $0 != base }
    var tables: [Table] = []
    for first in stride(from: 0, to: max(1, others.count), by: Self.mostColumns) {
      let shown = [base] + others.dropFirst(first).prefix(Self.mostColumns)
      tables += [table(comparison, shown, places, isFirst: first == 0)].compactMap { $0 }
    }
    return tables
  }

  private func table(
    _ comparison: Capacity.Comparison, _ shown: [Int], _ places: [Int?], isFirst: Bool
  ) -> Table? {
    let verdicts =
      ["can it work"]
      + shown.map { index in
        scenarios[index].obstacle.map { Self.smallPrint($0) }
          ?? (scenarios[index].works + (places[index] == 0 ? ", the base" : ""))
      }
    let breaks =
      ["what breaks now"]
      + shown.map { index in
        let scenario = scenarios[index]
        guard scenario.isStable else { return "-" }
        return scenario.breaks.isEmpty ? "nothing" : "! \(scenario.brief)"
      }
    let rows = metrics.map { metric, words, decimals, scale in
      [words]
        + shown.map { index in
          guard let place = places[index] else { return "-" }
          return place == 0
            ? PlanWords.estimate(comparison.results[0][metric], decimals: decimals, scale: scale)
            : PlanWords.estimate(
              comparison.difference(metric, of: place), decimals: decimals, scale: scale,
              signed: true)
        }
    }
    let base = working.first?.name ?? ""
    let replications = comparison.results[0].replications
    return try? Table(
      caption: isFirst
        ? "\(base.capitalizedFirst), and what each other scenario changes"
        : "\(base.capitalizedFirst), and what further scenarios change",
      columns: [Table.Column("what")]
        + shown.map { Table.Column(scenarios[$0].name, .numbers) },
      rows: [verdicts, breaks] + rows,
      footnotes: isFirst
        ? [
          "Differences from \(base) over \(replications) paired replications: the same patients, "
            + "durations and failures.", PlanWords.plusMinus(replications),
          PlanBreakSection.definition,
        ] : [])
  }

  /// Words up to the first colon, and the rest as small print, so that a column stays narrow.
  static func smallPrint(_ text: String) -> String {
    guard let colon = text.firstIndex(of: ":") else { return text }
    return text[..<colon] + "\n" + text[text.index(after: colon)...].trimmingSpaces()
  }

  private var costs: Page.Section? {
    guard let currency = scenarios.first?.plan?.facility.currency else { return nil }
    let rows = scenarios.compactMap { scenario -> [String]? in
      guard let plan = scenario.plan else { return nil }
      let costs = CostOfGoods(plan)
      return [scenario.name]
        + [costs.total, costs.perStarted, costs.perInfused].map {
          NumberText.fixed($0, decimals: 0)
        }
    }
    return
      (try? Table(
        caption: "Costs at a mean year",
        columns: [
          Table.Column("scenario"), Table.Column("a year", unit: currency),
          Table.Column("a patient begun", unit: currency),
          Table.Column("a patient infused", unit: currency),
        ], rows: rows)).map { Page.Section("Costs", [.table($0)]) }
  }
}
