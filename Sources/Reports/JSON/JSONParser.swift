import Quantities

extension JSONValue {
  /// Reads one JSON document (RFC 8259) strictly.
  ///
  /// Refused besides plain syntax errors: a key given twice (many readers silently keep one of the
  /// two), `NaN` and other literals, numbers that overflow, invalid UTF-8, lone surrogates, a byte
  /// order mark, anything after the document, nesting deeper than `deepestNesting`.
  ///
  /// - Parameters:
  ///   - bytes: the document in UTF-8.
  ///   - file: the name to show in findings.
  /// - Throws: `InputRefused` with one finding, at the line and column (in characters) where the
  ///   first offending value, key or character starts.
  public init(parsing bytes: [UInt8], file: String = "document.json") throws(InputRefused) {
    var parser = JSONParser(bytes: bytes)
    do {
      self = try parser.document()
    } catch {
      throw InputRefused([error.finding(in: bytes, file: file)])
    }
  }

  /// Reads one JSON document from text; see `init(parsing:file:)` for bytes.
  public init(parsing text: String, file: String = "document.json") throws(InputRefused) {
    try self.init(parsing: Array(text.utf8), file: file)
  }
}

/// A syntax error at a byte offset, before it is known as line and column.
struct JSONSyntaxError: Error {
  let code: String
  let offset: Int
  let cause: String
  let remedy: String

  func finding(in bytes: [UInt8], file: String) -> Finding {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // A character of the line is a byte that does not continue a UTF-8 sequence.
    let column = before[start...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return Finding(
      .error, code, at: Place(file: file, line: line, column: column), cause, remedy: remedy)
  }
}

/// Recursive descent over bytes; one method a production of the grammar.
struct JSONParser {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw error("E_JSON_SYNTAX", 0, "The file starts with a byte order mark.", "Save it without.")
    }
    let value = try self.value(depth: 0)
    skipSpace()
    guard at == bytes.count else {
      throw unexpected("There is something after the end of the document.", "Remove it.")
    }
    return value
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    skipSpace()
    guard let byte = peek else {
      throw unexpected("The document ends where a value is due.", "Complete it.")
    }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: return try literal()
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    try descend(depth)
    var members: [String: JSONValue] = [:]
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let start = at
      guard peek == UInt8(ascii: "\"") else {
        throw unexpected("A key in double quotes is due here.", "Quote the key; no comma before }.")
      }
      let key = try string()
      guard members[key] == nil else {
        throw error(
          "E_JSON_DUPLICATE_KEY", start, "The key \"\(key)\" is given twice in one object.",
          "Keep one of the two.")
      }
      guard take(":") else {
        throw unexpected("A colon is due after the key.", "Write \"key\": ….")
      }
      members[key] = try value(depth: depth + 1)
    } while take(",")
    guard take("}") else {
      throw unexpected("A comma or } is due here.", "Close the object or separate its members.")
    }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    try descend(depth)
    var values: [JSONValue] = []
    if take("]") { return .array(values) }
    repeat { values.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else {
      throw unexpected("A comma or ] is due here.", "Close the array or separate its values.")
    }
    return .array(values)
  }

  private mutating func descend(_ depth: Int) throws(JSONSyntaxError) {
    guard depth < JSONValue.deepestNesting else {
      throw error(
        "E_JSON_DEPTH", at, "Nested deeper than \(JSONValue.deepestNesting) levels.",
        "Flatten the document.")
    }
    at += 1
  }

  private mutating func literal() throws(JSONSyntaxError) -> JSONValue {
    let known: [(String, JSONValue)] = [
      ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
    ]
    for (word, value) in known where bytes[at...].starts(with: word.utf8) {
      at += word.utf8.count
      return value
    }
    throw unexpected(
      "This is not a JSON value.", "Use a number, quoted text, true, false, null, [ ] or { }.")
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = at
    while let byte = peek, Self.isNumberByte(byte) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    let second = digits.dropFirst().first ?? UInt8(ascii: ".")
    let leadingZero = digits.first == UInt8(ascii: "0") && Self.isDigit(second)
    guard StrictNumber.isDecimal(text), !leadingZero else {
      throw error(
        "E_JSON_NUMBER", start, "\"\(text)\" is not a JSON number.",
        "Write digits, at most one point between digits, and an exponent if needed.")
    }
    let isWhole = text.utf8.allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: "-") }
    if isWhole, text != "-0" {
      if let whole = Int(text) { return .int(whole) }
    } else if let value = StrictNumber.double(text) {
      return .double(value)
    }
    throw error(
      "E_JSON_NUMBER", start, "\(text) is too large to be held exactly or at all.",
      "Write it with an exponent (1E20), at most 1.7E308.")
  }

  // MARK: Bytes

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// A byte that someone may have meant as part of a number, so that `1_000` is shown whole.
  private static func isNumberByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || "+-._".utf8.contains(byte)
  }

  var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  /// Steps over a punctuation mark, with space before it; false when another byte stands there.
  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: mark) else { return false }
    at += 1
    return true
  }

  func error(_ code: String, _ offset: Int, _ cause: String, _ remedy: String) -> JSONSyntaxError {
    JSONSyntaxError(code: code, offset: offset, cause: cause, remedy: remedy)
  }

  func unexpected(_ cause: String, _ remedy: String) -> JSONSyntaxError {
    error("E_JSON_SYNTAX", at, cause, remedy)
  }
}
