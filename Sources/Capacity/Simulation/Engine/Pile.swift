/// A growing row of plain values that one owner changes in place.
///
/// It has no reference count and checks its indices in debug builds only, which makes an event a
/// third as long as with arrays. Indices come from the engine, never from data.
struct Pile<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count: Int
  private var capacity: Int

  init() {
    base = .allocate(capacity: 16)
    count = 0
    capacity = 16
  }

  init(_ elements: some Collection<Element>) {
    self.init()
    for element in elements { append(element) }
  }

  init(repeating element: Element, count: Int) {
    self.init()
    for _ in 0..<count { append(element) }
  }

  deinit { base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    _modify {
      assert(index >= 0 && index < count)
      yield &base[index]
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  @inline(__always)
  mutating func popLast() -> Element? {
    guard count > 0 else { return nil }
    count -= 1
    return base[count]
  }

  mutating func removeAll() { count = 0 }

  /// Sets every element.
  mutating func fill(_ element: Element) { for index in 0..<count { base[index] = element } }

  /// A copy as an array.
  var array: ContiguousArray<Element> {
    ContiguousArray(UnsafeBufferPointer(start: base, count: count))
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}

/// A row of owned things, as many as at first.
struct Row<Element: ~Copyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, _ make: () -> Element) {
    base = .allocate(capacity: max(1, count))
    self.count = count
    for index in 0..<count { (base + index).initialize(to: make()) }
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    _read {
      assert(index >= 0 && index < count)
      yield base[index]
    }
    _modify {
      assert(index >= 0 && index < count)
      yield &base[index]
    }
  }
}
