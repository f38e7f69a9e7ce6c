#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension RandomStream {
  /// A standard normal number: the quantile of one uniform number, so |z| < 8.3.
  public mutating func normal() -> Double { standardNormalQuantile(uniform()) }

  /// A gamma number with mean `shape` and variance `shape`.
  ///
  /// *Edge cases:* a shape that is not a positive finite number gives NaN.
  /// Reference: Marsaglia and Tsang (2000), A simple method for generating gamma variables, ACM
  /// TOMS 26, 363-372, with its section 6 for shapes below 1.
  public mutating func gamma(shape: Double) -> Double {
    guard shape > 0, shape.isFinite else { return .nan }
    if shape < 1 {
      let boost = exp(log(uniform()) / shape)
      return gamma(shape: shape + 1) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }

  /// A chi-square number; mean `degreesOfFreedom`. NaN where `gamma` is.
  public mutating func chiSquare(degreesOfFreedom: Double) -> Double {
    2 * gamma(shape: 0.5 * degreesOfFreedom)
  }
}
