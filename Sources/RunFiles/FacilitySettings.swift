import Quantities
import Yams

extension FacilityReader {
  /// Keys that a path may leave out at its end: `instruments.prodigy=33` is its count.
  private static let counts = ["count", "lines", "beds"]

  /// The nodes with some values changed; a path that is not in the file becomes a finding.
  mutating func changed(_ root: Node, _ settings: [FacilityFile.Setting]) -> Node {
    var node = root
    for setting in settings {
      if let next = replaced(node, setting.path[...], setting) { node = next }
    }
    return node
  }

  private mutating func replaced(
    _ node: Node, _ path: ArraySlice<String>, _ setting: FacilityFile.Setting
  ) -> Node? {
    guard let key = path.first else {
      if let map = node.mapping {
        let names = map.compactMap { $0.key.scalar?.string }
        guard let count = Self.counts.first(where: names.contains) else {
          return missing(setting, "ends at a group of values", names)
        }
        return replaced(node, [count], setting)
      }
      // A list is read as YAML; all else stays text, at the place of the value it replaces.
      if setting.value.hasPrefix("["),
        let list = try? Yams.compose(yaml: setting.value, .basic), list.sequence != nil
      {
        return list
      }
      return .scalar(.init(setting.value, .implicit, .plain, node.mark))
    }
    guard var map = node.mapping else {
      if let list = node.sequence, let at = list.firstIndex(where: { Self.name(of: $0) == key }),
        let next = replaced(list[at], path.dropFirst(), setting)
      {
        var copy = list
        copy[at] = next
        return .sequence(copy)
      }
      return missing(setting, "has no '\(Shown.text(key))'", [])
    }
    let names = map.compactMap { $0.key.scalar?.string }
    guard let name = map.keys.first(where: { $0.scalar?.string == key }), let inner = map[name]
    else { return missing(setting, "has no '\(Shown.text(key))'", names, near: key) }
    guard let next = replaced(inner, path.dropFirst(), setting) else { return nil }
    map[name] = next
    return .mapping(map)
  }

  private static func name(of node: Node) -> String? {
    node.mapping?[Node("name")]?.scalar?.string
  }

  private mutating func missing(
    _ setting: FacilityFile.Setting, _ why: String, _ names: [String], near: String? = nil
  ) -> Node? {
    let shown = Shown.text(setting.path.joined(separator: "."))
    let guess = near.map { Suggestion.phrase(for: $0, among: names) } ?? ""
    yaml.report(
      "E_FACILITY_SET", nil, "The path '\(shown)' \(why) in the file.\(guess)",
      names.isEmpty
        ? "Join keys of the file by points, such as instruments.prodigy=33."
        : "Go on with one of: \(names.joined(separator: ", ")).")
    return nil
  }
}
