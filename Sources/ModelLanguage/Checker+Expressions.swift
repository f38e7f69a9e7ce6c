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
    case .number(let value, let unitText, let place):
      guard let unitText else { return Typed(node: graph.constant(value), dimension: .none) }
      guard let unit = read(UnitSyntax(text: unitText, place: place)) else { return nil }
      return Typed(node: graph.constant(unit.toBase(value)), dimension: unit.dimension)
    case .name(let name, let place): return reference(name, place)
    case .call(let function, let arguments, let place): return call(function, arguments, place)
    case .negate(let inner, _):
      return expression(inner).map {
        Typed(node: graph.apply(.negate, $0.node), dimension: $0.dimension)
      }
    case .binary(.power, let base, let exponent, let place): return power(base, exponent, place)
    case .binary(let op, let left, let right, let place):
      // Both sides are read, so that each side's findings are reported.
      let (a, b) = (expression(left), expression(right))
      guard let a, let b else { return nil }
      switch op {
      case .multiply:
        return Typed(
          node: graph.apply(.multiply, a.node, b.node), dimension: a.dimension * b.dimension)
      case .divide:
        return Typed(
          node: graph.apply(.divide, a.node, b.node), dimension: a.dimension / b.dimension)
      default:
        if a.dimension != b.dimension {
          report(
            "E_MODEL_DIMENSION", place,
            "'\(op.rawValue)' joins \(a.dimension.words) and \(b.dimension.words).",
            "Both sides must have the same dimension; give a number its unit, such as 0.25 [1/h].")
          return nil
        }
        let code: Instruction.Code = op == .add ? .add : .subtract
        return Typed(node: graph.apply(code, a.node, b.node), dimension: a.dimension)
      }
    }
  }

  private mutating func reference(_ name: String, _ place: Place) -> Typed? {
    switch name {
    case "time": return Typed(node: graph.input(Self.timeSlot), dimension: Dimension(time: 1))
    case "volume":
      usesVolume = true
      return Typed(node: graph.input(Self.volumeSlot), dimension: Dimension(volume: 1))
    default: break
    }
    used.insert(name)
    switch names[name] {
    case .state(let index)?:
      guard index < states.count else { return nil }
      return Typed(
        node: graph.input(Self.stateSlot + index), dimension: states[index].unit.dimension)
    case .parameter(let index)?:
      guard index < parameters.count else { return nil }
      return Typed(node: graph.input(index), dimension: parameters[index].unit.dimension)
    case .expression(let node, let dimension)?: return Typed(node: node, dimension: dimension)
    case .later?:
      report(
        "E_MODEL_ORDER", place, "'\(name)' is used before its line.",
        "Define it above this line.")
      return nil
    case .broken?: return nil
    case nil:
      let known = names.keys + Vocabulary.builtins.map(\.word)
      report(
        "E_MODEL_UNKNOWN", place,
        "Unknown name '\(name)'.\(Suggestion.phrase(for: name, among: known))",
        "Declare it with param or let, or correct the name.")
      return nil
    }
  }

  private mutating func power(
    _ base: ExpressionSyntax, _ exponent: ExpressionSyntax, _ place: Place
  ) -> Typed? {
    let (b, e) = (expression(base), expression(exponent))
    guard let b, let e else { return nil }
    guard e.dimension.isNone else {
      report("E_MODEL_DIMENSION", place, "An exponent has a dimension.", "Make it a plain number.")
      return nil
    }
    if let n = graph.constantValue(e.node), n == n.rounded(), abs(n) <= 16 {
      return Typed(node: graph.power(b.node, Int(n)), dimension: b.dimension.raised(to: Int(n)))
    }
    guard b.dimension.isNone else {
      report(
        "E_MODEL_DIMENSION", place,
        "\(b.dimension.words) is raised to a power that is not a whole number.",
        "Divide the base by a reference of the same unit first.")
      return nil
    }
    return Typed(node: graph.apply(.pow, b.node, e.node), dimension: .none)
  }

  private mutating func call(
    _ function: String, _ arguments: [ExpressionSyntax], _ place: Place
  ) -> Typed? {
    if function == "since" || function == "fold" { return clockOrFold(function, arguments, place) }
    let counts = ["exp": 1, "log": 1, "sqrt": 1, "pow": 2, "logistic": 1, "monod": 2, "hill": 3]
    guard let count = counts[function] else {
      report(
        "E_MODEL_FUNCTION", place,
        "Unknown function '\(function)'."
          + Suggestion.phrase(for: function, among: counts.keys + ["since", "fold"]),
        "Functions: \(Vocabulary.functions.map(\.form).joined(separator: ", ")), since(...), fold(...)."
      )
      return nil
    }
    guard arguments.count == count else {
      report(
        "E_MODEL_ARGUMENTS", place, "\(function) takes \(count) argument\(count == 1 ? "" : "s").",
        "Write \(Vocabulary.functions.first { $0.word == function }?.form ?? function).")
      return nil
    }
    if function == "pow" { return power(arguments[0], arguments[1], place) }
    let values = arguments.compactMap { expression($0) }
    guard values.count == count else { return nil }
    return apply(function, values, place)
  }

  private mutating func apply(_ function: String, _ values: [Typed], _ place: Place) -> Typed? {
    let x = values[0]
    switch function {
    case "sqrt":
      let d = x.dimension
      let exponents = [d.cells, d.moles, d.volume, d.time, d.mass, d.activity]
      guard exponents.allSatisfy({ $0 % 2 == 0 }) else {
        report(
          "E_MODEL_DIMENSION", place, "The root of \(d.words) is not a dimension.", "Check it.")
        return nil
      }
      let half = Dimension(
        cells: d.cells / 2, moles: d.moles / 2, volume: d.volume / 2, time: d.time / 2,
        mass: d.mass / 2, activity: d.activity / 2)
      return Typed(node: graph.apply(.sqrt, x.node), dimension: half)
    case "monod", "hill":
      let exponent =
        function == "hill" ? values[2] : Typed(node: graph.constant(1), dimension: .none)
      guard x.dimension == values[1].dimension, exponent.dimension.isNone else {
        report(
          "E_MODEL_DIMENSION", place,
          "\(function) compares \(x.dimension.words) with \(values[1].dimension.words).",
          "Give both the same unit; the exponent is a plain number.")
        return nil
      }
      let ratio = graph.apply(.divide, x.node, values[1].node)
      let power: Int
      if let n = graph.constantValue(exponent.node), n == n.rounded(), abs(n) <= 16 {
        power = graph.power(ratio, Int(n))
      } else {
        power = graph.apply(.pow, ratio, exponent.node)
      }
      let sum = graph.apply(.add, graph.constant(1), power)
      return Typed(node: graph.apply(.divide, power, sum), dimension: .none)
    default:
      guard x.dimension.isNone else {
        report(
          "E_MODEL_DIMENSION", place, "\(function) of \(x.dimension.words) has no meaning.",
          "Divide by a reference or a time constant first.")
        return nil
      }
      if function == "logistic" {
        let e = graph.apply(.exp, graph.apply(.negate, x.node))
        let sum = graph.apply(.add, graph.constant(1), e)
        return Typed(node: graph.apply(.divide, graph.constant(1), sum), dimension: .none)
      }
      return Typed(node: graph.apply(function == "exp" ? .exp : .log, x.node), dimension: .none)
    }
  }

  private mutating func clockOrFold(
    _ function: String, _ arguments: [ExpressionSyntax], _ place: Place
  ) -> Typed? {
    guard arguments.count == 1, case .name(let name, let namePlace) = arguments[0] else {
      report(
        "E_MODEL_ARGUMENTS", place, "\(function) takes one name.",
        function == "since" ? "Write since(activation)." : "Write fold(V) with a state of cells.")
      return nil
    }
    if function == "since" {
      guard Self.clockNames.contains(name) else {
        report(
          "E_MODEL_CLOCK", namePlace,
          "'\(name)' is not an operation.\(Suggestion.phrase(for: name, among: Self.clockNames))",
          "Clocks: \(Self.clockNames.joined(separator: ", ")).")
        return nil
      }
      let index = clocks.firstIndex(of: name) ?? clocks.count
      if index == clocks.count { clocks.append(name) }
      return Typed(node: graph.input(Self.clockSlot + index), dimension: Dimension(time: 1))
    }
    guard case .state(let state)? = names[name], state < states.count, states[state].kind == .cells
    else {
      report("E_MODEL_FOLD", namePlace, "'\(name)' is not a state of cells.", "Name such a state.")
      return nil
    }
    let index = folds.firstIndex(of: state) ?? folds.count
    if index == folds.count { folds.append(state) }
    return Typed(node: graph.input(Self.foldSlot + index), dimension: .none)
  }

  /// Operations that a clock can start from.
  static let clockNames = [
    "seed", "activation", "transduction", "feed", "exchange", "split", "wash",
  ]
}
