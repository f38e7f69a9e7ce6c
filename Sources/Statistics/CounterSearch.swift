#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Finds the extra CV of a counter and its profile interval.
///
/// For a given cv, t = cv^2 = (1 + b)(1 + w) - 1 is split into b and w where the likelihood is
/// greatest; without repeated counts the split is unknown and b = t. Golden sections and bisections
/// with fixed numbers of steps, so the same numbers come out everywhere.
struct CounterSearch {
  struct Point {
    var cv = 0.0
    var between = 0.0
    var within = 0.0
    var value = -Double.infinity
  }

  private let likelihood: CountLikelihood
  let best: Point

  init(_ likelihood: CountLikelihood) {
    self.likelihood = likelihood
    let cv = Self.golden(0, CounterVariance.largest, steps: 44) {
      Self.point(likelihood, $0).value
    }
    let inner = Self.point(likelihood, cv)
    let none = Self.point(likelihood, 0)
    // Equal but for rounding is no extra scatter.
    best = none.value >= inner.value - 1e-9 ? none : inner
  }

  /// Where twice the fall of the log-likelihood is the 95 % quantile of chi-square with 1 df.
  var interval: (low: Double, high: Double) {
    let drop = 0.5 * ChiSquare.quantile(0.95, degreesOfFreedom: 1)
    func isOutside(_ cv: Double) -> Bool {
      best.value - Self.point(likelihood, cv).value > drop
    }
    var low = 0.0
    if isOutside(0) {
      var inside = best.cv
      for _ in 0..<40 {
        let middle = 0.5 * (low + inside)
        if isOutside(middle) { low = middle } else { inside = middle }
      }
    }
    var inside = best.cv
    var high = max(1.2 * best.cv, 0.01)
    while !isOutside(high) {
      inside = high
      high *= 1.5
      if high > CounterVariance.largest { return (low, .infinity) }
    }
    for _ in 0..<40 {
      let middle = 0.5 * (inside + high)
      if isOutside(middle) { high = middle } else { inside = middle }
    }
    return (low, high)
  }

  /// cv_extra as a power of the fraction; `center` is the mean of ln(fraction).
  func trend(fractions: ClosedRange<Double>, center: Double) -> CounterVariance.Trend? {
    guard best.cv > 1e-3 else { return nil }
    // The variance goes with fraction^(2 exponent).
    func near(_ exponent: Double) -> Point {
      let cv = Self.golden(0.2 * best.cv, 3 * best.cv, steps: 18) {
        Self.point(likelihood, $0, trend: 2 * exponent).value
      }
      return Self.point(likelihood, cv, trend: 2 * exponent)
    }
    let exponent = Self.golden(-2, 2, steps: 18) { near($0).value }
    let found = near(exponent)
    let ratio = max(0, 2 * (found.value - best.value))
    func cv(_ fraction: Double) -> Double {
      found.cv * exp(exponent * (log(fraction) - center))
    }
    return CounterVariance.Trend(
      exponent: exponent, pValue: ChiSquare.upperTail(ratio, degreesOfFreedom: 1),
      cvLowest: cv(fractions.lowerBound), cvHighest: cv(fractions.upperBound))
  }

  /// The best split of a given cv.
  private static func point(_ likelihood: CountLikelihood, _ cv: Double, trend: Double = 0) -> Point
  {
    let t = cv * cv
    func at(_ w: Double) -> Point {
      let b = (t - w) / (1 + w)
      let value = likelihood.profile(between: b, within: w, trend: trend).value
      return Point(cv: cv, between: b, within: w, value: value)
    }
    guard likelihood.hasRepeats, t > 0 else { return at(0) }
    let share = golden(0, 1, steps: 30) { at(t * $0).value }
    return [at(0), at(t * share), at(t)].reduce(Point()) { $1.value > $0.value ? $1 : $0 }
  }

  /// The argument of the greatest value of a unimodal function.
  private static func golden(
    _ from: Double, _ to: Double, steps: Int, _ value: (Double) -> Double
  ) -> Double {
    let ratio = 0.618_033_988_749_894_9
    var (low, high) = (from, to)
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atA, atB) = (value(a), value(b))
    for _ in 0..<steps {
      if atA > atB {
        (high, b, atB) = (b, a, atA)
        a = high - ratio * (high - low)
        atA = value(a)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + ratio * (high - low)
        atB = value(b)
      }
    }
    return 0.5 * (low + high)
  }
}
