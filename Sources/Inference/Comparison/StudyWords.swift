import Quantities

/// The sentences of a study.
struct StudyWords {
  let candidates: [ModelStudy.Candidate]
  let verdict: ModelStudy.Verdict
  let comparison: ModelComparison
  let points: FuturePoints
  let usesFutureWeights: Bool
  let weights: [Double]
  let forecast: WeightedForecast?

  private var basis: String {
    usesFutureWeights
      ? "the forecasts of \(NumberText.counted(points.times.count, "later sample"))"
      : comparison.criterion
  }

  private var order: [Int] {
    candidates.indices.filter { candidates[$0].isRanked }.sorted {
      (-weights[$0], candidates[$0].model) < (-weights[$1], candidates[$1].model)
    }
  }

  var sentence: String {
    switch verdict {
    case .noneUsable:
      return
        "No model is usable: none of the fits ended at a minimum that can be trusted. Read the "
        + "notes of the fits, check units and seed, or add samples."
    case .allMisfit:
      let first = candidates.first { $0.checks?.isMisfit == true }
      return
        "No model describes these data, so none is ranked: the residuals of every usable model "
        + "contradict it. "
        + (first?.checks?.flags.first(where: \.isMisfit)?.sentence ?? "")
    case .only:
      guard let one = candidates.first(where: \.isRanked) else {
        return "No usable model reads all the measurements; fit the models of interest one by one."
      }
      let smaller = candidates.filter { !$0.isRanked }.count
      return "Only \(one.model) reads all of these measurements, so there is nothing to rank it "
        + "against. " + residuals(one)
        + (smaller == 0
          ? ""
          : " To rank the others, compare on the measurements that they share, such as --on vcd.")
    case .leader, .several:
      guard let lead = order.first else { return "" }
      let one = candidates[lead]
      let share = NumberText.percent(weights[lead])
      if verdict == .leader {
        return "\(one.model) leads with a weight of \(share), by \(basis). " + residuals(one)
      }
      let others = order.filter { weights[$0] >= 0.1 * weights[lead] }
      let names = others.prefix(4).map {
        "\(candidates[$0].model) (\(NumberText.percent(weights[$0])))"
      }
      return "These data do not settle on one model: by \(basis), "
        + "\(names.joined(separator: ", "))\(others.count > 4 ? " and others" : "") share the weight. "
        + outlook
        + (one.checks?.isMisfit == true ? " " + residuals(one) : "")
    }
  }

  /// What a forecast rests on when several models share the weight.
  private var outlook: String {
    guard let forecast else { return "A forecast should not rest on one of them alone." }
    if forecast.covered >= 0.9 { return "The forecast below weighs them." }
    return
      "The forecast below rests on \(NumberText.percent(forecast.covered)) of the weight only: "
      + "the other models could not be carried forward, so it is too narrow."
  }

  private func residuals(_ candidate: ModelStudy.Candidate) -> String {
    guard let checks = candidate.checks, checks.refusal == nil else {
      return "Its residuals could not be checked."
    }
    if checks.isMisfit {
      return "But its residuals contradict it: "
        + (checks.flags.first(where: \.isMisfit)?.sentence ?? "")
    }
    return checks.flags.isEmpty
      ? "Its residuals show nothing against it." : checks.sentences.joined(separator: " ")
  }

  var notes: [String] {
    var notes: [String] = []
    if verdict == .leader || verdict == .several || verdict == .only {
      if let lead = order.first, candidates[lead].checks?.isMisfit == true {
        let fine = order.filter { candidates[$0].checks?.isMisfit == false }
        if !fine.isEmpty {
          notes.append(
            "Without such a contradiction: \(fine.map { candidates[$0].model }.joined(separator: ", "))."
          )
        }
      }
    }
    let idle = candidates.filter { !$0.entry.fit.isUsable }
    if !idle.isEmpty {
      notes.append(
        "Not usable and without weight: "
          + idle.map {
            "\($0.model) (\($0.entry.fit.termination.isConverged ? why($0) : $0.entry.fit.termination.advice))"
          }
          .joined(separator: "; ") + ".")
    }
    let other = candidates.filter { $0.entry.fit.isUsable && !$0.entry.isComparable }
    if !other.isEmpty {
      notes.append(
        "On other measurements, or on counts read as densities, so not comparable and without weight: "
          + "\(other.map(\.model).joined(separator: ", ")).")
    }
    notes += futureNotes
    if let forecast, forecast.covered < 0.999 {
      notes.append(
        "The forecast covers \(NumberText.percent(forecast.covered)) of the weight; the rest could "
          + "not be carried forward.")
    }
    if !comparison.unbound.isEmpty {
      notes.append(
        "Not fitted, because the run does not tell what they need: "
          + "\(comparison.unbound.map(\.model).sorted().joined(separator: ", ")).")
    }
    return notes
  }

  private func why(_ candidate: ModelStudy.Candidate) -> String {
    (candidate.entry.fit.notes.first ?? "see its fit").trimmingPeriod
  }

  private var futureNotes: [String] {
    var notes: [String] = []
    if candidates.contains(where: \.isRanked), points.times.isEmpty {
      notes.append(
        "No leave-future-out score: it takes more than \(LeaveFutureOut.leastSamples) sample times "
          + "and a fit to the first of them that fixes every parameter. Weights are by "
          + "\(comparison.criterion).")
    } else if !points.times.isEmpty, !usesFutureWeights {
      notes.append(
        "Only \(NumberText.counted(points.times.count, "later sample")) could be forecast, too few "
          + "to weigh models by; weights are by \(comparison.criterion).")
    }
    for index in points.leftOut {
      let candidate = candidates[index]
      let all = candidate.future?.points ?? []
      let missing = all.filter { $0.score == nil }
      notes.append(
        "\(candidate.model) could forecast only \(all.count - missing.count) of \(all.count) later "
          + "samples and has no leave-future-out weight: \(missing.first?.refusal ?? "")")
    }
    return notes
  }
}

extension String {
  /// The text without a period at its end.
  fileprivate var trimmingPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}
