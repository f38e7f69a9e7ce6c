import Dosing
import Quantities
import Yams

extension YAMLReader {
  static let courseKeys = ["repeats", "fractions", "components", "blasts"]

  /// How a dose is given, with the nodes of its parts; at most one of the course keys may stand.
  mutating func course(_ mapping: Node.Mapping) -> (course: DoseCourse, nodes: [Node]) {
    let given = Self.courseKeys.filter { optional(mapping, $0) != nil }
    guard let key = given.first, let node = optional(mapping, key) else { return (.single, []) }
    if given.count > 1 {
      report(
        "E_PRODUCT_COURSE", optional(mapping, given[1]),
        "\(given.map { "'\($0)'" }.joined(separator: " and ")) stand side by side.",
        "A dose is given in one way: keep one of them.")
    }
    switch key {
    case "repeats": return (repeats(node), [node])
    case "fractions":
      let items = items(node, key)
      return (.fractions(items.compactMap { fraction($0) }), items)
    case "components":
      let items = items(node, key)
      return (.components(items.compactMap { component($0) }), items)
    default: return split(node)
    }
  }

  private mutating func repeats(_ node: Node) -> DoseCourse {
    guard let map = mapping(node, "The repeats", keys: ["most", "after"]),
      let most = whole(required(map, "most", in: node))
    else { return .single }
    return .repeated(DoseRepeats(most: most, after: timeSpan(optional(map, "after"))))
  }

  private mutating func fraction(_ node: Node) -> DoseFraction? {
    guard let map = mapping(node, "A fraction", keys: ["share", "gate", "after", "latest_day"]),
      let share = share(required(map, "share", in: node))
    else { return nil }
    return DoseFraction(
      share: share, gate: text(optional(map, "gate")), after: timeSpan(optional(map, "after")),
      latestDay: whole(optional(map, "latest_day")))
  }

  private mutating func component(_ node: Node) -> DoseComponent? {
    guard let map = mapping(node, "A component", keys: ["name", "share", "share_allowed"]) else {
      return nil
    }
    let name = text(required(map, "name", in: node))
    let share = share(required(map, "share", in: node))
    var allowed: ClosedRange<Rational>?
    if let percent = range(optional(map, "share_allowed"), unit: "%"),
      let low = try? percent.lowerBound.divided(by: Rational(100)),
      let high = try? percent.upperBound.divided(by: Rational(100))
    {
      allowed = low...high
    }
    guard let name, let share else { return nil }
    return DoseComponent(name: name, share: share, allowed: allowed)
  }

  private mutating func split(_ node: Node) -> (DoseCourse, [Node]) {
    guard let map = mapping(node, "The split by blasts", keys: ["sample", "regimens"]) else {
      return (.single, [])
    }
    let sample = text(required(map, "sample", in: node))
    let items = items(required(map, "regimens", in: node), "regimens")
    let regimens = items.compactMap { regimen($0) }
    return (.split(BlastSplit(sample: sample ?? "", regimens: regimens)), items)
  }

  private mutating func regimen(_ node: Node) -> BlastSplit.Regimen? {
    let keys = [
      "lower", "lower_inclusive", "upper", "upper_inclusive", "portions", "state", "missing",
    ]
    guard let map = mapping(node, "A regimen", keys: keys) else { return nil }
    let lower = blastEdge(map, "lower", node)
    let upper = blastEdge(map, "upper", node)
    let state = word(required(map, "state", in: node), Product.FactState.self)
    var portions: [BlastSplit.Portion] = []
    if let list = optional(map, "portions") {
      portions = items(list, "portions").compactMap { portion($0) }
    } else if state == .unverified {
      _ = text(required(map, "missing", in: node))
    } else {
      _ = required(map, "portions", in: node)
    }
    guard let state else { return nil }
    return BlastSplit.Regimen(lower: lower, upper: upper, portions: portions, state: state)
  }

  private mutating func blastEdge(
    _ mapping: Node.Mapping, _ key: String, _ node: Node
  ) -> BlastSplit.Edge? {
    guard let (edge, inclusive) = edge(mapping, key, node), let value = share(edge),
      let share = try? Fraction(value)
    else { return nil }
    return BlastSplit.Edge(share, inclusive: inclusive)
  }

  private mutating func bag(_ node: Node) -> BlastSplit.Bag? {
    guard let map = mapping(node, "A bag", keys: ["cells", "name"]) else { return nil }
    let name = text(optional(map, "name"))
    return cells(required(map, "cells", in: node)).map { BlastSplit.Bag(cells: $0, name: name) }
  }

  private mutating func portion(_ node: Node) -> BlastSplit.Portion? {
    let keys = ["cells", "bags", "day", "tolerance", "gate", "latest_day"]
    guard let map = mapping(node, "A portion", keys: keys) else { return nil }
    let bags = (optional(map, "bags").map { items($0, "bags") } ?? []).compactMap { bag($0) }
    let cells = cells(required(map, "cells", in: node))
    let day = whole(required(map, "day", in: node))
    let tolerance = whole(optional(map, "tolerance"), unit: "d")
    let gate = text(optional(map, "gate"))
    let latest = whole(optional(map, "latest_day"))
    guard let cells, let day else { return nil }
    return BlastSplit.Portion(
      cells: cells, bags: bags, day: day, tolerance: tolerance, gate: gate, latestDay: latest)
  }
}
