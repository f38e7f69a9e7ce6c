import Quantities

extension Parser {
  mutating func statement() throws(GiveUp) -> StatementSyntax {
    let place = spot
    let text = try name("a statement")
    guard let word = StatementWord(rawValue: text) else { return try equation(of: text, place) }
    switch word {
    case .model: return .model(name: try name("the model's name"), title: try self.text(), place)
    case .when: return .when(try self.text())
    case .source: return .source(try self.text())
    case .include: return .include(try name("the name of a model"), place)
    case .replace: return try replacement(place)
    case .cells: return .state(try state(.cells, place))
    case .solute: return .state(try state(.solute, place))
    case .perCell: return .state(try state(.perCell, place))
    case .param: return .parameter(try parameter(place))
    case .define:
      let defined = try name("a name")
      try expect(.equals)
      return .define(name: defined, try expression(), place)
    case .loop: return try loop(place)
    case .on: return try reset(place)
    case .observe: return .observe(try observation(place))
    }
  }

  private mutating func state(_ kind: StateKind, _ place: Spot) throws(GiveUp) -> StateSyntax {
    let stateName = try name("the state's name")
    var count: (size: Double, spot: Spot)?
    if accept(.openIndex) {
      let sizeSpot = spot
      count = (current.value, sizeSpot)
      if current.kind == .number { advance() }
      if !accept(.closeIndex) {
        throw fail(
          "E_MODEL_INDEX", "A '[' that touches a name is the size of a vector; it ends with ']'.",
          "Write \(stateName)[4], or put a space before a unit.", at: sizeSpot)
      }
    }
    var state = StateSyntax(
      kind: kind, name: stateName, count: count, unit: try unit(), text: optionalText(),
      spot: place)
    while current.kind == .word {
      let wordSpot = spot
      if accept(.within) {
        let compartmentSpot = spot
        let word = try name("a compartment")
        guard let compartment = Compartment(rawValue: word) else {
          throw fail(
            "E_MODEL_COMPARTMENT",
            "Unknown compartment '\(word)'."
              + Suggestion.phrase(for: word, among: Compartment.words),
            "Compartments: \(Compartment.words.joined(separator: ", ")).", at: compartmentSpot)
        }
        state.compartment = compartment
      } else if accept(.of) {
        state.substance = try name("the name by which media bring it")
        if kind != .solute {
          throw fail(
            "E_MODEL_COMPARTMENT", "Only a solute is brought by media.", "Remove `of`.",
            at: wordSpot)
        }
      } else {
        throw fail("E_MODEL_EXTRA", "Unexpected \(spelled).", "Start a new line here.")
      }
      if kind == .perCell {
        throw fail(
          "E_MODEL_COMPARTMENT", "A per_cell state is where its cells are.", "Remove this.",
          at: wordSpot)
      }
    }
    return state
  }

  private mutating func equation(
    of state: String, _ place: Spot
  ) throws(GiveUp) -> StatementSyntax {
    let target = try target(state, place)
    if accept(.prime) {
      try expect(.equals)
      return .rate(of: target, try expression())
    }
    if accept(.open) {
      guard try number() == 0 else {
        throw fail(
          "E_MODEL_START", "A start value is written \(state)(0).", "Write \(state)(0) = ...")
      }
      try expect(.close)
      try expect(.equals)
      return .start(of: target, try expression())
    }
    throw fail(
      "E_MODEL_STATEMENT",
      "'\(state)' does not begin a statement."
        + Suggestion.phrase(for: state, among: StatementWord.words),
      "A line begins with \(StatementWord.words.joined(separator: ", ")), STATE' = or STATE(0) =.",
      at: place)
  }

  private mutating func target(_ name: String, _ place: Spot) throws(GiveUp) -> TargetSyntax {
    guard accept(.openIndex) else { return TargetSyntax(name: name, index: nil, spot: place) }
    let index = try expression()
    try expect(.closeIndex)
    return TargetSyntax(name: name, index: index, spot: place)
  }

  private mutating func loop(_ place: Spot) throws(GiveUp) -> StatementSyntax {
    let variable = try name("the loop's variable")
    try expect(.within)
    let from = try expression()
    try expect(.upTo)
    let to = try expression()
    try expect(.colon)
    let body = try nested("for")
    switch body {
    case .rate, .start, .loop: break
    default:
      throw fail(
        "E_MODEL_FOR", "Only an equation or a start value can be repeated.",
        "Write \(StatementWord.loop.form).", at: place)
    }
    return .loop(variable: variable, from: from, to: to, body, place)
  }

  private mutating func replacement(_ place: Spot) throws(GiveUp) -> StatementSyntax {
    let statement = try nested("replace")
    switch statement {
    case .parameter, .define, .rate, .start, .observe, .loop: return .replace(statement, place)
    default:
      throw fail(
        "E_MODEL_REPLACE", "Only param, let, observe, a rate or a start value can be replaced.",
        "Remove `replace`.", at: place)
    }
  }

  private mutating func nested(_ word: String) throws(GiveUp) -> StatementSyntax {
    nesting += 1
    if nesting > 8 {
      throw fail("E_MODEL_TOO_DEEP", "Too many \(word) in one line.", "Use fewer.")
    }
    return try statement()
  }

  private mutating func reset(_ place: Spot) throws(GiveUp) -> StatementSyntax {
    let condition = try condition()
    try expect(.colon)
    var assignments: [AssignmentSyntax] = []
    repeat {
      let targetSpot = spot
      let target = try target(try name("a state"), targetSpot)
      try expect(.equals)
      assignments.append(AssignmentSyntax(target: target, value: try expression()))
    } while accept(.comma)
    return .on(condition, assignments, place)
  }

  private mutating func observation(_ place: Spot) throws(GiveUp) -> ObserveSyntax {
    let observed = try name("the observed quantity")
    let observedUnit = try unit()
    try expect(.equals)
    let mean = try expression()
    try expect(.noise)
    let familySpot = spot
    let family = try name("a noise family")
    try expect(.open)
    var arguments: [(name: String, value: ExpressionSyntax, spot: Spot)] = []
    while !accept(.close) {
      if !arguments.isEmpty { try expect(.comma) }
      let argumentSpot = spot
      let argument = try name("an argument")
      try expect(.colon)
      arguments.append((argument, try expression(), argumentSpot))
    }
    return ObserveSyntax(
      name: observed, unit: observedUnit, mean: mean, family: family, arguments: arguments,
      familySpot: familySpot, spot: place)
  }
}
