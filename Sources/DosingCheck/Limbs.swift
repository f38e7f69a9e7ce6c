/// Schoolbook arithmetic on limbs of 32 bits, least significant first, without leading zeros.
enum Limbs {
  static func of(_ word: UInt128) -> [UInt32] {
    var limbs: [UInt32] = []
    var rest = word
    while rest > 0 {
      limbs.append(UInt32(truncatingIfNeeded: rest))
      rest >>= 32
    }
    return limbs
  }

  /// The number of at most four limbs.
  static func word(_ limbs: ArraySlice<UInt32>) -> UInt128 {
    limbs.reversed().reduce(0) { $0 << 32 | UInt128($1) }
  }

  static func isLess(_ a: [UInt32], _ b: [UInt32]) -> Bool {
    if a.count != b.count { return a.count < b.count }
    for (x, y) in zip(a.reversed(), b.reversed()) where x != y { return x < y }
    return false
  }

  static func sum(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
    var sum: [UInt32] = []
    var carry: UInt64 = 0
    for index in 0..<max(a.count, b.count) {
      carry += index < a.count ? UInt64(a[index]) : 0
      carry += index < b.count ? UInt64(b[index]) : 0
      sum.append(UInt32(truncatingIfNeeded: carry))
      carry >>= 32
    }
    if carry > 0 { sum.append(UInt32(carry)) }
    return sum
  }

  /// a - b for b not above a.
  static func difference(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
    var left: [UInt32] = []
    var borrow: Int64 = 0
    for (index, limb) in a.enumerated() {
      var digit = Int64(limb) - borrow
      if index < b.count { digit -= Int64(b[index]) }
      borrow = digit < 0 ? 1 : 0
      left.append(UInt32(truncatingIfNeeded: digit + borrow << 32))
    }
    return trimmed(left)
  }

  static func product(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
    var product = [UInt32](repeating: 0, count: a.count + b.count)
    for (i, x) in a.enumerated() {
      var carry: UInt64 = 0
      for (j, y) in b.enumerated() {
        carry += UInt64(x) * UInt64(y) + UInt64(product[i + j])
        product[i + j] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      product[i + b.count] = UInt32(carry)
    }
    return trimmed(product)
  }

  /// Quotient and rest for b above zero.
  ///
  /// Each round takes away a sure underestimate of what is left, so the result is exact whatever
  /// the rounding of the estimate.
  static func divide(
    _ a: [UInt32], by b: [UInt32]
  ) -> (quotient: [UInt32], rest: [UInt32]) {
    var quotient: [UInt32] = []
    var rest = a
    while !isLess(rest, b) {
      let times = ratioBelow(rest, b)
      quotient = sum(quotient, times)
      rest = difference(rest, product(times, b))
    }
    return (quotient, rest)
  }

  /// A number from 1 to the true quotient, near it.
  private static func ratioBelow(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
    // The top 128 bits of a, cut; the top 32 ... 64 bits of b, plus one: never too much.
    let shiftB = max(0, b.count - 2)
    let divisor = word(b.suffix(2)) + (shiftB > 0 ? 1 : 0)
    let shiftA = max(0, a.count - 4)
    let head = word(a.suffix(4))
    guard shiftA >= shiftB else {
      return of(max(1, (head >> UInt128(32 * (shiftB - shiftA))) / divisor))
    }
    let ratio = of(max(1, head / divisor))
    return [UInt32](repeating: 0, count: shiftA - shiftB) + ratio
  }

  private static func trimmed(_ limbs: [UInt32]) -> [UInt32] {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    return limbs
  }
}
