import Bioreactor
import ModelLanguage
import RunRecords

/// The work of a study, model by model.
struct StudyWork: Sendable {
  let run: Run
  let platform: Platform?
  let options: FitOptions
  let question: ModelStudy.Question
  let comparison: ModelComparison
  let models: [Model]

  /// One model with its forecasts of later samples.
  func candidate(_ index: Int) -> ModelStudy.Candidate {
    let entry = comparison.entries[index]
    let future =
      entry.isRanked
      ? model(of: entry).map {
        LeaveFutureOut(
          entry.fit, run, platform: platform, model: $0, options: options,
          draws: question.scoreDraws)
      } : nil
    return ModelStudy.Candidate(entry: entry, future: future)
  }

  private func model(of entry: ModelComparison.Entry) -> Model? {
    models.first { $0.name == entry.fit.model }
  }

  /// The hour of the forecast; nil when none was asked for and no harvest is planned after the data.
  private var time: Double? {
    if let asked = question.forecastTime { return asked }
    let last = comparison.entries.flatMap(\.culture.targets).map(\.observation.time).max() ?? 0
    return comparison.entries.first?.culture.timeline.harvest.flatMap { $0 > last ? $0 : nil }
  }

  func forecast(
    _ candidates: [ModelStudy.Candidate], weights: [Double], verdict: ModelStudy.Verdict
  ) -> (WeightedForecast?, String?) {
    guard let time else { return (nil, nil) }
    switch verdict {
    case .noneUsable: return (nil, "No model is usable, so nothing is forecast.")
    case .noneRanked: return (nil, "No usable model reads all of the measurements.")
    case .allMisfit: return (nil, "The residuals contradict every model that could forecast.")
    default: break
    }
    let chosen = candidates.indices.filter { candidates[$0].isContender }
    let outcomes = Parallel.map(
      chunksOf: 1, count: chosen.count, threads: question.threads
    ) {
    } body: { _, k -> Result<WeightedForecast.Component, Posterior.Refusal> in
      let index = chosen[k]
      let entry = candidates[index].entry
      guard let posterior = entry.posterior, let model = model(of: entry) else {
        return .failure(
          Posterior.Refusal(description: candidates[index].drawRefusal ?? "There are no draws."))
      }
      return WeightedForecast.component(
        entry.fit, posterior: posterior, platform: platform, run: run, model: model,
        weight: weights[index], time: time, options: options, threads: 1)
    }
    let found = zip(chosen, outcomes).map { (candidates[$0].model, weights[$0], $1) }
    if let forecast = WeightedForecast(time: time, found) { return (forecast, nil) }
    let why = outcomes.compactMap { outcome -> String? in
      if case .failure(let refusal) = outcome { return refusal.description }
      return nil
    }
    return (nil, why.first ?? "No model with weight carries a forecast.")
  }
}
