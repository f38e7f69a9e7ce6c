import Capacity
import Quantities

/// The pages of `thymus plan`.
public struct PlanPage: Sendable {
  /// The arithmetic, always there.
  public let plan: PlanArithmetic
  /// What the page rests on.
  public let provenance: Provenance
  /// Where the harvest days come from, when not from the file.
  public var evidence: [CultureEvidence] = []
  /// Least counts are given for this mean wait [d].
  public var target: Double?
  /// The simulation; nil where there is none.
  public var result: SimulationResult?
  /// What the next unit of each pool buys, with the replications that it rests on.
  public var nextUnits: (values: [MarginalValue], replications: Int)?
  /// Who was on which instrument in one replication; nil where it was not asked.
  public var gantt: PlanGantt?
  /// Counts found by simulation.
  public var sizings: [Sizing] = []

  /// Which assumptions matter; nil when it was not asked.
  public var sensitivity: PlanSensitivity?

  /// A page of arithmetic.
  public init(_ plan: PlanArithmetic, provenance: Provenance) {
    self.plan = plan
    self.provenance = provenance
  }

  /// The page: verdict first.
  public var page: Page {
    var sections = [PlanLoadSection.load(plan, target: target)]
    if let result {
      sections[0].blocks.insert(.verdict(PlanRunSection.answer(result, nextUnits)), at: 1)
    }
    if !sizings.isEmpty { sections.append(sizingSection) }
    if let result {
      sections.append(PlanRunSection.patients(result))
      sections += [PlanRunSection.named(result, plan)].compactMap { $0 }
      sections.append(PlanRunSection.resources(result, plan))
      sections += [gantt?.section].compactMap { $0 }
      if let nextUnits {
        sections += [
          PlanRunSection.bottlenecks(
            nextUnits.values, plan, replications: nextUnits.replications)
        ].compactMap { $0 }
      }
    }
    sections += [
      PlanLoadSection.lead(plan), PlanLoadSection.flow(plan), PlanLoadSection.costs(plan),
    ].compactMap { $0 }
    if !evidence.isEmpty {
      sections.append(
        Page.Section("Where harvest days come from", [.bullets(evidence.map(\.origin))]))
    }
    if let sensitivity { sections.append(sensitivity.section) }
    sections.append(PlanLoadSection.assumptions(plan.facility))
    if let result { sections.append(runSection(result)) }
    sections.append(provenance.section)
    return Page(
      title: "Capacity plan", subtitle: plan.facility.title, sections: sections,
      footer: LimitsOfUse.lines)
  }

  private var sizingSection: Page.Section {
    var blocks: [Page.Block] = []
    if let metric = sizings.first?.target {
      blocks.append(.paragraph("Target: \(PlanTarget.words(metric))."))
    }
    let rows = sizings.map { sizing -> [String] in
      let met = sizing.trials.first { $0.count == sizing.count }
      let below = sizing.trials.last { !$0.isMet }
      return [
        PlanRunSection.shortened(sizing.pool),
        sizing.count.map { NumberText.grouped($0) } ?? "none",
        met.map { PlanWords.estimate($0.estimate, decimals: 3) } ?? "-",
        below.map { "\($0.count): " + PlanWords.estimate($0.estimate, decimals: 3) } ?? "-",
      ]
    }
    if let table = try? Table(
      caption: "Least counts by simulation",
      columns: [
        Table.Column("resource"), Table.Column("least", .numbers),
        Table.Column("with it", .numbers), Table.Column("with fewer", .numbers),
      ], rows: rows,
      footnotes: [
        "One resource after the other, each with the counts found before; none can be lowered alone."
      ])
    {
      blocks.append(.table(table))
    }
    return Page.Section("How many are needed", blocks)
  }

  private func runSection(_ result: SimulationResult) -> Page.Section {
    let worst = result.littlesLaw.map(\.gap).max() ?? 0
    return Page.Section(
      "The simulation",
      [
        .notes([
          "\(NumberText.counted(result.replications, "replication")), "
            + "\(NumberText.grouped(result.events)) events, seed \(result.seed).",
          "Little's law holds to \(NumberText.significant(worst, 2)) in the plant and in every queue.",
          "Intervals are 95 % of Student's t over replications; they tell the chance of the "
            + "simulation, not the doubt in its assumptions.",
        ])
      ])
  }
}

/// What a plan shall reach, as a user writes it.
public enum PlanTarget {
  /// The forms.
  public static let forms =
    "'wait 2 d' (mean wait for an instrument), 'lead 25 d' (mean from arrival to infusion), "
    + "'p90 lead 32 d' or 'infused 980' (patients a year)"

  /// Reads a target for the busiest instruments of a plan; nil for other words.
  public static func read(_ text: String, _ plan: PlanArithmetic) -> Target? {
    let words = text.split(separator: " ").map(String.init)
    func days(_ from: Int) -> Double? {
      guard words.count == from + 2, words[from + 1] == "d" || words[from + 1] == "h",
        let number = StrictNumber.double(words[from]), number >= 0
      else { return nil }
      return words[from + 1] == "h" ? number / 24 : number
    }
    let instruments = plan.resources.filter { $0.kind == .instruments }.max {
      $0.utilisation < $1.utilisation
    }
    switch words.first {
    case "wait":
      guard let bound = days(1), let instruments else { return nil }
      return Target(
        .mean(.wait(ResourceLoad.Kind.pool(.instruments, instruments.name))), .atMost, bound)
    case "lead":
      return days(1).map { Target(.mean(.recorded("lead")), .atMost, $0) }
    case "p90" where words.count > 1 && words[1] == "lead":
      return days(2).map { Target(.quantile(.recorded("lead"), percent: 90), .atMost, $0) }
    case "infused" where words.count == 2:
      return StrictNumber.double(words[1]).map { Target(.outcome("infused"), .atLeast, $0) }
    default: return nil
    }
  }

  /// A target in words.
  static func words(_ target: Target) -> String {
    let bound = NumberText.significant(target.bound)
    switch target.metric {
    case .mean(.wait(let pool)):
      return "a mean wait for \(PlanRunSection.shortened(pool)) of at most \(bound) d"
    case .mean: return "a mean of at most \(bound) d from arrival to infusion"
    case .quantile(_, let percent):
      return "\(percent) % of patients infused within \(bound) d of their arrival"
    default: return "at least \(bound) patients infused a year"
    }
  }
}
