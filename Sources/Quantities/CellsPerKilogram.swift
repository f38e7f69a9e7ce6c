/// A dose per kilogram of body weight, exact; never a number of cells.
public struct CellsPerKilogram: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Cells per kg, above zero.
  public let value: Rational

  /// A dose in cells/kg; throws `notPositive` at or below zero.
  public init(_ value: Rational) throws(QuantityError) {
    guard value > .zero else {
      throw QuantityError(
        .notPositive, "A dose per kilogram is not above zero.",
        remedy: "State the dose in cells/kg as the source prints it.")
    }
    self.value = value
  }

  /// cells/kg x kg = cells, exactly and not yet rounded; throws on overflow of 128 bits.
  public func times(_ mass: BodyMass) throws(Rational.ArithmeticError) -> Rational {
    try value.times(mass.kilograms)
  }

  /// Orders by number.
  public static func < (a: CellsPerKilogram, b: CellsPerKilogram) -> Bool { a.value < b.value }

  /// `200,000 cells/kg`.
  public var description: String { ExactText.decimal(value) + " cells/kg" }
}
