/// A whole number of any size, in limbs of 32 bits, least significant first.
///
/// The second calculation never cancels a fraction and never overflows: it multiplies out. That
/// makes it a different method from the reduced 128-bit fractions of the first.
struct BigNatural: Equatable, Comparable {
  private(set) var limbs: [UInt32]

  init(_ magnitude: some UnsignedInteger) {
    var rest = UInt128(magnitude)
    limbs = []
    while rest > 0 {
      limbs.append(UInt32(truncatingIfNeeded: rest))
      rest >>= 32
    }
  }

  static let zero = BigNatural(UInt(0))
  static let one = BigNatural(UInt(1))

  var isZero: Bool { limbs.isEmpty }

  /// The number as `Int`; nil when it is larger than that.
  var int: Int? {
    guard limbs.count <= 2 else { return nil }
    var value: UInt64 = 0
    for limb in limbs.reversed() { value = value << 32 | UInt64(limb) }
    return Int(exactly: value)
  }

  static func < (a: BigNatural, b: BigNatural) -> Bool {
    if a.limbs.count != b.limbs.count { return a.limbs.count < b.limbs.count }
    for (x, y) in zip(a.limbs.reversed(), b.limbs.reversed()) where x != y { return x < y }
    return false
  }

  static func + (a: BigNatural, b: BigNatural) -> BigNatural {
    var sum = BigNatural.zero
    var carry: UInt64 = 0
    for index in 0..<max(a.limbs.count, b.limbs.count) {
      let x = index < a.limbs.count ? UInt64(a.limbs[index]) : 0
      let y = index < b.limbs.count ? UInt64(b.limbs[index]) : 0
      carry += x + y
      sum.limbs.append(UInt32(truncatingIfNeeded: carry))
      carry >>= 32
    }
    if carry > 0 { sum.limbs.append(UInt32(carry)) }
    return sum
  }

  /// a - b, or zero when b is larger.
  static func - (a: BigNatural, b: BigNatural) -> BigNatural {
    guard b < a else { return .zero }
    var left = BigNatural.zero
    var borrow: Int64 = 0
    for (index, limb) in a.limbs.enumerated() {
      var digit = Int64(limb) - borrow
      if index < b.limbs.count { digit -= Int64(b.limbs[index]) }
      borrow = digit < 0 ? 1 : 0
      left.limbs.append(UInt32(digit + borrow << 32))
    }
    left.trim()
    return left
  }

  static func * (a: BigNatural, b: BigNatural) -> BigNatural {
    guard !a.isZero, !b.isZero else { return .zero }
    var product = BigNatural.zero
    product.limbs = [UInt32](repeating: 0, count: a.limbs.count + b.limbs.count)
    for (i, x) in a.limbs.enumerated() {
      var carry: UInt64 = 0
      for (j, y) in b.limbs.enumerated() {
        carry += UInt64(x) * UInt64(y) + UInt64(product.limbs[i + j])
        product.limbs[i + j] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      product.limbs[i + b.limbs.count] = UInt32(carry)
    }
    product.trim()
    return product
  }

  /// How often b goes into a, and what is left; nil for b = 0.
  ///
  /// Each round takes away a sure underestimate of what is left, so the result is exact whatever
  /// the rounding of the estimate.
  static func divide(
    _ a: BigNatural, by b: BigNatural
  ) -> (quotient: BigNatural, rest: BigNatural)? {
    if b.isZero { return nil }
    var quotient = BigNatural.zero
    var rest = a
    while rest >= b {
      let times = ratioBelow(rest, b)
      quotient = quotient + times
      rest = rest - times * b
    }
    return (quotient, rest)
  }

  /// A number from 1 to the true quotient, near it.
  private static func ratioBelow(_ a: BigNatural, _ b: BigNatural) -> BigNatural {
    // The top 64 bits of a, cut; the top 32 ... 63 bits of b, plus one: never too much.
    let shiftB = max(0, b.limbs.count - 2)
    let top = b.limbs.suffix(2).reversed().reduce(UInt64(0)) { $0 << 32 | UInt64($1) }
    let (above, overflow) = top.addingReportingOverflow(shiftB > 0 ? 1 : 0)
    let divisor = overflow ? UInt128(top) + 1 : UInt128(above)
    let countA = min(a.limbs.count, 4)
    let shiftA = a.limbs.count - countA
    let head = a.limbs.suffix(countA).reversed().reduce(UInt128(0)) { $0 << 32 | UInt128($1) }
    guard shiftA >= shiftB else {
      let whole = head >> UInt128(32 * (shiftB - shiftA))
      return BigNatural(Swift.max(1, whole / divisor))
    }
    var ratio = BigNatural(Swift.max(1, head / divisor))
    ratio.limbs.insert(contentsOf: [UInt32](repeating: 0, count: shiftA - shiftB), at: 0)
    return ratio
  }

  private mutating func trim() {
    while limbs.last == 0 { limbs.removeLast() }
  }
}
