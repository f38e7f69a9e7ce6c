import Harvest
import Quantities
import RunRecords

/// The decision in five lines: when, for which infusion, how sure, what next, what is most in danger.
enum DecisionSummary {
  static func block(_ decision: HarvestDecision, _ words: DecisionWords) -> Page.Block {
    var lines: [Page.Definition] = []
    func line(_ term: String, _ text: String) { lines.append(Page.Definition(term, text)) }
    if decision.verdict.hour != nil, let start = words.shown {
      line("harvest", words.when(start.hour) + InfusionWords.atThatHour(start.hour, decision))
      if let infusion = InfusionWords.window(start.hour, decision) { line("infusion", infusion) }
    } else {
      line("harvest", "no time is advised")
    }
    if let start = words.shown {
      line(
        "how sure",
        "P \(Shown.probability(start.met)) of the planned dose with all criteria, "
          + "\(Shown.probability(start.reduced)) of a reduced one, \(Shown.probability(start.failed)) of "
          + "none" + (decision.verdict.hour == nil ? ", at \(words.clock(start.hour))" : "")
          + words.withoutOptional(start)
          + (DecisionRisks.readsHigh(decision) ? "; it rests on a CAR+ share that reads high" : ""))
    }
    let isOver = decision.verdict.kind == .harvest
    let sample = decision.nextSample.flatMap { time in
      isOver && time >= (decision.verdict.hour ?? .infinity) ? nil : time
    }
    line(
      "next sample",
      sample.map { words.when($0) + closed($0, decision) }
        ?? (isOver ? "none before the harvest" : "none is planned"))
    if let count = decision.support.newestCount {
      line("newest count", DecisionSummary.count(count))
    }
    if let limit = words.shown?.limiting(decision.yardstick) {
      line(
        "most in danger",
        "\(limit.words), missed with P \(Shown.probability(1 - limit.probability))")
    }
    return .definitions(lines)
  }

  /// `day 5: 2.56E6 cells/mL x 175 mL = 4.48E8 viable cells, before the feed of that hour`.
  private static func count(_ count: HarvestDecision.Support.Count) -> String {
    let names = count.operations.map { "the \($0)" }.joined(separator: " and ")
    return "day \(Shown.day(count.hour)): \(Shown.cells(count.density)) cells/mL x "
      + "\(Shown.number(count.volume)) mL = \(Shown.cells(count.density * count.volume)) viable cells"
      + (names.isEmpty ? "" : ", \(count.isBefore ? "before" : "after") \(names) of that hour")
  }

  /// ` (the suite is closed then)`.
  static func closed(_ hour: Double, _ decision: HarvestDecision) -> String {
    guard let calendar = decision.question.plan.calendar,
      let date = calendar.time(ofHour: hour)?.date, !calendar.opening.isOpen(on: date)
    else { return "" }
    return ", on a day on which the suite is closed: somebody must come in for it"
  }
}
