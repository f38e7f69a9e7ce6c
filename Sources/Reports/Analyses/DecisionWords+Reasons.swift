import Harvest
import Quantities
import RunRecords

/// Why a verdict is what it is, one sentence a ground.
extension DecisionWords {
  /// Why, in one sentence.
  func reason(_ verdict: HarvestVerdict) -> String {
    let wanted = percent(thresholds.confidence)
    let p = { (outcome: HarvestOutcome?) in outcome.map { sign(chance($0)) } ?? "unknown" }
    let at = { (outcome: HarvestOutcome?) in
      outcome.map { "\(Shown.probability(chance($0))) (\(clock($0.hour)))" } ?? "-"
    }
    let (next, best) = (decision.next, decision.best)
    let target = decision.target
    switch verdict.ground {
    case .safeAndNotBetterLater:
      let later = decision.nextShift.map {
        chance($0) < (next.map(chance) ?? 0) - thresholds.tolerance
          ? "; waiting until \(clock($0.hour)) would take P to \(percent(chance($0)))" : ""
      }
      return "The next possible time is safe: \(safely) with P "
        + "\(p(next)), at least \(wanted), and no later time is better by more than "
        + "\(points(of: thresholds.tolerance))\(later ?? "").\(compared)"
    case .nextIsSafe:
      return "The next possible time, \(next.map { when($0.hour) } ?? "-"), is "
        + "\(away(next)) off and safe: \(safely) with P \(p(next)), and no "
        + "later time is better by more than \(points(of: thresholds.tolerance)). Plan for it.\(compared)"
    case .laterIsSafe:
      return
        "At the next possible time, \(next.map { clock($0.hour) } ?? "-"), P \(p(next)) is below "
        + "\(wanted)\(limited(next)); then it is P \(p(target)).\(choice)\(compared)"
        + alone(next)
    case .laterIsBetter:
      return
        "The next possible time, \(next.map { clock($0.hour) } ?? "-"), is safe with P \(p(next)), but "
        + "then P \(p(target)) is better by more than \(points(of: thresholds.tolerance)).\(choice)\(compared)"
    case .laterIsBetterNotSafe:
      return
        "No time reaches \(wanted).\(compared) At the next possible time P is \(at(next)), then it "
        + "is P \(p(target))\(limited(target)).\(choice)"
    case .nothingReachesTheLeastDose:
      return
        "No time gives even the least dose still given, with all criteria, with a probability of "
        + "\(percent(thresholds.stopBelow)) (\(most))\(limited(best)). The search went \(searched)."
    case .nothingUpToTheHorizon:
      return
        "No start \(searched), gives even the least dose still given, with all criteria, with a "
        + "probability of \(percent(thresholds.stopBelow)) (\(most))\(limited(best)). Later starts "
        + "were not looked at, and there the criteria may be met: give a later --horizon before "
        + "anything is given up."
    case .modelContradicted:
      let found = decision.contradicted
      guard !found.isEmpty else { return "The model is contradicted." }
      return
        "\(found.count > 1 ? "The latest readings contradict" : "The latest reading contradicts") "
        + "\(found.contains { !$0.isOfFlow } ? "the model" : "the earlier ones"): "
        + found.map(contradiction).joined(separator: "; and ") + "." + suspected
        + (decision.violations.isEmpty ? "" : " " + violated)
    case .criterionViolatedNow: return violated
    case .countIsOld:
      return "\(decision.next.map { clock($0.hour) } ?? "The next possible time") would be safe (P "
        + "\(p(next))) if the culture did what is foretold, but \(countAge). Count first, and decide "
        + "with that count."
    case .probabilityFalls:
      return
        "No time reaches \(wanted)\(limited(next)).\(compared) P falls from \(at(next)), the next "
        + "possible time, to \(at(decision.nextShift)), the next shift: "
        + "decide for \(next.map { clock($0.hour) } ?? "the next possible time")."
    case .waitingDoesNotHelp:
      return
        "No time reaches \(wanted)\(limited(next)).\(compared) None is better than the next possible "
        + "one, P \(at(next)), by more than \(points(of: thresholds.tolerance)): a person must decide."
    }
  }

