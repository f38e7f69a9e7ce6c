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
      case .tally("starts"): found.append((metric, "batches started [1/year]", 1, 1))
      default: break
      }
    }
    return found
  }

  /// The page.
  public var page: Page {
    var blocks: [Page.Block] = scenarios.map { scenario in
      var verdict =
        scenario.plan.map(PlanWords.verdict)
        ?? Page.Verdict(.stop, label: "Impossible", text: scenario.obstacle ?? "")
      verdict.label = "\(scenario.name): \(verdict.label)"
      return .verdict(verdict)
    }
    let changes = scenarios.dropFirst().map {
      Page.Definition($0.name, $0.settings.joined(separator: "; "))
    }
    if !changes.isEmpty { blocks.append(.definitions(changes)) }
    var sections = [Page.Section("Can the scenarios work?", blocks)]
    if let comparison, let table = table(comparison) {
      sections.append(Page.Section("Side by side", [.table(table)]))
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

  private func table(_ comparison: Capacity.Comparison) -> Table? {
    /// The place of each scenario among those that were simulated.
    var places: [Int?] = []
    for scenario in scenarios {
      places.append(scenario.isStable ? places.compactMap { $0 }.count : nil)
    }
    let verdicts =
      ["can it work"]
      + zip(scenarios, places).map { scenario, place in
        scenario.obstacle ?? (place == 0 ? "yes, the base" : "yes")
      }
    let rows = metrics.map { metric, words, decimals, scale in
      [words]
        + places.map { place in
          guard let place else { return "-" }
          return place == 0
            ? PlanWords.estimate(comparison.results[0][metric], decimals: decimals, scale: scale)
            : PlanWords.estimate(
              comparison.difference(metric, of: place), decimals: decimals, scale: scale,
              signed: true)
        }
    }
    let base = working.first?.name ?? ""
    return try? Table(
      caption: "\(base.capitalizedFirst), and what each other scenario changes",
      columns: [Table.Column("what")] + scenarios.map { Table.Column($0.name, .numbers) },
      rows: [verdicts] + rows,
      footnotes: [
        "Differences from \(base) over \(comparison.results[0].replications) paired replications: "
          + "the same patients, durations and failures; ± is the 95 % interval of the difference.",
        PlanBreakSection.definition,
      ])
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
