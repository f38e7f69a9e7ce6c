import Quantities

/// A table for spreadsheets and scripts, written as RFC 4180 CSV with LF line ends.
public struct CSVTable: Hashable, Sendable {
  /// A column: its name and, if it has one, its unit, written `vcd [1e6 cells/mL]`.
  public struct Column: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The unit, without brackets.
    public var unit: String?

    /// A column with a unit, or without for text and plain numbers.
    public init(_ name: String, unit: String? = nil) {
      self.name = name
      self.unit = unit
    }

    var heading: String { unit.map { "\(name) [\($0)]" } ?? name }
  }

  /// One cell.
  public enum Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    /// Text; made harmless where a spreadsheet would run it as a formula.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// A finite number in the shortest form that reads back to the same bits.
    case number(Double)
    /// Not known or not applicable; written as nothing.
    case blank

    /// Text.
    public init(stringLiteral text: String) { self = .text(text) }
  }

  /// A row that cannot be written.
  public enum RowError: Error, Hashable {
    /// The row (from 1) has a wrong count of cells.
    case cells(row: Int, found: Int, expected: Int)
    /// The row (from 1) has a NaN or an infinity in the named column.
    case notFinite(row: Int, column: String)
  }

  /// The columns.
  public let columns: [Column]
  private var rows: [[Cell]] = []

  /// A table without rows.
  public init(columns: [Column]) { self.columns = columns }

  /// Adds a row of one cell a column. Throws `RowError`; a value that is not there is `.blank`,
  /// never NaN.
  public mutating func append(_ row: [Cell]) throws(RowError) {
    let number = rows.count + 1
    guard row.count == columns.count else {
      throw .cells(row: number, found: row.count, expected: columns.count)
    }
    for (cell, column) in zip(row, columns) {
      if case .number(let value) = cell, !value.isFinite {
        throw .notFinite(row: number, column: column.name)
      }
    }
    rows.append(row)
  }

  /// The whole table: one line of headings, one line a row, each ended by LF.
  public var text: String {
    let headings = columns.map { Self.field(of: .text($0.heading)) }
    let lines = [headings] + rows.map { $0.map(Self.field(of:)) }
    return lines.map { fields in
      // A line of one empty field would read as no line at all.
      (fields == [""] ? "\"\"" : fields.joined(separator: ",")) + "\n"
    }.joined()
  }

  static func field(of cell: Cell) -> String {
    switch cell {
    case .blank: ""
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .text(let text): quoted(harmless(text))
    }
  }

  /// Puts an apostrophe before text that a spreadsheet would take for a formula; numbers pass.
  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first),
      !StrictNumber.isDecimal(text)
    else { return text }
    return "'" + text
  }

  private static func quoted(_ text: String) -> String {
    let special = [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    guard text.utf8.contains(where: special.contains) else { return text }
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { out += "\"" }
      out.unicodeScalars.append(scalar)
    }
    return out + "\""
  }
}
