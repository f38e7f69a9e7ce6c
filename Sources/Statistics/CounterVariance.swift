#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The scatter of one count of a fresh sample: CV^2 = 1/k + cv_extra^2 for k counted cells.
///
/// From raw counts cv_extra is estimated by maximum likelihood (negative binomial; see
/// `CountLikelihood`), with a profile interval. From ready-made densities the part that counting
/// makes is not known; then cv_extra is the whole CV: the standard deviation of ln(density /
/// fraction), with an interval by chi-square (Satterthwaite's degrees of freedom with repeats).
public struct CounterVariance: Sendable, Hashable {
  /// Extra CV of one count of a fresh sample; from densities, the whole CV.
  public let cvExtra: Double
  /// Its 95 % interval; the lower end is 0 when counting alone could explain the scatter.
  public let low: Double
  /// Its upper end; infinity when the data do not bound it.
  public let high: Double
  /// The part between preparations; nil when nothing was counted twice.
  public let cvBetween: Double?
  /// The part between counts of one preparation, beyond counting; nil when nothing was counted twice.
  public let cvWithin: Double?
  /// True when it was estimated from raw counts, so that 1/k is not part of it.
  public let isBeyondCounting: Bool
  /// Pearson's chi-square of preparations over its degrees of freedom: near 1 when counting explains
  /// the scatter. Nil for densities.
  public let dispersion: Double?
  /// Probability of so much scatter between preparations by counting alone. Nil for densities.
  public let dispersionP: Double?
  /// The same among repeated counts of one preparation.
  public let dispersionWithin: Double?
  /// Probability of so much scatter among repeated counts by counting alone.
  public let dispersionWithinP: Double?
  /// Does cv_extra change with the concentration? Nil when it is 0, and for densities.
  public let trend: Trend?

  /// cv_extra as a power of the fraction.
  public struct Trend: Sendable, Hashable {
    /// b of cv_extra ~ fraction^b.
    public let exponent: Double
    /// Probability of so large a ratio of likelihoods without a trend (chi-square, 1 df).
    public let pValue: Double
    /// cv_extra at the lowest fraction.
    public let cvLowest: Double
    /// cv_extra at the highest fraction.
    public let cvHighest: Double
  }

  /// Beyond this CV nothing is searched.
  static let largest = 3.0

  /// The variance model of a series.
  public init(_ series: DilutionSeries) {
    self = series.isCounted ? Self.counted(series) : Self.ready(series)
  }

  /// The extra CV alone, without its interval, trend and tests: a tenth of the work.
  public static func extra(_ series: DilutionSeries) -> (cv: Double, isBeyondCounting: Bool) {
    series.isCounted
      ? (CounterSearch(CountLikelihood(series)).best.cv, true) : (ready(series).cvExtra, false)
  }

  /// Variance of ln(mean density) of a preparation.
  func relative(_ p: DilutionSeries.Preparation, stock: Double) -> Double {
    let between = cvBetween ?? cvExtra
    let within = cvWithin ?? 0
    let shared = between * between + within * within / p.n
    return isBeyondCounting ? shared + 1 / (p.exposure * p.fraction * stock) : shared
  }

  /// ln-normal prior for a model's noise parameter: median and sd of the logarithm.
  ///
  /// The interval's width in logarithms over 2 * 1.96, at least 0.1. With a lower end of 0 the upper
  /// half tells it; with an estimate near 0 the median is half the upper end.
  public var prior: (median: Double, sdLn: Double)? {
    guard high > 0, high.isFinite else { return nil }
    if low > 0 { return (cvExtra, max(0.1, log(high / low) / 3.92)) }
    let median = max(cvExtra, 0.5 * high)
    return (median, max(0.3, log(high / median) / 1.96))
  }

  // MARK: Raw counts

  private static func counted(_ series: DilutionSeries) -> CounterVariance {
    let likelihood = CountLikelihood(series)
    let search = CounterSearch(likelihood)
    let best = search.best
    let (low, high) = search.interval
    let x = best.between
    let (sum, free) = pearson(series)
    let (sumWithin, freeWithin) = pearsonWithin(series)
    return CounterVariance(
      cvExtra: best.cv, low: low, high: high,
      cvBetween: likelihood.hasRepeats ? x.squareRoot() : nil,
      cvWithin: likelihood.hasRepeats ? best.within.squareRoot() : nil, isBeyondCounting: true,
      dispersion: sum / free,
      dispersionP: ChiSquare.upperTail(sum, degreesOfFreedom: free),
      dispersionWithin: freeWithin > 0 ? sumWithin / freeWithin : nil,
      dispersionWithinP: freeWithin > 0
        ? ChiSquare.upperTail(sumWithin, degreesOfFreedom: freeWithin) : nil,
      trend: search.trend(
        fractions: series.preparations[0].fraction...(series.preparations.last?.fraction ?? 1),
        center: series.preparations.reduce(0) { $0 + log($1.fraction) }
          / Double(series.preparations.count)))
  }

