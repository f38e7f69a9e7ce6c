/// A whole number of cells; never a number of cells per kilogram and never a density.
public struct CellCount: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number of cells, zero or more.
  public let cells: Int

  /// A count of cells; throws `notPositive` below zero and `notExact` above 2^63 - 1.
  public init(_ cells: some BinaryInteger) throws(QuantityError) {
    try self.init(whole: Int(exactly: cells), isNegative: cells < 0)
  }

  /// A count of cells from 128 bits; throws as the other, without a generic conversion.
  public init(_ cells: Int128) throws(QuantityError) {
    let short = Int(truncatingIfNeeded: cells)
    try self.init(whole: Int128(short) == cells ? short : nil, isNegative: cells < 0)
  }

  /// A count of cells; throws `notPositive` below zero, without a generic conversion.
  public init(_ cells: Int) throws(QuantityError) {
    try self.init(whole: cells, isNegative: cells < 0)
  }

  private init(whole: Int?, isNegative: Bool) throws(QuantityError) {
    if isNegative {
      throw QuantityError(
        .notPositive, "A count of cells is below zero.", remedy: "Check the number of cells.")
    }
    guard let whole else {
      throw QuantityError(
        .notExact, "A count of cells exceeds 9.2E18.", remedy: "Check the unit of the number.")
    }
    cells = whole
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
