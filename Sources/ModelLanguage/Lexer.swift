import Quantities

/// Turns the bytes of a model text into tokens.
struct Lexer {
  private let source: SourceText
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private var indexDepth = 0
  private var tokens: [Token] = []
  private var findings = FindingSheet()

  private init(_ source: SourceText) {
    self.source = source
    bytes = source.bytes
  }

  static func tokens(of source: SourceText) -> (tokens: [Token], findings: FindingSheet) {
    var lexer = Lexer(source)
    lexer.tokens.reserveCapacity(source.bytes.count / 4 + 2)
    if source.bytes.count > SourceText.largest {
      lexer.report(
        "E_MODEL_TOO_LARGE", 0, "The text has more than \(SourceText.largest) bytes.",
        "A model is a page or two; remove what is not one.")
      lexer.index = source.bytes.count
    }
    while lexer.index < lexer.bytes.count { lexer.step() }
    let end = lexer.bytes.count
    lexer.tokens.append(Token(kind: .newline, start: end, end: end, spot: end))
    lexer.tokens.append(Token(kind: .end, start: end, end: end, spot: end))
    return (lexer.tokens, lexer.findings)
  }

  private mutating func report(_ code: String, _ offset: Int, _ cause: String, _ remedy: String) {
    if findings.isFull { return }
    findings.add(Finding(.error, code, at: source.place(offset), cause, remedy: remedy))
  }

  @inline(__always)
  private func byte(_ ahead: Int) -> UInt8 {
    index + ahead < bytes.count ? bytes[index + ahead] : 0
  }

  private static func isDigit(_ b: UInt8) -> Bool { b >= 0x30 && b <= 0x39 }
  private static func isLetter(_ b: UInt8) -> Bool {
    (b | 0x20) >= 0x61 && (b | 0x20) <= 0x7A || b == 0x5F
  }
  private static func isWord(_ b: UInt8) -> Bool { isLetter(b) || isDigit(b) }

  private mutating func skip(while accept: (UInt8) -> Bool) {
    while index < bytes.count, accept(bytes[index]) { index += 1 }
  }

  private mutating func add(_ kind: Token.Kind, from start: Int, value: Double = 0) {
    tokens.append(Token(kind: kind, start: start, end: index, spot: start, value: value))
  }

  private mutating func step() {
    let start = index
    let b = bytes[index]
    let lineEnd = SourceText.lineEnd(bytes, index)
    if lineEnd > 0 {
      // An open parenthesis continues a statement on the next line.
      if depth == 0 { add(.newline, from: start) }
      indexDepth = 0
      index += lineEnd
    } else if b == UInt8(ascii: " ") || b == UInt8(ascii: "\t") {
      index += 1
    } else if Lexer.isLetter(b) {
      skip(while: Lexer.isWord)
      add(.word, from: start)
    } else if Lexer.isDigit(b) {
      number()
    } else if b == UInt8(ascii: "#") {
      skipToLineEnd()
    } else if b == UInt8(ascii: "\"") {
      enclosed(
        by: b, .text, "E_MODEL_QUOTE", "The text is not closed.",
        "End it with a quotation mark on the same line.")
    } else if b == UInt8(ascii: "["), !touchesWord {
      enclosed(
        by: UInt8(ascii: "]"), .unit, "E_MODEL_BRACKET", "The unit is not closed.",
        "End it with ] on the same line.")
    } else if b == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF {
      index += 3  // a byte order mark
    } else {
      symbol()
    }
  }

  /// True when the byte before is the end of a word: a bracket here is an index, not a unit.
  private var touchesWord: Bool {
    guard let last = tokens.last else { return false }
    return last.kind == .word && last.end == index
  }

  private mutating func skipToLineEnd() {
    while index < bytes.count, SourceText.lineEnd(bytes, index) == 0 { index += 1 }
  }

  private mutating func number() {
    let start = index
    skip(while: Lexer.isDigit)
    if byte(0) == UInt8(ascii: "."), Lexer.isDigit(byte(1)) {
      index += 1
      skip(while: Lexer.isDigit)
    }
    if byte(0) | 0x20 == UInt8(ascii: "e") {
      let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
      if Lexer.isDigit(byte(signed ? 2 : 1)) {
        index += signed ? 2 : 1
        skip(while: Lexer.isDigit)
      }
    }
    let end = index
    skip(while: Lexer.isWord)
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    guard index == end, let value = StrictNumber.double(text) else {
      report(
        "E_MODEL_NUMBER", start,
        "'\(String(decoding: bytes[start..<index], as: UTF8.self))' is not a number.",
        "Write digits, a point and an exponent, such as 0.029 or 4e9; a unit goes in [ ].")
      return add(.number, from: start)
    }
    add(.number, from: start, value: value)
  }

  private mutating func enclosed(
    by closing: UInt8, _ kind: Token.Kind, _ code: String, _ cause: String, _ remedy: String
  ) {
    let spot = index
    index += 1
    let start = index
    while index < bytes.count, bytes[index] != closing, SourceText.lineEnd(bytes, index) == 0 {
      index += 1
    }
    tokens.append(Token(kind: kind, start: start, end: index, spot: spot))
    if index < bytes.count, bytes[index] == closing {
      index += 1
    } else {
      report(code, spot, cause, remedy)
    }
  }

  private mutating func symbol() {
    let start = index
    if let (sign, length) = sign() {
      index += length
      switch sign {
      case .open: depth += 1
      case .close: depth = max(0, depth - 1)
      case .openIndex: indexDepth += 1
      default: break
      }
      if sign != .closeIndex || indexDepth > 0 {
        if sign == .closeIndex { indexDepth -= 1 }
        tokens.append(Token(kind: .symbol, symbol: sign, start: start, end: index, spot: start))
        return
      }
      index = start
    }
    // A character may be many bytes long; what is cut off here is only reported in parts.
    let head = String(decoding: bytes[start..<min(start + 64, bytes.count)], as: UTF8.self)
    let character = head.first ?? "?"
    index = min(bytes.count, start + max(1, String(character).utf8.count))
    report(
      "E_MODEL_CHARACTER", start, "The character '\(character)' has no meaning here.",
      "Remove it; names are letters, digits and _.")
    tokens.append(Token(kind: .symbol, start: start, end: index, spot: start))
  }

  private func sign() -> (Token.Symbol, Int)? {
    switch bytes[index] {
    case UInt8(ascii: "+"): return (.plus, 1)
    case UInt8(ascii: "-"): return (.minus, 1)
    case UInt8(ascii: "*"): return (.times, 1)
    case UInt8(ascii: "/"): return (.over, 1)
    case UInt8(ascii: "^"): return (.power, 1)
    case UInt8(ascii: "("): return (.open, 1)
    case UInt8(ascii: ")"): return (.close, 1)
    case UInt8(ascii: "["): return (.openIndex, 1)
    case UInt8(ascii: "]"): return (.closeIndex, 1)
    case UInt8(ascii: "="): return (.equals, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: "~"): return (.noise, 1)
    case UInt8(ascii: ":"): return (.colon, 1)
    case UInt8(ascii: "'"): return (.prime, 1)
    case UInt8(ascii: "<"): return byte(1) == UInt8(ascii: "=") ? (.lessOrEqual, 2) : (.less, 1)
    case UInt8(ascii: ">"):
      return byte(1) == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
    case UInt8(ascii: "."):
      return byte(1) == bytes[index] && byte(2) == bytes[index] ? (.upTo, 3) : nil
    default: return nil
    }
  }
}
