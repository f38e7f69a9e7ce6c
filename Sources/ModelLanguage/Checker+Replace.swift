import Quantities

extension Checker {
  /// Puts each replacing param, let and observe in the place of the deeper one of its name.
  ///
  /// Equations are matched by state when they are defined, because `for` names many at once.
  mutating func resolvingReplacements(_ items: [Loader.Item]) -> [Loader.Item] {
    guard items.contains(where: \.replaces) else { return items }
    var byName: [String: [Int]] = [:]
    for (index, item) in items.enumerated() {
      if let key = Checker.key(item.statement) { byName[key, default: []].append(index) }
    }
    var result: [Loader.Item?] = items
    for (index, item) in items.enumerated() where item.replaces {
      guard let key = Checker.key(item.statement), let spot = item.spot else { continue }
      let same = byName[key] ?? []
      let deeper = same.filter { items[$0].depth > item.depth }
      guard let first = deeper.min() else {
        let known = items.filter { $0.depth > item.depth }.compactMap {
          Checker.key($0.statement)?.split(separator: " ").last.map(String.init)
        }
        let name = key.split(separator: " ").last.map(String.init) ?? key
        report(
          "E_MODEL_REPLACE", spot,
          "Nothing that is included defines '\(name)'."
            + Suggestion.phrase(for: name, among: known),
          "Remove `replace`, or correct the name.")
        continue
      }
      // A shallower replacement of the same name has the last word.
      if same.contains(where: { items[$0].replaces && items[$0].depth < item.depth }) { continue }
      for other in deeper { result[other] = nil }
      result[index] = nil
      let moved = Loader.Item(statement: item.statement, depth: item.depth, replaces: false)
      // Two replacements of one text both stay, and are told as one name defined twice.
      if result[first] == nil { result[first] = moved } else { result[index] = moved }
    }
    return result.compactMap { $0 }
  }

  /// Parameters and lets share their names; observables have their own.
  private static func key(_ statement: StatementSyntax) -> String? {
    switch statement {
    case .parameter(let syntax): "name \(syntax.name)"
    case .define(let name, _, _): "name \(name)"
    case .observe(let syntax): "observe \(syntax.name)"
    default: nil
    }
  }
}
