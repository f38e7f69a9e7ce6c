import Quantities

/// Tells UTF-8 text from everything else that is handed over as "a CSV".
enum TextCheck {
  private static let exportHint =
    "In the spreadsheet choose 'Save as' or 'Export', type 'CSV UTF-8 (comma delimited)'."

  /// Refuses what is not UTF-8 text; gives the index of the first byte after a byte order mark.
  ///
  /// Throws `InputRefused` with `E_FILE_EMPTY`, `E_FILE_COMPRESSED`, `E_FILE_SPREADSHEET`,
  /// `E_FILE_BINARY`, `E_UTF16`, `E_NUL_BYTE` or `E_NOT_UTF8`; the last two name line and column.
  static func start(of bytes: [UInt8], file: String) throws(InputRefused) -> Int {
    if let (code, cause) = signature(of: bytes) {
      throw InputRefused([
        Finding(.error, code, at: Place(file: file), cause, remedy: exportHint)
      ])
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if start == bytes.count {
      throw InputRefused([
        Finding(
          .error, "E_FILE_EMPTY", at: Place(file: file), "the file is empty.",
          remedy: "Check that the export finished; the first line must be the header.")
      ])
    }
    if let fault = firstFault(in: bytes, from: start) {
      let place = place(of: fault.index, in: bytes, from: start, file: file)
      let cause =
        fault.isNul
        ? "a NUL byte stands in the text; this is not a text file, or it was damaged."
        : "a byte that is not UTF-8 stands here, as when a file was saved as Latin-1 or"
          + " Windows-1252."
      throw InputRefused([
        Finding(
          .error, fault.isNul ? "E_NUL_BYTE" : "E_NOT_UTF8", at: place, cause, remedy: exportHint)
      ])
    }
    return start
  }

  private static func signature(of bytes: [UInt8]) -> (code: String, cause: String)? {
    func starts(_ magic: [UInt8]) -> Bool { bytes.starts(with: magic) }
    if starts([0x1F, 0x8B]) {
      return ("E_FILE_COMPRESSED", "this is a gzip archive, not text; unpack it first.")
    }
    if starts([0x50, 0x4B, 0x03, 0x04]) || starts([0x50, 0x4B, 0x05, 0x06]) {
      let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
      let isWorkbook = ["xl/", "[Content_Types]", "opendocument.spreadsheet"].contains {
        head.contains($0)
      }
      return isWorkbook
        ? ("E_FILE_SPREADSHEET", "this is a spreadsheet workbook, not text.")
        : ("E_FILE_COMPRESSED", "this is a zip archive, not text; unpack it first.")
    }
    if starts([0xD0, 0xCF, 0x11, 0xE0]) {
      return ("E_FILE_SPREADSHEET", "this is an old spreadsheet workbook (.xls), not text.")
    }
    if starts([0x25, 0x50, 0x44, 0x46]) { return ("E_FILE_BINARY", "this is a PDF, not text.") }
    let marked = starts([0xFF, 0xFE]) || starts([0xFE, 0xFF])
    let zeros = bytes.prefix(4).map { $0 == 0 }
    if marked || zeros == [false, true, false, true] || zeros == [true, false, true, false] {
      return ("E_UTF16", "the text is UTF-16 ('Unicode text'), not UTF-8.")
    }
    return nil
  }

  private static func firstFault(
    in bytes: [UInt8], from start: Int
  ) -> (index: Int, isNul: Bool)? {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0 { return (index, true) }
      if byte < 0x80 {
        index += 1
        continue
      }
      var parser = Unicode.UTF8.ForwardParser()
      var rest = bytes[index..<min(index + 4, bytes.count)].makeIterator()
      guard case .valid(let scalar) = parser.parseScalar(from: &rest) else {
        return (index, false)
      }
      index += scalar.count
    }
    return nil
  }

  private static func place(
    of index: Int, in bytes: [UInt8], from start: Int, file: String
  ) -> Place {
    var line = 1
    var column = 1
    for i in start..<index {
      let byte = bytes[i]
      let isPair = byte == 0x0D && i + 1 < bytes.count && bytes[i + 1] == 0x0A
      if byte == 0x0A || (byte == 0x0D && !isPair) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return Place(file: file, line: line, column: column)
  }
}
