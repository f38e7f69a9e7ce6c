import Bioreactor
import ModelLanguage
import RunRecords

/// How well a model forecasts the next sample of its own run: the leave-future-out score.
///
/// For each later sample time the model is fitted to everything before it (one search, from the
/// estimate of the fit to more data), and scored by the log predictive density of that sample,
///   s = ln integral p(sample | theta) p(theta | data before) d theta,
/// by importance sampling about the optimum. All quantities of one time are one sample. Counts are
/// scored as densities of ln count.
/// Source: Buerkner, Gabry and Vehtari (2020), J Stat Comput Simul 90:2499.
public struct LeaveFutureOut: Sendable {
  /// One later sample.
  public struct Point: Sendable {
    /// Its time, h.
    public let time: Double
    /// Measurements in it.
    public let count: Int
    /// ln predictive density; nil when it could not be computed.
    public let score: Double?
    /// Effective sample size behind the score; 0 when there is none.
    public let effectiveSampleSize: Double
    /// Why there is no score.
    public let refusal: String?
  }

  /// One entry a sample time after the first ones.
  public let points: [Point]

  /// Sample times that are always in the fit.
  public static let leastSamples = 3
  /// Scores a usable fit; later samples are those after the first `leastSamples` times.
  public init(
    _ fit: FitResult, _ run: Run, platform: Platform?, model: Model, options: FitOptions,
    draws: Int = 300
  ) {
    let cultureTimes =
      (try? Culture(model: model, run: run, platform: platform, until: options.until))?
      .targets.map(\.observation.time) ?? []
    let times = Set(cultureTimes).sorted()
    guard fit.isUsable, times.count > LeaveFutureOut.leastSamples else {
      points = []
      return
    }
    var found: [Point] = []
    var warm = fit.point
    // From the end, so that each search starts at the estimate of one sample more.
    for k in stride(from: times.count - 1, through: LeaveFutureOut.leastSamples, by: -1) {
      let count = cultureTimes.filter { $0 == times[k] }.count
      let step = Step(
        fit: fit, run: run, platform: platform, model: model, options: options,
        before: times[k - 1], at: times[k])
      switch step.score(from: warm, draws: draws) {
      case .success(let outcome):
        warm = outcome.optimum
        found.append(
          Point(
            time: times[k], count: count, score: outcome.score,
            effectiveSampleSize: outcome.size, refusal: nil))
      case .failure(let why):
        found.append(
          Point(
            time: times[k], count: count, score: nil, effectiveSampleSize: 0,
            refusal: why.description))
      }
    }
    points = found.reversed()
  }

  /// The fit up to one time and the sample at the next.
  private struct Step {
    let fit: FitResult
    let run: Run
    let platform: Platform?
    let model: Model
    let options: FitOptions
    let before: Double
    let at: Double

    func score(
      from start: [Double], draws: Int
    ) -> Result<(score: Double, size: Double, optimum: [Double]), LeftOut.Refusal> {
      guard
        let past = try? Culture(model: model, run: run, platform: platform, until: before),
        let next = try? Culture(model: model, run: run, platform: platform, until: at)
      else { return .failure(LeftOut.Refusal(description: "The run could not be bound.")) }
      let isOut = next.targets.map { $0.observation.time > before }
      let outcome = LeftOut.sample(
        fit, rest: past, whole: next, isOut: isOut, from: start, options: options, count: draws,
        purpose: "leave future out \(at)"
      ) { terms in
        [zip(terms, isOut).reduce(0) { $1.1 ? $0 - $1.0.term.value : $0 }]
      }
      return outcome.flatMap { found in
        // ln sum w e^s without underflow.
        let logs = zip(found.draws.weights, found.draws.scores).map { Double.log($0) + $1[0] }
        guard let top = logs.max(), top.isFinite else {
          return .failure(LeftOut.Refusal(description: "No draw reaches the sample."))
        }
        let score = top + Double.log(logs.reduce(0) { $0 + Double.exp($1 - top) })
        return .success(
          (score + lnCounts(next, isOut), found.draws.effectiveSampleSize, found.optimum))
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
}
