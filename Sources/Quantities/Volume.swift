/// A volume in millilitres, exact.
public struct Volume: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The volume in mL, zero or more.
  public let milliliters: Rational

  /// A volume in mL; throws `notPositive` below zero.
  public init(milliliters: Rational) throws(QuantityError) {
    guard milliliters >= .zero else {
      throw QuantityError(
        .notPositive, "A volume is below zero.", remedy: "Check the volume, in mL.")
    }
    self.milliliters = milliliters
  }

  /// Reads `68 mL`; throws `wrongUnit` for anything but mL.
  public init(parsing text: String) throws(QuantityError) {
    try self.init(milliliters: ExactText.number(text, unit: "mL", of: "The volume"))
  }

  /// Orders by volume.
  public static func < (a: Volume, b: Volume) -> Bool { a.milliliters < b.milliliters }

  /// `12.5 mL`.
  public var description: String { ExactText.decimal(milliliters) + " mL" }
}
