import Harvest
import Quantities
import RunRecords

/// What could go wrong with the harvest that is aimed at, in sentences.
enum DecisionRisks {
  static func sentences(_ decision: HarvestDecision, _ words: DecisionWords) -> [String] {
    var found: [String] = []
    if let target = decision.target ?? decision.best {
      found += missed(target, decision, words)
      found.append(slack(target, decision, words))
    }
    if case .fraction(let car) = decision.question.car {
      found.append(
        "CAR+ share: taken as \(NumberText.percent(car.median, decimals: 1)) and constant until harvest "
          + "(\(car.origin)).")
    }
    let support = decision.support
    if !support.untold.isEmpty, support.pathCounts == nil {
      found.append(
        "Known from the earlier donors only: \(support.untold.joined(separator: ", ")). This run's "
          + "counts tell next to nothing of it yet, and a donor unlike those is not foreseen.")
    }
    found.append(
      "Not in these probabilities: a model that is wrong, operations that turn out otherwise than "
        + "planned, a release test that fails for other reasons, a change of the patient.")
    return found
  }

  private static func missed(
    _ target: HarvestOutcome, _ decision: HarvestDecision, _ words: DecisionWords
  ) -> [String] {
    let doubtful = target.conditions.filter { $0.probability < 0.995 }
      .sorted { $0.probability < $1.probability }
    guard !doubtful.isEmpty else {
      return ["\(words.when(target.hour)): each condition is met in more than 99.5 % of the draws."]
    }
    let list = doubtful.map {
      "\($0.words) (missed with P \(sign(1 - $0.probability)))"
    }.joined(separator: ", ")
    let reduced =
      decision.question.least < decision.question.planned
      ? " A reduced dose of at least \(Shown.cells(decision.question.least)) would still come with P "
        + "\(sign(target.reduced)), no dose with P \(sign(target.failed))." : ""
    return ["\(words.when(target.hour)): most in danger is \(list).\(reduced)"]
  }

  /// What is left when the start is missed.
  private static func slack(
    _ target: HarvestOutcome, _ decision: HarvestDecision, _ words: DecisionWords
  ) -> String {
    let later = decision.starts.filter { $0.hour > target.hour }
    guard !later.isEmpty else {
      return "There is no later possible start: if the harvest is missed then, there is none."
    }
    if let last = decision.latestSafe, last.hour > target.hour {
      return "If the harvest cannot start then, \(words.clock(last.hour)) is the last safe start "
        + "(P \(sign(last.met)))"
        + (later.last.map {
          $0.hour == last.hour ? ", and the last possible one." : "."
        } ?? ".")
    }
    guard let best = later.max(by: { $0.met < $1.met }) else { return "" }
    return "No later start is safe: the best after it is \(words.clock(best.hour)) with P "
      + "\(sign(best.met))."
  }

  private static func sign(_ probability: Double) -> String {
    let text = Shown.probability(probability)
    return text.first == ">" || text.first == "<" ? text : "= " + text
  }
}
