/// A table of text cells; numbers come in already printed.
///
/// What follows the first line break of a cell is small print below its text.
public struct Table: Hashable, Sendable {
  /// How the cells of a column stand.
  public enum Alignment: String, Sendable {
    /// Left, for words.
    case words
    /// Right with digits of equal width, for numbers.
    case numbers
  }

  /// A column: heading, unit and alignment.
  public struct Column: Hashable, Sendable {
    /// The heading.
    public var heading: String
    /// The unit, written in brackets below the heading.
    public var unit: String?
    /// How its cells stand.
    public var alignment: Alignment

    /// A column; with a unit it is one of numbers unless said otherwise.
    public init(_ heading: String, unit: String? = nil, _ alignment: Alignment? = nil) {
      self.heading = heading
      self.unit = unit
      self.alignment = alignment ?? (unit == nil ? .words : .numbers)
    }
  }

  /// A row whose count of cells is not that of the columns.
  public struct RowError: Error, Hashable, CustomStringConvertible {
    /// The row, counted from 1.
    public let row: Int
    /// Its cells.
    public let found: Int
    /// The columns of the table.
    public let expected: Int

    /// What is wrong, in words.
    public var description: String {
      "Row \(row) of a table has \(found) cells for \(expected) columns."
    }
  }

  /// What the table shows.
  public let caption: String
  /// The columns.
  public let columns: [Column]
  /// The rows, one cell a column.
  public let rows: [[String]]
  /// Remarks below the table.
  public let footnotes: [String]

  /// A table; throws `RowError` at the first row that does not have one cell a column.
  public init(
    caption: String, columns: [Column], rows: [[String]], footnotes: [String] = []
  ) throws(RowError) {
    for (index, row) in rows.enumerated() where row.count != columns.count {
      throw RowError(row: index + 1, found: row.count, expected: columns.count)
    }
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.footnotes = footnotes
  }
}
