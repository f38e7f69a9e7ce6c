import Quantities

/// Sum of products of powers; unary minus binds below the power.
extension Parser {
  private mutating func count() throws(GiveUp) {
    operators += 1
    if operators > Parser.mostOperators {
      throw fail(
        "E_MODEL_TOO_LONG", "The expression has more than \(Parser.mostOperators) operators.",
        "Give parts of it a name with let.")
    }
  }

  mutating func expression() throws(GiveUp) -> ExpressionSyntax {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Parser.deepest {
      throw fail(
        "E_MODEL_TOO_DEEP", "The expression is nested more than \(Parser.deepest / 2) deep.",
        "Give inner parts a name with let.")
    }
    try count()
    var left = try product()
    while let (op, place) = acceptOperator(.plus, .add, .minus, .subtract) {
      try count()
      left = .binary(op, left, try product(), place)
    }
    return left
  }

  private mutating func product() throws(GiveUp) -> ExpressionSyntax {
    var left = try unary()
    while let (op, place) = acceptOperator(.times, .multiply, .over, .divide) {
      try count()
      left = .binary(op, left, try unary(), place)
    }
    return left
  }

  private mutating func unary() throws(GiveUp) -> ExpressionSyntax {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Parser.deepest {
      throw fail(
        "E_MODEL_TOO_DEEP", "The expression is nested more than \(Parser.deepest / 2) deep.",
        "Give inner parts a name with let.")
    }
    try count()
    let place = spot
    if accept(.minus) { return .negate(try unary(), place) }
    let base = try primary()
    let power = spot
    guard accept(.power) else { return base }
    return .binary(.power, base, try unary(), power)
  }

  private mutating func acceptOperator(
    _ first: Token.Symbol, _ a: ExpressionSyntax.Operator, _ second: Token.Symbol,
    _ b: ExpressionSyntax.Operator
  ) -> (ExpressionSyntax.Operator, Spot)? {
    let place = spot
    if accept(first) { return (a, place) }
    return accept(second) ? (b, place) : nil
  }

  private mutating func primary() throws(GiveUp) -> ExpressionSyntax {
    let place = spot
    switch current.kind {
    case .number:
      let value = try number()
      return .number(value, unit: optionalUnit(), place)
    case .word:
      if accept(.choose) { return try choice(place) }
      if isAt(.then) || isAt(.otherwise) { break }
      let word = try name("a name")
      if accept(.openIndex) {
        let index = try expression()
        try expect(.closeIndex)
        return .element(word, index, place)
      }
      guard accept(.open) else { return .name(word, place) }
      var arguments = [try expression()]
      while accept(.comma) { arguments.append(try expression()) }
      try expect(.close)
      return .call(word, arguments, place)
    case .symbol where current.symbol == .open:
      advance()
      let inner = try expression()
      try expect(.close)
      return inner
    default: break
    }
    throw fail(
      "E_MODEL_EXPRESSION", "Expected a number, a name or '(' but found \(spelled).",
      "Complete the expression.")
  }

  private mutating func choice(_ place: Spot) throws(GiveUp) -> ExpressionSyntax {
    let condition = try condition()
    try expect(.then)
    let holds = try expression()
    try expect(.otherwise)
    return .conditional(condition, holds, try expression(), place)
  }

  mutating func condition() throws(GiveUp) -> ConditionSyntax {
    let left = try expression()
    let place = spot
    let relation: ConditionSyntax.Relation
    switch current.kind == .symbol ? current.symbol : .unknown {
    case .less: relation = .less
    case .greater: relation = .greater
    case .lessOrEqual: relation = .lessOrEqual
    case .greaterOrEqual: relation = .greaterOrEqual
    default:
      throw fail(
        "E_MODEL_CONDITION", "Expected '<', '<=', '>' or '>=' but found \(spelled).",
        "A condition compares two expressions, such as glucose < 4 [mmol/L]; put one choice inside "
          + "another where two conditions matter.")
    }
    advance()
    return ConditionSyntax(left: left, relation: relation, right: try expression(), spot: place)
  }
}
