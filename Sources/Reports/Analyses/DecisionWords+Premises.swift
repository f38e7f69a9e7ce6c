import Harvest
import Inference
import Quantities
import RunRecords

/// What a decision rests on.
extension DecisionWords {
  /// What is known of the phenotypes that criteria limit, in the plan's order.
  var phenotypes: [(kind: Criterion.Kind, law: PhenotypeLaw)] {
    let known = decision.question.phenotypes
    return decision.question.plan.criteria.compactMap { criterion in
      known[criterion.kind].map { (criterion.kind, $0) }
    }
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
        + ". Measure them before a harvest; with them the probabilities can only be lower."
    }
    return text
  }

  /// `model live_dead`, or the priors of earlier donors.
  var rests: String {
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
    for (kind, law) in phenotypes {
      text +=
        " Share of \(kind.words): "
        + "\(NumberText.percent(law.share(at: law.hour).median, decimals: 1)) on day "
        + "\(Shown.day(law.hour)) by \(NumberText.counted(law.count, "reading"))"
        + (shown.map { start in
          let then = law.share(at: start.hour)
          return ", \(NumberText.percent(then.median, decimals: 1)) "
            + "(\(NumberText.percent(then.range.lowerBound)) - "
            + "\(NumberText.percent(then.range.upperBound))) at the start aimed at"
        } ?? "") + "."
    }
    if !q.plan.criteria.isEmpty {
      text += " Criteria: \(q.plan.criteria.map(\.description).joined(separator: "; "))."
    }
    if let note = q.needNote { text += " " + note }
    return text
  }

  /// ` Without the second dose, frozen, P would be 95 %.`; empty where nothing is optional, or the start is
  /// safe with it.
  func withoutOptional(_ start: HarvestOutcome) -> String {
    guard let p = start.withoutOptional, start.met < thresholds.confidence else { return "" }
    let names = decision.question.plan.losses.retains.filter(\.isOptional).map(\.name)
    return
      ". Without what is kept back for '\(names.joined(separator: "', '"))' P of the planned dose "
      + "would be \(Shown.probability(p))"
  }

  func range(_ q: Quantiles) -> String {
    q.eighty.upperBound - q.eighty.lowerBound < 1e-9 * q.median
      ? Shown.cells(q.median)
      : "\(Shown.cells(q.median)) (80 % interval \(Shown.cells(q.eighty.lowerBound)) - "
        + "\(Shown.cells(q.eighty.upperBound)))"
  }
}
