/// A patient's body weight: an exact decimal of kilograms and of nothing else.
///
/// There is no initialiser for pounds and none for a bare number (ISMP: weigh in metric units
/// only). Whether a weight is plausible is for the dose rules to judge.
public struct BodyMass: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The weight in kg, above zero, with decimals that end.
  public let kilograms: Rational

  /// A weight in kg; throws `notPositive` at or below zero, `notExact` for endless decimals (1/3).
  public init(kilograms: Rational) throws(QuantityError) {
    guard kilograms > .zero else {
      throw QuantityError(
        .notPositive, "A body weight is not above zero.", remedy: "Weigh the patient in kg.")
    }
    guard ExactText.endsAsDecimal(kilograms) else {
      throw QuantityError(
        .notExact, "A body weight is not a decimal number of kilograms.",
        remedy: "Enter the weight as read from the scale, in kg.")
    }
    self.kilograms = kilograms
  }

  /// Reads `20.5 kg`; throws `wrongUnit` for anything but kg, so also for a missing unit.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(kilograms: ExactText.number(text, unit: "kg", of: "The body weight"))
  }

  /// Orders by weight.
  public static func < (a: BodyMass, b: BodyMass) -> Bool { a.kilograms < b.kilograms }

  /// `20.5 kg`.
  public var description: String { ExactText.decimal(kilograms) + " kg" }
}
