/// What an input of a model is.
enum InputKind: UInt8, Hashable, Sendable {
  case parameter, runConstant, volume, time, clock, branch, state, fold

  var level: Level {
    switch self {
    case .parameter, .runConstant: .settled
    case .volume, .time, .clock, .branch: .timed
    case .state, .fold: .varying
    }
  }
}

/// How often a value changes within a simulation.
enum Level: UInt8, Comparable, Sendable {
  case constant, settled, timed, varying

  static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
}

/// An expression graph in which equal subexpressions are one node and constants are folded.
///
/// Node numbers grow from operands to results. Rewrites keep a value to the last few bits: a
/// quotient by what settles before the run becomes a product with its reciprocal.
struct Graph {
  /// What a node computes.
  enum Node: Hashable {
    case constant(UInt64)
    case input(InputKind, Int32)
    case step(Instruction.Code, Int32, Int32, Int32)
  }

  private(set) var nodes: [Node] = []
  private(set) var levels: [Level] = []
  private var known: [Node: Int] = [:]

  init() { known.reserveCapacity(256) }

  mutating func constant(_ value: Double) -> Int { add(.constant(value.bitPattern), .constant) }

  mutating func input(_ kind: InputKind, _ index: Int = 0) -> Int {
    add(.input(kind, Int32(truncatingIfNeeded: index)), kind.level)
  }

  func constantValue(_ node: Int) -> Double? {
    if case .constant(let bits) = nodes[node] { return Double(bitPattern: bits) }
    return nil
  }

  /// A step with its one, two or three operands; those left out repeat the first.
  mutating func apply(_ code: Instruction.Code, _ a: Int, _ b: Int? = nil, _ c: Int? = nil) -> Int {
    let (second, third) = (b ?? a, c ?? a)
    if let x = constantValue(a), let y = constantValue(second), let z = constantValue(third) {
      return constant(Instruction.fold(code, x, y, z))
    }
    return add(
      .step(code, Int32(a), Int32(second), Int32(third)),
      max(levels[a], levels[second], levels[third]))
  }

  mutating func negate(_ a: Int) -> Int {
    if case .step(.negate, let inner, _, _) = nodes[a] { return Int(inner) }
    return apply(.negate, a)
  }

  mutating func sum(_ a: Int, _ b: Int) -> Int {
    if constantValue(a) == 0 { return b }
    if constantValue(b) == 0 { return a }
    if case .step(.negate, let inner, _, _) = nodes[b] { return difference(a, Int(inner)) }
    if case .step(.negate, let inner, _, _) = nodes[a] { return difference(b, Int(inner)) }
    // Sums commute exactly, so one order serves both.
    return apply(.add, min(a, b), max(a, b))
  }

  mutating func difference(_ a: Int, _ b: Int) -> Int {
    if constantValue(b) == 0 { return a }
    if constantValue(a) == 0 { return negate(b) }
    if case .step(.negate, let inner, _, _) = nodes[b] { return sum(a, Int(inner)) }
    // x*y - p with a settled p is x*y + (-p): one step once it is fused.
    if levels[a] > .settled, levels[b] <= .settled, case .step(.multiply, _, _, _) = nodes[a] {
      let opposite = apply(.negate, b)
      return apply(.add, min(a, opposite), max(a, opposite))
    }
    return apply(.subtract, a, b)
  }

  mutating func times(_ a: Int, _ b: Int) -> Int {
    if constantValue(a) == 1 { return b }
    if constantValue(b) == 1 { return a }
    return apply(.multiply, min(a, b), max(a, b))
  }

  /// (product of `above`) / (product of `below`), negated if asked, with the fewest steps where
  /// they run most often: factors that change seldom are joined first, and are never divided by
  /// again while the rest changes.
  mutating func product(_ above: [Int], _ below: [Int] = [], negative: Bool = false) -> Int {
    let top = (above + below).map { levels[$0] }.max() ?? .constant
    // What settles before the run is divided directly: there a division costs nothing.
    let first = min(top, .settled) == top ? top : .constant
    var result: Int?
    var sign = negative
    for stage in [Level.constant, .settled, .timed, .varying] where first <= stage && stage <= top {
      let upper = above.filter { max(levels[$0], first) == stage }
      let lower = below.filter { max(levels[$0], first) == stage }
      // The sign goes to the first factor that there is.
      var part = stage == top ? result : nil
      for factor in upper {
        let signed = sign ? negate(factor) : factor
        sign = false
        part = part.map { times($0, signed) } ?? signed
      }
      if let head = lower.first {
        let divisor = lower.dropFirst().reduce(head) { times($0, $1) }
        part = quotient(part ?? constant(sign ? -1 : 1), divisor)
        sign = false
      }
      guard let part else { continue }
      result = stage == top ? part : result.map { times($0, part) } ?? part
    }
    let value = result ?? constant(1)
    return sign ? negate(value) : value
  }

  private mutating func quotient(_ a: Int, _ b: Int) -> Int {
    constantValue(b) == 1 ? a : apply(.divide, a, b)
  }

  /// base^n for a whole n by repeated multiplication.
  mutating func power(_ base: Int, _ n: Int) -> Int {
    if n < 0 { return quotient(constant(1), power(base, -n)) }
    if n == 0 { return constant(1) }
    if n == 1 { return base }
    let half = power(base, n / 2)
    let square = times(half, half)
    return n % 2 == 0 ? square : times(square, base)
  }

  /// True when one of two nodes is known to be the negative of the other.
  func isOpposite(_ a: Int, _ b: Int) -> Bool {
    switch (nodes[a], nodes[b]) {
    case (.step(.subtract, let x, let y, _), .step(.subtract, let u, let v, _)):
      x == v && y == u
    case (.step(.negate, let x, _, _), _): Int(x) == b
    case (_, .step(.negate, let y, _, _)): Int(y) == a
    default: false
    }
  }

  private mutating func add(_ node: Node, _ level: Level) -> Int {
    if let index = known[node] { return index }
    nodes.append(node)
    levels.append(level)
    known[node] = nodes.count - 1
    return nodes.count - 1
  }

  /// The nodes that some outputs need, themselves included.
  func needed(for outputs: [Int]) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for node in outputs { needed[node] = true }
    for index in nodes.indices.reversed() where needed[index] {
      if case .step(_, let a, let b, let c) = nodes[index] {
        needed[Int(a)] = true
        needed[Int(b)] = true
        needed[Int(c)] = true
      }
    }
    return needed
  }
}
