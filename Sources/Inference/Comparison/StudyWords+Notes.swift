import Quantities

extension StudyWords {
  var notes: [String] {
    var notes: [String] = []
    if !misfits.isEmpty, verdict != .allMisfit {
      notes.append(
        "Contradicted by \(misfits.count == 1 ? "its" : "their") residuals, so without weight: "
          + "\(misfits.map(\.model).joined(separator: ", ")).")
    }
    let beyond = candidates.filter { $0.entry.standing == .beyondCapacity }
    if !beyond.isEmpty {
      notes.append(
        "By the harvest \(beyond.map(\.model).joined(separator: ", ")) would have more cells than the "
          + "platform carries, so without weight.")
    }
    let outgrown = candidates.filter { $0.isContender && $0.entry.isBeyondCapacity }
    if !outgrown.isEmpty {
      notes.append(
        "By the harvest \(NumberText.list(outgrown.map(\.model))) would have more cells than the platform "
          + "carries: a forecast of theirs is no basis for a harvest or a dose.")
    }
    notes += disagreement
    notes += comparison.sameWords
    notes += [comparison.tooFewWords, comparison.roughWords].filter { !$0.isEmpty }
    let unread = comparison.measured.filter { !comparison.compared.contains($0) }
    if !unread.isEmpty, candidates.contains(where: \.isRanked) {
      notes.append(
        "Measured, but read by none of the models ranked here: "
          + "\(unread.joined(separator: ", ")).")
    }
    let idle = candidates.filter { !$0.entry.fit.isUsable }
    if !idle.isEmpty {
      notes.append(
        "Not usable, so without weight: "
          + idle.map { "\($0.model) (\(why($0)))" }.joined(separator: "; ") + ".")
    }
    notes += futureNotes
    if let forecast, forecast.covered < 0.999 {
      notes.append(
        "The forecast covers \(NumberText.percent(forecast.covered)) of the weight; the rest could "
          + "not be carried forward.")
    }
    return notes + notFitted
  }

  private func why(_ candidate: ModelStudy.Candidate) -> String {
    let fit = candidate.entry.fit
    let text =
      fit.termination.isConverged ? fit.notes.first ?? "see its fit" : fit.termination.advice
    return text.trimmingPeriod
  }

  /// The criterion and the forecasts put different contenders first.
  private var disagreement: [String] {
    guard usesFutureWeights, let lead = order.first, order.count > 1,
      let first = order.max(by: {
        (candidates[$0].criterionWeight ?? 0, candidates[$1].model)
          < (candidates[$1].criterionWeight ?? 0, candidates[$0].model)
      }), first != lead
    else { return [] }
    let share = StudyWords.share(candidates[first].criterionWeight ?? 0)
    return [
      "By \(comparison.criterion), which looks at the fit to all samples, \(candidates[first].model) "
        + "comes first (weight \(share)); by the forecasts of later samples "
        + "\(candidates[lead].model) does."
    ]
  }

  private var futureNotes: [String] {
    guard !order.isEmpty else { return [] }
    var notes: [String] = []
    let weigher = order.count > 1 ? " Weights are by \(comparison.criterion)." : ""
    if points.times.isEmpty {
      notes.append(
        "No forecast score: it takes more than \(LeaveFutureOut.leastSamples) sample times "
          + "and a fit to the first of them that fixes every parameter." + weigher)
    } else if !usesFutureWeights {
      notes.append(
        "\(points.times.count) of \(NumberText.counted(points.all, "later sample")) could be "
          + "forecast; it takes \(ModelStudy.leastPoints) to weigh models by." + weigher)
    }
    for index in points.leftOut {
      let missing = (candidates[index].future?.points ?? []).filter { $0.score == nil }
      let days = missing.map { ResidualWords.day($0.time) }.joined(separator: ", ")
      let reasons = Set(missing.compactMap(\.refusal)).sorted().joined(separator: "; ")
      notes.append(
        "\(candidates[index].model) has no forecast of day \(days) (\(reasons)), so it is not "
          + "scored with the others.")
    }
    return notes
  }

  /// Models that were not fitted, each once, by reason.
  private var notFitted: [String] {
    var notes: [String] = []
    if !comparison.silent.isEmpty {
      notes.append(
        "Not fitted, because they observe nothing of what was measured "
          + "(\(comparison.measured.joined(separator: ", "))): "
          + comparison.silent.map { "\($0.model) (\($0.observes.joined(separator: ", ")))" }
          .joined(separator: ", ") + ".")
    }
    var byReason: [String: [String]] = [:]
    for unbound in comparison.unbound {
      let cause = unbound.refusal.findings.first?.cause ?? "The run does not tell what it needs."
      let start = "The model \(unbound.model) "
      let reason = cause.hasPrefix(start) ? String(cause.dropFirst(start.count)) : cause
      byReason[reason, default: []].append(unbound.model)
    }
    for (reason, models) in byReason.sorted(by: {
      ($0.value.sorted()[0], $0.key) < ($1.value.sorted()[0], $1.key)
    }) {
      let isClause = reason.first?.isLowercase == true
      notes.append(
        "Not fitted: \(models.sorted().joined(separator: ", ")). "
          + (isClause ? "\(models.count == 1 ? "It" : "Each") \(reason)" : reason))
    }
    return notes
  }
}

extension String {
  /// The text without a period at its end.
  fileprivate var trimmingPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}
