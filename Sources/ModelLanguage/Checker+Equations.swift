import Quantities

extension Checker {
  mutating func define(_ item: Loader.Item) { define(item.statement, item) }

  private mutating func define(_ statement: StatementSyntax, _ item: Loader.Item) {
    switch statement {
    case .define(let name, _, _): build(name)
    case .rate(let target, let syntax):
      equation(target, syntax, "rate", per: Dimension(time: -1), item, into: \.rates)
    case .start(let target, let syntax):
      equation(target, syntax, "start value", per: .none, item, into: \.starts)
    case .loop(let variable, let from, let to, let body, let spot):
      loop(variable, from, to, spot) { $0.define(body, item) }
    case .on(let condition, let assignments, _): trigger(condition, assignments)
    case .observe(let syntax): observe(syntax)
    case .model, .when, .source, .include, .state, .parameter, .replace: break
    }
  }

  /// Builds a let, once.
  mutating func build(_ name: String) {
    guard case .later? = names[name], let syntax = waiting[name], !building.contains(name) else {
      return
    }
    building.insert(name)
    let value = expression(syntax)
    building.remove(name)
    names[name] = value.map { .expression($0.node, $0.dimension) } ?? .broken
  }

  private mutating func loop(
    _ variable: String, _ from: ExpressionSyntax, _ to: ExpressionSyntax, _ spot: Spot,
    _ body: (inout Checker) -> Void
  ) {
    if names[variable] != nil || loops.contains(where: { $0.name == variable })
      || Vocabulary.reserved.contains(variable)
    {
      report(
        "E_MODEL_NAME_TWICE", spot, "'\(variable)' already has a meaning.",
        "Give the loop's variable another name, such as i.")
      return
    }
    let bounds = (integer(from), integer(to))
    guard let first = bounds.0, let last = bounds.1 else { return }
    guard first <= last else {
      report(
        "E_MODEL_FOR", spot, "The range \(first) ... \(last) is empty.",
        "Put the smaller number first.")
      return
    }
    for value in first...last {
      repeats += 1
      if repeats > Checker.mostRepeats {
        report(
          "E_MODEL_TOO_LARGE", spot,
          "The `for` statements repeat more than \(Checker.mostRepeats) times.",
          "Use shorter ranges.")
        return
      }
      loops.append((variable, value))
      body(&self)
      loops.removeLast()
      if findings.isFull { return }
    }
  }

  /// A whole number made of numbers and loop variables.
  mutating func integer(_ syntax: ExpressionSyntax) -> Int? {
    guard let value = expression(syntax) else { return nil }
    guard value.dimension.isNone, let number = graph.constantValue(value.node),
      number == number.rounded(), abs(number) <= 1e6
    else {
      report(
        "E_MODEL_INDEX", syntax.spot, "This is not a whole number.",
        "Make it of numbers and loop variables only, such as i - 1.")
      return nil
    }
    return Int(number)
  }

  /// The index of the state that an equation is about; nil when a fault was reported.
  mutating func state(_ target: TargetSyntax) -> Int? {
    switch (names[target.name], target.index) {
    case (.state(let index)?, nil): return index
    case (.state?, let index?):
      report(
        "E_MODEL_INDEX", index.spot, "\(target.name) is one state, not a vector.",
        "Remove the index, or declare \(target.name)[2] for a vector of two.")
      return nil
    case (.vector(_, let count)?, nil):
      report(
        "E_MODEL_INDEX", target.spot, "\(target.name) is a vector of \(count) states.",
        "Write \(target.name)[1], or repeat the line with for.")
      return nil
    case (.vector(let first, let count)?, let index?):
      return element(target.name, index, first, count)
    case (.broken?, _): return nil
    default:
      let known = states.map(\.name)
      report(
        "E_MODEL_UNKNOWN_STATE", target.spot,
        "'\(target.name)' is not a state.\(Suggestion.phrase(for: target.name, among: known))",
        "Declare it with cells, solute or per_cell, or correct the name.")
      return nil
    }
  }

  mutating func element(
    _ name: String, _ index: ExpressionSyntax, _ first: Int, _ count: Int
  ) -> Int? {
    guard let value = integer(index) else { return nil }
    guard value >= 1, value <= count else {
      report(
        "E_MODEL_INDEX", index.spot,
        "\(name)[\(value)] is outside \(name)[1] ... \(name)[\(count)].",
        "Shorten the range or declare a longer vector.")
      return nil
    }
    return first + value - 1
  }

