import Harvest
import Quantities
import RunRecords

/// What could go wrong with the harvest that is aimed at, in sentences.
enum DecisionRisks {
  static func sentences(_ decision: HarvestDecision, _ words: DecisionWords) -> [String] {
    var found: [String] = []
    if let target = words.shown {
      found += missed(target, decision, words)
      found.append(slack(target, decision, words))
      if let risk = InfusionWords.risk(target.hour, decision) { found.append(risk) }
      found += unplanned(target, decision, words)
    }
    if case .fraction(let car) = decision.question.car {
      found.append(
        "CAR+ share: taken as \(NumberText.percent(car.median, decimals: 1)) and constant until harvest "
          + "(\(car.origin))." + shares(decision, words))
    }
    for (kind, law) in words.phenotypes {
      found.append(
        "Share of \(kind.words): no model foretells it. It is taken to drift by up to "
          + "\(NumberText.significant(2 * PhenotypeLaw.slopeSD, 2)) logits a day (judgement, "
          + "unverified)\(law.count > 1 ? ", less where its readings tell" : "") and to be independent "
          + "of the growth: a reading shortly before the harvest narrows it.")
    }
    if let medium = decision.question.medium { found.append(medium) }
    let support = decision.support
    if !support.untold.isEmpty, support.pathCounts == nil {
      found.append(
        "Known from the earlier donors only: \(support.untold.joined(separator: ", ")). This run's "
          + "counts tell next to nothing of it yet, and a donor unlike those is not foreseen.")
    }
    found.append(
      "Not in these probabilities: a model that is wrong, operations that turn out otherwise than "
        + "planned, a release test that fails for other reasons, a change of the patient"
        + (readsHigh(decision)
          ? ", and that the CAR+ share was read within 5 days of transduction, when flow reads high."
          : "."))
    return found
  }

  /// True while all readings of the CAR+ share are early ones.
  static func readsHigh(_ decision: HarvestDecision) -> Bool {
    guard case .fraction(let car) = decision.question.car else { return false }
    return car.isEarly
  }

  /// Down to which CAR+ share the harvest is still safe.
  private static func shares(_ decision: HarvestDecision, _ words: DecisionWords) -> String {
    guard let target = words.shown, let best = decision.best else { return "" }
    func percent(_ share: Double) -> String { NumberText.percent(share, decimals: 1) }
    var text = ""
    if let least = decision.leastShares.target, decision.verdict.kind != .stop {
      text +=
        target.met >= decision.question.plan.thresholds.confidence
        ? " \(words.clock(target.hour)) stays safe as long as the share is about \(percent(least)) or "
          + "more"
        : " \(words.clock(target.hour)) would be safe with a share of about \(percent(least)) or more"
    }
    if let least = decision.leastShares.best, best.hour != target.hour {
      text +=
        (text.isEmpty ? " The best start" : ", the best start")
        + ", \(words.clock(best.hour)), from "
        + "about \(percent(least))"
    }
    return text.isEmpty ? "" : text + " (median, with the same spread)."
  }

  /// A start after all that is planned.
  private static func unplanned(
    _ target: HarvestOutcome, _ decision: HarvestDecision, _ words: DecisionWords
  ) -> [String] {
    guard let last = decision.operations.last(where: { $0.action.kind != .harvest })?.time
    else { return [] }
    let planned = decision.operations.last { $0.action.kind == .harvest }?.time
    guard let planned, target.hour > planned else { return [] }
    return [
      "\(words.when(target.hour)) lies after the planned harvest (day \(Shown.day(planned))): nothing is "
        + "planned from day \(Shown.day(last)) to then, no feed and no exchange. Plan them, and ask again."
    ]
  }

  private static func missed(
    _ target: HarvestOutcome, _ decision: HarvestDecision, _ words: DecisionWords
  ) -> [String] {
    let doubtful = target.conditions(by: decision.yardstick).filter { $0.probability < 0.995 }
      .sorted { $0.probability < $1.probability }
    guard !doubtful.isEmpty else {
      return ["\(words.when(target.hour)): each condition is met in more than 99.5 % of the draws."]
    }
    let list = doubtful.map {
      "\($0.words) (missed with P \(sign(1 - $0.probability)))"
    }.joined(separator: ", ")
    let reduced =
      decision.hasReduced
      ? " A reduced dose, of at least the \(Shown.cells(decision.question.least)) still given, would still come with P "
        + "\(sign(target.reduced)), no dose with P \(sign(target.failed))." : ""
    return ["\(words.when(target.hour)): most in danger is \(list).\(reduced)"]
  }

  /// What is left when the start is missed.
  private static func slack(
    _ target: HarvestOutcome, _ decision: HarvestDecision, _ words: DecisionWords
  ) -> String {
    let later = decision.starts.filter { $0.hour > target.hour }
    guard !later.isEmpty else {
      return
        "There is no later possible start \(words.searched): if the harvest is missed then, there "
        + "is none.\(NeedTable.barred(decision, words))"
    }
    if let last = decision.latestSafe, last.hour > target.hour {
      return "If the harvest cannot start then, \(words.clock(last.hour)) is the last safe start "
        + "(P \(sign(words.chance(last))))"
        + (later.last.map {
          $0.hour == last.hour
            ? ", and the last possible one.\(NeedTable.barred(decision, words))" : "."
        } ?? ".")
    }
    guard let best = later.max(by: { words.chance($0) < words.chance($1) }) else { return "" }
    return "No later start is safe: the best after it is \(words.clock(best.hour)) with P "
      + "\(sign(words.chance(best)))."
  }

  private static func sign(_ probability: Double) -> String {
    let text = Shown.probability(probability)
    return text.first == ">" || text.first == "<" ? text : "= " + text
  }
}
