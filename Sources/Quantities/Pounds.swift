/// A body weight in avoirdupois pounds, kept apart from kilograms until it is converted openly.
public struct Pounds: Hashable, Sendable, CustomStringConvertible {
  /// The weight in lb, above zero, with decimals that end.
  public let value: Rational

  /// A weight in lb; throws `notPositive` at or below zero, `notExact` for endless decimals.
  public init(_ value: Rational) throws(QuantityError) {
    guard value > .zero else {
      throw QuantityError(
        .notPositive, "A body weight is not above zero.", remedy: "Weigh the patient in kg.")
    }
    guard ExactText.endsAsDecimal(value) else {
      throw QuantityError(
        .notExact, "A body weight is not a decimal number of pounds.",
        remedy: "Enter the weight as read from the scale.")
    }
    self.value = value
  }

  /// Reads `154 lb`; throws `wrongUnit` for anything but lb.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(ExactText.number(text, unit: "lb", of: "The body weight"))
  }

  /// The weight in kg, 1 lb = 0.45359237 kg exactly (international yard and pound agreement, 1959).
  ///
  /// Throws `notExact` when the product does not fit 128 bits.
  public func converted() throws(QuantityError) -> BodyMass {
    let kilograms: Rational
    do {
      kilograms = try value.times(Rational(45_359_237, over: 100_000_000))
    } catch {
      throw QuantityError(
        .notExact, "A body weight has too many digits.", remedy: "Write it with fewer digits.")
    }
    return try BodyMass(kilograms: kilograms)
  }

  /// `154 lb`.
  public var description: String { ExactText.decimal(value) + " lb" }
}
