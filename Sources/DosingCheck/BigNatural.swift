/// A whole number of any size: one word of 128 bits, and limbs of 32 bits beyond it.
///
/// The second calculation never cancels a fraction and never overflows: it multiplies out. That
/// makes it a different method from the reduced 128-bit fractions of the first. Almost every dose
/// fits the word; the limbs, least significant first, are there for those that do not.
enum BigNatural: Equatable, Comparable {
  case word(UInt128)
  case limbs([UInt32])

  init(_ magnitude: some UnsignedInteger) { self = .word(UInt128(magnitude)) }

  static let zero = BigNatural.word(0)
  static let one = BigNatural.word(1)

  var isZero: Bool { self == .zero }

  /// The number as `Int`; nil when it is larger than that.
  var int: Int? {
    guard case .word(let word) = self else { return nil }
    return Int(exactly: word)
  }

  static func < (a: BigNatural, b: BigNatural) -> Bool {
    switch (a, b) {
    case (.word(let x), .word(let y)): x < y
    case (.word, .limbs): true
    case (.limbs, .word): false
    case (.limbs(let x), .limbs(let y)): Limbs.isLess(x, y)
    }
  }

  static func + (a: BigNatural, b: BigNatural) -> BigNatural {
    if case .word(let x) = a, case .word(let y) = b {
      let (sum, overflow) = x.addingReportingOverflow(y)
      if !overflow { return .word(sum) }
    }
    return BigNatural(canonical: Limbs.sum(a.asLimbs, b.asLimbs))
  }

  /// a - b, or zero when b is larger.
  static func - (a: BigNatural, b: BigNatural) -> BigNatural {
    if case .word(let x) = a, case .word(let y) = b { return .word(x < y ? 0 : x - y) }
    if a < b { return .zero }
    return BigNatural(canonical: Limbs.difference(a.asLimbs, b.asLimbs))
  }

  static func * (a: BigNatural, b: BigNatural) -> BigNatural {
    if case .word(let x) = a, case .word(let y) = b {
      // Two factors of 64 bits need no look at the overflow.
      if x <= UInt128(UInt64.max), y <= UInt128(UInt64.max) { return .word(x &* y) }
      let (product, overflow) = x.multipliedReportingOverflow(by: y)
      if !overflow { return .word(product) }
    }
    return BigNatural(canonical: Limbs.product(a.asLimbs, b.asLimbs))
  }

  /// How often b goes into a, and what is left; nil for b = 0.
  static func divide(
    _ a: BigNatural, by b: BigNatural
  ) -> (quotient: BigNatural, rest: BigNatural)? {
    if b.isZero { return nil }
    if case .word(let x) = a, case .word(let y) = b {
      if x <= UInt128(UInt64.max), y <= UInt128(UInt64.max) {
        let parts = UInt64(truncatingIfNeeded: x).quotientAndRemainder(
          dividingBy: UInt64(truncatingIfNeeded: y))
        return (.word(UInt128(parts.quotient)), .word(UInt128(parts.remainder)))
      }
      let (quotient, rest) = x.quotientAndRemainder(dividingBy: y)
      return (.word(quotient), .word(rest))
    }
    let (quotient, rest) = Limbs.divide(a.asLimbs, by: b.asLimbs)
    return (BigNatural(canonical: quotient), BigNatural(canonical: rest))
  }

  private var asLimbs: [UInt32] {
    switch self {
    case .word(let word): Limbs.of(word)
    case .limbs(let limbs): limbs
    }
  }

  /// Limbs without leading zeros, as a word where they fit.
  private init(canonical limbs: [UInt32]) {
    self = limbs.count > 4 ? .limbs(limbs) : .word(Limbs.word(limbs[...]))
  }
}
