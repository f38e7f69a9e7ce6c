import Capacity
import Quantities

extension PlanWords {
  /// `The vector 'lenti' runs out before its first lot comes`.
  static func openingLabel(_ short: PlanArithmetic.OpeningShortage) -> String {
    "The vector '\(short.vector.name)' "
      + (short.runsOut == nil ? "may run out" : "runs out") + " before its first lot comes"
  }

  /// When the opening stock runs out, who waits for it, and what helps.
  static func opening(_ short: PlanArithmetic.OpeningShortage) -> String {
    let vector = short.vector
    let there =
      short.doses == 0
      ? "Of the vector '\(vector.name)' nothing is there on the first day"
      : "Of the vector '\(vector.name)' \(NumberText.counted(short.doses, "dose")) are there on the first day"
    let first =
      ", and the first new lot can be used on day \(count(short.firstLot)): "
      + "\(days(vector.leadTime)) d lead time and \(days(vector.changeover)) d changeover from its order. "
      + "Until then \(count(short.demand)) doses are asked for at a mean"
    let gap =
      short.runsOut.map {
        ". The stock is used up on day \(count($0)); about \(count(short.waiting.rounded())) patients then wait for "
          + "vector, the first of them \(count(short.gap)) d, and those after them too."
      }
      ?? "; with \(share(short.chance)) that is more than there are, and patients wait for vector."
    return there + first + gap + remedy(short)
  }

  /// What keeps an opening stock from running out.
  static func remedy(_ short: PlanArithmetic.OpeningShortage) -> String {
    let name = short.vector.name
    let stock =
      short.leastLots.map {
        " Have \(NumberText.counted($0, "lot")) on the first day (--set 'vectors.\(name).stock=\($0) lots')"
      } ?? " Order at a higher level (vectors.\(name).reorder_at)"
    return stock
      + (short.runsOut == nil
        ? "."
        : ", or order the first lots now, \(count(short.gap.rounded(.up))) d before the first day of the plan, "
          + "or let its patients come as much later.")
  }

  /// The verdict on a plan whose opening stock does not last to the first lot; nil where it does.
  static func opening(_ plan: PlanArithmetic) -> Page.Verdict? {
    let short = plan.openingShortages
    guard let worst = short.max(by: { $0.waiting < $1.waiting }) else { return nil }
    let others = short.filter { $0.vector.name != worst.vector.name }
    return Page.Verdict(
      .caution, label: openingLabel(worst),
      text: ([opening(worst)] + others.map(opening)).joined(separator: " ")
        + " Days are counted from the first day of the plan. A simulation opens its stocks "
        + "\(count(plan.facility.warmUp)) d earlier, with the warm-up, so its means show only what is left "
        + "of this.")
  }
}
