import Harvest
import Inference
import Quantities
import RunRecords

/// The harvest decision on a page: verdict, key times, figures, day by day.
public enum DecisionSection {
  /// One section a run, in the order given; a run without a fit has none.
  public static func sections(
    _ decisions: [Result<HarvestDecision, Posterior.Refusal>?], runs: [String],
    backtest: BacktestQuote? = nil
  ) -> [Page.Section] {
    zip(decisions, runs).compactMap { decision, run in
      switch decision {
      case nil: nil
      case .failure(let refusal)?:
        Page.Section(
          "Harvest decision for \(run)",
          [.verdict(Page.Verdict(.stop, label: "No decision", text: refusal.description))])
      case .success(let decision)?: section(decision, backtest: backtest)
      }
    }
  }

  /// The answers in a few words, one a run.
  public static func labels(
    _ decisions: [Result<HarvestDecision, Posterior.Refusal>?]
  ) -> [String] {
    decisions.map { decision in
      switch decision {
      case nil, .failure?: "refused"
      case .success(let decision)?: DecisionWords(decision: decision).verdict.label
      }
    }
  }

  static func section(
    _ decision: HarvestDecision, backtest: BacktestQuote? = nil
  ) -> Page.Section {
    let words = DecisionWords(decision: decision)
    var blocks: [Page.Block] = [.verdict(words.verdict)]
    let first = words.checkFirst
    if !first.isEmpty {
      blocks.append(
        .verdict(
          Page.Verdict(.caution, label: "Check first", text: first.joined(separator: " "))))
    }
    if let path = words.path {
      blocks.append(
        .verdict(
          Page.Verdict(
            .caution,
            label: decision.support.pathCounts == nil
              ? "Not to be relied on" : "Growth path, without a model", text: path)))
    }
    if let unanswered = words.unanswered {
      blocks.append(
        .verdict(Page.Verdict(.stop, label: "No probabilities", text: unanswered)))
      blocks.append(.paragraph(words.premises))
      blocks += ReadingTable.blocks(decision, words)
      blocks += NeedTable.blocks(decision, words)
      blocks += byDay(decision, words)
      blocks.append(.notes(notes(decision, words, backtest)))
      return Page.Section("Harvest decision for \(decision.run)", blocks)
    }
    blocks.append(DecisionSummary.block(decision, words))
    if let target = words.shown {
      blocks.append(
        .paragraph(
          "\(words.when(target.hour)): planned dose met P \(Shown.probability(target.met)), reduced "
            + "dose \(Shown.probability(target.reduced)), failed "
            + "\(Shown.probability(target.failed))\(words.withoutOptional(target)). "
            + "\(decision.support.pathCounts == nil ? "Expected" : "Median"): "
            + "\(Shown.cells(words.expected(target))) "
            + "viable CAR+ cells (80 % interval \(Shown.cells(target.carPositive.eighty.lowerBound)) - "
            + "\(Shown.cells(target.carPositive.eighty.upperBound)))."))
    }
    blocks.append(.paragraph(words.premises))
    blocks += keyTimes(decision, words)
    blocks += [.heading("What could go wrong"), .bullets(DecisionRisks.sentences(decision, words))]
    if let waiting = words.waiting {
      blocks += [.heading("Waiting or going"), .paragraph(waiting)]
    }
    blocks += ReadingTable.blocks(decision, words)
    blocks += NeedTable.blocks(decision, words)
    if let window = infusionWindow(decision) { blocks.append(.paragraph(window)) }
    blocks.append(.figure(DecisionFigure.probabilities(decision)))
    blocks.append(.figure(DecisionFigure.cells(decision)))
    blocks += byDay(decision, words)
    blocks += criteria(decision, words)
    blocks.append(.notes(notes(decision, words, backtest)))
    return Page.Section("Harvest decision for \(decision.run)", blocks)
  }

  /// The harvest starts that a fixed infusion allows.
  private static func infusionWindow(_ decision: HarvestDecision) -> String? {
    let plan = decision.question.plan
    guard let calendar = plan.calendar, let infusion = plan.infusion, let fixed = infusion.fixed,
      let window = infusion.starts(calendar)
    else { return nil }
    return "The infusion is fixed at \(fixed.onClock(offset: calendar.zero.offset)): with "
      + "\(Shown.number(calendar.duration)) h of harvest, release \(Shown.number(infusion.release)) h "
      + "and expiry \(Shown.number(infusion.shelfLife)) h after it, the harvest must start between "
      + "\(window.lowerBound) and \(window.upperBound)."
  }

