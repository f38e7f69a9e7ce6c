/// The chi-square distribution.
public enum ChiSquare {
  /// The probability above `x`; NaN unless x >= 0 and the degrees of freedom are above 0.
  public static func upperTail(_ x: Double, degreesOfFreedom: Double) -> Double {
    incompleteGamma(0.5 * degreesOfFreedom, 0.5 * x).upper
  }

  /// The value with probability `p` below it, to about 13 digits.
  ///
  /// The threshold of a profile likelihood is quantile(0.95, degreesOfFreedom: 1) = 3.84.
  /// *Edge cases:* p = 0 gives 0, p = 1 infinity; NaN for p outside 0 ... 1 or degrees of freedom
  /// that are not above 0.
  public static func quantile(_ p: Double, degreesOfFreedom: Double) -> Double {
    guard p >= 0, p <= 1, degreesOfFreedom > 0, degreesOfFreedom.isFinite else { return .nan }
    guard p > 0 else { return 0 }
    guard p < 1 else { return .infinity }
    return bisect { x in
      let (lower, upper) = incompleteGamma(0.5 * degreesOfFreedom, 0.5 * x)
      return p < 0.5 ? lower > p : upper < 1 - p
    }
  }
}

/// The smallest positive number for which a monotone condition holds.
///
/// Halves the range of exponents, then of significands: about 64 trials, exact to the last bit
/// of the condition.
func bisect(_ isBeyond: (Double) -> Bool) -> Double {
  var low: UInt64 = 0
  var high = Double.infinity.bitPattern
  while high - low > 1 {
    let middle = low + (high - low) / 2
    if isBeyond(Double(bitPattern: middle)) { high = middle } else { low = middle }
  }
  return Double(bitPattern: high)
}
