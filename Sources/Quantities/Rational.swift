/// An exact fraction of 128-bit integers in lowest terms, with a positive denominator.
///
/// Doses and unit scales are exact; an operation that would overflow throws instead of rounding.
public struct Rational: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The signed numerator.
  public let numerator: Int128
  /// The positive denominator.
  public let denominator: Int128

  /// What went wrong in exact arithmetic.
  public enum ArithmeticError: Error, Equatable { case overflow, divisionByZero }

  /// An integer.
  public init(_ integer: some BinaryInteger) {
    numerator = Int128(integer)
    denominator = 1
  }

  /// An integer; the same without a generic conversion.
  public init(_ integer: Int) {
    numerator = Int128(integer)
    denominator = 1
  }

  /// An integer; the same without a generic conversion.
  public init(_ integer: Int128) {
    numerator = integer
    denominator = 1
  }

  /// The fraction numerator / denominator in lowest terms.
  ///
  /// Throws `divisionByZero` for a zero denominator and `overflow` at the edge of 128 bits.
  public init(_ numerator: Int128, over denominator: Int128) throws(ArithmeticError) {
    if denominator == 0 { throw .divisionByZero }
    if numerator == .min || denominator == .min { throw .overflow }
    let divisor = Rational.greatestCommonDivisor(abs(numerator), abs(denominator))
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.numerator = sign * numerator / divisor
    self.denominator = sign * denominator / divisor
  }

  /// Zero.
  public static let zero = Rational(0)
  /// One.
  public static let one = Rational(1)

  /// 10^exponent; nil outside -36 ... 36.
  public static func powerOfTen(_ exponent: Int) -> Rational? {
    guard abs(exponent) <= 36 else { return nil }
    var power: Int128 = 1
    for _ in 0..<abs(exponent) { power *= 10 }
    return exponent >= 0 ? Rational(power) : try? Rational(1, over: power)
  }

  /// The exact product.
  public func times(_ other: Rational) throws(ArithmeticError) -> Rational {
    if denominator == 1, other.denominator == 1 {
      return try Rational(reducedNumerator: checkedProduct(numerator, other.numerator), 1)
    }
    // Cross-cancel first, so that intermediate products stay small.
    let a = Rational.greatestCommonDivisor(abs(numerator), other.denominator)
    let b = Rational.greatestCommonDivisor(abs(other.numerator), denominator)
    // Both factors are in lowest terms, so that nothing is left to cancel.
    return try Rational(
      reducedNumerator: checkedProduct(numerator / a, other.numerator / b),
      checkedProduct(denominator / b, other.denominator / a))
  }

  /// The exact quotient; throws `divisionByZero` when the other is zero.
  public func divided(by other: Rational) throws(ArithmeticError) -> Rational {
    if other.numerator == 0 { throw .divisionByZero }
    let sign: Int128 = other.numerator < 0 ? -1 : 1
    return try times(
      Rational(reducedNumerator: sign * other.denominator, sign * other.numerator))
  }

  /// The exact sum.
  public func plus(_ other: Rational) throws(ArithmeticError) -> Rational {
    if denominator == 1, other.denominator == 1 {
      let (sum, overflow) = numerator.addingReportingOverflow(other.numerator)
      if overflow || sum == .min { throw .overflow }
      return Rational(reducedNumerator: sum, 1)
    }
    let divisor = Rational.greatestCommonDivisor(denominator, other.denominator)
    let left = try checkedProduct(numerator, other.denominator / divisor)
    let right = try checkedProduct(other.numerator, denominator / divisor)
    let (sum, overflow) = left.addingReportingOverflow(right)
    if overflow { throw .overflow }
    return try Rational(sum, over: checkedProduct(denominator / divisor, other.denominator))
  }

  /// The exact difference.
  public func minus(_ other: Rational) throws(ArithmeticError) -> Rational {
    try plus(other.negated)
  }

  /// The same magnitude with the other sign.
  public var negated: Rational { Rational(reducedNumerator: -numerator, denominator) }

  /// The greatest integer not above the fraction.
  public var floor: Int128 {
    let quotient = numerator / denominator
    return numerator % denominator < 0 ? quotient - 1 : quotient
  }

  /// The least integer not below the fraction.
  public var ceiling: Int128 {
    let quotient = numerator / denominator
    return numerator % denominator > 0 ? quotient + 1 : quotient
  }

  /// True when the denominator is 1.
  public var isInteger: Bool { denominator == 1 }

  /// The nearest `Double` (two roundings when a term exceeds 2^53).
  public var double: Double { Rational.double(numerator) / Rational.double(denominator) }

  /// The nearest Double; most terms fit 64 bits, where the conversion is one instruction.
  private static func double(_ whole: Int128) -> Double {
    let short = Int64(truncatingIfNeeded: whole)
    return Int128(short) == whole ? Double(short) : Double(whole)
  }

  /// Compares exactly, by the cross products in full width.
  public static func < (a: Rational, b: Rational) -> Bool {
    if a.denominator == b.denominator { return a.numerator < b.numerator }
    let left = a.numerator.multipliedFullWidth(by: b.denominator)
    let right = b.numerator.multipliedFullWidth(by: a.denominator)
    return left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// `n` or `n/d`.
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }

  private init(reducedNumerator: Int128, _ denominator: Int128) {
    numerator = reducedNumerator
    self.denominator = denominator
  }

  private static func greatestCommonDivisor(_ a: Int128, _ b: Int128) -> Int128 {
    if a == 1 || b == 1 { return 1 }
    var (a, b) = (a, b)
    while b != 0 {
      if let x = UInt64(exactly: a), let y = UInt64(exactly: b) { return Int128(short(x, y)) }
      (a, b) = (b, a % b)
    }
    return a == 0 ? 1 : a
  }

  /// The same for two numbers of 64 bits, which the processor divides in one instruction; b is not 0.
  private static func short(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

private func checkedProduct(_ a: Int128, _ b: Int128) throws(Rational.ArithmeticError) -> Int128 {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  if overflow || product == .min { throw .overflow }
  return product
}
