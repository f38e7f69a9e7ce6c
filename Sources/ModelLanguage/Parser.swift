import Quantities

/// A recursive-descent parser: one statement a line, errors collected statement by statement.
struct Parser {
  private let tokens: [Token]
  private var index = 0
  private(set) var findings: [Finding]

  /// Thrown to give up on one statement; the finding is already recorded.
  private struct GiveUp: Error {}

  init(_ text: String, file: String) {
    let (tokens, findings) = Lexer.tokens(of: text, file: file)
    self.tokens = tokens
    self.findings = findings
  }

  mutating func statements() -> [StatementSyntax] {
    var statements: [StatementSyntax] = []
    while current.kind != .end {
      if current.kind == .newline {
        index += 1
        continue
      }
      do {
        statements.append(try statement())
        guard current.kind == .newline else {
          throw fail("E_MODEL_EXTRA", "Unexpected \(current.spelled).", "Start a new line here.")
        }
      } catch {
        while current.kind != .newline, current.kind != .end { index += 1 }
      }
    }
    return statements
  }

  // MARK: Statements

  private mutating func statement() throws -> StatementSyntax {
    operators = 0
    let place = current.place
    let word = try name("a statement")
    switch word {
    case "model": return .model(name: try name("the model's name"), title: try text(), place)
    case "when": return .when(try text())
    case "source": return .source(try text())
    case "cells", "solute", "per_cell":
      let kind: StateKind = word == "cells" ? .cells : word == "solute" ? .solute : .perCell
      return .state(
        kind: kind, name: try name("the state's name"), unit: try unit(), text: optionalText(),
        place)
    case "param": return .parameter(try parameter(place))
    case "let":
      let defined = try name("a name")
      try symbol("=")
      return .define(name: defined, try expression(), place)
    case "observe": return try observation(place)
    default: return try equation(of: word, place)
    }
  }

  private mutating func equation(of state: String, _ place: Place) throws -> StatementSyntax {
    if accept("'") {
      try symbol("=")
      return .rate(of: state, try expression(), place)
    }
    if accept("(") {
      guard try number() == 0 else {
        throw fail(
          "E_MODEL_START", "A start value is written \(state)(0).", "Write \(state)(0) = ...")
      }
      try symbol(")")
      try symbol("=")
      return .start(of: state, try expression(), place)
    }
    let words = Vocabulary.statements.map(\.word)
    throw fail(
      "E_MODEL_STATEMENT",
      "'\(state)' does not begin a statement."
        + Suggestion.phrase(for: state, among: words),
      "A line begins with \(words.joined(separator: ", ")), STATE' = or STATE(0) =.", at: place)
  }

  private mutating func parameter(_ place: Place) throws -> ParameterSyntax {
    let parameterName = try name("the parameter's name")
    let parameterUnit = try unit()
    let description = optionalText()
    try symbol("=")
    var result = ParameterSyntax(
      name: parameterName, unit: parameterUnit, text: description, value: try signedNumber(),
      place: place)
    while case .word(let word) = current.kind {
      index += 1
      switch word {
      case "in":
        let low = try signedNumber()
        try symbol("...")
        result.bounds = (low, try signedNumber())
      case "log", "linear", "logit": result.scale = word
      case "fixed": result.fixed = true
      case "unverified": result.unverified = true
      case "prior": result.prior = try prior()
      default:
        index -= 1
        let known = ["in", "log", "linear", "logit", "fixed", "unverified", "prior"]
        throw fail(
          "E_MODEL_KEYWORD",
          "Unknown keyword '\(word)'." + Suggestion.phrase(for: word, among: known),
          "After the value come: \(known.joined(separator: ", ")).")
      }
    }
    return result
  }

  private mutating func prior() throws -> PriorSyntax {
    let place = current.place
    let word = try name("a prior")
    switch word {
    case "median", "mean":
      let center = try signedNumber()
      let spreadPlace = current.place
      let spread = try name("sd_ln, sd_logit or sd")
      guard ["sd_ln", "sd_logit", "sd"].contains(spread) else {
        throw fail(
          "E_MODEL_PRIOR",
          "Unknown spread '\(spread)'."
            + Suggestion.phrase(for: spread, among: ["sd_ln", "sd_logit", "sd"]),
          "Write sd_ln, sd_logit or sd.", at: spreadPlace)
      }
      return .located(center: word, center, spread: spread, try number(), place)
    case "platform":
      if case .word("sd_ln") = current.kind {
        index += 1
        return .platform(sd: try number(), place)
      }
      return .platform(sd: nil, place)
    case "seed":
      try symbol("(")
      let quantity = try name("vcd, dead or a solute")
      try symbol(")")
      guard try name("sd_ln") == "sd_ln" else {
        throw fail(
          "E_MODEL_PRIOR", "A seed prior needs sd_ln.", "Write prior seed(vcd) sd_ln 0.10.")
      }
      return .seed(quantity: quantity, sd: try number(), place)
    default:
      throw fail(
        "E_MODEL_PRIOR",
        "Unknown prior '\(word)'."
          + Suggestion.phrase(for: word, among: Vocabulary.priors.map(\.word)),
        "Write one of: " + Vocabulary.priors.map(\.form).joined(separator: "; ") + ".", at: place)
    }
  }

