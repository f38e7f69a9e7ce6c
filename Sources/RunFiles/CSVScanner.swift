import Quantities

/// Walks CSV bytes record by record, counting lines and columns.
struct CSVScanner {
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private let file: String
  private let limits: CSVDocument.Limits
  private var index: Int
  private var lineStart: Int
  private var line = 1
  private var column = 1
  private var cellCount = 0

  private static let quote = UInt8(ascii: "\"")
  private static let feed = UInt8(ascii: "\n")
  private static let carriage = UInt8(ascii: "\r")

  init(
    bytes: [UInt8], from start: Int, delimiter: CSVDocument.Delimiter, file: String,
    limits: CSVDocument.Limits
  ) {
    self.bytes = bytes
    self.delimiter = delimiter.rawValue
    self.file = file
    self.limits = limits
    index = start
    lineStart = start
  }

  /// True when no byte is left.
  var isAtEnd: Bool { index >= bytes.count }

  /// The delimiter that stands most often in the first line, outside quotes; comma when none does.
  static func delimiter(
    of bytes: [UInt8], from start: Int, file: String
  ) throws(InputRefused) -> CSVDocument.Delimiter {
    var counts: [UInt8: Int] = [:]
    var inQuotes = false
    for byte in bytes[start...] {
      if byte == quote { inQuotes.toggle() }
      if inQuotes { continue }
      if byte == feed || byte == carriage { break }
      counts[byte, default: 0] += 1
    }
    let ranked = CSVDocument.Delimiter.allCases
      .map { (delimiter: $0, count: counts[$0.rawValue] ?? 0) }
      .sorted { $0.count > $1.count }
    if ranked[0].count > 0, ranked[0].count == ranked[1].count {
      throw InputRefused([
        Finding(
          .error, "E_DELIMITER", at: Place(file: file, line: 1, column: 1),
          "the header has as many \(ranked[0].delimiter.word)s as \(ranked[1].delimiter.word)s, so"
            + " the delimiter is not clear.",
          remedy: "Export as CSV with commas, and keep other delimiters out of the header.")
      ])
    }
    return ranked[0].count == 0 ? .comma : ranked[0].delimiter
  }

  /// The cells of the next record; nil at the end.
  mutating func nextRecord() throws(InputRefused) -> [CSVDocument.Cell]? {
    guard index < bytes.count else { return nil }
    var cells: [CSVDocument.Cell] = []
    while true {
      cells.append(try nextCell())
      if cells.count > limits.columns {
        throw refused(
          "E_TOO_MANY_COLUMNS",
          "the row has more than \(NumberText.grouped(limits.columns)) cells.",
          "Write one row a sample and one column a quantity.")
      }
      cellCount += 1
      if cellCount > limits.cells {
        throw refused(
          "E_TOO_MANY_CELLS",
          "the file has more than \(NumberText.grouped(limits.cells)) cells.",
          "Run files hold samples, not sensor streams: split the file or thin it.")
      }
      guard index < bytes.count else { return cells }
      if bytes[index] != delimiter {
        newLine()
        return cells
      }
      step()
    }
  }

  /// Reads one cell and stops at its delimiter, line end or the end of the file.
  private mutating func nextCell() throws(InputRefused) -> CSVDocument.Cell {
    let start = (line, column)
    if index < bytes.count, bytes[index] == Self.quote {
      let text = try quotedText()
      return CSVDocument.Cell(text: text, line: start.0, column: start.1)
    }
    let first = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == delimiter || byte == Self.feed || byte == Self.carriage { break }
      if byte == Self.quote {
        throw refused(
          "E_QUOTE_STRAY", "a quote stands inside a cell that does not begin with one.",
          "Put the whole cell in quotes and double each quote inside it.")
      }
      step()
    }
    try checkLineLength()
    let text = String(decoding: bytes[first..<index], as: UTF8.self)
    return CSVDocument.Cell(text: text, line: start.0, column: start.1)
  }

  private mutating func quotedText() throws(InputRefused) -> String {
    let open = Place(file: file, line: line, column: column)
    step()
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Self.feed || byte == Self.carriage {
        let first = index
        newLine()
        text += bytes[first..<index]
        continue
      }
      step()
      if byte != Self.quote {
        text.append(byte)
      } else if index < bytes.count, bytes[index] == Self.quote {
        text.append(byte)
        step()
      } else {
        try checkLineLength()
        let ends = [delimiter, Self.feed, Self.carriage]
        guard index == bytes.count || ends.contains(bytes[index]) else {
          throw refused(
            "E_QUOTE_STRAY", "text follows the closing quote of a cell.",
            "Put the whole cell in quotes and double each quote inside it.")
        }
        return String(decoding: text, as: UTF8.self)
      }
    }
    throw InputRefused([
      Finding(
        .error, "E_QUOTE_UNCLOSED", at: open, "a quote opens here and is never closed.",
        remedy: "Close the quote, or double it when it belongs to the text.")
    ])
  }

  private mutating func step() {
    // A character counts once, at its last byte, so that continuation bytes add nothing.
    index += 1
    if index == bytes.count || bytes[index] & 0xC0 != 0x80 { column += 1 }
  }

  private mutating func newLine() {
    let isPair =
      bytes[index] == Self.carriage && index + 1 < bytes.count && bytes[index + 1] == Self.feed
    index += isPair ? 2 : 1
    line += 1
    column = 1
    lineStart = index
  }

  private func checkLineLength() throws(InputRefused) {
    if index - lineStart > limits.lineBytes {
      throw refused(
        "E_LINE_TOO_LONG", "the line is longer than \(NumberText.grouped(limits.lineBytes)) bytes.",
        "Check the line ends of the export; a run file has one short line a sample.")
    }
  }

  private func refused(_ code: String, _ cause: String, _ remedy: String) -> InputRefused {
    InputRefused([
      Finding(
        .error, code, at: Place(file: file, line: line, column: column), cause, remedy: remedy)
    ])
  }
}
