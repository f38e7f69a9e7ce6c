import Capacity
import Quantities

/// What `thymus plan size` found: the counts, and the plan with them beside the present one.
public struct PlanSized: Sendable {
  /// What was to be reached.
  public var target: Target
  /// Waits that a number of patients is held to as well; empty for the other targets.
  public var also: [Target]
  /// Least counts, one resource after the other.
  public var sizings: [Sizing]
  /// The present plan, and its simulation where it can work.
  public var present: (plan: PlanArithmetic, result: SimulationResult?)
  /// The plan with these counts.
  public var found: (plan: PlanArithmetic, result: SimulationResult?)
  /// Why the target is not reached, in words; nil where it is.
  public var unmet: String?

  /// A result from its parts.
  public init(
    target: Target, also: [Target], sizings: [Sizing],
    present: (plan: PlanArithmetic, result: SimulationResult?),
    found: (plan: PlanArithmetic, result: SimulationResult?), unmet: String? = nil
  ) {
    self.target = target
    self.also = also
    self.sizings = sizings
    self.present = present
    self.found = found
    self.unmet = unmet
  }

  /// The part of a page.
  public var section: Page.Section {
    var aim = "Target: \(PlanTarget.words(target))"
    if let bound = also.first?.bound {
      aim +=
        ", with a mean wait of at most \(NumberText.significant(bound)) d for each resource that is "
        + "sized: the number alone would allow queues of any length"
    }
    var blocks: [Page.Block] = [.paragraph(aim + ".")]
    if let unmet {
      blocks.append(.verdict(Page.Verdict(.stop, label: "Not reached", text: unmet)))
    }
    if unmet == nil, !places.isEmpty { blocks.append(.paragraph(places)) }
    blocks += [counts, beside].compactMap { $0.map { .table($0) } }
    return Page.Section(
      unmet == nil ? "How many are needed" : "How many are needed: not reached", blocks)
  }

  private var counts: Table? {
    let rows = sizings.map { sizing -> [String] in
      let met = sizing.trials.first { $0.count == sizing.count }
      let below = sizing.trials.last { $0.count == (sizing.count ?? 0) - 1 }
      return [
        PlanRunSection.shortened(sizing.pool),
        sizing.count.map { NumberText.grouped($0) } ?? "none",
        met.map { figure($0) } ?? "-",
        below.map { "\($0.count): " + figure($0) } ?? untried(sizing),
        sizing.trials.map { "\($0.count)" }.joined(separator: ", "),
      ]
    }
    guard !rows.isEmpty else { return nil }
    return try? Table(
      caption: "Least counts by simulation",
      columns: [
        Table.Column("resource"), Table.Column("least", .numbers),
        Table.Column("with it", .numbers), Table.Column("one fewer", .numbers),
        Table.Column("counts tried", .numbers),
      ], rows: rows,
      footnotes: [
        "With it, one fewer: the number of the target, and in small print the chance that its true mean "
          + "meets or misses the target. Near 50 % the count hangs on the chance of the replications: give more of "
          + "them, or take one unit more."
          + (also.isEmpty ? "" : " Fewer may reach it and still make the waits too long."),
        "What was searched: one resource after the other in the order of the table, each lowered as far as "
          + "the mean allows, with those above as found and those below at the most that is tried (a fifth "
          + "more than arithmetic asks for; where that fails, twice and four times as many, but no instrument "
          + "without a place). No single unit can be taken away, but another order may find "
          + "another plan, and no plan was sought for its cost.",
        PlanWords.plusMinus((found.result ?? present.result)?.replications ?? 0),
      ])
  }

  /// The number of the target with a count, and the chance of what it was judged to be.
  private func figure(_ trial: Sizing.Trial) -> String {
    let chance = target.chance(trial.estimate)
    let number = PlanWords.estimate(trial.estimate, decimals: 3)
    let meets = target.isMet(by: trial.estimate)
    let words =
      chance.isNaN
      ? "" : (meets ? "meets" : "misses") + " with " + Self.percent(meets ? chance : 1 - chance)
    return "\(number)\n\(words)" + (meets && !trial.isMet ? ", but waits are too long" : "")
  }

  /// A chance that is never rounded up to certainty.
  static func percent(_ chance: Double) -> String {
    chance > 0.999 ? "above \(PlanWords.share(0.999))" : PlanWords.share(chance)
  }

