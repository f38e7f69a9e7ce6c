/// The counter-based generator Philox 4x32 with 10 rounds.
///
/// A pure function from a 128-bit counter and a 64-bit key to 128 random bits: there is no state
/// to carry, so any draw can be made in any order by any thread.
/// Reference: Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3,
/// SC11, section 3.3.
public enum Philox {
  /// The four output words of a counter under a key; word 0 is the least significant.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var words = counter
    var roundKey = key
    for _ in 0..<10 {
      let left = UInt64(0xD251_1F53) * UInt64(words[0])
      let right = UInt64(0xCD9E_8D57) * UInt64(words[2])
      words = SIMD4(
        UInt32(right >> 32) ^ words[1] ^ roundKey[0], UInt32(truncatingIfNeeded: right),
        UInt32(left >> 32) ^ words[3] ^ roundKey[1], UInt32(truncatingIfNeeded: left))
      roundKey = roundKey &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return words
  }
}
