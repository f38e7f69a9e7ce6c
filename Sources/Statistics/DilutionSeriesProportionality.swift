#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How closely the readings of a dilution series are proportional to the fraction.
///
/// The proportional fit is y = c f, weighted by exposure / f (variance proportional to the mean). The
/// flexible fit is the polynomial of degree L - 1 with an intercept through L fractions, which gives
/// the weighted mean of each fraction. These are the fits of NIST's COMET at its defaults.
/// Reference: github.com/usnistgov/COMET, R/utils.R; Sarkar et al. (2017), Cytotherapy 19,
/// 1509-1521.
public struct DilutionProportionality: Sendable {
  /// One dilution fraction.
  public struct Level: Sendable, Hashable {
    /// Target dilution fraction.
    public let fraction: Double
    /// Independently prepared dilutions.
    public let preparations: Int
    /// Weighted mean of the readings.
    public let mean: Double
    /// The proportional line here.
    public let fitted: Double
    /// mean / fitted - 1.
    public var deviation: Double { mean / fitted - 1 }
    /// Mean over preparations of sd / mean of their repeated readings; nil without repetition.
    public let cvWithin: Double?
    /// sd / mean of the preparations' means; nil with one preparation.
    public let cvBetween: Double?
    /// Mean number of cells of one count; nil for densities.
    public let cells: Double?
    /// The CV of one count that counting alone explains, 1 / sqrt(cells).
    public var cvCounting: Double? { cells.flatMap { $0 > 0 ? 1 / $0.squareRoot() : nil } }
  }

  /// Density of the undiluted stock, the slope of the proportional fit.
  public let stock: Double
  /// 1 - sum(w (y - c f)^2) / sum(w y^2): about the origin, as is usual for a fit through it, and so
  /// close to 1 for any counter that works at all.
  public let rSquared: Double
  /// Proportionality index: the mean over preparations of |flexible - proportional| / proportional.
  ///
  /// 0 means that the mean of every fraction lies on the line. It has no sign, knows no bias that
  /// is the same at every fraction, and is above 0 by scatter alone; compare it with
  /// `indexOfScatter`.
  public let index: Double
  /// COMET's smoothed scaled sum of absolute errors: the index times the number of preparations.
  public let indexSum: Double
  /// The index that scatter alone would give on average to a proportional counter.
  public let indexOfScatter: Double
  /// Probability of so large a deviation of the fractions' means by scatter between preparations:
  /// an F test on ln(y / f). Nil without replicates or when a preparation has no cell.
  public let pValue: Double?
  /// The fractions, from the lowest up.
  public let levels: [Level]

  /// The proportionality of a series whose readings scatter as `variance` says.
  public init(_ series: DilutionSeries, variance: CounterVariance) {
    let all = series.preparations
    let c = series.stock
    stock = c
    func weight(_ p: DilutionSeries.Preparation) -> Double { p.exposure / p.fraction }
    let residual = all.reduce(0) {
      $0 + weight($1) * ($1.density - c * $1.fraction) * ($1.density - c * $1.fraction)
    }
    let total = all.reduce(0) { $0 + weight($1) * $1.density * $1.density }
    rSquared = 1 - residual / total
    let levels = series.levels.map { Self.level($0, stock: c) }
    self.levels = levels
    let sum = levels.reduce(0) { $0 + Double($1.preparations) * abs($1.deviation) }
    indexSum = sum
    index = sum / Double(all.count)
    indexOfScatter = Self.scatter(series, variance)
    pValue = Self.lackOfFit(series, variance)
  }

  private static func level(
    _ slice: ArraySlice<DilutionSeries.Preparation>, stock: Double
  ) -> Level {
    let fraction = slice[slice.startIndex].fraction
    let exposure = slice.reduce(0) { $0 + $1.exposure }
    let repeated = slice.filter { $0.readings.count > 1 }
      .compactMap { cv($0.readings.map(\.density)) }
    let cells = slice.flatMap(\.readings).compactMap(\.cells)
    return Level(
      fraction: fraction, preparations: slice.count,
      mean: slice.reduce(0) { $0 + $1.exposure * $1.density } / exposure,
      fitted: stock * fraction,
      cvWithin: repeated.isEmpty ? nil : repeated.reduce(0, +) / Double(repeated.count),
      cvBetween: cv(slice.map(\.density)),
      cells: cells.isEmpty ? nil : cells.reduce(0, +) / Double(cells.count))
  }

  /// sd / mean; nil for fewer than two values or a mean of 0.
  private static func cv(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return mean > 0 ? (squares / Double(values.count - 1)).squareRoot() / mean : nil
  }

  /// E|z| = sd sqrt(2/pi) of each fraction's deviation, when only scatter makes it.
  private static func scatter(_ series: DilutionSeries, _ variance: CounterVariance) -> Double {
    let all = series.preparations
    let base = all.reduce(0) { $0 + $1.exposure * $1.fraction }
    var sum = 0.0
    for level in series.levels {
      let own = level.reduce(0) { $0 + $1.exposure }
      let square = all.enumerated().reduce(0.0) { square, element in
        let (index, p) = element
        let inside = level.indices.contains(index) ? p.exposure / own : 0
        let weight = inside - p.exposure * p.fraction / base
        return square + weight * weight * variance.relative(p, stock: series.stock)
      }
      sum += Double(level.count) * (square * 2 / Double.pi).squareRoot()
    }
    return sum / Double(all.count)
  }

  /// F = between-fraction over within-fraction mean square of ln(y/f), weights 1 / variance.
  private static func lackOfFit(_ series: DilutionSeries, _ variance: CounterVariance) -> Double? {
    let all = series.preparations
    let freeWithin = all.count - series.levels.count
    guard freeWithin > 0, all.allSatisfy({ $0.density > 0 }) else { return nil }
    func mean(_ slice: ArraySlice<DilutionSeries.Preparation>) -> (mean: Double, weight: Double) {
      var sum = 0.0
      var weights = 0.0
      for p in slice {
        let w = 1 / variance.relative(p, stock: series.stock)
        sum += w * log(p.density / p.fraction)
        weights += w
      }
      return (sum / weights, weights)
    }
    let grand = mean(all[...]).mean
    var between = 0.0
    var within = 0.0
    for level in series.levels {
      let own = mean(level)
      between += own.weight * (own.mean - grand) * (own.mean - grand)
      for p in level {
        let z = log(p.density / p.fraction) - own.mean
        within += z * z / variance.relative(p, stock: series.stock)
      }
    }
    let d1 = Double(series.levels.count - 1)
    let d2 = Double(freeWithin)
    guard between.isFinite, within > 0 else { return nil }
    let f = between / d1 / (within / d2)
    return incompleteBeta(0.5 * d2, 0.5 * d1, d2 / (d2 + d1 * f), d1 * f / (d2 + d1 * f))
  }
}
