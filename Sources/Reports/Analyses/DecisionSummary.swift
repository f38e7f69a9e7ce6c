import Harvest
import Quantities
import RunRecords

/// The decision in five lines: when, for which infusion, how sure, what next, what is most in danger.
enum DecisionSummary {
  static func block(_ decision: HarvestDecision, _ words: DecisionWords) -> Page.Block {
    var lines: [Page.Definition] = []
    func line(_ term: String, _ text: String) { lines.append(Page.Definition(term, text)) }
    if decision.verdict.hour != nil, let start = words.shown {
      line("harvest", words.when(start.hour))
      if let infusion = start.infusion { line("infusion from", "\(infusion)") }
    } else {
      line("harvest", "no time is advised")
    }
    if let start = words.shown {
      line(
        "how sure",
        "P \(Shown.probability(start.met)) of the planned dose with all criteria, "
          + "\(Shown.probability(start.reduced)) of a reduced one, \(Shown.probability(start.failed)) of "
          + "none" + (decision.verdict.hour == nil ? ", at \(words.clock(start.hour))" : ""))
    }
    line(
      "next sample",
      decision.nextSample.map { words.when($0) + closed($0, decision) } ?? "none is planned")
    if let limit = words.shown?.limiting {
      line(
        "most in danger",
        "\(limit.words), missed with P \(Shown.probability(1 - limit.probability))")
    }
    return .definitions(lines)
  }

  /// ` (the suite is closed then)`.
  static func closed(_ hour: Double, _ decision: HarvestDecision) -> String {
    guard let calendar = decision.question.plan.calendar,
      let date = calendar.time(ofHour: hour)?.date, !calendar.opening.isOpen(on: date)
    else { return "" }
    return ", on a day on which the suite is closed: somebody must come in for it"
  }
}
