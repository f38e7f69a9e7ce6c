/// One token of a model text.
struct Token: Sendable {
  enum Kind: UInt8, Sendable {
    case word, number, text, unit, symbol, newline, end
  }

  /// Signs of the language; the longest match wins.
  enum Symbol: String, Sendable, CaseIterable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case power = "^"
    case open = "("
    case close = ")"
    case openIndex = "["
    case closeIndex = "]"
    case equals = "="
    case comma = ","
    case noise = "~"
    case colon = ":"
    case prime = "'"
    case less = "<"
    case greater = ">"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case upTo = "..."
    /// A character without a meaning; the lexer has reported it.
    case unknown = "?"
  }

  let kind: Kind
  var symbol = Symbol.unknown
  /// First byte, and one past the last; of the content only, for texts and units.
  let start: Int
  let end: Int
  /// Where a message points.
  let spot: Int
  var value = 0.0
}
