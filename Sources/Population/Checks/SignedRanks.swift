import Statistics

/// Wilcoxon's signed-rank test that numbers are symmetric about 0.
enum SignedRanks {
  /// Two-sided probability by the normal approximation with correction for ties and continuity; NaN
  /// without a number that differs from 0. Source: Hollander and Wolfe (1999), section 3.1.
  static func probability(_ values: [Double]) -> Double {
    let kept = values.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    let n = Double(kept.count)
    guard n > 0 else { return .nan }
    var (positive, ties) = (0.0, 0.0)
    var first = 0
    while first < kept.count {
      var last = first
      while last + 1 < kept.count, abs(kept[last + 1]) == abs(kept[first]) { last += 1 }
      let rank = 0.5 * Double(first + last) + 1
      let size = Double(last - first + 1)
      ties += size * size * size - size
      for k in first...last where kept[k] > 0 { positive += rank }
      first = last + 1
    }
    let off = positive - n * (n + 1) / 4
    let variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    let z = max(abs(off) - 0.5, 0) / variance.squareRoot()
    return min(1, 2 * Normal.cumulative(-z))
  }
}
