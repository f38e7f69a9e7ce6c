import Quantities

/// The verdict of a study in a sentence or two; its notes are beside it.
struct StudyWords {
  let candidates: [ModelStudy.Candidate]
  let verdict: ModelStudy.Verdict
  let comparison: ModelComparison
  let points: FuturePoints
  let usesFutureWeights: Bool
  let weights: [Double]
  let forecast: WeightedForecast?

  /// What the weights rest on.
  private var basis: String {
    guard usesFutureWeights else { return comparison.criterion }
    let samples = NumberText.counted(points.times.count, "later sample")
    return points.times.count == points.all
      ? "the forecasts of the \(samples)"
      : "the forecasts of \(points.times.count) of the \(points.all) later samples"
  }

  /// The contenders, by weight.
  var order: [Int] {
    candidates.indices.filter { candidates[$0].isContender }.sorted {
      (-weights[$0], candidates[$0].model) < (-weights[$1], candidates[$1].model)
    }
  }

  /// Ranked models that their residuals contradict, in the order of the comparison.
  var misfits: [ModelStudy.Candidate] {
    candidates.filter { $0.entry.standing == .contradicted }
  }

  /// What the ranked models read, in words.
  var those: String { comparison.comparedWords }

  static func share(_ weight: Double) -> String {
    if weight > 0.99, weight < 1 { return "more than 99 %" }
    return weight < 0.01 ? "less than 1 %" : NumberText.percent(weight)
  }

  var sentence: String {
    switch verdict {
    case .noneUsable:
      return
        "No model is usable: none of the fits ended at a minimum that can be trusted. Read the "
        + "notes of the fits, check units and seed, or add samples."
    case .noneRanked:
      return "No model that reads \(those) is usable, so none is ranked." + narrower
    case .allMisfit:
      let first = misfits.first
      return
        "No model that reads \(those) describes these data: the residuals contradict "
        + "\(misfits.count == 1 ? "the only one" : "each of the \(misfits.count)"), so there are "
        + "neither weights nor a forecast."
        + (first.map { " \($0.model): \(contradiction($0))" } ?? "")
    case .only:
      guard let lead = order.first else { return "" }
      let others = candidates.contains { !$0.entry.isComparable }
      let isAlone = candidates.count { $0.entry.isComparable } == 1
      let model = candidates[lead].model
      return
        (isAlone
        ? "Only \(model) reads \(those)\(inThisWay)"
        : "Of the models that read \(those) only \(model) can be ranked")
        + ", so there is nothing to rank it against. " + residuals(candidates[lead])
        + (others ? narrower : "")
    case .leader: return leader
    case .several: return several
    }
  }

  private var leader: String {
    guard let lead = order.first else { return "" }
    let one = candidates[lead]
    if order.count == 1 {
      let ranked = candidates.count { $0.isRanked }
      return
        "Of the \(ranked) models that read \(those) only \(one.model) is contradicted by nothing. "
        + residuals(one) + better(than: one)
    }
    return "\(one.model) leads with a weight of \(StudyWords.share(weights[lead])), by \(basis). "
      + residuals(one) + unscored + better(than: one)
  }

  private var several: String {
    guard let lead = order.first else { return "" }
    let near = order.filter { weights[$0] >= 0.1 * weights[lead] || isTied($0) }
    let close = near.count > 1 ? near : Array(order.prefix(2))
    let names = close.prefix(4).map {
      "\(candidates[$0].model) (\(StudyWords.share(weights[$0])))"
    }
    return "These data do not settle on one model: by \(basis), "
      + "\(names.joined(separator: ", "))\(close.count > 4 ? " and others" : "") cannot be told "
      + "apart (weights in brackets). " + outlook + unscored + better(than: candidates[lead])
  }

  private func isTied(_ index: Int) -> Bool { usesFutureWeights && candidates[index].isTied }

  /// What a forecast rests on when several models share the weight.
  private var outlook: String {
    guard let forecast else { return "A forecast should not rest on one of them alone." }
    if forecast.covered >= 0.9 { return "The forecast below weighs them." }
    return
      "The forecast below rests on \(NumberText.percent(forecast.covered)) of the weight only: "
      + "the other models could not be carried forward, so it is too narrow."
  }

  /// Contenders without a weight, because they could not forecast enough samples.
  private var unscored: String {
    guard usesFutureWeights, !points.leftOut.isEmpty else { return "" }
    let names = points.leftOut.map { candidates[$0].model }.sorted()
    return " \(names.joined(separator: ", ")) could not be scored and "
      + "\(names.count == 1 ? "has" : "have") no weight."
  }

  /// Models that do clearly better by a number and are contradicted by their residuals.
  private func better(than one: ModelStudy.Candidate) -> String {
    let ahead = misfits.compactMap { other -> String? in
      var found: [String] = []
      let lower = (one.entry.delta ?? 0) - (other.entry.delta ?? .infinity)
      if lower > 2 {
        found.append(
          "\(comparison.criterion) lower by \(NumberText.fixed(lower, decimals: 1))")
      }
      if let score = other.scoreDifference, score.sum < 0, score.isClear {
        found.append(
          "forecast score higher by \(NumberText.fixed(-score.sum, decimals: 1))")
      }
      return found.isEmpty ? nil : "\(other.model) (\(found.joined(separator: ", ")))"
    }
    if ahead.isEmpty { return "" }
    return " Better by its numbers, but contradicted by its residuals: "
      + "\(ahead.joined(separator: "; "))."
  }

  /// Others read the same quantities by another kind of likelihood.
  private var inThisWay: String {
    let isSame = candidates.contains { candidate in
      !candidate.entry.isComparable
        && Set(candidate.entry.culture.targets.map(\.observation.quantity)).sorted()
          == comparison.compared
    }
    return isSame ? " in this way" : ""
  }

  /// How to rank models that observe fewer quantities.
  private var narrower: String {
    guard comparison.compared.count > 1 else { return "" }
    let counts = comparison.compared.first { PredictiveCheck.counts.contains($0) }
    return " To rank the others, compare on the measurements that they share"
      + (counts.map { ", such as --on \($0)." } ?? ".")
  }

  private func contradiction(_ candidate: ModelStudy.Candidate) -> String {
    candidate.checks?.flags.first(where: \.isMisfit)?.sentence ?? ""
  }

  private func residuals(_ candidate: ModelStudy.Candidate) -> String {
    guard let checks = candidate.checks, checks.refusal == nil else {
      return "Its residuals could not be checked."
    }
    return checks.flags.isEmpty
      ? checks.silence(of: candidate.entry.fit, "Its residuals", against: "it")
      : checks.sentences.joined(separator: " ")
  }
}
