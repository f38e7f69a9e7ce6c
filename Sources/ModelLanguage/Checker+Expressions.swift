import Quantities

extension Checker {
  /// A graph node with the dimension of its value.
  struct Typed {
    let node: Int
    let dimension: Dimension
  }

  /// Builds an expression; nil when something in it was reported.
  mutating func expression(_ syntax: ExpressionSyntax) -> Typed? {
    switch syntax {
    case .number(let value, let unit, _):
      guard let unit else { return Typed(node: graph.constant(value), dimension: .none) }
      guard let unit = read(unit) else { return nil }
      return Typed(node: graph.constant(unit.toBase(value)), dimension: unit.dimension)
    case .name(let name, let spot): return reference(name, spot)
    case .element(let name, let index, let spot):
      used.insert(name)
      return state(TargetSyntax(name: name, index: index, spot: spot)).map { stateValue($0) }
    case .call(let function, let arguments, let spot): return call(function, arguments, spot)
    case .binary(.power, let base, let exponent, let spot): return power(base, exponent, spot)
    case .binary(.add, _, _, _), .binary(.subtract, _, _, _): return sum(syntax)
    case .binary, .negate:
      var factors = Factors()
      guard collect(syntax, &factors, inverse: false) else { return nil }
      guard factors.dimension.isSmall else { return tooHigh(syntax.spot) }
      let node = graph.product(factors.above, factors.below, negative: factors.negative)
      return Typed(node: node, dimension: factors.dimension)
    case .conditional(let condition, let holds, let otherwise, let spot):
      // Everything is read, so that the findings of each part are reported.
      let (g, a, b) = (guarded(condition), expression(holds), expression(otherwise))
      guard let g, let a, let b else { return nil }
      guard a.dimension == b.dimension else {
        report(
          "E_MODEL_DIMENSION", spot, clash("if", holds, a, otherwise, b),
          "Both choices must have the same dimension; give a number its unit.")
        return nil
      }
      return Typed(node: choose(g, a.node, b.node, spot), dimension: a.dimension)
    }
  }

  mutating func stateValue(_ index: Int) -> Typed {
    Typed(node: graph.input(.state, index), dimension: states[index].unit.dimension)
  }

  /// "'+' joins 'mu' (1/time) and 'V' (cells/volume)."
  func clash(
    _ sign: String, _ left: ExpressionSyntax, _ a: Typed, _ right: ExpressionSyntax, _ b: Typed
  ) -> String {
    "'\(sign)' joins \(described(left, a, "the left side")) and "
      + "\(described(right, b, "the right side"))."
  }

  private func described(_ syntax: ExpressionSyntax, _ value: Typed, _ side: String) -> String {
    let words = value.dimension.words
    switch syntax {
    case .name(let name, _): return "'\(name)' (\(words))"
    case .call(let name, _, _): return "\(name)(...) (\(words))"
    case .element(let name, _, _): return "an element of '\(name)' (\(words))"
    case .number(let value, nil, _): return "the number \(NumberText.significant(value)) (\(words))"
    case .number(let value, let unit?, _):
      return "\(NumberText.significant(value)) [\(unit.text)] (\(words))"
    default: return "\(side) (\(words))"
    }
  }

  /// A chain of sums, read from left to right.
  private mutating func sum(_ syntax: ExpressionSyntax) -> Typed? {
    var terms: [(op: ExpressionSyntax.Operator, term: ExpressionSyntax, spot: Spot)] = []
    var head = syntax
    while case .binary(let op, let left, let right, let spot) = head,
      op == .add || op == .subtract
    {
      terms.append((op, right, spot))
      head = left
    }
    var total = expression(head)
    var sound = total != nil
    for (op, term, spot) in terms.reversed() {
      guard let value = expression(term) else {
        sound = false
        continue
      }
      guard let left = total else {
        total = value
        continue
      }
      if left.dimension != value.dimension {
        report(
          "E_MODEL_DIMENSION", spot, clash(op.rawValue, head, left, term, value),
          "Both sides must have the same dimension; give a number its unit, such as 0.25 [1/h].")
        sound = false
        continue
      }
      let node =
        op == .add
        ? graph.sum(left.node, value.node) : graph.difference(left.node, value.node)
      total = Typed(node: node, dimension: left.dimension)
      head = .binary(op, head, term, spot)
    }
    return sound ? total : nil
  }

