#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The tail of importance weights: can their mean be trusted?
///
/// Reference: Vehtari, Simpson, Gelman, Yao and Gabry (2024), Pareto smoothed importance sampling,
/// J Machine Learning Research 25(72).
public enum ParetoTail {
  /// Above this shape, more draws do not help in practice.
  public static let largestReliableShape = 0.7

  /// Pareto k-hat of log weights: the shape of a generalised Pareto distribution fitted to the
  /// largest min(S/5, 3 sqrt(S)) weights.
  ///
  /// Below 0.5 the weights have a finite variance, below 0.7 estimates still converge at a useful
  /// rate. Weights equal to the smallest of the tail belong to it. *Edge cases:* infinity with fewer
  /// than 5 weights in the tail (fewer than 25 draws, or 5 that are not zero); minus infinity for a
  /// tail of equal weights, which has no end to fear; NaN when a log weight is NaN or +infinity. A log
  /// weight of -infinity is a weight of zero and counts among the draws.
  public static func shape(logWeights: [Double]) -> Double {
    guard logWeights.allSatisfy({ $0 < .infinity }), let top = logWeights.max(), top.isFinite
    else { return .nan }
    let sorted = logWeights.map { $0 - top }.sorted()
    let count = sorted.count
    let length = Int(min(Double(count) / 5, 3 * Double(count).squareRoot()).rounded(.up))
    guard length >= 5, count > length else { return .infinity }
    let least = log(Double.leastNormalMagnitude)
    // The largest weight below the tail: where weights are tied there, all of them are in the tail.
    let smallest = sorted[count - length]
    let below = sorted.prefix(count - length).last { $0 < smallest } ?? -.infinity
    let cutoff = max(below, least)
    let kept = sorted.filter { $0 > cutoff }
    guard kept.count >= 5 else { return .infinity }
    if kept[0] == kept[kept.count - 1] { return -.infinity }
    let tail = kept.map { exp($0) - exp(cutoff) }
    return generalisedPareto(tail)
  }

  /// The shape k of a generalised Pareto distribution from ascending positive exceedances.
  ///
  /// The profile likelihood's mean over a grid, then shrunk towards 0.5 with the weight of ten
  /// observations. Reference: Zhang and Stephens (2009), Technometrics 51, 316-325; Vehtari et al.
  /// (2024), appendix C.
  static func generalisedPareto(_ x: [Double]) -> Double {
    let n = Double(x.count)
    let grid = 30 + Int(n.squareRoot())
    let quartile = x[Int(n / 4 + 0.5) - 1]
    let largest = x[x.count - 1]
    guard quartile > 0 else { return .infinity }
    func shape(_ b: Double) -> Double { x.reduce(0) { $0 + log1p(-b * $1) } / n }
    let rates = (1...grid).map { i in
      (1 - (Double(grid) / (Double(i) - 0.5)).squareRoot()) / (3 * quartile) + 1 / largest
    }
    let profile = rates.map { b in
      let k = shape(b)
      return n * (log(-b / k) - k - 1)
    }
    let top = profile.filter { !$0.isNaN }.max() ?? 0
    var weights = profile.map { $0.isNaN ? 0 : exp($0 - top) }
    let total = weights.reduce(0, +)
    weights = weights.map { $0 / total >= 10 * Double.ulpOfOne ? $0 : 0 }
    let kept = weights.reduce(0, +)
    let rate = zip(weights, rates).reduce(0) { $0 + $1.0 * $1.1 } / kept
    return (n * shape(rate) + 10 * 0.5) / (n + 10)
  }
}