  private mutating func equation(
    _ target: TargetSyntax, _ syntax: ExpressionSyntax, _ what: String, per: Dimension,
    _ item: Loader.Item, into place: WritableKeyPath<Checker, [Int: Equation]>
  ) {
    guard let index = state(target) else { return }
    let name = states[index].name
    if var known = self[keyPath: place][index] {
      let replaced = known.replaces != nil && item.depth > known.depth
      known.met = known.met || replaced
      self[keyPath: place][index] = known
      if replaced { return }
      if item.replaces, item.depth < known.depth {
        // A deeper replacement gives way to this one.
        var winner = Equation(node: nil, depth: item.depth, replaces: item.spot, met: true)
        winner.node = value(of: syntax, index, what, per)
        self[keyPath: place][index] = winner
        return
      }
      report(
        "E_MODEL_TWICE", target.spot, "A second \(what) for \(name).",
        item.depth == known.depth
          ? "Remove one of them." : "Remove one of them, or write `replace` before the one to keep."
      )
    }
    let node = value(of: syntax, index, what, per)
    self[keyPath: place][index] = Equation(node: node, depth: item.depth, replaces: item.spot)
  }

  private mutating func value(
    of syntax: ExpressionSyntax, _ index: Int, _ what: String, _ per: Dimension
  ) -> Int? {
    guard let value = expression(syntax) else { return nil }
    let state = states[index]
    let wanted = state.unit.dimension * per
    if value.dimension != wanted {
      report(
        "E_MODEL_DIMENSION", syntax.spot,
        "The \(what) of \(state.name) is \(value.dimension.words) but must be \(wanted.words).",
        value.dimension.isNone && !wanted.isNone
          ? "Give its numbers their unit, such as 0.5 [\(state.unit)\(per.isNone ? "" : "/h")]."
          : "Check the units of its terms; a rate is per time.")
    }
    if per.isNone, readsStates(value.node) {
      report(
        "E_MODEL_START", syntax.spot,
        "The start value of \(state.name) reads a state, which has no value yet.",
        "Make it of parameters, seed(...) and what the engine provides.")
    }
    return value.node
  }

  /// True when a value depends on a state, be it through a choice.
  private func readsStates(_ node: Int) -> Bool {
    var open = [node]
    var seen = Set<Int>()
    while let next = open.popLast() {
      if graph.levels[next] == .varying { return true }
      guard seen.insert(next).inserted else { continue }
      switch graph.nodes[next] {
      case .step(_, let a, let b, let c): open += [Int(a), Int(b), Int(c)]
      case .input(.branch, let branch): open.append(choices[Int(branch)])
      case .input, .constant: break
      }
    }
    return false
  }

  private mutating func trigger(
    _ condition: ConditionSyntax, _ assignments: [AssignmentSyntax]
  ) {
    let guarded = guarded(condition)
    var values: [(state: Int, node: Int)] = []
    for assignment in assignments {
      let index = state(assignment.target)
      let value = expression(assignment.value)
      guard let index, let value else { continue }
      let state = states[index]
      if value.dimension != state.unit.dimension {
        report(
          "E_MODEL_DIMENSION", assignment.value.spot,
          "\(state.name) is \(state.unit.dimension.words) but is set to \(value.dimension.words).",
          "Give its numbers their unit, such as 0.5 [\(state.unit)].")
      }
      if values.contains(where: { $0.state == index }) {
        report(
          "E_MODEL_TWICE", assignment.target.spot, "\(state.name) is set twice.",
          "Remove one of them.")
        continue
      }
      values.append((index, value.node))
    }
    if let guarded { triggers.append((guarded, values)) }
  }

  /// The guard of a condition, which holds while it is above 0.
  mutating func guarded(_ condition: ConditionSyntax) -> Int? {
    let (left, right) = (expression(condition.left), expression(condition.right))
    guard let left, let right else { return nil }
    guard left.dimension == right.dimension else {
      report(
        "E_MODEL_DIMENSION", condition.spot,
        clash(condition.relation.rawValue, condition.left, left, condition.right, right),
        "Both sides must have the same dimension; give a number its unit, such as 4 [mmol/L].")
      return nil
    }
    switch condition.relation {
    case .less, .lessOrEqual: return graph.difference(right.node, left.node)
    case .greater, .greaterOrEqual: return graph.difference(left.node, right.node)
    }
  }

  /// `a` while the guard is above 0, else `b`. One choice serves both senses of a comparison.
  mutating func choose(_ guardNode: Int, _ a: Int, _ b: Int, _ spot: Spot) -> Int {
    if let value = graph.constantValue(guardNode) { return value > 0 ? a : b }
    if a == b { return a }
    if let index = choices.firstIndex(of: guardNode) {
      return graph.apply(.select, graph.input(.branch, index), a, b)
    }
    if let index = choices.firstIndex(where: { graph.isOpposite($0, guardNode) }) {
      return graph.apply(.select, graph.input(.branch, index), b, a)
    }
    if choices.count == Checker.mostChoices {
      report(
        "E_MODEL_TOO_LARGE", spot, "The model has more than \(Checker.mostChoices) choices.",
        "Use smooth(x, width) for some of them.")
      return a
    }
    choices.append(guardNode)
    return graph.apply(.select, graph.input(.branch, choices.count - 1), a, b)
  }
}
