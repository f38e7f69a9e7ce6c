/// Patients of one law over start days, at the least cost for the number of starts of each day.
///
/// Patients who share a harvest-day law can change places without changing any load. So who
/// starts when, given how many start on each day, is a transport problem, and moving one start
/// from day s to day t costs the shortest path from s to t, where an arc from u to v is the
/// cheapest patient of day u to take to day v. Prices on the days keep every reduced arc at zero
/// or more: their difference bounds the cost of a move from below, which refuses most moves
/// without a search.
///
/// Source: Ahuja, Magnanti and Orlin (1993), Network Flows, section 9.7 (successive shortest
/// paths with reduced costs).
struct SlotTransport {
  static let never = Int.max / 4

  /// Day index of node 0.
  let base: Int
  let nodes: Int
  private let reach: Int
  private let width: Int
  private let first: [Int]
  private let count: [Int]
  private let offset: [Int]
  private let costs: [Int]
  /// Node of each patient; -1 when without a start.
  private(set) var node: [Int]
  private var head: [Int]
  private var next: [Int]
  private var previous: [Int]
  private var best: [Int]
  private var who: [Int]
  private(set) var price: [Int]
  var distance: [Int]
  private var parent: [Int]
  private var closed: [Bool]
  private var touched: [Int] = []
  private var heap = SlotHeap()
  private var moved: [(patient: Int, from: Int)] = []
  private var repriced: [(node: Int, price: Int)] = []

  /// Patients by the day indices on which they may start and what each of these costs.
  init(_ patients: [(first: Int, costs: [Int])]) {
    base = patients.map(\.first).min() ?? 0
    let low = base
    let high = patients.map { $0.first + $0.costs.count }.max() ?? base
    nodes = high - low
    reach = max(0, (patients.map(\.costs.count).max() ?? 1) - 1)
    width = 2 * reach + 1
    first = patients.map { $0.first - low }
    count = patients.map(\.costs.count)
    var at = 0
    offset = patients.map {
      at += $0.costs.count
      return at - $0.costs.count
    }
    costs = patients.flatMap(\.costs)
    node = [Int](repeating: -1, count: patients.count)
    next = node
    previous = node
    head = [Int](repeating: -1, count: high - low)
    best = [Int](repeating: Self.never, count: nodes * width)
    who = [Int](repeating: -1, count: nodes * width)
    price = [Int](repeating: 0, count: nodes)
    distance = [Int](repeating: Self.never, count: nodes)
    parent = [Int](repeating: -1, count: nodes)
    closed = [Bool](repeating: false, count: nodes)
  }

  /// The cost of a patient at a node of the patient's window.
  func cost(_ patient: Int, at node: Int) -> Int { costs[offset[patient] + node - first[patient]] }

  /// The nodes at which a patient may stand.
  func window(_ patient: Int) -> Range<Int> { first[patient]..<first[patient] + count[patient] }

  /// Puts every patient who has a day to start on at the cheapest one; prices are then all zero.
  mutating func spreadOut() {
    for patient in node.indices where count[patient] > 0 {
      var at = first[patient]
      for node in window(patient) where cost(patient, at: node) < cost(patient, at: at) {
        at = node
      }
      put(patient, at)
    }
    for node in 0..<nodes { renew(node) }
  }

  /// Takes a patient off the plan; the others stay as they are, which is still the best for them.
  mutating func remove(_ patient: Int) {
    let from = node[patient]
    take(patient)
    renew(from)
  }

  /// The least cost of taking one start from a node to another, or nil when it is above `cut`.
  mutating func shortest(from: Int, to: Int, cut: Int) -> Int? {
    let lift = price[to] &- price[from]
    let limit = cut &- lift
    guard limit >= 0 else { return nil }
    clear()
    reached(from, 0, by: -1)
    search(limit: limit, until: to)
    return distance[to] < Self.never ? distance[to] &+ lift : nil
  }

  /// Takes one start along the path just found.
  mutating func move(to: Int) {
    settle(at: to)
    var path: [Int] = []
    var at = to
    while parent[at] >= 0 {
      path.append(at)
      at = parent[at]
    }
    path.append(at)
    let takers = zip(path.dropFirst(), path).map { from, to in
      (who[from * width + to - from + reach], to)
    }
    for (patient, to) in takers {
      moved.append((patient, node[patient]))
      take(patient)
      put(patient, to)
    }
    for node in path { renew(node) }
  }

