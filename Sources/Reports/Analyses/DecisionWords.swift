import Harvest
import Inference
import Quantities
import RunRecords

/// The sentences of a harvest decision.
struct DecisionWords {
  let decision: HarvestDecision

  private var thresholds: DecisionPlan.Thresholds { decision.question.plan.thresholds }

  /// `Thu 2026-03-12 10:00 (day 10.0)`; without a calendar `day 10`.
  func when(_ hour: Double) -> String {
    guard let time = decision.question.plan.calendar?.time(ofHour: hour) else {
      return "day \(Shown.day(hour))"
    }
    return "\(time) (day \(Shown.day(hour)))"
  }

  /// `Thu 12 Mar 10:00`, for tables.
  func short(_ hour: Double) -> String {
    decision.question.plan.calendar?.time(ofHour: hour).map(DecisionWords.short)
      ?? "day \(Shown.day(hour))"
  }

  static func short(_ time: CivilTime) -> String {
    guard let date = time.date else { return "-" }
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return "\(date.weekday.short) \(date.day) \(months[date.month - 1]) "
      + CivilTime.clockText(time.minuteOfDay)
  }

  /// The time without the day of the run.
  func clock(_ hour: Double) -> String {
    decision.question.plan.calendar?.time(ofHour: hour)?.description ?? "day \(Shown.day(hour))"
  }

  /// Its box: kind, label, reason.
  var verdict: Page.Verdict {
    let verdict = decision.verdict
    let label: String
    let kind: Page.Verdict.Kind
    switch verdict.kind {
    case .harvest:
      label = "Harvest \(verdict.hour.map(when) ?? "")"
      kind = .good
    case .wait:
      label = "Wait until \(verdict.hour.map(when) ?? "")"
      kind = decision.earliestSafe == nil ? .caution : .good
    case .stop: (label, kind) = ("Stop", .stop)
    case .alarm: (label, kind) = ("Alarm", .stop)
    }
    return Page.Verdict(kind, label: label, text: reason(verdict) + again(verdict))
  }

  /// The start that the page speaks of: the one advised; with STOP the best there is.
  var shown: HarvestOutcome? {
    decision.verdict.kind == .stop || decision.verdict.ground == .nothingUpToTheHorizon
      ? decision.best : decision.target ?? decision.best
  }

  /// `up to Sun 2026-03-15 08:00 (day 13), the plan's greatest days in culture`.
  var searched: String {
    let q = decision.question
    let reason =
      switch q.searchEnd {
      case .daysInCulture: "the plan's greatest days in culture"
      case .plannedHarvest: "the run's planned harvest"
      case .leastDays: "three days after the plan's least days in culture"
      case .asked: "as asked with --horizon"
      case .week: "seven days from now"
      }
    return "up to \(when(q.horizon)), \(reason)"
  }

