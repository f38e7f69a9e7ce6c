/// A share of a parent population, exact, from 0 to 1.
///
/// `Fraction(12)` is refused and `Fraction(percent: 12)` is 0.12: a number above one is never
/// taken for a percentage.
public struct Fraction: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The share, 0 ... 1.
  public let value: Rational

  /// A share from 0 to 1; throws `fractionAboveOne` above 1 and `notPositive` below 0.
  public init(_ value: Rational) throws(QuantityError) {
    guard value >= .zero else {
      throw QuantityError(
        .notPositive, "A fraction is below zero.", remedy: "Write a share from 0 to 1.")
    }
    guard value <= .one else {
      throw QuantityError(
        .fractionAboveOne, "The fraction \(ExactText.decimal(value)) is above 1.",
        remedy: "Write a share from 0 to 1, or say that it is per cent, as in '12 %'.")
    }
    self.value = value
  }

  /// A share from per cent, 0 ... 100; throws as `init(_:)`.
  public init(percent: Rational) throws(QuantityError) {
    guard let hundredth = Rational.powerOfTen(-2), let share = try? percent.times(hundredth) else {
      throw QuantityError(
        .notExact, "A percentage has too many digits.", remedy: "Write it with fewer digits.")
    }
    try self.init(share)
  }

  /// Reads `12 %`, or a bare `0.12`; throws `fractionAboveOne` for a bare `12`.
  public init(parsing text: String) throws(QuantityError) {
    if let bare = StrictNumber.rational(text) {
      try self.init(bare)
    } else {
      try self.init(percent: ExactText.number(text, unit: "%", of: "The fraction"))
    }
  }

  /// Everything.
  public static let one = Fraction(unchecked: .one)
  /// Nothing.
  public static let zero = Fraction(unchecked: .zero)

  private init(unchecked value: Rational) { self.value = value }

  /// What is left, 1 - f; throws on overflow of 128 bits.
  public func complement() throws(Rational.ArithmeticError) -> Rational {
    try Rational.one.minus(value)
  }

  /// Orders by share.
  public static func < (a: Fraction, b: Fraction) -> Bool { a.value < b.value }

  /// `12.5 %`.
  public var description: String {
    guard let percent = try? value.times(Rational(100)) else { return ExactText.decimal(value) }
    return ExactText.decimal(percent) + " %"
  }
}
