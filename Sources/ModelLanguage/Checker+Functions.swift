import Quantities

extension Checker {
  mutating func power(
    _ base: ExpressionSyntax, _ exponent: ExpressionSyntax, _ spot: Spot
  ) -> Typed? {
    let (b, e) = (expression(base), expression(exponent))
    guard let b, let e else { return nil }
    guard e.dimension.isNone else {
      report("E_MODEL_DIMENSION", spot, "An exponent has a dimension.", "Make it a plain number.")
      return nil
    }
    if let n = graph.constantValue(e.node), n == n.rounded(), abs(n) <= 16 {
      let dimension = b.dimension.raised(to: Int(n))
      guard dimension.isSmall else { return tooHigh(spot) }
      return Typed(node: graph.power(b.node, Int(n)), dimension: dimension)
    }
    guard b.dimension.isNone else {
      report(
        "E_MODEL_DIMENSION", spot,
        "\(b.dimension.words) is raised to a power that is not a whole number.",
        "Divide the base by a reference of the same unit first.")
      return nil
    }
    return Typed(node: graph.apply(.pow, b.node, e.node), dimension: .none)
  }

  mutating func tooHigh(_ spot: Spot) -> Typed? {
    report("E_MODEL_DIMENSION", spot, "The dimension has powers above 1000.", "Check the powers.")
    return nil
  }

  mutating func call(
    _ name: String, _ arguments: [ExpressionSyntax], _ spot: Spot
  ) -> Typed? {
    if let builtin = BuiltinWord(rawValue: name), [.since, .fold, .seed].contains(builtin) {
      return named(builtin, arguments, spot)
    }
    guard let function = FunctionWord(rawValue: name) else {
      let forms = (Vocabulary.functions.map(\.form) + ["since(...)", "fold(...)", "seed(...)"])
      report(
        "E_MODEL_FUNCTION", spot,
        "Unknown function '\(name)'."
          + Suggestion.phrase(for: name, among: FunctionWord.words + ["since", "fold", "seed"]),
        "Functions: \(forms.joined(separator: ", ")).")
      return nil
    }
    guard arguments.count == function.count else {
      report(
        "E_MODEL_ARGUMENTS", spot,
        "\(name) takes \(NumberText.counted(function.count, "argument")).",
        "Write \(function.form).")
      return nil
    }
    if function == .pow { return power(arguments[0], arguments[1], spot) }
    if function == .sum { return total(arguments[0], spot) }
    let values = arguments.compactMap { expression($0) }
    guard values.count == function.count else { return nil }
    return apply(function, values, arguments, spot)
  }

  private mutating func apply(
    _ function: FunctionWord, _ values: [Typed], _ arguments: [ExpressionSyntax], _ spot: Spot
  ) -> Typed? {
    let x = values[0]
    switch function {
    case .sqrt:
      guard let half = x.dimension.root else {
        report(
          "E_MODEL_DIMENSION", spot, "The root of \(x.dimension.words) is not a dimension.",
          "Check it.")
        return nil
      }
      return Typed(node: graph.apply(.sqrt, x.node), dimension: half)
    case .monod, .hill, .smooth, .min, .max:
      let exponent = function == .hill ? values[2] : nil
      guard x.dimension == values[1].dimension, exponent?.dimension.isNone != false else {
        report(
          "E_MODEL_DIMENSION", spot,
          "\(function.rawValue) compares \(x.dimension.words) with \(values[1].dimension.words).",
          "Give both the same unit; the exponent is a plain number.")
        return nil
      }
      return compare(function, x, values[1], exponent, spot)
    case .exp, .log, .logistic, .pow, .sum:
      guard x.dimension.isNone else {
        report(
          "E_MODEL_DIMENSION", spot,
          "\(function.rawValue) of \(x.dimension.words) has no meaning.",
          "Divide by a reference or a time constant first.")
        return nil
      }
      let code: Instruction.Code = function == .exp ? .exp : function == .log ? .log : .logistic
      return Typed(node: graph.apply(code, x.node), dimension: .none)
    }
  }

  private mutating func compare(
    _ function: FunctionWord, _ x: Typed, _ y: Typed, _ exponent: Typed?, _ spot: Spot
  ) -> Typed {
    switch function {
    case .smooth:
      let ratio = graph.product([x.node], [y.node])
      return Typed(node: graph.apply(.logistic, ratio), dimension: .none)
    case .min, .max:
      let isLess = graph.difference(y.node, x.node)
      let node =
        function == .min
        ? choose(isLess, x.node, y.node, spot) : choose(isLess, y.node, x.node, spot)
      return Typed(node: node, dimension: x.dimension)
    default:
      let above = exponent.map { raise(x.node, $0.node, .positivePower) } ?? x.node
      let half = exponent.map { raise(y.node, $0.node) } ?? y.node
      return Typed(node: graph.product([above], [graph.sum(half, above)]), dimension: .none)
    }
  }

