import Bioreactor
import ModelLanguage
import RunRecords

/// The fit up to one time and the sample at the next.
struct FutureStep {
  let fit: FitResult
  let run: Run
  let platform: Platform?
  let model: Model
  let options: FitOptions
  /// The last time of the fit, h.
  let before: Double
  /// The time of the sample, h.
  let at: Double

  func score(from start: [Double], draws: Int) -> Result<FutureScore, LeftOut.Refusal> {
    guard
      let past = try? Culture(model: model, run: run, platform: platform, until: before),
      let next = try? Culture(model: model, run: run, platform: platform, until: at)
    else { return .failure(LeftOut.Refusal(description: "the run could not be bound")) }
    let isOut = next.targets.map { $0.observation.time > before }
    let outcome = LeftOut.sample(
      fit, rest: past, whole: next, isOut: isOut, from: start, options: options, count: draws,
      purpose: "leave future out \(at)"
    ) { terms in
      [zip(terms, isOut).reduce(0) { $1.1 ? $0 - $1.0.term.value : $0 }]
    }
    return outcome.flatMap { found in
      guard
        let score = FutureScore.logMean(
          found.draws.scores.map { $0[0] }, weights: found.draws.weights)
      else { return .failure(LeftOut.Refusal(description: "no draw reaches the sample")) }
      return .success(
        FutureScore(
          value: score.value + lnCounts(next, isOut), error: score.error,
          shape: score.shape, size: found.draws.effectiveSampleSize, draws: draws,
          optimum: found.optimum))
    }
  }

  /// Turns densities of counts into densities of ln count: + ln y for each exact one, whatever the
  /// model's noise family. Counted cells have probabilities already.
  private func lnCounts(_ next: Culture, _ isOut: [Bool]) -> Double {
    zip(next.targets, isOut).reduce(0) { sum, pair in
      let family = next.model.observables[pair.0.observable].family
      guard pair.1, pair.0.observation.count == nil || !NoiseDraw.isCounted(family),
        case .exact(let y) = pair.0.observation.value, y > 0,
        PredictiveCheck.counts.contains(pair.0.observation.quantity)
          || pair.0.observation.quantity == "dead"
      else { return sum }
      return sum + Double.log(y)
    }
  }
}
