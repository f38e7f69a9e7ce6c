import Reports

/// Seeded test randomness (Steele, Lea and Flood 2014, SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension JSONValue {
  /// Any value: doubles from random bits, text with every kind of awkward scalar.
  static func random(_ random: inout SplitMix, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth < 4 ? 8 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2:
      let shift = Int.random(in: 0..<64, using: &random)
      return .int(Int(truncatingIfNeeded: random.next() >> shift))
    case 3, 4:
      let bits = Double(bitPattern: random.next())
      let plain = Double(Int.random(in: -999...999, using: &random)) / 8
      return .double(bits.isFinite && Bool.random(using: &random) ? bits : plain)
    case 5: return .string(text(&random))
    case 6:
      let count = Int.random(in: 0..<4, using: &random)
      return .array((0..<count).map { _ in .random(&random, depth: depth + 1) })
    default:
      var members: [String: JSONValue] = [:]
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        members[text(&random)] = .random(&random, depth: depth + 1)
      }
      return .object(members)
    }
  }

  private static func text(_ random: inout SplitMix) -> String {
    let awkward: [Unicode.Scalar] = [
      "\"", "\\", "/", "\n", "\r", "\t", "\0", "\u{8}", "\u{C}", "\u{1F}", "\u{7F}", "é", "\u{301}",
      "\u{2028}", "🧪", "\u{FFFF}", "\u{10FFFF}", "a", "<", "&",
    ]
    var out = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<8, using: &random) {
      out.append(awkward[Int.random(in: 0..<awkward.count, using: &random)])
    }
    return String(out)
  }

  /// Equality of bits: -0.0 is not 0.0, and text is compared byte by byte.
  func isIdentical(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.double(let a), .double(let b)): return a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.isIdentical(to: $1) }
    case (.object(let a), .object(let b)):
      return a.count == b.count
        && a.allSatisfy { key, value in b[key].map { value.isIdentical(to: $0) } ?? false }
    default: return self == other
    }
  }
}
