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
    /// Its arithmetic.
    public var plan: PlanArithmetic

    /// A scenario from its parts.
    public init(name: String, settings: [String], plan: PlanArithmetic) {
      self.name = name
      self.settings = settings
      self.plan = plan
    }
  }

  /// The plan as it is, first, and the scenarios.
  public let scenarios: [Scenario]
  /// The simulations of those that can work, in their order; nil when the plan itself cannot.
  public let comparison: Capacity.Comparison?
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
  var working: [Scenario] { scenarios.filter(\.plan.isStable) }

  /// What is compared, with its words, decimals and scale.
  var metrics: [(metric: Metric, words: String, decimals: Int, scale: Double)] {
    var found: [(Metric, String, Int, Double)] = []
    guard let first = comparison?.results.first else { return [] }
    for metric in first.metrics {
      switch metric {
      case .mean(.recorded(let name)) where !name.contains(", "):
        found.append((metric, "mean, \(PlanRunSection.words(name)) [d]", 2, 1))
      case .quantile(.recorded("lead"), percent: 90):
        found.append((metric, "p90, arrival to infusion [d]", 2, 1))
      case .mean(.wait(let pool)):
        found.append((metric, "mean wait for \(PlanRunSection.shortened(pool)) [d]", 3, 1))
      case .utilisation(let pool):
        found.append((metric, "use of \(PlanRunSection.shortened(pool)) [%]", 1, 100))
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
      var verdict = PlanWords.verdict(scenario.plan)
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
    if let facility = scenarios.first?.plan.facility {
      sections.append(PlanLoadSection.assumptions(facility))
    }
    sections.append(provenance.section)
    return Page(
      title: "Scenarios of a capacity plan", subtitle: scenarios.first?.plan.facility.title ?? "",
      sections: sections, footer: LimitsOfUse.lines)
  }

  private func table(_ comparison: Capacity.Comparison) -> Table? {
    let names = working.map(\.name)
    let rows = metrics.map { metric, words, decimals, scale in
      [words, PlanWords.estimate(comparison.results[0][metric], decimals: decimals, scale: scale)]
        + names.indices.dropFirst().map { index in
          PlanWords.estimate(
            comparison.difference(metric, of: index), decimals: decimals, scale: scale,
            signed: true)
        }
    }
    return try? Table(
      caption: "The plan, and what each scenario changes",
      columns: [Table.Column("what"), Table.Column(names.first ?? "", .numbers)]
        + names.dropFirst().map { Table.Column($0, .numbers) },
      rows: rows,
      footnotes: [
        "Differences from the plan over \(comparison.results[0].replications) paired replications: "
          + "the same patients, durations and failures; ± is the 95 % interval of the difference."
      ])
  }

  private var costs: Page.Section? {
    guard let currency = scenarios.first?.plan.facility.currency else { return nil }
    let rows = scenarios.map { scenario in
      let costs = CostOfGoods(scenario.plan)
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
