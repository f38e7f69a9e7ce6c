/// The nearest node first; ties by the lower node.
///
/// A distance and its node are kept in one number, so that they compare at once.
struct SlotHeap {
  /// Bits that hold the node.
  private static let bits = 20
  private var items: [Int] = []

  mutating func clear() { items.removeAll(keepingCapacity: true) }

  mutating func push(_ far: Int, _ node: Int) {
    let item = far << Self.bits | node
    items.append(item)
    var at = items.count &- 1
    while at > 0 {
      let up = (at &- 1) >> 1
      if items[up] <= item { break }
      items[at] = items[up]
      at = up
    }
    items[at] = item
  }

  mutating func pop() -> (far: Int, node: Int)? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    let count = items.count
    var at = 0
    while count > 0 {
      var down = 2 &* at &+ 1
      if down >= count { break }
      if down &+ 1 < count, items[down &+ 1] < items[down] { down &+= 1 }
      if items[down] >= last { break }
      items[at] = items[down]
      at = down
    }
    if count > 0 { items[at] = last }
    return (top >> Self.bits, top & ((1 << Self.bits) - 1))
  }
}
