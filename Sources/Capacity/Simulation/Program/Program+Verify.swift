extension Program {
  /// Follows every way through the routes: what is held at each operation, which limits may run,
  /// that routes end, and that nobody can wait in a circle.
  mutating func verify() throws(ProcessRefused) {
    let none = [Int](repeating: 0, count: process.pools.count)
    holdings = [[Int]?](repeating: nil, count: ops.count)
    var limited = [Set<Int>](repeating: [], count: ops.count)
    var started: [Int: [Int]] = [:]
    var open: [Int] = []
    for entry in entries {
      holdings[entry] = none
      open.append(entry)
    }
    while let index = open.popLast() {
      let op = ops[index]
      var held = holdings[index] ?? none
      let before = held
      var running = limited[index]
      switch op.code {
      case .claim: held[Int(op.a)] += Int(op.b)
      case .release:
        held[Int(op.a)] -= Int(op.b)
        if held[Int(op.a)] < 0 {
          throw ProcessRefused(
            .holding, place(index),
            "gives back \(op.b) of \"\(process.pools[Int(op.a)].name)\", which is not held")
        }
      case .startLimit:
        running.insert(Int(op.a))
        started[Int(op.a)] = held
      case .endLimit: running.remove(Int(op.a))
      case .finish:
        if let pool = held.firstIndex(where: { $0 != 0 }) {
          throw ProcessRefused(
            .holding, place(index), "ends with \"\(process.pools[pool].name)\" held; release it")
        }
        continue
      default: break
      }
      var next: [(to: Int, held: [Int], running: Set<Int>)] = []
      if op.code != .jump { next.append((index + 1, held, running)) }
      switch op.code {
      case .jump: next.append((Int(op.a), held, running))
      case .claim where op.c >= 0: next.append((Int(op.c), before, running))
      case .recheck, .chance: next.append((Int(op.b), held, running))
      default: break
      }
      for limit in limited[index].union(running).sorted() {
        guard let held = started[limit] else { continue }
        next.append((limits[limit].target, held, limited[index].subtracting([limit])))
      }
      for way in next {
        guard way.to < ops.count, placeRoute(way.to) == placeRoute(index) else {
          throw ProcessRefused(.badRoute, place(index), "the route goes on after its last step")
        }
        if let known = holdings[way.to] {
          guard known == way.held else { throw unequal(way.to, known, way.held) }
          guard !way.running.isSubset(of: limited[way.to]) else { continue }
        }
        holdings[way.to] = way.held
        limited[way.to].formUnion(way.running)
        open.append(way.to)
      }
    }
    try verifyLimits(limited)
    try verifyOrder()
  }

  private func placeRoute(_ op: Int) -> Int { entries.lastIndex { $0 <= op } ?? 0 }

  private func unequal(_ op: Int, _ one: [Int], _ other: [Int]) -> ProcessRefused {
    let pool = one.indices.first { one[$0] != other[$0] } ?? 0
    return ProcessRefused(
      .holding, place(op),
      "is reached holding \(one[pool]) and holding \(other[pool]) of "
        + "\"\(process.pools[pool].name)\"; release or seize on the way")
  }

  /// A patient who leaves by a limit must hold at least what was held when it started.
  private mutating func verifyLimits(_ limited: [Set<Int>]) throws(ProcessRefused) {
    for index in ops.indices where !limited[index].isEmpty {
      setLimited(index)
      guard let held = holdings[index] else { continue }
      for limit in limited[index].sorted() {
        guard let target = holdings[limits[limit].target] else { continue }
        if let pool = held.indices.first(where: { held[$0] < target[$0] }) {
          throw ProcessRefused(
            .holding, place(index),
            "\"\(process.pools[pool].name)\" was given back inside a limit that started with it; "
              + "end the limit first")
        }
      }
    }
  }

  /// Waiting for a pool while holding another gives an order of pools; it must have no circle.
  private func verifyOrder() throws(ProcessRefused) {
    var after = [Set<Int>](repeating: [], count: process.pools.count)
    for (index, op) in ops.enumerated() where op.code == .claim && op.c < 0 {
      guard let held = holdings[index] else { continue }
      for pool in held.indices where held[pool] > 0 {
        if pool == Int(op.a) {
          throw ProcessRefused(
            .deadlock, place(index),
            "waits for \"\(process.pools[pool].name)\" while it holds some; claim the sum at once")
        }
        after[pool].insert(Int(op.a))
      }
    }
    var state = [Int](repeating: 0, count: after.count)
    func visit(_ pool: Int) -> Int? {
      if state[pool] == 1 { return pool }
      guard state[pool] == 0 else { return nil }
      state[pool] = 1
      for next in after[pool].sorted() {
        if let circle = visit(next) { return circle }
      }
      state[pool] = 2
      return nil
    }
    for pool in after.indices {
      if let circle = visit(pool) {
        throw ProcessRefused(
          .deadlock, "pool \(circle) \"\(process.pools[circle].name)\"",
          "patients who hold it can wait for others who wait for it; seize pools in one order")
      }
    }
  }
}