  /// Why, in one sentence.
  func reason(_ verdict: HarvestVerdict) -> String {
    let wanted = percent(thresholds.confidence)
    let p = { (outcome: HarvestOutcome?) in outcome.map { sign($0.met) } ?? "unknown" }
    let at = { (outcome: HarvestOutcome?) in
      outcome.map { "\(Shown.probability($0.met)) (\(clock($0.hour)))" } ?? "-"
    }
    let (next, best) = (decision.next, decision.best)
    let target = decision.target
    switch verdict.ground {
    case .safeAndNotBetterLater:
      let later = decision.nextShift.map {
        $0.met < (next?.met ?? 0) - thresholds.tolerance
          ? "; waiting until \(clock($0.hour)) would take P to \(percent($0.met))" : ""
      }
      return "The next possible time is safe: all criteria and the planned dose hold with P "
        + "\(p(next)), at least \(wanted), and no later time is better by more than "
        + "\(points(of: thresholds.tolerance))\(later ?? "")."
    case .nextIsSafe:
      return "The next possible time, \(next.map { when($0.hour) } ?? "-"), is "
        + "\(away(next)) off and safe: all criteria and the planned dose hold with P \(p(next)), and no "
        + "later time is better by more than \(points(of: thresholds.tolerance)). Plan for it."
    case .laterIsSafe:
      return
        "At the next possible time, \(next.map { clock($0.hour) } ?? "-"), P \(p(next)) is below "
        + "\(wanted)\(limited(next)); then it is P \(p(target)).\(choice)"
    case .laterIsBetter:
      return
        "The next possible time, \(next.map { clock($0.hour) } ?? "-"), is safe with P \(p(next)), but "
        + "then P \(p(target)) is better by more than \(points(of: thresholds.tolerance)).\(choice)"
    case .laterIsBetterNotSafe:
      return "No time reaches \(wanted). At the next possible time P is \(at(next)), then it is P "
        + "\(p(target))\(limited(target)).\(choice)"
    case .nothingReachesTheLeastDose:
      return
        "No time gives even the least dose still given, with all criteria, with a probability of "
        + "\(percent(thresholds.stopBelow)) (\(most))\(limited(best)). The search went \(searched)."
    case .nothingUpToTheHorizon:
      return
        "No start \(searched), gives even the least dose still given, with all criteria, with a "
        + "probability of \(percent(thresholds.stopBelow)) (\(most))\(limited(best)). Later starts "
        + "were not looked at, and there the criteria may be met: give a later --horizon before "
        + "anything is given up."
    case .modelContradicted:
      let found = decision.contradicted
      guard !found.isEmpty else { return "The model is contradicted." }
      return
        "\(found.count > 1 ? "The latest readings contradict" : "The latest reading contradicts") "
        + "\(found.contains { $0.quantity != "car_positive" } ? "the model" : "the earlier ones"): "
        + found.map(contradiction).joined(separator: "; and ") + "."
    case .criterionViolatedNow:
      let list = decision.violations.map { violation in
        "\(violation.criterion.kind.words) was "
          + "\(Shown.number(violation.reading / violation.criterion.kind.scale)) "
          + "\(violation.criterion.kind.unit) on day \(Shown.day(violation.hour))"
          + " (\(violation.criterion.description))"
      }
      return "A criterion is not met now: \(list.joined(separator: "; "))."
    case .probabilityFalls:
      return "No time reaches \(wanted)\(limited(next)), and P falls from \(at(next)), the next "
        + "possible time, to \(at(decision.nextShift)), the next shift: "
        + "decide for \(next.map { clock($0.hour) } ?? "the next possible time")."
    case .waitingDoesNotHelp:
      return "No time reaches \(wanted)\(limited(next)), and none is better than the next possible "
        + "one, P \(at(next)), by more than \(points(of: thresholds.tolerance)): a person must decide."
    }
  }

  /// When to decide again, or what the answer would be without the alarm.
  private func again(_ verdict: HarvestVerdict) -> String {
    switch verdict.kind {
    case .wait:
      guard let sample = decision.nextSample, let hour = verdict.hour, sample < hour else {
        return " No sample is planned before then: take one, and decide again with its count."
      }
      return " Decide again with the sample of \(when(sample))."
    case .alarm:
      if !decision.isAnswered {
        return
          " Read the \(contradictedNames) again, now. Until then there is no answer: what depends "
          + "on it is not given."
      }
      guard let other = decision.otherwise else { return "" }
      let words: String
      switch other.kind {
      case .harvest: words = "harvest \(other.hour.map(when) ?? "")."
      case .wait: words = "wait until \(other.hour.map(when) ?? "")."
      case .stop: words = "stop."
      case .alarm: words = "an alarm as well. " + reason(other)
      }
      if decision.support.pathCounts != nil, verdict.ground == .modelContradicted {
        return " Count again; what follows no longer rests on the model, but on the culture's own "
          + "counts. By these alone the answer would be: \(words) Do not act on that before the recount."
      }
      return
        " Measure again, and act on the culture. Without the alarm the answer would be: \(words)"
    case .harvest, .stop: return ""
    }
  }

  /// `viability of 30 % on day 6, where ... let expect 85 - 94 % (90 %; p < 0.001, below 0.01)`.
  private func contradiction(_ check: LatestReadingCheck) -> String {
    func shown(_ value: Double) -> String { DecisionWords.reading(value, check.quantity) }
    let what = check.quantity == "car_positive" ? "CAR+ share" : check.quantity
    return
      "\(what) of \(shown(check.reading)) on day \(Shown.day(check.hour)), where earlier readings "
      + "let expect \(DecisionWords.readings(check.expected, check.quantity)) "
      + "(\(NumberText.percent(check.level)) interval; p \(probability(check.p)), below "
      + "\(Shown.number(thresholds.contradiction)))"
  }

  /// A reading with its unit, `2.56E6 cells/mL`.
  static func reading(_ base: Double, _ quantity: String) -> String {
    let unit = MeasuredQuantity.named(quantity)?.unit ?? ""
    if unit == "1e6 cells/mL" { return "\(Shown.cells(base)) cells/mL" }
    return "\(Shown.measured(base, quantity)) \(unit)"
  }

