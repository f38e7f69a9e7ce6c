import Randomness

/// Random numbers keyed by (seed, replication, stream of arrivals, patient, purpose, pass).
///
/// Every number is a pure function of its key, so what others draw, how many units a pool has and
/// in which order things happen never changes it. The pass counts how often this patient has drawn
/// for this purpose: the second culture of a patient is the same in every what-if.
struct Streams: ~Copyable {
  /// The generator's key of each arrival stream, pool and stock.
  private var keys = Pile<SIMD2<UInt32>>()

  init(seed: UInt64, replication: Int, names: [String]) {
    for name in names {
      var hash = StableHash()
      hash.combine(seed)
      hash.combine(UInt64(truncatingIfNeeded: replication))
      hash.combine(name)
      let key = hash.value
      keys.append(SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
    }
  }

  /// A number between 0 and 1, neither included: an odd multiple of 2^-53.
  @inline(__always)
  func uniform(
    _ owner: Int, number: UInt32, purpose: UInt32, pass: UInt32, companion: UInt32
  ) -> Double {
    let words = Philox.block(
      counter: SIMD4(number, purpose, pass, companion), key: keys[owner])
    let bits = UInt64(words[0]) | UInt64(words[1]) << 32
    return (Double(bits >> 12) + 0.5) * 0x1p-52
  }
}
