import Bioreactor
import ModelLanguage
import RunRecords
import Statistics

/// How well a model forecasts the next sample of its own run: the leave-future-out score.
///
/// For each later sample time the model is fitted to everything before it (searched from the
/// model's own start and from the estimate of the fit to more data, the better of the two), and
/// scored by the log predictive density of that sample,
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
    /// Standard error of the score from the finite number of draws; nil without a score.
    public let monteCarloError: Double?
    /// Pareto k-hat of the draws' shares in the score; nil without a score.
    public let paretoShape: Double?
    /// Effective sample size behind the score; 0 when there is none.
    public let effectiveSampleSize: Double
    /// Draws behind the score.
    public let draws: Int
    /// Why there is no score.
    public let refusal: String?
  }

  /// One entry a sample time after the first ones.
  public let points: [Point]

  /// Sample times that are always in the fit.
  public static let leastSamples = 3
  /// Monte-Carlo error above which a score is computed again from four times as many draws; one that
  /// few draws decide is computed from sixteen times as many.
  public static let wantedError = 0.1

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
      let step = FutureStep(
        fit: fit, run: run, platform: platform, model: model, options: options,
        before: times[k - 1], at: times[k])
      var outcome = step.score(from: warm, draws: draws)
      for factor in [4, 16] where outcome.needsMore(than: factor) {
        outcome = step.score(from: warm, draws: factor * draws)
      }
      switch outcome.flatMap(\.trusted) {
      case .success(let score):
        warm = score.optimum
        found.append(
          Point(
            time: times[k], count: count, score: score.value, monteCarloError: score.error,
            paretoShape: score.shape, effectiveSampleSize: score.size, draws: score.draws,
            refusal: nil))
      case .failure(let why):
        found.append(
          Point(
            time: times[k], count: count, score: nil, monteCarloError: nil, paretoShape: nil,
            effectiveSampleSize: 0, draws: 0, refusal: why.description))
      }
    }
    points = found.reversed()
  }
}

/// A score with what it rests on.
struct FutureScore {
  let value: Double
  /// Its Monte-Carlo standard error.
  let error: Double
  /// Pareto k-hat of the draws' shares in it.
  let shape: Double
  let size: Double
  let draws: Int
  let optimum: [Double]

  /// The score, unless a few draws make it: then its error says nothing either.
  var trusted: Result<FutureScore, LeftOut.Refusal> {
    shape <= ParetoTail.largestReliableShape
      ? .success(self)
      : .failure(
        LeftOut.Refusal(description: "few draws decide its density, so its error is not known"))
  }

  /// ln of the weighted mean of e^log, with its standard error to first order,
  ///   sqrt( sum w_i^2 (p_i / P - 1)^2 ),
  /// for weights that sum to 1 and are normalised by the draws themselves.
  /// Source: Geweke (1989), Econometrica 57:1317, equation 5. nil when no draw reaches the sample.
  static func logMean(
    _ logs: [Double], weights: [Double]
  ) -> (value: Double, error: Double, shape: Double)? {
    let both = zip(logs, weights).map { $0 + Double.log($1) }
    guard let top = both.max(), top.isFinite else { return nil }
    let value = top + Double.log(both.reduce(0) { $0 + Double.exp($1 - top) })
    let variance = zip(logs, weights).reduce(0.0) { sum, pair in
      // w (p/P - 1), formed so that p/P may be large where w is small.
      let share = Double.exp(pair.0 + Double.log(pair.1) - value) - pair.1
      return sum + (share.isFinite ? share * share : 0)
    }
    return (value, variance.squareRoot(), ParetoTail.shape(logWeights: both))
  }
}

extension Result where Success == FutureScore, Failure == LeftOut.Refusal {
  /// True where more draws may mend it: 16 times as many only for a score that has no error.
  fileprivate func needsMore(than factor: Int) -> Bool {
    switch self {
    case .success(let score):
      !(score.shape <= ParetoTail.largestReliableShape)
        || factor == 4 && score.error > LeaveFutureOut.wantedError
    case .failure(let why): why.isOfDraws
    }
  }
}
