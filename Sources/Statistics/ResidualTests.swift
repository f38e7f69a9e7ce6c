#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The runs test of Wald and Wolfowitz: do residuals in time order change sign at random?
///
/// Too few runs mean a model that bends away from the data, too many an alternating error.
/// Reference: Wald and Wolfowitz (1940), Annals of Mathematical Statistics 11, 147-162.
public struct RunsTest: Sendable, Equatable {
  /// Number of residuals above zero.
  public let positive: Int
  /// Number of residuals below zero.
  public let negative: Int
  /// Number of unbroken runs of one sign.
  public let runs: Int
  /// Exact probability of at most so many runs in a random order.
  public let probabilityOfFewer: Double
  /// Exact probability of at least so many runs in a random order.
  public let probabilityOfMore: Double
  /// Two-sided: twice the smaller of the two, at most 1.
  public var pValue: Double { min(1, 2 * min(probabilityOfFewer, probabilityOfMore)) }

  /// The test of residuals in time order; residuals of exactly zero are left out.
  ///
  /// *Edge case:* with one sign only there is one arrangement and the p-value is 1.
  /// Throws `StatisticsRefused.notANumber` for a NaN.
  public init(_ residuals: [Double]) throws(StatisticsRefused) {
    if let index = residuals.firstIndex(where: \.isNaN) { throw .notANumber(index: index) }
    let signs = residuals.filter { $0 != 0 }.map { $0 > 0 }
    let above = signs.filter { $0 }.count
    let below = signs.count - above
    let changes = zip(signs, signs.dropFirst()).filter { $0 != $1 }.count
    let count = signs.isEmpty ? 0 : changes + 1
    positive = above
    negative = below
    runs = count
    guard above > 0, below > 0 else {
      probabilityOfFewer = 1
      probabilityOfMore = 1
      return
    }
    let most = above == below ? 2 * above : 2 * min(above, below) + 1
    func total(_ range: ClosedRange<Int>) -> Double {
      range.reduce(0) { $0 + Self.probability(runs: $1, above, below) }
    }
    probabilityOfFewer = min(1, total(2...count))
    probabilityOfMore = min(1, total(count...most))
  }

  /// P(R = runs) among the arrangements of `a` positive and `b` negative signs.
  private static func probability(runs: Int, _ a: Int, _ b: Int) -> Double {
    let all = logChoose(a + b, a)
    func ways(_ partsOfA: Int, _ partsOfB: Int) -> Double {
      exp(logChoose(a - 1, partsOfA - 1) + logChoose(b - 1, partsOfB - 1) - all)
    }
    let half = runs / 2
    return runs % 2 == 0 ? 2 * ways(half, half) : ways(half + 1, half) + ways(half, half + 1)
  }

  /// ln of the binomial coefficient; -infinity where it is zero.
  private static func logChoose(_ n: Int, _ k: Int) -> Double {
    guard k >= 0, k <= n else { return -.infinity }
    return logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
  }
}

/// The lag-1 autocorrelation of a series about its mean:
/// sum (e_i - m)(e_(i+1) - m) / sum (e_i - m)^2.
///
/// For independent residuals it is near -1/n with a standard error near 1/sqrt(n). Nil for fewer
/// than three values, a constant series or values that are not finite.
/// Reference: Box, Jenkins and Reinsel (1994), Time Series Analysis, section 2.1.5.
public func lagOneAutocorrelation(_ residuals: [Double]) -> Double? {
  guard residuals.count >= 3, residuals.allSatisfy(\.isFinite) else { return nil }
  let mean = residuals.reduce(0, +) / Double(residuals.count)
  let centered = residuals.map { $0 - mean }
  let squares = centered.reduce(0) { $0 + $1 * $1 }
  guard squares > 0 else { return nil }
  return zip(centered, centered.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / squares
}
