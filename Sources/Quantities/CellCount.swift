/// A whole number of cells; never a number of cells per kilogram and never a density.
public struct CellCount: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number of cells, zero or more.
  public let cells: Int

  /// A count of cells; throws `notPositive` below zero and `notExact` above 2^63 - 1.
  public init(_ cells: some BinaryInteger) throws(QuantityError) {
    guard cells >= 0 else {
      throw QuantityError(
        .notPositive, "A count of cells is below zero.", remedy: "Check the number of cells.")
    }
    guard let exact = Int(exactly: cells) else {
      throw QuantityError(
        .notExact, "A count of cells exceeds 9.2E18.", remedy: "Check the unit of the number.")
    }
    self.cells = exact
  }

  /// No cells.
  public static let zero = CellCount(unchecked: 0)

  private init(unchecked cells: Int) { self.cells = cells }

  /// The count as an exact fraction.
  public var rational: Rational { Rational(cells) }

  /// Orders by number.
  public static func < (a: CellCount, b: CellCount) -> Bool { a.cells < b.cells }

  /// `140,000,000 cells (140 million; 1.4E8)`.
  public var description: String { NumberText.cells(cells) }
}
