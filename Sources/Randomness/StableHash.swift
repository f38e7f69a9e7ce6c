/// A 64-bit hash that never changes between processes, machines or releases.
///
/// FNV-1a over bytes, finished by the mixer of SplitMix64. Texts carry their length, so
/// ("ab", "c") and ("a", "bc") differ. It is not a cryptographic hash.
/// Reference: Fowler, Noll and Vo, RFC 9923; Steele, Lea and Flood (2014), OOPSLA, figure 17.
public struct StableHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// Adds the eight bytes of a word, least significant first.
  public mutating func combine(_ word: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      combine(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }

  /// Adds the length and the UTF-8 bytes of a text.
  public mutating func combine(_ text: String) {
    combine(UInt64(text.utf8.count))
    for byte in text.utf8 { combine(byte) }
  }

  /// The hash of everything added so far.
  public var value: UInt64 {
    var mixed = state &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The plain FNV-1a state, for its published test vectors.
  var unmixed: UInt64 { state }

  mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
  }
}
