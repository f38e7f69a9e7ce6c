import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Which model to believe for one run: fits, criteria, forecasts of left-out samples, residual
/// checks, weights and a forecast weighted by them.
///
/// The forecast is weighted by pseudo-BMA+ weights on the leave-future-out scores when at least
/// `leastPoints` later samples could be scored: a forecast should rest on how models forecast. With
/// fewer it is weighted by Akaike weights. Where every model is contradicted by its own residuals
/// there are neither weights nor forecast.
public struct ModelStudy: Sendable {
  /// What is asked beyond the fits.
  public struct Question: Sendable {
    /// Hour of the forecast; nil takes the planned harvest when it lies after the data.
    public var forecastTime: Double?
    /// Posterior draws of each model.
    public var draws = 1000
    /// Draws behind each leave-future-out score.
    public var scoreDraws = 300
    /// Threads; results do not depend on it.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// One model.
  public struct Candidate: Sendable {
    /// Its fit and place in the comparison.
    public let entry: ModelComparison.Entry
    /// Its residual checks; nil when the fit is not usable.
    public let checks: ResidualChecks?
    /// Its forecasts of later samples; nil when it is not usable or on other measurements.
    public let future: LeaveFutureOut?
    /// Why it has no posterior draws; nil when it has.
    public let drawRefusal: String?
    /// Sum of the scores over the common points with its standard error; nil when left out.
    public internal(set) var score: (sum: Double, error: Double?)?
    /// The best model's score less this one's, with the standard error of the difference.
    public internal(set) var scoreDifference: (sum: Double, error: Double?)?
    /// Its Akaike weight among comparable usable models; nil when it has none.
    public internal(set) var akaikeWeight: Double?
    /// Its weight by leave-future-out scores; nil when it has none.
    public internal(set) var futureWeight: Double?

    /// Its name.
    public var model: String { entry.fit.model }
    /// True when it takes part in weights: usable, and on the same measurements as the best.
    public var isRanked: Bool { entry.fit.isUsable && entry.isComparable }
  }

  /// What the study says as a whole.
  public enum Verdict: String, Sendable {
    /// No fit is usable.
    case noneUsable = "none_usable"
    /// Every usable model is contradicted by its residuals.
    case allMisfit = "all_misfit"
    /// Only one model could be ranked.
    case only
    /// One model leads clearly.
    case leader
    /// Several models do about as well.
    case several
  }

  /// The run.
  public let run: Run
  /// Fits and criteria.
  public let comparison: ModelComparison
  /// The models, in the order of the comparison.
  public let candidates: [Candidate]
  /// Hours of the later samples that all scored models have in common.
  public let scoredTimes: [Double]
  /// True when leave-future-out weights make the forecast, false for Akaike weights.
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

  /// The weight of a candidate in the forecast.
  public func weight(_ candidate: Candidate) -> Double? {
    verdict == .allMisfit || verdict == .noneUsable
      ? nil : usesFutureWeights ? candidate.futureWeight : candidate.akaikeWeight
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
    let comparison = try ModelComparison(
      run, models: ordered, platform: platform, options: options, threads: question.threads)
    let work = StudyWork(
      run: run, platform: platform, options: options, question: question, comparison: comparison,
      models: ordered)
    let assessed = Parallel.map(
      chunksOf: 1, count: comparison.entries.count, threads: question.threads
    ) {
    } body: { _, index in
      work.assess(index)
    }
    var candidates = assessed.map(\.candidate)
    let points = FuturePoints(candidates)
    points.fill(&candidates, seed: options.seed, run: run.name)
    ModelStudy.fillAkaike(&candidates, criterion: comparison.criterion)
    let ranked = candidates.filter(\.isRanked)
    let usable = candidates.filter(\.entry.fit.isUsable)
    let byFuture =
      points.times.count >= ModelStudy.leastPoints && ranked.contains { $0.futureWeight != nil }
    func weight(_ c: Candidate) -> Double {
      (byFuture ? c.futureWeight : c.akaikeWeight) ?? 0
    }
    let lead = ranked.map(weight).max() ?? 0
    let verdict: Verdict
    if usable.isEmpty {
      verdict = .noneUsable
    } else if usable.allSatisfy({ $0.checks?.isMisfit == true }) {
      verdict = .allMisfit
    } else if ranked.count < 2 {
      verdict = .only
    } else {
      verdict = lead >= ModelStudy.clearWeight ? .leader : .several
    }
    self.run = run
    self.comparison = comparison
    self.candidates = candidates
    scoredTimes = points.times
    usesFutureWeights = byFuture
    self.verdict = verdict
    (forecast, forecastRefusal) = work.forecast(
      candidates, assessed.map(\.posterior), weights: candidates.map(weight), verdict: verdict)
    let words = StudyWords(
      candidates: candidates, verdict: verdict, comparison: comparison, points: points,
      usesFutureWeights: byFuture, weights: candidates.map(weight), forecast: forecast)
    sentence = words.sentence
    notes = words.notes
  }