  /// Factors of a chain of products and quotients.
  struct Factors {
    var above: [Int] = []
    var below: [Int] = []
    var negative = false
    var dimension = Dimension.none
  }

  private mutating func collect(
    _ syntax: ExpressionSyntax, _ factors: inout Factors, inverse: Bool
  ) -> Bool {
    var sound = true
    var tail: [(ExpressionSyntax, inverse: Bool)] = []
    var head = syntax
    while case .binary(let op, let left, let right, _) = head, op == .multiply || op == .divide {
      tail.append((right, op == .divide ? !inverse : inverse))
      head = left
    }
    if case .negate(let inner, _) = head {
      factors.negative.toggle()
      sound = collect(inner, &factors, inverse: inverse)
    } else if let value = expression(head) {
      factors.add(value, inverse: inverse)
    } else {
      sound = false
    }
    for (factor, inverse) in tail.reversed() {
      switch factor {
      case .binary(.multiply, _, _, _), .binary(.divide, _, _, _), .negate:
        sound = collect(factor, &factors, inverse: inverse) && sound
      default:
        if let value = expression(factor) {
          factors.add(value, inverse: inverse)
        } else {
          sound = false
        }
      }
    }
    return sound
  }

  private mutating func reference(_ name: String, _ spot: Spot) -> Typed? {
    if let loop = loops.last(where: { $0.name == name }) {
      return Typed(node: graph.constant(Double(loop.value)), dimension: .none)
    }
    if names[name] == nil, let builtin = BuiltinWord(rawValue: name) {
      return provided(builtin, spot)
    }
    used.insert(name)
    if readsAhead, case .later? = names[name], building.count < 32 { build(name) }
    switch names[name] {
    case .state(let index)?: return stateValue(index)
    case .vector(_, let count)?:
      report(
        "E_MODEL_INDEX", spot, "\(name) is a vector of \(count) states.",
        "Write \(name)[1] for an element or sum(\(name)) for all.")
      return nil
    case .parameter(let index)?:
      return Typed(
        node: graph.input(.parameter, index), dimension: parameters[index].unit.dimension)
    case .expression(let node, let dimension)?: return Typed(node: node, dimension: dimension)
    case .later?:
      report(
        "E_MODEL_ORDER", spot,
        building.contains(name)
          ? "'\(name)' is defined by itself." : "'\(name)' is used before its line.",
        "Define it above this line.")
      return nil
    case .broken?: return nil
    case nil:
      if addsConditions, let index = observables.firstIndex(where: { $0.name == name }) {
        return Typed(node: means[index], dimension: observables[index].unit.dimension)
      }
      let known = names.keys + BuiltinWord.words + loops.map(\.name)
      report(
        "E_MODEL_UNKNOWN", spot,
        "Unknown name '\(name)'.\(Suggestion.phrase(for: name, among: known))",
        "Declare it with param or let, or correct the name.")
      return nil
    }
  }

  private mutating func provided(_ word: BuiltinWord, _ spot: Spot) -> Typed? {
    switch word {
    case .time: return Typed(node: graph.input(.time), dimension: Dimension(time: 1))
    case .volume:
      usesVolume = true
      return Typed(node: graph.input(.volume), dimension: Dimension(volume: 1))
    case .since, .fold, .seed:
      report(
        "E_MODEL_ARGUMENTS", spot, "'\(word.rawValue)' needs an argument.",
        "Write \(word.form).")
      return nil
    case .area, .lumen, .extracapillary, .capacity, .oxygenTransfer:
      return Typed(
        node: constant(.platform(word.rawValue)), dimension: word.platform ?? .none)
    }
  }

  /// The node of a run constant.
  mutating func constant(_ constant: RunConstant) -> Int {
    let index = runConstants.firstIndex(of: constant) ?? runConstants.count
    if index == runConstants.count { runConstants.append(constant) }
    return graph.input(.runConstant, index)
  }
}

extension Checker.Factors {
  mutating func add(_ value: Checker.Typed, inverse: Bool) {
    if inverse {
      below.append(value.node)
      dimension = dimension / value.dimension
    } else {
      above.append(value.node)
      dimension = dimension * value.dimension
    }
  }
}