  /// Why one fewer was not simulated.
  private func untried(_ sizing: Sizing) -> String {
    guard let count = sizing.count else { return "-" }
    return count <= 1 ? "-" : "\(count - 1): cannot work\nby arithmetic, its queue grows"
  }

  /// The plan that one would have beside the present one.
  var beside: Table? {
    let plans = [present, found]
    func row(
      _ name: String, _ value: ((plan: PlanArithmetic, result: SimulationResult?)) -> String
    ) -> [String] { [name] + plans.map(value) }
    func quantiles(_ measure: Measure) -> (
      (plan: PlanArithmetic, result: SimulationResult?)
    ) -> String {
      {
        guard $0.plan.isStable else { return "grows without end" }
        guard let all = $0.result?.histogram(measure), all.count > 0 else { return "-" }
        return PlanWords.days(all.quantile(0.5)) + " / " + PlanWords.days(all.quantile(0.9))
      }
    }
    let sized = found.plan.resources.filter { load in
      sizings.contains { $0.pool == ResourceLoad.Kind.pool(load.kind, load.name) }
    }
    var rows = [
      row("can it work") {
        $0.plan.isStable
          ? ($0.plan.openingShortages.first.map { "not from the start: vector \($0.vector.name)" }
            ?? "yes")
          : "no: \($0.plan.overloaded.first.map { PlanWords.kind($0.kind) + " " + $0.name } ?? "")"
      },
      row("breaks first, at patients a year") { plan in
        plan.plan.limits().first.map {
          "\(PlanWords.kind($0.load.kind)) \($0.load.name), \(PlanWords.count($0.patients.rounded(.down)))"
        } ?? "-"
      },
    ]
    for load in sized {
      let name = "\(PlanWords.kind(load.kind)) \(load.name)"
      let pool = ResourceLoad.Kind.pool(load.kind, load.name)
      rows.append(
        row("\(name): number") { plan in
          let weekend = plan.plan.facility.teams.first {
            load.kind == .teams && $0.name == load.name
          }?.weekend
          return (plan.plan.load(load.kind, load.name).map { NumberText.grouped($0.count) } ?? "-")
            + (weekend.map { ", weekends \($0)" } ?? "")
        })
      rows.append(
        row("\(name): used [%]") {
          PlanWords.estimate($0.result?[.utilisation(pool)], decimals: 1, scale: 100)
        })
      rows.append(row("\(name): wait, p50 / p90 [d]", quantiles(.patientWait(pool))))
    }
    for load in found.plan.resources where load.kind == .vectors {
      rows.append(
        row("vector \(load.name): wait, p50 / p90 [d]", quantiles(.stockWait(load.name))))
    }
    rows += [
      row("arrival to infusion, p50 / p90 [d]", quantiles(.recorded("lead"))),
      row("vein to vein, p50 / p90 [d]", quantiles(.recorded("vein to vein"))),
      row("infused [1/year]") { PlanWords.estimate($0.result?[.outcome("infused")], decimals: 0) },
    ]
    if let currency = found.plan.facility.currency {
      rows.append(
        row("cost [\(currency)/year]") {
          NumberText.fixed(CostOfGoods($0.plan).total, decimals: 0)
        })
      rows.append(
        row("cost of an infused patient [\(currency)]") {
          NumberText.fixed(CostOfGoods($0.plan).perInfused, decimals: 0)
        })
    }
    return try? Table(
      caption: "The plan you would have",
      columns: [
        Table.Column("what"), Table.Column("present", .numbers),
        Table.Column(
          unmet == nil ? "with these counts" : "with the counts that were tried", .numbers),
      ], rows: rows.filter { $0.dropFirst().contains { $0 != "-" } },
      footnotes: [
        "Both simulated with the same patients, durations and failures. Waits of a patient for one "
          + "resource, all passes together. The sections that follow are those of the plan with these "
          + "counts."
      ])
  }
}

