/// A stream of random numbers that belongs to one seed, run, purpose and index.
///
/// The same four give the same numbers on every machine, whatever else was drawn before and on
/// whichever thread. Seed, name and purpose make the key of the generator and the index is half
/// of its counter, so streams that differ in the index only can never overlap; each holds 2^65
/// words of 64 bits.
///
/// It does not conform to `RandomNumberGenerator`: how the standard library consumes one may
/// change from release to release, and results must not.
public struct RandomStream: Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let index: SIMD2<UInt32>
  @usableFromInline var blockNumber: UInt64 = 0
  /// The second half of the last block, when it has not been handed out.
  @usableFromInline var spare: UInt64?

  /// The stream of a seed, the name of a run, a purpose and an index.
  ///
  /// Names and purposes are told apart by their UTF-8 bytes.
  public init(seed: UInt64, name: String, purpose: String, index: UInt64 = 0) {
    var hash = StableHash()
    hash.combine(seed)
    hash.combine(name)
    hash.combine(purpose)
    key = Self.halves(hash.value)
    self.index = Self.halves(index)
  }

  /// 64 random bits.
  @inlinable
  public mutating func nextUInt64() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let low = Self.halves(blockNumber)
    let words = Philox.block(counter: SIMD4(lowHalf: low, highHalf: index), key: key)
    blockNumber &+= 1
    spare = UInt64(words[2]) | UInt64(words[3]) << 32
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// A number between 0 and 1, neither included: an odd multiple of 2^-53.
  @inlinable
  public mutating func uniform() -> Double {
    (Double(nextUInt64() >> 12) + 0.5) * 0x1p-52
  }

  /// An integer in 0 ..< bound, each equally likely; 0 when the bound is 0.
  ///
  /// Reference: Lemire (2019), Fast random integer generation in an interval, ACM TOMACS 29.
  @inlinable
  public mutating func integer(below bound: UInt64) -> UInt64 {
    guard bound > 0 else { return 0 }
    var product = nextUInt64().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = nextUInt64().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  @inlinable
  static func halves(_ word: UInt64) -> SIMD2<UInt32> {
    SIMD2(UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
  }
}
