#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Sums of exponentials and weights from logarithms, without overflow.
public enum LogSum {
  /// ln sum exp; minus infinity for no terms.
  public static func of(_ logs: [Double]) -> Double {
    guard let top = logs.max(), top > -.infinity else { return -.infinity }
    return top + log(logs.reduce(0) { $0 + exp($1 - top) })
  }

  /// ln (exp a + exp b).
  public static func of(_ a: Double, _ b: Double) -> Double {
    let top = max(a, b)
    return top == -.infinity ? top : top + log1p(exp(min(a, b) - top))
  }

  /// Weights that sum to 1; all zero when every logarithm is minus infinity.
  public static func weights(_ logs: [Double]) -> [Double] {
    guard let top = logs.max(), top > -.infinity else { return logs.map { _ in 0 } }
    let raw = logs.map { exp($0 - top) }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }

  /// 1 / sum of squares of weights that sum to 1, the number of equal draws that they are worth; 0
  /// when there are none. Source: Kong, Liu and Wong (1994), J Am Stat Assoc 89:278.
  public static func effectiveSize(_ weights: [Double]) -> Double {
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? 1 / squares : 0
  }
}
