import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Which model to believe for one run: fits, criteria, forecasts of left-out samples, residual
/// checks, weights and a forecast weighted by them.
///
/// Contenders for weights, by the rule of `ModelComparison.rank`, are the usable models on the same
/// measurements that their residuals do not contradict. They are weighted by pseudo-BMA+ weights on the leave-future-out scores when at least
/// `leastPoints` later samples could be scored: a forecast should rest on how models forecast. With
/// fewer they are weighted by the information criterion. Where every model is contradicted by its
/// own residuals there are neither weights nor forecast.
public struct ModelStudy: Sendable {
  /// What is asked beyond the fits.
  public struct Question: Sendable {
    /// Hour of the forecast; nil takes the planned harvest when it lies after the data.
    public var forecastTime: Double?
    /// Posterior draws of each model.
    public var draws = 1000
    /// Draws behind each leave-future-out score, four times as many where they do not do.
    public var scoreDraws = 300
    /// Threads; results do not depend on it.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// What the study says as a whole.
  public enum Verdict: String, Sendable {
    /// No fit is usable.
    case noneUsable = "none_usable"
    /// Fits are usable, but none of them reads all the measurements.
    case noneRanked = "none_ranked"
    /// Every usable model on all the measurements is contradicted by its residuals.
    case allMisfit = "all_misfit"
    /// Only one model reads all the measurements.
    case only
    /// One model leads clearly.
    case leader
    /// Several models cannot be told apart.
    case several
  }

  /// The run.
  public let run: Run
  /// Fits and criteria.
  public let comparison: ModelComparison
  /// The models, in the order of the comparison.
  public let candidates: [Candidate]
  /// Hours of the later samples that all scored contenders have in common.
  public let scoredTimes: [Double]
  /// Later samples of the run.
  public let laterSamples: Int
  /// True when leave-future-out weights are the weights, false for those of the criterion.
  public let usesFutureWeights: Bool
  /// The weighted forecast; nil when none was asked for or it is refused.
  public let forecast: WeightedForecast?
  /// Why there is no forecast.
  public let forecastRefusal: String?
  /// What the study says.
  public let verdict: Verdict
  /// The verdict in a sentence or two.
  public let sentence: String
  /// Sentences for the reader, most important first.
  public let notes: [String]

  /// Later samples needed before their scores make the weights.
  public static let leastPoints = 3
  /// A weight from which a model leads clearly.
  public static let clearWeight = 0.9

  /// The weight of a candidate; nil when it has none.
  public func weight(_ candidate: Candidate) -> Double? {
    usesFutureWeights ? candidate.futureWeight : candidate.criterionWeight
  }

  /// The model that the weights put first; nil when there are none.
  public var best: Candidate? {
    candidates.filter { weight($0) != nil }.max {
      (weight($0) ?? 0, $1.model) < (weight($1) ?? 0, $0.model)
    }
  }

  /// Studies the models of one run. The order of the models does not matter.
  ///
  /// Throws `InputRefused` when no model can be bound to the run or none observes what it measured.
  public init(
    _ run: Run, models: [Model], platform: Platform? = nil, options: FitOptions,
    question: Question = Question()
  ) throws(InputRefused) {
    let ordered = models.sorted { $0.name < $1.name }
    var comparison = try ModelComparison(
      run, models: ordered, platform: platform, options: options, threads: question.threads)
    comparison.check(
      options: options, draws: question.draws, everyModel: true, threads: question.threads)
    let work = StudyWork(
      run: run, platform: platform, options: options, question: question, comparison: comparison,
      models: ordered)
    var candidates = Parallel.map(
      chunksOf: 1, count: comparison.entries.count, threads: question.threads
    ) {
    } body: { _, index in
      work.candidate(index)
    }
    let points = FuturePoints(candidates)
    points.fill(&candidates, seed: options.seed, run: run.name)
    let byFuture =
      points.times.count >= ModelStudy.leastPoints
      && candidates.contains { $0.futureWeight != nil }
    let weights = candidates.map { (byFuture ? $0.futureWeight : $0.criterionWeight) ?? 0 }
    let verdict = ModelStudy.verdict(candidates, weights, byFuture: byFuture)
    self.run = run
    self.comparison = comparison
    self.candidates = candidates
    scoredTimes = points.times
    laterSamples = points.all
    usesFutureWeights = byFuture
    self.verdict = verdict
    (forecast, forecastRefusal) = work.forecast(
      candidates, weights: weights, verdict: verdict)
    let words = StudyWords(
      candidates: candidates, verdict: verdict, comparison: comparison, points: points,
      usesFutureWeights: byFuture, weights: weights, forecast: forecast)
    sentence = words.sentence
    notes = words.notes
  }

  private static func verdict(
    _ candidates: [Candidate], _ weights: [Double], byFuture: Bool
  ) -> Verdict {
    let ranked = candidates.filter(\.isRanked)
    let contenders = candidates.indices.filter { candidates[$0].isContender }
    if !candidates.contains(where: \.entry.fit.isUsable) { return .noneUsable }
    if ranked.isEmpty { return .noneRanked }
    if contenders.isEmpty { return .allMisfit }
    if ranked.count == 1 { return .only }
    let lead = contenders.map { weights[$0] }.max() ?? 0
    // A lead within the errors of the scores is none, whatever the weights say.
    let isDoubted = byFuture && contenders.filter { candidates[$0].isTied }.count > 1
    return lead >= clearWeight && !isDoubted ? .leader : .several
  }
}
