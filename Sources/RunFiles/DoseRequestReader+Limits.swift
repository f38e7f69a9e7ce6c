import Dosing
import Quantities
import Yams

extension DoseRequestReader {
  private static let limited: [(name: String, item: LimitOutcome.Item, units: DoseUnits)] = [
    ("dmso", .dmso, .dmsoPerKilogram), ("endotoxin", .endotoxinPerKilogram, .endotoxinPerKilogram),
    ("volume", .volumePerKilogram, .volumePerKilogram),
  ]

  /// Limits of the site on what a patient receives per kilogram.
  mutating func limits(_ node: Node) -> [DoseRequestFile.SiteLimit] {
    var found: [DoseRequestFile.SiteLimit] = []
    for item in sequence(node, "limits") {
      guard let map = yaml.mapping(item, "A limit", keys: ["of", "at_most", "source"]) else {
        continue
      }
      let name = choice(yaml.required(map, "of", in: item), Self.limited.map(\.name))
      let most = yaml.required(map, "at_most", in: item)
      let source = yaml.text(yaml.required(map, "source", in: item))
      guard let name, let most, let source,
        let known = Self.limited.first(where: { $0.name == name }),
        let value = amount(most, "The limit of \(name)", known.units)
      else { continue }
      if found.contains(where: { $0.item == known.item }) {
        yaml.report(
          "E_REQUEST_TWICE", item, "A second limit of \(name) is given.", "Keep one of them.")
      }
      found.append(.init(item: known.item, most: value, source: source))
    }
    return found
  }
}
