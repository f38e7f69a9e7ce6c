import Quantities

/// A recursive-descent parser: one statement a line, errors collected statement by statement.
struct Parser {
  let source: SourceText
  let file: UInt16
  private let tokens: [Token]
  private var index = 0
  var findings: FindingSheet

  /// Operators and parentheses of the current statement, and how deep they are nested: bounds on
  /// what any later walk recurses.
  var operators = 0
  var nesting = 0
  static let mostOperators = 1000
  static let deepest = 100

  /// Thrown to give up on one statement; the finding is already recorded.
  struct GiveUp: Error {}

  init(_ source: SourceText, file: UInt16) {
    self.source = source
    self.file = file
    (tokens, findings) = Lexer.tokens(of: source)
  }

  mutating func statements() -> [StatementSyntax] {
    var statements: [StatementSyntax] = []
    while current.kind != .end, !findings.isFull {
      if current.kind == .newline {
        index += 1
        continue
      }
      do throws(GiveUp) {
        operators = 0
        nesting = 0
        statements.append(try statement())
        guard current.kind == .newline else {
          throw fail("E_MODEL_EXTRA", "Unexpected \(spelled).", "Start a new line here.")
        }
      } catch {
        while current.kind != .newline, current.kind != .end { index += 1 }
      }
    }
    return statements
  }

  /// A text that is one condition and nothing else.
  mutating func onlyCondition() -> ConditionSyntax? {
    do throws(GiveUp) {
      let condition = try condition()
      while current.kind == .newline { index += 1 }
      guard current.kind == .end else {
        throw fail("E_MODEL_EXTRA", "Unexpected \(spelled).", "Write one condition only.")
      }
      return condition
    } catch {
      return nil
    }
  }

  // MARK: Tokens

  var current: Token { tokens[min(index, tokens.count - 1)] }

  var spot: Spot { Spot(file: file, offset: UInt32(truncatingIfNeeded: current.spot)) }

  func content(_ token: Token) -> String {
    String(decoding: source.bytes[token.start..<token.end], as: UTF8.self)
  }

  /// The current token as a person would name it in a message.
  var spelled: String {
    switch current.kind {
    case .word, .symbol: "'\(content(current))'"
    case .number: "the number \(content(current))"
    case .text: "a text in quotes"
    case .unit: "the unit [\(content(current))]"
    case .newline: "the end of the line"
    case .end: "the end of the file"
    }
  }

  mutating func advance() { index += 1 }
  mutating func stepBack() { index -= 1 }

  mutating func fail(
    _ code: String, _ cause: String, _ remedy: String, at place: Spot? = nil
  ) -> GiveUp {
    // A character without a meaning has been reported by the lexer.
    let isKnown =
      place == nil && current.kind == .symbol && current.symbol == .unknown && !findings.isEmpty
    if !isKnown, !findings.isFull {
      let offset = Int(place?.offset ?? spot.offset)
      findings.add(Finding(.error, code, at: source.place(offset), cause, remedy: remedy))
    }
    return GiveUp()
  }

  mutating func accept(_ symbol: Token.Symbol) -> Bool {
    guard current.kind == .symbol, current.symbol == symbol else { return false }
    index += 1
    return true
  }

  func isAt(_ keyword: KeywordWord) -> Bool {
    current.kind == .word && content(current) == keyword.rawValue
  }

  mutating func accept(_ keyword: KeywordWord) -> Bool {
    guard isAt(keyword) else { return false }
    index += 1
    return true
  }

  mutating func expect(_ symbol: Token.Symbol) throws(GiveUp) {
    if !accept(symbol) {
      throw fail(
        "E_MODEL_SYNTAX", "Expected '\(symbol.rawValue)' but found \(spelled).",
        "Write '\(symbol.rawValue)' here.")
    }
  }

  mutating func expect(_ keyword: KeywordWord) throws(GiveUp) {
    if !accept(keyword) {
      throw fail(
        "E_MODEL_SYNTAX", "Expected '\(keyword.rawValue)' but found \(spelled).",
        "The form is: \(keyword.form).")
    }
  }

  mutating func name(_ what: String) throws(GiveUp) -> String {
    guard current.kind == .word else {
      throw fail("E_MODEL_SYNTAX", "Expected \(what) but found \(spelled).", "Write \(what) here.")
    }
    let word = content(current)
    index += 1
    return word
  }

  mutating func number() throws(GiveUp) -> Double {
    guard current.kind == .number else {
      throw fail(
        "E_MODEL_SYNTAX", "Expected a number but found \(spelled).", "Write a number here.")
    }
    let value = current.value
    index += 1
    return value
  }

  mutating func signedNumber() throws(GiveUp) -> Double {
    accept(.minus) ? -(try number()) : try number()
  }

  mutating func text() throws(GiveUp) -> String {
    guard current.kind == .text else {
      throw fail(
        "E_MODEL_SYNTAX", "Expected a text in quotes but found \(spelled).", "Write \"...\" here.")
    }
    return optionalText()
  }

  mutating func optionalText() -> String {
    guard current.kind == .text else { return "" }
    let text = content(current)
    index += 1
    return text
  }

  mutating func unit() throws(GiveUp) -> UnitSyntax {
    guard let unit = optionalUnit() else {
      if current.kind == .symbol, current.symbol == .openIndex {
        throw fail(
          "E_MODEL_UNIT", "A '[' that touches a name is an index, but a unit is expected.",
          "Put a space before the unit.")
      }
      throw fail(
        "E_MODEL_UNIT", "Expected a unit in [ ] but found \(spelled).",
        "Write the unit, such as [1/h]; a plain number has [1].")
    }
    return unit
  }

  mutating func optionalUnit() -> UnitSyntax? {
    guard current.kind == .unit else { return nil }
    let unit = UnitSyntax(text: content(current), spot: spot)
    index += 1
    return unit
  }
}