  /// Gives a patient without a start the cheapest way in that ends on an open node; the cost, or
  /// nil when there is none.
  mutating func insert(_ patient: Int, open: [Bool]) -> (cost: Int, node: Int)? {
    guard count[patient] > 0 else { return nil }
    clear()
    let source = window(patient).map { price[$0] - cost(patient, at: $0) }.max() ?? 0
    for node in window(patient) {
      reached(node, cost(patient, at: node) + source - price[node], by: -1)
    }
    search(limit: Self.never - 1, until: -1)
    var to = -1
    var least = Self.never
    for node in 0..<nodes where distance[node] < Self.never {
      let cost = distance[node] + price[node] - source
      if cost < least, open[node] {
        least = cost
        to = node
      }
    }
    guard to >= 0 else { return nil }
    var entry = to
    while parent[entry] >= 0 { entry = parent[entry] }
    move(to: to)
    put(patient, entry)
    renew(entry)
    return (least, to)
  }

  /// Forgets how to go back.
  mutating func commit() {
    moved.removeAll(keepingCapacity: true)
    repriced.removeAll(keepingCapacity: true)
  }

  /// Goes back to the last `commit`.
  mutating func rollBack() {
    var nodes: Set<Int> = []
    for (patient, from) in moved.reversed() {
      nodes.insert(node[patient])
      nodes.insert(from)
      take(patient)
      put(patient, from)
    }
    for node in nodes { renew(node) }
    for (node, old) in repriced.reversed() { price[node] = old }
    commit()
  }

  // MARK: Inside

  private mutating func put(_ patient: Int, _ at: Int) {
    node[patient] = at
    previous[patient] = -1
    next[patient] = head[at]
    if head[at] >= 0 { previous[head[at]] = patient }
    head[at] = patient
  }

  private mutating func take(_ patient: Int) {
    let (before, after) = (previous[patient], next[patient])
    if before >= 0 { next[before] = after } else { head[node[patient]] = after }
    if after >= 0 { previous[after] = before }
    node[patient] = -1
  }

  /// Works out the arcs that leave a node anew.
  private mutating func renew(_ at: Int) {
    let row = at * width
    for j in row..<row + width { best[j] = Self.never }
    var patient = head[at]
    while patient >= 0 {
      let own = cost(patient, at: at)
      var arc = row + first[patient] - at + reach
      for k in offset[patient]..<offset[patient] + count[patient] {
        let more = costs[k] &- own
        // On a tie the lower patient goes, so that the list's order cannot show.
        if more < best[arc] || (more == best[arc] && patient < who[arc]) {
          best[arc] = more
          who[arc] = patient
        }
        arc += 1
      }
      patient = next[patient]
    }
  }

  private mutating func clear() {
    for node in touched {
      distance[node] = Self.never
      closed[node] = false
    }
    touched.removeAll(keepingCapacity: true)
    heap.clear()
  }

  private mutating func reached(_ node: Int, _ far: Int, by from: Int) {
    if distance[node] == Self.never { touched.append(node) }
    distance[node] = far
    parent[node] = from
    heap.push(far, node)
  }

  private mutating func search(limit: Int, until goal: Int) {
    while let (far, at) = heap.pop() {
      if closed[at] || far > distance[at] { continue }
      if at == goal { return }
      closed[at] = true
      guard head[at] >= 0 else { continue }
      let row = at &* width &+ reach &- at
      let here = far &+ price[at]
      for to in max(0, at &- reach)..<min(nodes, at &+ reach &+ 1) {
        let arc = best[row &+ to]
        if arc == Self.never { continue }
        let there = here &+ arc &- price[to]
        if there < distance[to], there <= limit { reached(to, there, by: at) }
      }
    }
  }

  private mutating func settle(at goal: Int) {
    let far = distance[goal]
    for node in touched where distance[node] < far {
      repriced.append((node, price[node]))
      price[node] += distance[node] - far
    }
  }
}
