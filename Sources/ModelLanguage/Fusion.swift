/// Two steps that become one: the inner one's result is read by the outer one alone.
///
/// A fused step computes the same operations in the same order, so its result has the same bits;
/// what it spares is a dispatch and a trip of the intermediate result through memory.
struct Fusion {
  /// The code of the fused step: operands a and b of the inner step, c the outer one's other.
  let code: Instruction.Code
  /// The node that is taken in.
  let inner: Int
  /// The outer step's other operand.
  let other: Int

  /// The pairs of a stage, by outer node. No node belongs to two pairs.
  static func pairs(_ graph: Graph, _ wanted: [Bool], uses: [Int]) -> [Int: Fusion] {
    var pairs: [Int: Fusion] = [:]
    for node in graph.nodes.indices where wanted[node] {
      guard case .step(let code, let a, let b, _) = graph.nodes[node], a != b || code == .exp
      else { continue }
      for (inner, other, isLeft) in [(Int(a), Int(b), true), (Int(b), Int(a), false)] {
        guard wanted[inner], uses[inner] == 1, pairs[inner] == nil,
          case .step(let first, _, _, _) = graph.nodes[inner],
          let fused = fuse(first, into: code, isLeft: isLeft)
        else { continue }
        pairs[node] = Fusion(code: fused, inner: inner, other: other)
        break
      }
    }
    return pairs
  }

  /// The one step for `inner` as the left or right operand of `outer`; nil when there is none.
  private static func fuse(
    _ inner: Instruction.Code, into outer: Instruction.Code, isLeft: Bool
  ) -> Instruction.Code? {
    switch (inner, outer, isLeft) {
    case (.multiply, .add, _): .multiplyAdd
    case (.multiply, .subtract, true): .multiplySubtract
    case (.multiply, .subtract, false): .subtractProduct
    case (.multiply, .multiply, _): .multiplyTwice
    case (.add, .multiply, _): .addMultiply
    case (.subtract, .multiply, _): .subtractMultiply
    case (.add, .divide, false): .divideBySum
    case (.add, .add, _): .addTwice
    case (.multiply, .exp, _): .expProduct
    default: nil
    }
  }
}