extension PlanSized {
  /// Why a target is not reached with the most that was tried, in words.
  public static func reason(
    _ target: Target, _ plan: PlanArithmetic, _ result: SimulationResult?, sized: [ResourceLoad]
  ) -> String {
    if let worst = plan.overloaded.first {
      if sized.contains(where: { $0.kind == worst.kind && $0.name == worst.name }) {
        return PlanWords.overload(worst) + places(plan, sized)
      }
      return
        "\(PlanWords.resource(worst).capitalizedFirst) cannot carry the plan and is not sized: "
        + PlanWords.overload(worst) + " Add --resource "
        + "\(ResourceLoad.Kind.pool(worst.kind, worst.name)), or change it with --set."
    }
    guard let result else { return "No plan was simulated." }
    let reached = PlanWords.estimate(result[target.metric], decimals: 2)
    if case .outcome = target.metric {
      let infused = plan.flows.reduce(0) { $0 + $1.infused } * Facility.daysPerYear
      if infused < target.bound {
        return
          "Only \(PlanWords.count(plan.patients)) patients a year come, and "
          + "\(PlanWords.count(infused)) of them can be infused whatever there is of everything: the "
          + "rest leave or have no product. The arrivals bind, no resource."
      }
    }
    let floor = plan.leadWithoutQueues
    if target.side == .atMost, case .mean(.recorded("lead")) = target.metric, floor > target.bound {
      return
        "Reached are \(reached) d. Work, culture, tests and calendars alone take "
        + "\(PlanWords.days(floor)) d without any queue: no number of anything shortens them."
    }
    let longest = plan.resources.compactMap { load -> (ResourceLoad, Estimate)? in
      PlanBreakSection.Wait(load, result).estimate.map { (load, $0) }
    }.max { $0.1.mean < $1.1.mean }
    guard let longest else { return "Reached are \(reached)." + places(plan, sized) }
    let isSized = sized.contains { $0.kind == longest.0.kind && $0.name == longest.0.name }
    return
      "With the most that was tried (\(most(plan, sized))) \(reached) is reached."
      + "\(places(plan, sized)) The longest wait is that for "
      + "\(PlanWords.resource(longest.0)): \(PlanWords.estimate(longest.1)) d at a mean"
      + (isSized ? "." : ", and it is not sized: see \(longest.0.path).") + stocks(plan)
  }
}

extension PlanSized {
  /// How many there are of each resource that is sized.
  private static func most(_ plan: PlanArithmetic, _ sized: [ResourceLoad]) -> String {
    NumberText.list(
      sized.compactMap { plan.load($0.kind, $0.name).map(PlanWords.resource) })
  }

  /// Which rooms are full, and what the next one costs; begins with a space, empty where none is full.
  static func places(_ plan: PlanArithmetic, _ sized: [ResourceLoad]) -> String {
    let facility = plan.facility
    let currency = facility.currency ?? ""
    return sized.compactMap { load -> String? in
      guard let now = plan.load(load.kind, load.name), let most = facility.mostPlaced(now),
        now.count >= most,
        let instrument = facility.instruments.first(where: { $0.name == load.name }),
        let suite = facility.suites.first(where: { $0.name == instrument.suite }),
        let places = facility.places(inSuite: suite.name)
      else { return nil }
      let cost =
        suite.cost > 0
        ? ", \(NumberText.fixed(suite.cost, decimals: 0)) \(currency) a year beside the instruments in it"
        : ""
      return
        " The places bind: \(NumberText.counted(suite.count, "room")) '\(suite.name)' "
        + "\(suite.count == 1 ? "holds" : "hold") \(NumberText.counted(places, "instrument")), and all are "
        + "taken. One more needs room \(suite.count + 1) (--set suites.\(suite.name)=\(suite.count + 1))"
        + "\(cost); size again with it."
    }.joined()
  }

  /// The same for the plan that was found.
  private var places: String {
    let loads = found.plan.resources.filter { load in
      sizings.contains { $0.pool == ResourceLoad.Kind.pool(load.kind, load.name) }
    }
    return Self.places(found.plan, loads).trimmingSpaces()
  }

  /// Stocks that run out, which no number of instruments or people mends; empty without any.
  private static func stocks(_ plan: PlanArithmetic) -> String {
    plan.unsafeStocks.map { stock in
      " Before anything is bought: \(PlanWords.stockLabel(stock).lowercasedFirst), and stocks are not "
        + "sized.\(PlanWords.order(stock)) Then size again."
    }.joined()
  }
}

extension PlanArithmetic {
  /// Mean days from arrival to infusion without any queue: work, cultures, tests, calendars.
  fileprivate var leadWithoutQueues: Double {
    let queues = ["wait for vector", "wait for an instrument", "wait for a bed"]
    var sum = 0.0
    for product in facility.products {
      let started = flows.reduce(0) {
        $0 + ($1.arrivals.product == product.name ? $1.started : 0)
      }
      let days = lead(of: product).filter { !queues.contains($0.name) }
        .reduce(0) { $0 + $1.days }
      sum += started * days
    }
    let all = flows.reduce(0) { $0 + $1.started }
    return all > 0 ? sum / all : 0
  }
}