  private static func pearson(_ series: DilutionSeries) -> (sum: Double, free: Double) {
    let stock = series.stock
    let sum = series.preparations.reduce(0) { sum, p in
      let mu = p.exposure * p.fraction * stock
      return sum + (p.cells - mu) * (p.cells - mu) / mu
    }
    return (sum, Double(series.preparations.count - 1))
  }

  private static func pearsonWithin(_ series: DilutionSeries) -> (sum: Double, free: Double) {
    var sum = 0.0
    var free = 0
    for p in series.preparations where p.readings.count > 1 && p.cells > 0 {
      for reading in p.readings {
        let mu = p.cells * (reading.exposure ?? 1) / p.exposure
        sum += ((reading.cells ?? 0) - mu) * ((reading.cells ?? 0) - mu) / mu
      }
      free += p.readings.count - 1
    }
    return (sum, Double(free))
  }

  // MARK: Ready-made densities

  /// One-way analysis of variance of ln(density / fraction) by preparation about one mean.
  private static func ready(_ series: DilutionSeries) -> CounterVariance {
    let groups = series.preparations.map { p in
      p.readings.filter { $0.density > 0 }.map { log($0.density / p.fraction) }
    }.filter { !$0.isEmpty }
    let total = groups.reduce(0) { $0 + $1.count }
    let grand = groups.reduce(0) { $0 + $1.reduce(0, +) } / Double(total)
    var squaresWithin = 0.0
    var squaresBetween = 0.0
    for group in groups {
      let mean = group.reduce(0, +) / Double(group.count)
      squaresWithin += group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      squaresBetween += Double(group.count) * (mean - grand) * (mean - grand)
    }
    let freeWithin = Double(total - groups.count)
    let freeBetween = Double(max(1, groups.count - 1))
    let meanBetween = squaresBetween / freeBetween
    let meanWithin = freeWithin > 0 ? squaresWithin / freeWithin : 0
    let squares = groups.reduce(0) { $0 + Double($1.count * $1.count) }
    let n0 = (Double(total) - squares / Double(total)) / freeBetween
    let between = freeWithin > 0 ? max(0, (meanBetween - meanWithin) / n0) : meanBetween
    let variance = between + meanWithin
    // Satterthwaite: variance = meanBetween / n0 + (1 - 1 / n0) meanWithin.
    let a = between > 0 ? meanBetween / (freeWithin > 0 ? n0 : 1) : 0
    let b = variance - a
    let free =
      variance * variance / (a * a / freeBetween + (freeWithin > 0 ? b * b / freeWithin : 0))
    func end(_ p: Double) -> Double {
      (variance * free / ChiSquare.quantile(p, degreesOfFreedom: free)).squareRoot()
    }
    let isKnown = variance > 0 && free.isFinite && free > 0
    return CounterVariance(
      cvExtra: variance.squareRoot(), low: isKnown ? end(0.975) : 0,
      high: isKnown ? end(0.025) : .infinity,
      cvBetween: freeWithin > 0 ? between.squareRoot() : nil,
      cvWithin: freeWithin > 0 ? meanWithin.squareRoot() : nil, isBeyondCounting: false,
      dispersion: nil, dispersionP: nil, dispersionWithin: nil, dispersionWithinP: nil, trend: nil)
  }

  private init(
    cvExtra: Double, low: Double, high: Double, cvBetween: Double?, cvWithin: Double?,
    isBeyondCounting: Bool, dispersion: Double?, dispersionP: Double?, dispersionWithin: Double?,
    dispersionWithinP: Double?, trend: Trend?
  ) {
    self.cvExtra = cvExtra
    self.low = low
    self.high = high
    self.cvBetween = cvBetween
    self.cvWithin = cvWithin
    self.isBeyondCounting = isBeyondCounting
    self.dispersion = dispersion
    self.dispersionP = dispersionP
    self.dispersionWithin = dispersionWithin
    self.dispersionWithinP = dispersionWithinP
    self.trend = trend
  }
}