  /// A range of readings with its unit, `2.1 - 3.92 1e6 cells/mL` as `2.1E6 - 3.9E6 cells/mL`.
  static func readings(_ range: ClosedRange<Double>, _ quantity: String) -> String {
    let unit = MeasuredQuantity.named(quantity)?.unit ?? ""
    if unit == "1e6 cells/mL" {
      return "\(Shown.cells(range.lowerBound)) - \(Shown.cells(range.upperBound)) cells/mL"
    }
    return "\(Shown.measured(range.lowerBound, quantity)) - "
      + "\(Shown.measured(range.upperBound, quantity)) \(unit)"
  }

  /// Names of what was read and is contradicted, `viability and CAR+ share`.
  var contradictedNames: String {
    decision.contradicted.map {
      $0.quantity == "car_positive" ? "CAR+ share" : $0.quantity
    }.joined(separator: " and ")
  }

  /// Why the page gives no probabilities; nil while it does.
  var unanswered: String? {
    guard !decision.isAnswered else { return nil }
    let isModel = decision.contradicted.contains { $0.quantity != "car_positive" }
    let cells =
      decision.contradicted.contains { $0.quantity == "car_positive" }
      ? "No cells are given either, as they depend on it."
      : decision.support.pathCounts != nil
        ? "The cells below are those of the growth path, from the counts alone."
        : "The cells below are those of a model that these readings do not fit: do not rely on them."
    return "The probabilities of a harvest depend on the \(contradictedNames), and "
      + (isModel
        ? "no model here foretells what was read: they are not given, and there is no answer that "
          + "leaves the alarm out. "
        : "the readings do not agree: they are not given, and there is no answer that leaves the "
          + "alarm out. ") + cells
  }

  /// `, the most is 5 %`.
  private var most: String {
    let most = decision.starts.map { $0.met + $0.reduced }.max() ?? 0
    return "the most is \(Shown.probability(most))"
  }

  /// `5 days`, from now.
  private func away(_ start: HarvestOutcome?) -> String {
    let days = ((start?.hour ?? decision.question.now) - decision.question.now) / 24
    return NumberText.fixed(days, decimals: 1) + " days"
  }

  /// Why the start advised is neither the earliest safe one nor the best one.
  private var choice: String {
    guard let target = decision.target, let best = decision.best else { return "" }
    var text = ""
    if let safe = decision.earliestSafe, safe.hour < target.hour,
      safe.hour != decision.next?.hour
    {
      text += " \(clock(safe.hour)) is already safe (P \(sign(safe.met))), but "
      text +=
        best.hour == target.hour
        ? "the time advised is better by more than \(points(of: thresholds.tolerance))."
        : "the time advised is the first within \(points(of: thresholds.tolerance)) of the best one, "
          + "\(clock(best.hour)) (P \(sign(best.met)))."
    } else if best.hour > target.hour {
      text +=
        " It is the first within \(points(of: thresholds.tolerance)) of the best one, "
        + "\(clock(best.hour)) (P \(sign(best.met)))."
    }
    return text + tie
  }

  /// That the draws cannot tell the start advised from its neighbours.
  private var tie: String {
    guard let target = decision.target, let best = decision.best else { return "" }
    let others = decision.ties.filter { $0.hour != target.hour }
    guard !others.isEmpty, decision.ties.contains(where: { $0.hour == target.hour }) else {
      return ""
    }
    let error = NumberText.fixed(200 * target.lossError, decimals: 1)
    return
      " Its loss against the best, \(NumberText.fixed(100 * (best.met - target.met), decimals: 1)) "
      + "points, is known to \(error) points from these draws: by them it cannot be told from "
      + others.map { clock($0.hour) }.joined(separator: ", ")
      + ". Of such equal times the earliest is advised."
  }

  /// What the growth path is and does not know, or why there is none; nil while models are believed.
  var path: String? {
    let support = decision.support
    if let reason = support.pathRefusal {
      return "No forecast without the model could take over from the contradicted one. \(reason)"
    }
    guard let counts = support.pathCounts else { return nil }
    var text = OutlookWords.path(counts)
    if !support.unfollowed.isEmpty {
      text +=
        " It does not follow these criteria, and they are no part of the probabilities: "
        + support.unfollowed.map(\.description).joined(separator: "; ")
        + ". Measure them before a harvest; the true probabilities are at most those given."
    }
    return text
  }

