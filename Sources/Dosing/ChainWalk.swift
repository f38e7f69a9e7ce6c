/// Follows percentages from the population of a density to the counted one.
struct ChainWalk {
  let goal: CellPopulation
  let start: CellPopulation
  var rest: [ChainLink]
  let path: String
  private var chain: [ChainLink] = []

  init(goal: CellPopulation, start: CellPopulation, rest: [ChainLink], path: String) {
    self.goal = goal
    self.start = start
    self.rest = rest
    self.path = path
  }

  /// The links in order; refuses a break, a link left over and one that counts a share twice.
  mutating func run() throws(Refusal) -> [ChainLink] {
    var current = start
    while let index = rest.firstIndex(where: { $0.parent == current }) {
      let link = rest.remove(at: index)
      if let other = rest.first(where: { $0.parent == current }) { throw twins(link, other) }
      guard link.child == goal || goal.isPart(of: link.child) else {
        throw Refusal(
          .otherPopulation, link.field + ".child", "The dose counts \(goal), not \(link.child).",
          remedy: "Give the share of the population that the dose counts.")
      }
      chain.append(link)
      current = link.child
    }
    if current == goal, rest.isEmpty { return chain }
    throw fault(at: current)
  }

  private func twins(_ a: ChainLink, _ b: ChainLink) -> Refusal {
    if a.child == b.child {
      return Refusal(
        .ambiguous, b.field, "\(a.child) among \(a.parent) is given twice.",
        remedy: "Give the one that the certificate states.")
    }
    return Refusal(
      .appliedTwice, b.field,
      "Both \(a.child) and \(b.child) are shares of \(a.parent); one is no share of the other.",
      remedy: "Keep the percentages that follow on each other; give the other as a result.")
  }

  private func fault(at current: CellPopulation) -> Refusal {
    let visited = [start] + chain.map(\.child)
    if let inside = rest.first(where: { visited.contains($0.child) }) {
      return Refusal(
        .appliedTwice, inside.field,
        "\(inside.child) among \(inside.parent) is already inside the density or another share.",
        remedy: "Leave it out, or give the density that it belongs to.")
    }
    // The next link that could follow, if one gate between them were given.
    let next = rest.filter { $0.parent.isPart(of: current) }
      .min { ($0.parent.depth, $0.field) < ($1.parent.depth, $1.field) }
    if let next { return missing(from: current, to: next.parent) }
    if let stray = rest.first {
      return Refusal(
        .otherPopulation, stray.field + ".parent",
        "A share of \(stray.parent) does not follow on \(current).",
        remedy: "Give the chain of shares from the density's population to the counted one.")
    }
    return missing(from: current, to: goal)
  }

  private func missing(from current: CellPopulation, to next: CellPopulation) -> Refusal {
    if next.isViable && !current.isViable {
      return .missing(path + "viability", "The viable share of \(current)")
    }
    let (field, name) =
      switch next.depth {
      case 1: ("leukocyteShare", "CD45+")
      case 2: ("tCellShare", "CD3+")
      default: ("carPositive", "CAR+")
      }
    return .missing(path + field, "The \(name) share of \(current)")
  }
}