  private mutating func observation(_ place: Place) throws -> StatementSyntax {
    let observed = try name("the observed quantity")
    let observedUnit = try unit()
    try symbol("=")
    let mean = try expression()
    try symbol("~")
    let familyPlace = current.place
    let family = try name("a noise family")
    try symbol("(")
    var arguments: [(name: String, value: ExpressionSyntax, place: Place)] = []
    repeat {
      let argumentPlace = current.place
      let argument = try name("an argument")
      try symbol(":")
      arguments.append((argument, try expression(), argumentPlace))
    } while accept(",")
    try symbol(")")
    return .observe(
      name: observed, unit: observedUnit, mean: mean, family: family, arguments: arguments,
      familyPlace: familyPlace, place)
  }

  // MARK: Expressions: sum of products of powers, unary minus below the power

  /// Operators and parentheses of the current statement; a bound on what any later walk recurses.
  private var operators = 0
  private static let mostOperators = 1000

  private mutating func count() throws {
    operators += 1
    if operators > Parser.mostOperators {
      throw fail(
        "E_MODEL_TOO_LONG", "The expression has more than \(Parser.mostOperators) operators.",
        "Give parts of it a name with let.")
    }
  }

  private mutating func expression() throws -> ExpressionSyntax {
    try count()
    var left = try product()
    while let op = acceptOperator("+", "-") {
      try count()
      left = .binary(op.0, left, try product(), op.1)
    }
    return left
  }

  private mutating func product() throws -> ExpressionSyntax {
    var left = try unary()
    while let op = acceptOperator("*", "/") {
      try count()
      left = .binary(op.0, left, try unary(), op.1)
    }
    return left
  }

  private mutating func unary() throws -> ExpressionSyntax {
    try count()
    let place = current.place
    if accept("-") { return .negate(try unary(), place) }
    let base = try primary()
    guard let op = acceptOperator("^") else { return base }
    return .binary(op.0, base, try unary(), op.1)
  }

  private mutating func primary() throws -> ExpressionSyntax {
    let place = current.place
    switch current.kind {
    case .number(let value):
      index += 1
      if case .unit(let text) = current.kind {
        index += 1
        return .number(value, unit: text, place)
      }
      return .number(value, unit: nil, place)
    case .word(let word):
      index += 1
      guard accept("(") else { return .name(word, place) }
      var arguments = [try expression()]
      while accept(",") { arguments.append(try expression()) }
      try symbol(")")
      return .call(word, arguments, place)
    case .symbol("("):
      index += 1
      let inner = try expression()
      try symbol(")")
      return inner
    default:
      throw fail(
        "E_MODEL_EXPRESSION", "Expected a number, a name or '(' but found \(current.spelled).",
        "Complete the expression.")
    }
  }

  // MARK: Tokens

  private var current: Token { tokens[min(index, tokens.count - 1)] }

  private mutating func fail(
    _ code: String, _ cause: String, _ remedy: String, at place: Place? = nil
  ) -> GiveUp {
    findings.append(Finding(.error, code, at: place ?? current.place, cause, remedy: remedy))
    return GiveUp()
  }

  private mutating func accept(_ text: String) -> Bool {
    guard current.kind == .symbol(text) else { return false }
    index += 1
    return true
  }

  private mutating func acceptOperator(
    _ texts: String...
  ) -> (ExpressionSyntax.Operator, Place)? {
    guard case .symbol(let s) = current.kind, texts.contains(s),
      let op = ExpressionSyntax.Operator(rawValue: s)
    else { return nil }
    let place = current.place
    index += 1
    return (op, place)
  }

  private mutating func symbol(_ text: String) throws {
    if !accept(text) {
      throw fail(
        "E_MODEL_SYNTAX", "Expected '\(text)' but found \(current.spelled).",
        "Write '\(text)' here.")
    }
  }

  private mutating func name(_ what: String) throws -> String {
    guard case .word(let word) = current.kind else {
      throw fail(
        "E_MODEL_SYNTAX", "Expected \(what) but found \(current.spelled).", "Write \(what) here.")
    }
    index += 1
    return word
  }

  private mutating func number() throws -> Double {
    guard case .number(let value) = current.kind else {
      throw fail(
        "E_MODEL_SYNTAX", "Expected a number but found \(current.spelled).", "Write a number here.")
    }
    index += 1
    return value
  }

  private mutating func signedNumber() throws -> Double {
    accept("-") ? -(try number()) : try number()
  }

  private mutating func text() throws -> String {
    guard case .text(let text) = current.kind else {
      throw fail(
        "E_MODEL_SYNTAX", "Expected a text in quotes but found \(current.spelled).",
        "Write \"...\" here.")
    }
    index += 1
    return text
  }

  private mutating func optionalText() -> String {
    guard case .text(let text) = current.kind else { return "" }
    index += 1
    return text
  }

  private mutating func unit() throws -> UnitSyntax {
    guard case .unit(let text) = current.kind else {
      throw fail(
        "E_MODEL_UNIT", "Expected a unit in [ ] but found \(current.spelled).",
        "Write the unit, such as [1/h]; a plain number has [1].")
    }
    let place = current.place
    index += 1
    return UnitSyntax(text: text, place: place)
  }
}