  /// `, the most is 5 %`.
  var most: String {
    let most = decision.starts.map { $0.met + $0.reduced }.max() ?? 0
    return "the most is \(Shown.probability(most))"
  }

  /// `5 days`, from now.
  func away(_ start: HarvestOutcome?) -> String {
    let days = ((start?.hour ?? decision.question.now) - decision.question.now) / 24
    return NumberText.fixed(days, decimals: 1) + " days"
  }

  /// `, limited by viability (62 %)`.
  func limited(_ outcome: HarvestOutcome?) -> String {
    guard let outcome, let limit = outcome.limiting(decision.yardstick) else { return "" }
    // What limits alone has the same probability: it is said once.
    let isAlone = Shown.probability(limit.probability) == Shown.probability(outcome.met)
    return ", limited by \(limit.words)\(isAlone ? "" : " (P \(sign(limit.probability)))")"
  }

  /// What starts are compared by; see `Yardstick`.
  func chance(_ outcome: HarvestOutcome) -> Double { decision.yardstick.chance(outcome) }

  /// What starts are compared by where it is not P(met), and why; empty otherwise.
  private var compared: String {
    switch decision.yardstick {
    case .everything: return ""
    case .dose:
      let most = decision.starts.map(\.met).max() ?? 0
      return
        " With \(optionalNames) no start reaches \(percent(thresholds.confidence)) (the most is "
        + "\(Shown.probability(most))), and that is given up before the dose is: P here is that of the "
        + "planned dose without it."
    case .anyDose:
      let most = decision.starts.map(\.dose).max() ?? 0
      return " The planned dose is nearly out of reach at every start (the most is "
        + "\(Shown.probability(most))): starts are compared by any dose, planned or reduced."
    }
  }

  /// That the dose itself would be safe at a start that is not safe with the optional retains.
  private func alone(_ start: HarvestOutcome?) -> String {
    guard decision.yardstick == .everything, let start, start.met < thresholds.confidence,
      let p = start.withoutOptional, p >= thresholds.confidence
    else { return "" }
    return " The planned dose by itself, without \(optionalNames), would be safe at "
      + "\(clock(start.hour)) already (P \(sign(p)))."
  }

  /// `what is kept back for 'second dose, frozen'`.
  var optionalNames: String {
    let names = decision.question.plan.losses.retains.filter(\.isOptional).map { "'\($0.name)'" }
    return "what is kept back for \(NumberText.list(names))"
  }

  /// `all criteria and the planned dose hold`, with what is given up for it.
  private var safely: String {
    decision.yardstick == .dose
      ? "without \(optionalNames) all criteria and the planned dose hold"
      : "all criteria and the planned dose hold"
  }

  /// That --horizon ended the search before a harvest ceased to be possible; empty otherwise.
  var cut: String {
    guard decision.question.searchEnd == .asked, !decision.isExhaustive else { return "" }
    return
      " The search was cut at \(when(decision.question.horizon)) by --horizon: later starts were not "
      + "looked at."
  }

  /// `A criterion is not met now: viability was 79 % on day 7 (viability at least 80 %).`
  private var violated: String {
    "A criterion is not met now: " + decision.violations.map(violation).joined(separator: "; ")
      + "."
  }

  /// `viability was 79 % on day 7 (viability at least 80 %)`.
  func violation(_ violation: Violation) -> String {
    "\(violation.criterion.kind.words) was "
      + "\(Shown.number(violation.reading / violation.criterion.kind.scale)) "
      + "\(violation.criterion.kind.unit) on day \(Shown.day(violation.hour))"
      + " (\(violation.criterion.description))"
  }

  /// `the newest viable count is of day 5, 4 days before that`.
  private var countAge: String {
    guard let newest = decision.newestCount, let next = decision.next else {
      return "there is no viable count: the cells are foretold from the seed alone"
    }
    return "the newest viable count is of day \(Shown.day(newest)), "
      + "\(NumberText.fixed((next.hour - newest) / 24, decimals: 1)) days before that; the plan lets it be "
      + "\(Shown.number(thresholds.newestCount)) h old"
  }
}