  /// `model live_dead`, or the priors of earlier donors.
  private var rests: String {
    let support = decision.support
    if support.pathCounts != nil { return "without a model (\(decision.model) is contradicted)" }
    guard !support.teachers.isEmpty else { return "model \(decision.model)" }
    var parts = support.teachers.map { teacher in
      "\(teacher.label)\(teacher.source.map { ", of \"\($0)\"" } ?? ""), learned from \(NumberText.counted(teacher.donors, "donor")) in "
        + "\(NumberText.counted(teacher.runs, "run")), their spread widened "
        + "\(NumberText.fixed(teacher.widening, decimals: 2)) times for their number"
        + (teacher.covariates.isEmpty ? "" : ", for \(NumberText.list(teacher.covariates))")
        + (support.teachers.count > 1
          ? " (weight \(Shown.probability(teacher.weight)))" : "")
    }
    if support.widening != 1 {
      parts.append("widened a further \(Shown.number(support.widening)) times as asked")
    }
    if support.isRobust { parts.append("mixed with priors twice as wide") }
    return "what earlier donors taught: " + parts.joined(separator: "; ")
  }

  /// `, limited by viability (62 %)`.
  private func limited(_ outcome: HarvestOutcome?) -> String {
    guard let limit = outcome?.limiting else { return "" }
    return ", limited by \(limit.words) (P \(sign(limit.probability)))"
  }

  /// The mean, 1e6; the median of a growth path, whose mean is ruled by its far tail.
  func expected(_ outcome: HarvestOutcome) -> Double {
    decision.support.pathCounts == nil ? outcome.expectedCells : outcome.carPositive.median
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
        "\(points(later.met - next.met)) and the \(expectedWord) viable CAR+ cells by "
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
        "In \(Shown.probability(waiting.won)) of the cases everything is met only by waiting until "
        + "\(clock(target.hour)), and in \(Shown.probability(waiting.lost)) only by going at "
        + "\(clock(next.hour))."
    }
    return text
  }

  /// ` with the sample and the exchange of 08:00 between,`; empty without operations.
  private func between(_ start: HarvestOutcome, _ later: HarvestOutcome) -> String {
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

  /// What the decision rests on.
  var premises: String {
    let q = decision.question
    var text =
      (decision.support.counts == 0
        ? "There is no count yet: with the seed and "
        : "With the data up to day \(Shown.day(q.now)) and ")
      + "\(rests). Planned dose "
      + "\(Shown.cells(q.planned)) viable CAR+ cells, least dose still given "
      + "\(Shown.cells(q.least)); after losses "
      + "and retains the harvest needs \(range(decision.need)) and \(range(decision.leastNeed)). "
      + "Starts were looked for \(searched). "
    switch q.car {
    case .model: text += "CAR+ share from the model, hour by hour."
    case .fraction(let car):
      text +=
        "CAR+ share \(NumberText.percent(car.median, decimals: 1)) (\(car.origin); sd of logit "
        + "\(Shown.number(car.sdLogit, 2))), constant until harvest."
    }
    if !q.plan.criteria.isEmpty {
      text += " Criteria: \(q.plan.criteria.map(\.description).joined(separator: "; "))."
    }
    if let note = q.needNote { text += " " + note }
    return text
  }

  private func range(_ q: Quantiles) -> String {
    q.eighty.upperBound - q.eighty.lowerBound < 1e-9 * q.median
      ? Shown.cells(q.median)
      : "\(Shown.cells(q.median)) (80 % interval \(Shown.cells(q.eighty.lowerBound)) - "
        + "\(Shown.cells(q.eighty.upperBound)))"
  }

  /// `= 93 %`, `> 99 %`.
  private func sign(_ probability: Double) -> String {
    let text = Shown.probability(probability)
    return text.first == ">" || text.first == "<" ? text : "= " + text
  }

  private func percent(_ share: Double) -> String { NumberText.percent(share, decimals: 1) }

  private func points(of share: Double) -> String {
    NumberText.fixed(100 * share, decimals: 1) + " points"
  }

  private func points(_ change: Double) -> String {
    (change > 0 ? "+" : "") + NumberText.fixed(100 * change, decimals: 1) + " points"
  }

  private func difference(_ millions: Double) -> String {
    (millions > 0 ? "+" : "") + NumberText.significant(millions * 1e6, 2)
  }

  /// `= 0.03`, `< 0.001`.
  func probability(_ p: Double) -> String {
    p < 0.001 ? "< 0.001" : "= " + NumberText.significant(p, 2)
  }
}
