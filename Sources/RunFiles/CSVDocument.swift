import Quantities

/// A table of text cells read from CSV bytes, each cell with its place.
///
/// Grammar: RFC 4180 with LF, CRLF or CR as line end, a byte order mark, and comma, semicolon or
/// tab as delimiter, recognised from the header line. A quoted cell may hold delimiters, doubled
/// quotes and line ends. Lines are physical lines; columns count Unicode scalars from 1.
public struct CSVDocument: Sendable, Hashable {
  /// One cell: its text without quotes, and where it starts.
  public struct Cell: Sendable, Hashable {
    /// The text, without the enclosing quotes, otherwise as written.
    public let text: String
    /// 1-based physical line.
    public let line: Int
    /// 1-based column of the cell's first character in its line, an opening quote included.
    public let column: Int

    /// The text without spaces and tabs around it.
    public var trimmed: String {
      func isSpace(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }
      let isTight = !isSpace(text.utf8.first) && !isSpace(text.utf8.last)
      return isTight ? text : text.trimmingSpaces()
    }
    /// True when the cell is empty or holds only spaces and tabs.
    public var isBlank: Bool { text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
  }

  /// What separates cells.
  public enum Delimiter: UInt8, Sendable, CaseIterable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09

    /// The word for messages.
    public var word: String {
      switch self {
      case .comma: "comma"
      case .semicolon: "semicolon"
      case .tab: "tab"
      }
    }
  }

  /// How much a file may hold before it is refused.
  public struct Limits: Sendable {
    /// Bytes of the file.
    public var bytes = 64 * 1024 * 1024
    /// Bytes of one line.
    public var lineBytes = 1024 * 1024
    /// Cells of one row.
    public var columns = 10_000
    /// Cells of the file.
    public var cells = 4_000_000

    /// 64 MiB a file, 1 MiB a line, 10,000 columns, 4,000,000 cells.
    public init() {}
  }

  /// The file as the user named it.
  public let file: String
  /// The cells of the first line.
  public let header: [Cell]
  /// The rows below the header, each as wide as the header; blank rows are left out with a note.
  public let rows: [[Cell]]
  /// The delimiter that the header showed.
  public let delimiter: Delimiter
  /// Remarks on the form of the file.
  public let notes: [Finding]

  /// Reads a document from bytes.
  ///
  /// Throws `InputRefused`: what is not UTF-8 text (`E_FILE_EMPTY`, `E_FILE_COMPRESSED`,
  /// `E_FILE_SPREADSHEET`, `E_FILE_BINARY`, `E_UTF16`, `E_NUL_BYTE`, `E_NOT_UTF8`), what breaks the
  /// grammar (`E_QUOTE_UNCLOSED`, `E_QUOTE_STRAY`, `E_ROW_RAGGED`, `E_COMMENT_LINE`,
  /// `E_HEADER_REPEATED`, `E_DELIMITER`), and what exceeds a limit (`E_FILE_TOO_LARGE`,
  /// `E_LINE_TOO_LONG`, `E_TOO_MANY_COLUMNS`, `E_TOO_MANY_CELLS`).
  public init(
    parsing bytes: [UInt8], file: String, limits: Limits = Limits()
  ) throws(InputRefused) {
    var findings = FindingList(file: file)
    if bytes.count > limits.bytes {
      findings.error(
        "E_FILE_TOO_LARGE", at: Place(file: file),
        "the file is larger than \(NumberText.grouped(limits.bytes)) bytes.",
        remedy: "Keep one row a sample, or split the file.")
      try findings.refuseOnError()
    }
    let start = try TextCheck.start(of: bytes, file: file)
    let delimiter = try CSVScanner.delimiter(of: bytes, from: start, file: file)
    var scanner = CSVScanner(
      bytes: bytes, from: start, delimiter: delimiter, file: file, limits: limits)
    let header = try scanner.nextRecord() ?? []
    if delimiter != .comma {
      findings.note(
        "N_DELIMITER", at: Place(file: file, line: 1),
        "cells are separated by \(delimiter.word)s, as the header shows.",
        remedy: "Nothing to do; numbers still need a decimal point.")
    }
    var rows: [[Cell]] = []
    var firstBlank: Place?
    var blankCount = 0
    while let record = try scanner.nextRecord() {
      if record.allSatisfy(\.isBlank) {
        if !scanner.isAtEnd || record.count > 1 {
          firstBlank = firstBlank ?? Place(file: file, line: record[0].line)
          blankCount += 1
        }
      } else if Self.check(record, against: header, file: file, &findings) {
        rows.append(record)
      }
    }
    if let firstBlank {
      findings.note(
        "N_ROW_BLANK", at: firstBlank, "\(blankCount) blank row(s), the first here, hold nothing.",
        remedy: "Nothing to do; delete them if they were meant to hold data.")
    }
    try findings.refuseOnError()
    self.file = file
    self.header = header
    self.rows = rows
    self.delimiter = delimiter
    notes = findings.remarks
  }

  /// The place of a cell.
  public func place(of cell: Cell) -> Place {
    Place(file: file, line: cell.line, column: cell.column)
  }

  private static func check(
    _ record: [Cell], against header: [Cell], file: String, _ findings: inout FindingList
  ) -> Bool {
    let first = record[0]
    if record.count != header.count {
      if first.trimmed.hasPrefix("#") {
        findings.error(
          "E_COMMENT_LINE", at: Place(file: file, line: first.line, column: first.column),
          "a comment line stands among the rows.",
          remedy: "Move the text to the 'comment' column of a row, or delete the line.")
        return false
      }
      // A long row is marked at its first extra cell, a short one at its last cell.
      let cell = record[min(header.count, record.count - 1)]
      findings.error(
        "E_ROW_RAGGED", at: Place(file: file, line: cell.line, column: cell.column),
        "the row has \(record.count) cells, the header has \(header.count).",
        remedy: "Give every row as many cells as the header; put text that holds the delimiter"
          + " in quotes, and write decimals with a point.")
      return false
    }
    if zip(record, header).allSatisfy({ $0.trimmed == $1.trimmed }) {
      findings.error(
        "E_HEADER_REPEATED", at: Place(file: file, line: first.line, column: first.column),
        "the header stands here a second time; two tables seem to be in one file.",
        remedy: "Delete this line, or make two files.")
      return false
    }
    return true
  }
}
