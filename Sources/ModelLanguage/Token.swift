import Quantities

/// One token of a model text.
struct Token: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case word(String)
    case number(Double)
    case text(String)
    case unit(String)
    case symbol(String)
    case newline
    case end
  }

  let kind: Kind
  let place: Place

  /// The token as a person would name it in a message.
  var spelled: String {
    switch kind {
    case .word(let w): "'\(w)'"
    case .number(let n): "the number \(NumberText.significant(n, 17))"
    case .text: "a text in quotes"
    case .unit(let u): "the unit [\(u)]"
    case .symbol(let s): "'\(s)'"
    case .newline: "the end of the line"
    case .end: "the end of the file"
    }
  }
}

/// Turns a model text into tokens with their places.
struct Lexer {
  private let characters: [Character]
  private var index = 0
  private var line = 1
  private var column = 1
  private var depth = 0
  private let file: String
  var findings: [Finding] = []

  init(_ text: String, file: String) {
    characters = Array(text)
    self.file = file
  }

  static func tokens(of text: String, file: String) -> (tokens: [Token], findings: [Finding]) {
    var lexer = Lexer(text, file: file)
    var tokens: [Token] = []
    while let token = lexer.next() { tokens.append(token) }
    tokens.append(Token(kind: .newline, place: lexer.place))
    tokens.append(Token(kind: .end, place: lexer.place))
    return (tokens, lexer.findings)
  }

  private var place: Place { Place(file: file, line: line, column: column) }

  private func peek(_ ahead: Int = 0) -> Character? {
    index + ahead < characters.count ? characters[index + ahead] : nil
  }

  private mutating func advance() {
    if characters[index].isNewline {
      line += 1
      column = 1
    } else {
      column += 1
    }
    index += 1
  }

  private mutating func next() -> Token? {
    while let c = peek() {
      let start = place
      if c == "#" {
        while let c = peek(), !c.isNewline { advance() }
      } else if c.isNewline {
        advance()
        // An open parenthesis continues a statement on the next line.
        if depth == 0 { return Token(kind: .newline, place: start) }
      } else if c == " " || c == "\t" || c == "\u{FEFF}" {
        advance()
      } else if c.isASCII, c.isLetter || c == "_" {
        return Token(
          kind: .word(take { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }),
          place: start)
      } else if c.isASCII, c.isNumber {
        return number(at: start)
      } else if c == "\"" {
        return quoted(at: start)
      } else if c == "[" {
        return bracketed(at: start)
      } else {
        return symbol(c, at: start)
      }
    }
    return nil
  }

  private mutating func take(while accept: (Character) -> Bool) -> String {
    var word = ""
    while let c = peek(), accept(c) {
      word.append(c)
      advance()
    }
    return word
  }

  private mutating func number(at start: Place) -> Token {
    func isDigit(_ c: Character?) -> Bool { c.map { $0.isASCII && $0.isNumber } ?? false }
    var text = take { $0.isASCII && $0.isNumber }
    if peek() == ".", isDigit(peek(1)) {
      advance()
      text += "." + take { $0.isASCII && $0.isNumber }
    }
    if let e = peek(), e == "e" || e == "E" {
      let signed = peek(1) == "+" || peek(1) == "-"
      if isDigit(peek(signed ? 2 : 1)) {
        text.append(e)
        advance()
        if signed, let sign = peek() {
          text.append(sign)
          advance()
        }
        text += take { $0.isASCII && $0.isNumber }
      }
    }
    let rest = take { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard rest.isEmpty, let value = StrictNumber.double(text) else {
      findings.append(
        Finding(
          .error, "E_MODEL_NUMBER", at: start, "'\(text + rest)' is not a number.",
          remedy: "Write digits, a point and an exponent, such as 0.029 or 4e9; a unit goes in [ ]."
        ))
      return Token(kind: .number(0), place: start)
    }
    return Token(kind: .number(value), place: start)
  }

  private mutating func quoted(at start: Place) -> Token {
    advance()
    let text = take { $0 != "\"" && !$0.isNewline }
    if peek() == "\"" {
      advance()
    } else {
      findings.append(
        Finding(
          .error, "E_MODEL_QUOTE", at: start, "The text is not closed.",
          remedy: "End it with a quotation mark on the same line."))
    }
    return Token(kind: .text(text), place: start)
  }

  private mutating func bracketed(at start: Place) -> Token {
    advance()
    let text = take { $0 != "]" && !$0.isNewline }
    if peek() == "]" {
      advance()
    } else {
      findings.append(
        Finding(
          .error, "E_MODEL_BRACKET", at: start, "The unit is not closed.",
          remedy: "End it with ] on the same line."))
    }
    return Token(kind: .unit(text), place: start)
  }

  private mutating func symbol(_ c: Character, at start: Place) -> Token {
    if c == ".", peek(1) == ".", peek(2) == "." {
      for _ in 0..<3 { advance() }
      return Token(kind: .symbol("..."), place: start)
    }
    advance()
    if c == "(" { depth += 1 }
    if c == ")" { depth = max(0, depth - 1) }
    if !"+-*/^()=,~:'".contains(c) {
      findings.append(
        Finding(
          .error, "E_MODEL_CHARACTER", at: start, "The character '\(c)' has no meaning here.",
          remedy: "Remove it; names are letters, digits and _."))
    }
    return Token(kind: .symbol(String(c)), place: start)
  }
}
