import Harvest
import Quantities
import RunRecords

/// What waiting wins and going now costs.
extension DecisionWords {
  /// The mean, 1e6; the median of a growth path, whose mean is ruled by its far tail.
  func expected(_ outcome: HarvestOutcome) -> Double {
    decision.support.pathCounts == nil ? outcome.expectedCells : outcome.carPositive.median
  }

  /// What starts are compared by, as a short sentence.
  private var wanted: String {
    switch decision.yardstick {
    case .everything: "everything is met"
    case .dose: "the planned dose comes"
    case .anyDose: "a dose comes"
    }
  }

  var expectedWord: String { decision.support.pathCounts == nil ? "expected" : "median" }

  /// What waiting wins and going now costs.
  var waiting: String? {
    guard let next = decision.next, let best = decision.best, let regret = decision.regret else {
      return nil
    }
    var text = ""
    for (name, later) in [
      ("the next possible time", decision.afterNext), ("the next shift", decision.nextShift),
    ] {
      guard let later, text.isEmpty || later.hour != decision.afterNext?.hour else { continue }
      text +=
        text.isEmpty
        ? "Waiting from \(clock(next.hour)) to \(name), \(clock(later.hour)),\(between(next, later)) "
          + "changes P by "
        : "Waiting to \(name), \(clock(later.hour)), changes it by "
      text +=
        "\(points(chance(later) - chance(next))) and the \(expectedWord) viable CAR+ cells by "
        + "\(difference(expected(later) - expected(next))). "
    }
    if best.hour > next.hour {
      text +=
        "Going at the next possible time instead of the best one, \(clock(best.hour)), costs "
        + "\(NumberText.fixed(100 * regret, decimals: 1)) points of probability and means "
        + "\(difference(expected(next) - expected(best))) \(expectedWord) cells. "
    } else {
      text += "The next possible time is the best one. "
    }
    if let waiting = decision.waiting, let target = decision.target {
      text +=
        "In \(Shown.probability(waiting.won)) of the cases "
        + "\(wanted) only by waiting until "
        + "\(clock(target.hour)), and in \(Shown.probability(waiting.lost)) only by going at "
        + "\(clock(next.hour))."
    }
    return text
  }

  /// ` with the sample and the exchange of 08:00 between,`; empty without operations.
  func between(_ start: HarvestOutcome, _ later: HarvestOutcome) -> String {
    var names: [String] = []
    for operation in decision.operations
    where operation.time >= start.hour && operation.time < later.hour {
      let name = "the " + operation.action.kind.rawValue
      if operation.action.kind != .harvest, !names.contains(name) { names.append(name) }
    }
    guard let last = names.last else { return "" }
    let list =
      names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
    return " with \(list) planned in between,"
  }
}