  /// Akaike weights of the ranked models; a model alone has all of it.
  private static func fillAkaike(_ candidates: inout [Candidate], criterion: String) {
    let ranked = candidates.indices.filter { candidates[$0].isRanked }
    let values = ranked.map { index -> Double in
      let fit = candidates[index].entry.fit
      return (criterion == "AICc" ? fit.aicc : fit.bic) ?? .infinity
    }
    for (index, weight) in zip(ranked, ModelWeights.akaike(values)) {
      candidates[index].akaikeWeight = weight
    }
  }
}

/// The later samples on which models are compared.
struct FuturePoints {
  /// Their hours.
  let times: [Double]
  /// Which candidates have a score at each of them.
  let scored: [Int]
  /// Which ranked candidates were left out because they could not forecast enough samples.
  let leftOut: [Int]

  /// The points that all models have in common. While they are fewer than half of the most that a
  /// model has (or than three), the model with the fewest is left out.
  init(_ candidates: [ModelStudy.Candidate]) {
    var kept = candidates.indices.filter { candidates[$0].isRanked && candidates[$0].future != nil }
    var dropped: [Int] = []
    func times(_ index: Int) -> Set<Double> {
      Set((candidates[index].future?.points ?? []).filter { $0.score != nil }.map(\.time))
    }
    let most = kept.map { times($0).count }.max() ?? 0
    let wanted = min(most, max(ModelStudy.leastPoints, (most + 1) / 2))
    func common(_ indices: [Int]) -> Set<Double> {
      guard let first = indices.first else { return [] }
      return indices.dropFirst().reduce(times(first)) { $0.intersection(times($1)) }
    }
    while most > 0, common(kept).count < wanted,
      let fewest = kept.min(by: {
        (times($0).count, candidates[$0].model) < (times($1).count, candidates[$1].model)
      })
    {
      kept.removeAll { $0 == fewest }
      dropped.append(fewest)
    }
    self.times = common(kept).sorted()
    scored = most > 0 ? kept : []
    leftOut = dropped.sorted()
  }

  /// Sums, differences and weights of the scored candidates.
  func fill(_ candidates: inout [ModelStudy.Candidate], seed: UInt64, run: String) {
    guard !times.isEmpty else { return }
    let rows = scored.map { index in
      times.map { time in
        candidates[index].future?.points.first { $0.time == time }?.score ?? -.infinity
      }
    }
    let sums = rows.map(sumWithError)
    guard let best = sums.indices.max(by: { sums[$0].sum < sums[$1].sum }) else { return }
    let weights = ModelWeights.pseudoBMA(rows, seed: seed, name: run)
    for (k, index) in scored.enumerated() {
      candidates[index].score = sums[k]
      candidates[index].scoreDifference = sumWithError(zip(rows[best], rows[k]).map { $0 - $1 })
      candidates[index].futureWeight = weights[k]
    }
  }
}