  private static func hasOptional(_ decision: HarvestDecision) -> Bool {
    decision.question.plan.losses.retains.contains(where: \.isOptional)
  }

  private static func keyTimes(
    _ decision: HarvestDecision, _ words: DecisionWords
  ) -> [Page.Block] {
    let times: [(String, HarvestOutcome?)] = [
      ("next possible", decision.next), ("earliest safe", decision.earliestSafe),
      ("advised", decision.verdict.hour == nil ? nil : words.shown), ("best", decision.best),
      ("latest safe", decision.latestSafe),
    ]
    let hasOptional = hasOptional(decision)
    let rows = times.map { name, outcome -> [String] in
      guard let outcome else {
        return [name, "none"] + [String](repeating: "-", count: hasOptional ? 6 : 5)
      }
      return [
        name,
        words.short(outcome.hour)
          + (outcome.infusion.map { "\ninfusion \(DecisionWords.short($0))" } ?? ""),
        Shown.probability(outcome.met),
      ] + (hasOptional ? [Shown.probability(outcome.dose)] : []) + [
        Shown.probability(outcome.reduced), Shown.probability(outcome.failed),
        Shown.cells(words.expected(outcome)),
        outcome.limiting(decision.yardstick).map {
          "\($0.words), \(Shown.probability($0.probability))"
        } ?? "nothing",
      ]
    }
    return Shown.table(
      "When to start the harvest.",
      [
        Table.Column("Time"), Table.Column("Start", .numbers), Table.Column("P(met)", .numbers),
      ] + (hasOptional ? [Table.Column("P(dose alone)", .numbers)] : []) + [
        Table.Column("P(reduced)", .numbers), Table.Column("P(failed)", .numbers),
        Table.Column(
          "Viable CAR+, \(decision.support.pathCounts == nil ? "mean" : "median")", unit: "cells"),
        Table.Column("Most limited by"),
      ], rows,
      footnotes: [
        "Met: the planned dose and all criteria; reduced: at least the least dose still given "
          + "(\(Shown.cells(decision.question.least))) and all criteria"
          + (hasOptional
            ? ", with the optional retains given up; dose alone: the planned dose and all criteria, with "
              + "the optional retains given up; " : "; ")
          + "failed: neither. Safe: P(met) of at least "
          + "\(NumberText.percent(decision.question.plan.thresholds.confidence, decimals: 1))."
      ])
  }

  /// The best start of each day, in order.
  static func bestOfDays(_ decision: HarvestDecision) -> [HarvestOutcome] {
    var days: [(day: Int, best: HarvestOutcome)] = []
    func score(_ start: HarvestOutcome) -> Double {
      decision.yardstick.chance(start)
    }
    for start in decision.starts {
      let day =
        decision.question.plan.calendar?.time(ofHour: start.hour)?.date?.dayNumber
        ?? Int((start.hour / 24).rounded(.down))
      if let last = days.last, last.day == day {
        if score(start) > score(last.best) { days[days.count - 1].best = start }
      } else {
        days.append((day, start))
      }
    }
    return days.map(\.best)
  }

