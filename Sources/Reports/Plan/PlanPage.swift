import Capacity
import Quantities

/// What the next unit of each resource buys.
public struct NextUnits: Sendable {
  /// The units that were tried.
  public var values: [MarginalValue]
  /// Units that were left out, because next to nobody waits for their resource.
  public var untried: [NextUnit]
  /// Replications that it rests on.
  public var replications: Int
  /// Patients a year with which the plan is full with the unit of each path, by arithmetic.
  public var fullAt: [String: Double]

  /// Units from their parts.
  public init(
    values: [MarginalValue], untried: [NextUnit], replications: Int, fullAt: [String: Double] = [:]
  ) {
    self.values = values
    self.untried = untried
    self.replications = replications
    self.fullAt = fullAt
  }

  /// Those with a time to infusion, the greatest gain of days first.
  var ranked: [MarginalValue] {
    values.filter { $0.lead != nil }.sorted {
      ($0.lead?.mean ?? 0, $0.unit.path) < ($1.lead?.mean ?? 0, $1.unit.path)
    }
  }
}

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
  /// Days that each replication measures; nil for the file's horizon.
  public var measured: Double?
  /// What the next unit of each pool buys, with the replications that it rests on.
  public var nextUnits: NextUnits?
  /// What `size` found; the plan of the page is then the one with its counts.
  public var sized: PlanSized?
  /// Who was on which instrument in one replication; nil where it was not asked.
  public var gantt: PlanGantt?

  /// Which assumptions matter; nil when it was not asked.
  public var sensitivity: PlanSensitivity?

  /// A page of arithmetic.
  public init(_ plan: PlanArithmetic, provenance: Provenance) {
    self.plan = plan
    self.provenance = provenance
  }

  /// The page: verdict first.
  public var page: Page {
    var sections = [Page.Section("Can the plan work?", PlanLoadSection.verdicts(plan))]
    if let result {
      sections[0].blocks.append(.verdict(PlanRunSection.answer(result, nextUnits)))
    }
    if !evidence.isEmpty {
      sections.append(
        Page.Section("Where harvest days come from", [.bullets(evidence.map(\.origin))]))
    }
    if let sized { sections = [sized.section] + sections }
    sections += [
      PlanBreakSection.section(plan, result, isFirst: sized == nil),
      PlanLoadSection.load(plan, target: target),
    ].compactMap { $0 }
    if let result {
      sections.append(PlanRunSection.patients(result))
      sections += [PlanRunSection.named(result, plan, measured: measured)].compactMap { $0 }
      sections.append(PlanRunSection.resources(result, plan))
      sections += [gantt?.section].compactMap { $0 }
      if let nextUnits {
        sections += [
          PlanRunSection.bottlenecks(nextUnits, plan, result)
        ].compactMap { $0 }
      }
    }
    sections += [
      PlanLoadSection.lead(plan, result), PlanLoadSection.flow(plan), PlanLoadSection.costs(plan),
    ].compactMap { $0 }
    if let sensitivity { sections.append(sensitivity.section) }
    sections.append(PlanLoadSection.assumptions(plan.facility))
    if let result { sections.append(runSection(result)) }
    sections.append(provenance.section)
    return Page(
      title: "Capacity plan", subtitle: plan.facility.title, sections: sections,
      footer: LimitsOfUse.lines)
  }

  private func runSection(_ result: SimulationResult) -> Page.Section {
    let worst = result.littlesLaw.map(\.gap).max() ?? 0
    return Page.Section(
      "The simulation",
      [
        .notes([
          "\(NumberText.counted(result.replications, "replication")), "
            + "\(NumberText.grouped(result.events)) events, seed \(result.seed).",
          "Checked in every replication: the mean number of patients in the plant, and in each queue, is "
            + "the number who came a day times the mean days that they stayed (Little's law); the two "
            + "sides differ by \(NumberText.significant(worst, 2)) of their size at most.",
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
      $0.ofLimit < $1.ofLimit
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
