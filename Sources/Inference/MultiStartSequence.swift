/// Points that fill the unit cube evenly: the additive recurrence R_d with a seeded shift.
///
/// u_j(k) = fraction(shift_j + k * alpha_j), alpha_j = phi^-(j + 1), where phi > 1 solves
/// phi^(d+1) = phi + 1 (d = 1: the golden ratio). Point k depends on the seed, d and k alone, so
/// starts may run in any order and in any number. Only additions, products and quotients are used:
/// every processor gives equal bits.
/// Source: Roberts (2018), The unreasonable effectiveness of quasirandom sequences; shift after
/// Cranley and Patterson (1976), SIAM J. Numer. Anal. 13:904.
public struct MultiStartSequence: Sendable {
  private let rates: [Double]
  private let shifts: [Double]

  /// A sequence in `dimension` dimensions; less than 1 gives empty points.
  public init(dimension: Int, seed: UInt64) {
    let count = max(dimension, 0)
    // Newton's method from above on the convex x^(d+1) - x - 1.
    var phi = 2.0
    for _ in 0..<64 {
      var power = 1.0
      for _ in 0..<count { power *= phi }
      phi -= (power * phi - phi - 1) / (Double(count + 1) * power - 1)
      if count == 0 { break }
    }
    var rate = 1.0
    rates = (0..<count).map { _ in
      rate /= phi
      return rate
    }
    shifts = (0..<count).map { MultiStartSequence.shift(seed: seed, direction: $0) }
  }

  /// Point k of the sequence, each coordinate in [0, 1); a negative k counts as 0.
  public func point(_ k: Int) -> [Double] {
    zip(shifts, rates).map { shift, rate in
      let x = shift + Double(max(k, 0)) * rate
      return x - x.rounded(.down)
    }
  }

  /// A number in [0, 1) from seed and direction, by the finaliser of SplitMix64 (Steele 2014).
  private static func shift(seed: UInt64, direction: Int) -> Double {
    var z = seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(truncatingIfNeeded: direction + 1)
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
