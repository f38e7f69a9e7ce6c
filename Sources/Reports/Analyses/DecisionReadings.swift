import Harvest
import Quantities
import RunRecords

/// What further readings would tell of the harvest that is aimed at.
enum ReadingTable {
  static func blocks(_ decision: HarvestDecision, _ words: DecisionWords) -> [Page.Block] {
    let heading = Page.Block.heading("What to measure next")
    if !decision.contradicted.isEmpty {
      let hours = Set((decision.contradicted + decision.doubts.suspects).map(\.hour)).sorted().map(
        Shown.day)
      return [
        heading,
        .paragraph(
          "Read the sample of day \(hours.joined(separator: " and ")) again, now: "
            + "\(words.contradictedNames). If the reading stands, read the culture again within a day: only "
            + "its own next readings can tell where it goes."),
      ]
    }
    guard !decision.support.teachers.isEmpty else {
      return [
        heading,
        .paragraph(
          sample(decision, words)
            + "What a reading would tell of the harvest is worked out with --prior only; 'What to sample "
            + "next' in the fit's report tells which reading tells most of the parameters."),
      ]
    }
    guard let target = words.shown else { return [] }
    let aimed = decision.readings.filter { $0.target == target.hour }
    let others = decision.readings.filter { $0.target != target.hour }
    var blocks = [heading]
    blocks.append(.paragraph(aim(decision, target, aimed.first, words)))
    blocks += CountEffectTable.blocks(decision, words)
    if let note = flow(decision, words) { blocks.append(.paragraph(note)) }
    if !aimed.isEmpty { blocks += table(decision, aimed, words) }
    if let other = others.first {
      blocks.append(
        .paragraph(
          "The next possible start, \(words.clock(other.target)) (now P "
            + "\(Shown.probability(other.now))), would become safe with a chance of "
            + "\(Shown.probability(other.safe)) by \(names(other)) at \(words.when(other.hour))."))
      blocks += table(decision, others, words)
    }
    return blocks
  }

  /// What the best reading tells of the start aimed at.
  private static func aim(
    _ decision: HarvestDecision, _ target: HarvestOutcome, _ best: NextReading?,
    _ words: DecisionWords
  ) -> String {
    let confidence = decision.question.plan.thresholds.confidence
    let limit = NumberText.percent(confidence, decimals: 1)
    let start =
      decision.verdict.hour == nil ? "the start that would be aimed at" : "the harvest advised"
    let end =
      "Take the planned samples all the same: they show whether the culture does what is expected of it."
    guard let best else {
      let p = Shown.probability(words.chance(target))
      if let best = decision.best, words.chance(best) < 0.05 {
        return
          "Even the best start, \(words.clock(best.hour)), is as good as certain to miss the planned dose "
          + "(P \(Shown.probability(words.chance(best)))), "
          + "and no reading changes that much. " + end
      }
      return sample(decision, words)
        + (words.chance(target) > 0.95
          ? "Of \(start), \(words.clock(target.hour)), there is hardly a doubt (P \(p)) as far as "
            + "the model and the donors are right, and no single reading changes that much. "
          : "No sample before \(start), \(words.clock(target.hour)) (P \(p)), tells much of "
            + "it. ") + end
    }
    let after =
      words.chance(target) >= confidence
      ? "stays at \(limit) or more with a chance of \(Shown.probability(best.safe)), and falls below with "
        + "\(Shown.probability(1 - best.safe))"
      : "will then be at least \(limit) with a chance of \(Shown.probability(best.safe))"
    let equal = decision.readings.filter {
      $0.target == best.target && $0 != best
        && ($0.told > best.told ? !best.isLess(than: $0) : !$0.isLess(than: best))
    }
    let others = equal.prefix(3).map { "\(names($0)) at \(words.clock($0.hour))" }
    return "Most is told by \(names(best)) at \(words.when(best.hour))"
      + "\(best.isPlanned ? ", a planned sample" : ", for which no sample is planned")"
      + "\(DecisionSummary.closed(best.hour, decision))"
      + (others.isEmpty
        ? "" : "; by these draws it cannot be told from \(others.joined(separator: ", nor from "))")
      + ". The probability that \(start), "
      + "\(words.when(target.hour)), \(meets(decision)), now \(Shown.probability(best.now)), \(after)."
  }

  private static func meets(_ decision: HarvestDecision) -> String {
    switch decision.yardstick {
    case .everything: "meets everything"
    case .dose: "gives the planned dose with all criteria"
    case .anyDose: "gives any dose with all criteria"
    }
  }

  /// The next planned sample, in a sentence.
  private static func sample(_ decision: HarvestDecision, _ words: DecisionWords) -> String {
    decision.nextSample.map {
      "The next planned sample is \(words.when($0))\(DecisionSummary.closed($0, decision)). "
    } ?? "No sample is planned. "
  }

  /// Whether flow of the next sample still reads high.
  private static func flow(_ decision: HarvestDecision, _ words: DecisionWords) -> String? {
    guard case .fraction = decision.question.car, let from = decision.flowIsTrueFrom,
      from > decision.question.now - 24
    else { return nil }
    let samples = decision.operations.filter {
      $0.action.kind == .sample && $0.time > decision.question.now
    }.map(\.time)
    var text =
      "Flow reads high up to 5 days after transduction, here until \(words.when(from))"
    if let early = samples.first, early < from {
      text += "; the CAR+ share of \(words.when(early)) still reads high"
    }
    if let late = samples.first(where: { $0 >= from }) {
      text +=
        "; that of \(words.when(late)) is the first of the planned samples that can be taken at its word"
    }
    return text + "."
  }

  private static func table(
    _ decision: HarvestDecision, _ readings: [NextReading], _ words: DecisionWords
  ) -> [Page.Block] {
    guard let first = readings.first else { return [] }
    let limit = NumberText.percent(decision.question.plan.thresholds.confidence, decimals: 1)
    let rows = readings.prefix(6).map { reading in
      [
        words.short(reading.hour) + (reading.isPlanned ? "" : " (not planned)"),
        names(reading), Shown.probability(reading.safe),
        "\(Shown.probability(reading.after.lowerBound)) - "
          + Shown.probability(reading.after.upperBound),
        NumberText.percent(reading.told, decimals: 0)
          + " +- \(NumberText.percent(reading.error, decimals: 1))",
      ]
    }
    return Shown.table(
      "What one more reading would tell of a harvest at \(words.when(first.target)).",
      [
        Table.Column("Read at", .numbers), Table.Column("What"),
        Table.Column("Chance of P of at least \(limit)", .numbers),
        Table.Column("P after it, 80 %", .numbers), Table.Column("Doubt taken away", .numbers),
      ], rows,
      footnotes: [
        "Worked out from the draws before anything is read: they are taken for the truth in turn. "
          + "Doubt: P(1 - P), +- its Monte-Carlo standard error; what it cannot tell apart stands in the "
          + "order of effort. Readings that take away less than "
          + "\(NumberText.percent(NextReading.leastTold, decimals: 0)) are left out; the cells that "
          + "a sample costs count only where it is planned."
      ])
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
    default:
      Criterion.Kind(rawValue: quantity).flatMap {
        $0.isPhenotype ? "the share of \($0.words)" : nil
      } ?? quantity
    }
  }
}
