import Harvest
import Quantities
import RunRecords

/// What further readings would tell of the harvest that is aimed at.
enum ReadingTable {
  static func blocks(_ decision: HarvestDecision, _ words: DecisionWords) -> [Page.Block] {
    let heading = Page.Block.heading("What to measure next")
    if let check = decision.contradiction, decision.support.pathCounts != nil {
      return [
        heading,
        .paragraph(
          "Count the sample of day \(Shown.day(check.hour)) again, now. If the reading stands, count "
            + "the culture again within a day: only its own next counts can tell where it goes."),
      ]
    }
    guard !decision.support.teachers.isEmpty else { return [] }
    guard let best = decision.readings.first else {
      guard let target = decision.target ?? decision.best else { return [] }
      return [
        heading,
        .paragraph(
          (target.met > 0.95 || target.met < 0.05
            ? "The harvest aimed at, \(words.clock(target.hour)), is hardly in doubt (P "
              + "\(Shown.probability(target.met))), so no further reading changes its probability much. "
            : "No sample before the harvest aimed at, \(words.clock(target.hour)), tells much of it. ")
            + "Take the planned samples all the same: they show whether the culture does what is expected "
            + "of it."),
      ]
    }
    let limit = NumberText.percent(decision.question.plan.thresholds.confidence, decimals: 1)
    let rows = decision.readings.prefix(6).map { reading in
      [
        words.short(reading.hour) + (reading.isPlanned ? "" : " (not planned)"),
        names(reading), Shown.probability(reading.safe),
        "\(Shown.probability(reading.after.lowerBound)) - "
          + Shown.probability(reading.after.upperBound),
        NumberText.percent(reading.told, decimals: 0),
      ]
    }
    return [
      heading,
      .paragraph(
        "Most is told by \(names(best)) at \(words.when(best.hour))"
          + "\(best.isPlanned ? ", a planned sample" : ", for which no sample is planned"): the "
          + "probability that a harvest at \(words.when(best.target)) meets everything, now "
          + "\(Shown.probability(best.now)), will then be at least \(limit) with a chance of "
          + "\(Shown.probability(best.safe))."
          + aim(decision, best, words)),
    ]
      + Shown.table(
        "What one more reading would tell of a harvest at \(words.when(best.target)).",
        [
          Table.Column("Read at", .numbers), Table.Column("What"),
          Table.Column("Chance of P of at least \(limit)", .numbers),
          Table.Column("P after it, 80 %", .numbers), Table.Column("Doubt taken away", .numbers),
        ], rows,
        footnotes: [
          "Worked out from the draws before anything is read: each is taken for the truth in turn. "
            + "Doubt: P(1 - P). Readings that take away less than "
            + "\(NumberText.percent(NextReading.leastTold, decimals: 0)) are left out; the cells that "
            + "a sample costs count only where it is planned."
        ])
  }

  /// What is said of the start aimed at when another one is more in doubt.
  private static func aim(
    _ decision: HarvestDecision, _ best: NextReading, _ words: DecisionWords
  ) -> String {
    guard let target = decision.target, target.hour != best.target else { return "" }
    return " That start is more in doubt than the one aimed at, \(words.clock(target.hour)) (P "
      + "\(Shown.probability(target.met))), of which such a reading tells less."
  }

  private static func names(_ reading: NextReading) -> String {
    let all = reading.quantities.map(name)
    guard let last = all.last, all.count > 1 else { return all.first ?? "-" }
    return all.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func name(_ quantity: String) -> String {
    switch quantity {
    case "vcd": "a viable count"
    case "car_positive": "the CAR+ share"
    default: quantity
    }
  }
}
