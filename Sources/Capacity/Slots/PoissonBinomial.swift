/// The number of events among independent ones of different probabilities.
///
/// Source: exact convolution, one event at a time; see Hong (2013), On computing the distribution
/// function for the Poisson binomial distribution, Comput. Stat. Data Anal. 59, section 2.
public struct PoissonBinomial: Hashable, Sendable {
  /// P(N = n) for n = 0 ... the greatest number that was asked for.
  public private(set) var mass: [Double]
  /// Events that are certain; they shift the number.
  public private(set) var certain = 0

  /// No event yet; P(N = n) is kept for n up to `most`.
  public init(upTo most: Int) {
    mass = [Double](repeating: 0, count: max(0, most) + 1)
    mass[0] = 1
  }

  /// Adds an independent event; `p` in 0 ... 1. One multiplication and addition a kept number.
  public mutating func add(_ p: Double) {
    if p >= 1 {
      certain += 1
    } else if p > 0 {
      let q = 1 - p
      mass.withUnsafeMutableBufferPointer { mass in
        var n = mass.count - 1
        while n > 0 {
          mass[n] = mass[n] * q + mass[n - 1] * p
          n -= 1
        }
        mass[0] *= q
      }
    }
  }

  /// P(N = n); n up to the greatest number asked for.
  public func at(_ n: Int) -> Double {
    let free = n - certain
    return mass.indices.contains(free) ? mass[free] : 0
  }

  /// P(N > n); n up to the greatest number asked for. Below about 1e-15 it is rounding.
  public func above(_ n: Int) -> Double {
    let free = n - certain
    if free < 0 { return 1 }
    var sum = 0.0
    for value in mass[...min(free, mass.count - 1)] { sum += value }
    return Swift.max(0, 1 - sum)
  }
}
