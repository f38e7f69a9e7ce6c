import Harvest
import Quantities
import RunRecords

/// What the next viable count would change, reading by reading.
enum CountEffectTable {
  static func blocks(_ decision: HarvestDecision, _ words: DecisionWords) -> [Page.Block] {
    guard let effect = decision.countEffect else { return [] }
    let rows = effect.steps.map { step in
      [
        range(step), NumberText.percent(step.chance),
        words.short(step.start), answer(step),
        low(step) == high(step) ? low(step) : "\(low(step)) - \(high(step))",
      ]
    }
    return Shown.table(
      "What a viable count at \(words.when(effect.hour)) would change.",
      [
        Table.Column("The count reads", unit: "cells/mL", .numbers),
        Table.Column("Chance of it", .numbers), Table.Column("Then aimed at, from", .numbers),
        Table.Column("Answer", .words), Table.Column("P then", .numbers),
      ], rows,
      footnotes: [
        "Before that hour's operations, by what is known now, the CAR+ share left as it is; 40 equally probable "
          + "readings, those that lead to one day together. What else is read of the sample moves the edges "
          + "a little. A reading outside all of them contradicts "
          + "what is expected: count it again."
      ])
  }

  private static func low(_ step: CountEffect.Step) -> String {
    Shown.probability(step.chances.lowerBound)
  }

  private static func high(_ step: CountEffect.Step) -> String {
    Shown.probability(step.chances.upperBound)
  }

  private static func range(_ step: CountEffect.Step) -> String {
    let (low, high) = (
      Shown.cells(step.readings.lowerBound), Shown.cells(step.readings.upperBound)
    )
    return low == high ? low : "\(low) - \(high)"
  }

  private static func answer(_ step: CountEffect.Step) -> String {
    switch (step.isSafe, step.yardstick) {
    case (true, .dose): "safe without the optional retain"
    case (true, _): "safe"
    case (false, .anyDose): "a reduced dose at best"
    case (false, _): "not safe"
    }
  }
}