  private mutating func raise(
    _ base: Int, _ exponent: Int, _ code: Instruction.Code = .pow
  ) -> Int {
    if let n = graph.constantValue(exponent), n == n.rounded(), abs(n) <= 16 {
      return graph.power(base, Int(n))
    }
    return graph.apply(code, base, exponent)
  }

  private mutating func total(_ argument: ExpressionSyntax, _ spot: Spot) -> Typed? {
    guard case .name(let name, let nameSpot) = argument else {
      report(
        "E_MODEL_ARGUMENTS", spot, "sum takes the name of a vector of states.",
        "Write \(FunctionWord.sum.form); add other terms with +.")
      return nil
    }
    used.insert(name)
    guard case .vector(let first, let count)? = names[name] else {
      if case .broken? = names[name] { return nil }
      let known = names.keys.filter { if case .vector? = names[$0] { true } else { false } }
      report(
        "E_MODEL_ARGUMENTS", nameSpot,
        "'\(name)' is not a vector of states.\(Suggestion.phrase(for: name, among: known))",
        "Declare it with its size, such as cells \(name)[4] [1e6 cells/mL].")
      return nil
    }
    var node = stateValue(first).node
    for index in (first + 1)..<(first + max(count, 1)) {
      node = graph.sum(node, stateValue(index).node)
    }
    return Typed(node: node, dimension: states[first].unit.dimension)
  }

  /// since(operation), fold(state), seed(quantity).
  private mutating func named(
    _ word: BuiltinWord, _ arguments: [ExpressionSyntax], _ spot: Spot
  ) -> Typed? {
    if word == .fold, arguments.count == 1 { return fold(arguments[0], spot) }
    guard arguments.count == 1, case .name(let name, let nameSpot) = arguments[0] else {
      report(
        "E_MODEL_ARGUMENTS", spot, "\(word.rawValue) takes one name.", "Write \(word.form).")
      return nil
    }
    if word == .seed {
      guard let seed = SeedWord(rawValue: name) else {
        report(
          "E_MODEL_SEED", nameSpot,
          "A seed operation does not tell '\(name)'."
            + Suggestion.phrase(for: name, among: SeedWord.words),
          "Use one of: \(SeedWord.words.joined(separator: ", ")).")
        return nil
      }
      return Typed(node: constant(.seed(name)), dimension: seed.dimension)
    }
    guard let clock = ClockWord(rawValue: name) else {
      report(
        "E_MODEL_CLOCK", nameSpot,
        "'\(name)' is not an operation.\(Suggestion.phrase(for: name, among: ClockWord.words))",
        "Clocks: \(ClockWord.words.joined(separator: ", ")).")
      return nil
    }
    let index = clocks.firstIndex(of: clock.rawValue) ?? clocks.count
    if index == clocks.count { clocks.append(clock.rawValue) }
    return Typed(node: graph.input(.clock, index), dimension: Dimension(time: 1))
  }

  private mutating func fold(_ argument: ExpressionSyntax, _ spot: Spot) -> Typed? {
    var target: TargetSyntax?
    if case .name(let name, let spot) = argument {
      target = TargetSyntax(name: name, index: nil, spot: spot)
    } else if case .element(let name, let index, let spot) = argument {
      target = TargetSyntax(name: name, index: index, spot: spot)
    }
    guard let target else {
      report(
        "E_MODEL_ARGUMENTS", spot, "fold takes one name.", "Write fold(V) with a state of cells.")
      return nil
    }
    used.insert(target.name)
    switch names[target.name] {
    case .state?, .vector?, .broken?: break
    default:
      report(
        "E_MODEL_FOLD", target.spot, "'\(target.name)' is not a state of cells.",
        "Name such a state.")
      return nil
    }
    guard let state = state(target) else { return nil }
    guard states[state].kind == .cells else {
      report(
        "E_MODEL_FOLD", target.spot, "'\(target.name)' is not a state of cells.",
        "Name such a state.")
      return nil
    }
    let index = folds.firstIndex(of: state) ?? folds.count
    if index == folds.count { folds.append(state) }
    return Typed(node: graph.input(.fold, index), dimension: .none)
  }
}

extension Dimension {
  private var exponents: [Int] { [cells, moles, volume, time, mass, activity, area] }

  /// False when powers of powers have run away.
  var isSmall: Bool { exponents.allSatisfy { abs($0) <= 1000 } }

  /// The dimension of a square root, if it is one.
  var root: Dimension? {
    guard exponents.allSatisfy({ $0 % 2 == 0 }) else { return nil }
    return Dimension(
      cells: cells / 2, moles: moles / 2, volume: volume / 2, time: time / 2, mass: mass / 2,
      activity: activity / 2, area: area / 2)
  }
}