  private static func byDay(_ decision: HarvestDecision, _ words: DecisionWords) -> [Page.Block] {
    let hasViability = decision.starts.contains { $0.viability != nil }
    let hasOptional = hasOptional(decision)
    let doubted = decision.isAnswered ? [] : decision.contradicted
    let rows = bestOfDays(decision).map { start -> [String] in
      [words.short(start.hour), Shown.day(start.hour)]
        + ([start.met] + (hasOptional ? [start.dose] : []) + [start.reduced, start.failed]).map {
          decision.isAnswered ? Shown.probability($0) : "not given"
        }
        + [
          !decision.givesCells
            ? "not given"
            : Shown.cells(start.carPositive.median)
              + "\n\(Shown.cells(start.carPositive.eighty.lowerBound)) - "
              + "\(Shown.cells(start.carPositive.eighty.upperBound))"
        ]
        + (hasViability
          ? [
            doubted.contains { !$0.isOfFlow }
              ? "not given" : start.viability.map { NumberText.percent($0.median) } ?? "-"
          ] : [])
    }
    return Shown.table(
      decision.isAnswered ? "The best hour of each day." : "A possible start of each day.",
      [
        Table.Column("Start", .numbers), Table.Column("Day", unit: "d"),
        Table.Column("P(met)", .numbers),
      ] + (hasOptional ? [Table.Column("P(dose alone)", .numbers)] : []) + [
        Table.Column("P(reduced)", .numbers), Table.Column("P(failed)", .numbers),
        Table.Column("Viable CAR+, median and 80 %", unit: "cells"),
      ] + (hasViability ? [Table.Column("Viability, median", .numbers)] : []), rows,
      footnotes: [
        "Before the operations of that hour. Monte-Carlo error of P at most "
          + "\(NumberText.fixed(100 * monteCarloError(decision), decimals: 1)) points"
          + (decision.effectiveSampleSize.map { "; draws worth \(Int($0)) equal ones." } ?? ".")
      ])
  }

  private static func criteria(
    _ decision: HarvestDecision, _ words: DecisionWords
  ) -> [Page.Block] {
    guard let first = decision.starts.first, first.conditions.count > 1 else { return [] }
    return Shown.table(
      "Each criterion alone, at the same hours.",
      [Table.Column("Start", .numbers)] + first.conditions.map { Table.Column($0.words, .numbers) }
        + [Table.Column("all at once", .numbers)],
      bestOfDays(decision).map { start in
        [words.short(start.hour)] + start.conditions.map { Shown.probability($0.probability) }
          + [Shown.probability(start.met)]
      },
      footnotes: ["All at once is counted draw by draw; it is not the product of the columns."])
  }

  private static func monteCarloError(_ decision: HarvestDecision) -> Double {
    let least = decision.effectiveSampleSize.map { 1 / max(1, $0) } ?? 0
    return max(least, 0.001, decision.starts.map(\.error).max() ?? 0)
  }

  private static func notes(
    _ decision: HarvestDecision, _ words: DecisionWords, _ backtest: BacktestQuote?
  ) -> [String] {
    let limit = decision.question.plan.thresholds
    var notes = decision.notes
    if let target = decision.target, abs(target.met - limit.confidence) <= 2 * target.error {
      notes.append(
        "P of \(words.clock(target.hour)) lies within its Monte-Carlo error of the confidence: another "
          + "seed may move the answer. Use more --draws before relying on it.")
    }
    if decision.checks.isEmpty {
      notes.append(
        "Whether the latest readings contradict the model could not be checked: that takes readings "
          + "at three hours, and a usable fit without the last.")
    } else {
      let list = decision.checks.sorted { $0.p < $1.p }.map { check in
        "\(check.words) of day "
          + "\(Shown.day(check.hour)), p \(words.probability(check.p))"
      }
      notes.append(
        "The latest readings were held against what "
          + (decision.support.teachers.isEmpty
            ? "a fit of those before" : "earlier donors and the readings before")
          + " let expect: \(list.joined(separator: "; ")). Readings of other quantities are not checked."
      )
    }
    func share(_ x: Double) -> String { NumberText.percent(x, decimals: 1) }
    notes.append(
      "Thresholds: confidence \(share(limit.confidence)), tolerance \(share(limit.tolerance)), stop "
        + "below \(share(limit.stopBelow)), fall \(share(limit.fall)), contradiction p "
        + "\(Shown.number(limit.contradiction)), newest count at most "
        + "\(Shown.number(limit.newestCount)) h old.")
    if let backtest, decision.support.pathCounts == nil {
      notes.append(
        backtest.sentence(now: decision.question.now)
          + " That is of the cells forecast; the probabilities of a decision are not back-tested.")
    } else {
      notes.append(
        "No back-test stands behind this decision yet: how often such probabilities came true on "
          + "earlier runs of this process has not been measured."
          + (decision.support.teachers.isEmpty
            ? "" : " Make one with 'thymus backtest' and name it under --backtest."))
    }
    notes.append(
      "Criteria speak of the culture itself at the start of the harvest, not of a reading with its "
        + "noise; the model, the planned operations and the losses are taken as they stand.")
    return notes
  }
}
