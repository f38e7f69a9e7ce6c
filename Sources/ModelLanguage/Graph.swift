/// An expression graph in which equal subexpressions are one node and constants are folded.
struct Graph {
  /// What a node computes.
  enum Node: Hashable {
    case constant(UInt64)
    case input(Int)
    case unary(Instruction.Code, Int)
    case binary(Instruction.Code, Int, Int)
  }

  private(set) var nodes: [Node] = []
  private var known: [Node: Int] = [:]

  mutating func constant(_ value: Double) -> Int { add(.constant(value.bitPattern)) }

  mutating func input(_ slot: Int) -> Int { add(.input(slot)) }

  func constantValue(_ node: Int) -> Double? {
    if case .constant(let bits) = nodes[node] { return Double(bitPattern: bits) }
    return nil
  }

  mutating func apply(_ code: Instruction.Code, _ a: Int) -> Int {
    if let value = constantValue(a) { return constant(Instruction.fold(code, value, 0)) }
    return add(.unary(code, a))
  }

  mutating func apply(_ code: Instruction.Code, _ a: Int, _ b: Int) -> Int {
    let (x, y) = (constantValue(a), constantValue(b))
    if let x, let y { return constant(Instruction.fold(code, x, y)) }
    switch (code, x, y) {
    case (.add, 0, _), (.multiply, 1, _): return b
    case (.add, _, 0), (.subtract, _, 0), (.multiply, _, 1), (.divide, _, 1): return a
    // Sums and products commute exactly, so one order serves both.
    case (.add, _, _), (.multiply, _, _): return add(.binary(code, min(a, b), max(a, b)))
    default: return add(.binary(code, a, b))
    }
  }

  /// base^n for a whole n by repeated multiplication.
  mutating func power(_ base: Int, _ n: Int) -> Int {
    if n < 0 { return apply(.divide, constant(1), power(base, -n)) }
    if n == 0 { return constant(1) }
    if n == 1 { return base }
    let half = power(base, n / 2)
    let square = apply(.multiply, half, half)
    return n % 2 == 0 ? square : apply(.multiply, square, base)
  }

  private mutating func add(_ node: Node) -> Int {
    if let index = known[node] { return index }
    append(node)
    return nodes.count - 1
  }

  private mutating func append(_ node: Node) {
    nodes.append(node)
    known[node] = nodes.count - 1
  }

  /// True for each node that depends on no input at or after `firstVarying`.
  func settled(before firstVarying: Int) -> [Bool] {
    var result: [Bool] = []
    for node in nodes {
      switch node {
      case .constant: result.append(true)
      case .input(let slot): result.append(slot < firstVarying)
      case .unary(_, let a): result.append(result[a])
      case .binary(_, let a, let b): result.append(result[a] && result[b])
      }
    }
    return result
  }
}

extension Graph {
  /// The same graph with every input slot renamed; node numbers are kept.
  func mappingInputs(_ rename: (Int) -> Int) -> Graph {
    var copy = Graph()
    for node in nodes {
      if case .input(let slot) = node {
        copy.append(.input(rename(slot)))
      } else {
        copy.append(node)
      }
    }
    return copy
  }
}
