import Capacity
import Quantities

extension PlanComparePage.Scenario {
  /// What breaks in a scenario, the worst first; empty where nothing does.
  ///
  /// A resource that is not enough, a crowd of dated patients whose queue outlives its weeks, and stocks
  /// that run out: what `thymus plan check` says of a plan.
  var breaks: [String] {
    guard let plan else { return [obstacle ?? ""] }
    guard plan.isStable else {
      return plan.overloaded.map {
        "\(PlanWords.kind($0.kind)) \($0.name) at \(PlanWords.share($0.ofLimit)) of its limit"
      }
    }
    return plan.openingShortages.map(PlanWords.openingLabel) + [crowd].compactMap { $0 }
      + plan.unsafeStocks.map(PlanWords.stockLabel)
  }

  /// The crowd of dated patients, in a few words; nil where every resource can serve it.
  var crowd: String? {
    guard let plan, plan.isStable, let peak = plan.peak(), let worst = peak.worst else {
      return nil
    }
    return
      "\(NumberText.counted(peak.patients, "dated patient")) in the "
      + "\(peak.weeks == 1 ? "week" : "\(peak.weeks) weeks") from \(peak.first): the last wait about "
      + "\(PlanWords.days(peak.backlog(worst))) d for \(PlanWords.kind(worst.kind)) \(worst.name)"
  }

  /// Whether it can work, in a word or two.
  var works: String {
    guard let plan, plan.isStable else { return "no" }
    return plan.openingShortages.isEmpty ? "yes" : "not from the start"
  }

  /// 0 for one that cannot work, 1 for one in which a crowd or a stock breaks, 2 for the others.
  var rank: Int { !isStable ? 0 : breaks.isEmpty ? 2 : 1 }

  /// What breaks at a mean, in a word or two; empty where nothing does.
  var brief: String {
    guard let plan, plan.isStable else { return "" }
    let crowds = crowd == nil ? nil : "a crowd"
    let stocks =
      !plan.openingShortages.isEmpty
      ? "no vector at first" : plan.unsafeStocks.isEmpty ? nil : "a stock runs out"
    return [crowds, stocks].compactMap { $0 }.joined(separator: "\n")
  }

  /// The answer, with what breaks in its label. Stocks whose advice `base` has as well are told in short.
  func verdict(beside base: PlanComparePage.Scenario?) -> Page.Verdict {
    guard let plan else {
      return Page.Verdict(.stop, label: "\(name): Impossible", text: obstacle ?? "")
    }
    var verdict = PlanWords.verdict(plan)
    if rank == 1 {
      verdict.kind = .caution
      let openings = plan.openingShortages
      let what = [
        crowd == nil ? nil : "not in the worst weeks",
        plan.unsafeStocks.isEmpty ? nil : "a stock runs out",
      ]
      if !what.allSatisfy({ $0 == nil }) {
        verdict.label +=
          (openings.isEmpty ? " at a mean; " : "; ")
          + what.compactMap { $0 }.joined(separator: ", ")
      }
      let known = base.flatMap {
        $0.name == name ? nil : $0.plan?.unsafeStocks.map(PlanWords.order)
      }
      let stocks = plan.unsafeStocks.map { stock in
        let advice = PlanWords.order(stock)
        return PlanWords.stockLabel(stock) + "."
          + (known?.contains(advice) == true
            ? " Order earlier, as in \(base?.name ?? "")." : advice)
      }
      verdict.text =
        (openings.map { PlanWords.openingLabel($0) + "." + PlanWords.remedy($0) }
        + [crowd.map { $0 + "." }].compactMap { $0 } + stocks + [verdict.text])
        .joined(separator: " ")
    }
    verdict.label = "\(name): \(verdict.label)"
    return verdict
  }
}

extension PlanComparePage {
  /// Scenarios, those that break first; of alike ones in the order given.
  var ranked: [Scenario] {
    scenarios.enumerated().sorted { ($0.1.rank, $0.0) < ($1.1.rank, $1.0) }.map(\.1)
  }

  /// What breaks first in each scenario.
  var breaks: Page.Section? {
    let rows = ranked.map { scenario -> [String] in
      let first = scenario.plan?.limits().first
      return [
        (scenario.rank == 2 ? "" : "! ") + scenario.name,
        scenario.works,
        scenario.breaks.isEmpty ? "nothing" : scenario.breaks.joined(separator: "; "),
        first.map { "\(PlanWords.kind($0.load.kind)) \($0.load.name)" } ?? "-",
        first.map { PlanWords.count($0.patients.rounded(.down)) } ?? "-",
        scenario.plan.map { PlanWords.count($0.patients) } ?? "-",
      ]
    }
    return
      (try? Table(
        caption: "What breaks in each scenario, those that break first",
        columns: [
          Table.Column("scenario"), Table.Column("can it work"), Table.Column("what breaks now"),
          Table.Column("full first"), Table.Column("at", unit: "1/year"),
          Table.Column("patients now", unit: "1/year"),
        ], rows: rows,
        footnotes: [
          "By arithmetic. ! : cannot work, or a stock of vector runs out before its first lot comes, or a crowd of dated patients leaves a queue "
            + "behind, or a stock "
            + "of vector lasts through a year with less than \(PlanWords.share(PlanArithmetic.safeYear)). "
            + "Full first: the resource that reaches its limit first as patients of the same mix grow, and "
            + "with how many a year."
        ])).map { Page.Section("What breaks first", [.table($0)]) }
  }
}
