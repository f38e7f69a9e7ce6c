import Dosing
import Quantities
import Yams

extension YAMLReader {
  private static let amountKeys = ["minimum", "target", "maximum", "cap"]
  private static let edgeKeys = ["lower", "lower_inclusive", "upper", "upper_inclusive"]

  /// The `dose` of a product: a rule, what it was taken from, and the source's own words.
  mutating func dose(_ node: Node) -> (DoseRule?, Product.DoseOrigin?, verbatim: String?) {
    let keys = ["kind", "origin", "trial", "verbatim", "bands"] + Self.amountKeys
    guard let mapping = mapping(node, "The dose", keys: keys) else { return (nil, nil, nil) }
    let before = findings.count
    let kind = word(required(mapping, "kind", in: node), DoseRule.Kind.self)
    let origin = origin(mapping, node)
    let verbatim = text(required(mapping, "verbatim", in: node))
    let bands = bands(mapping, node, kind)
    guard findings.count == before, let kind else { return (nil, origin, verbatim) }
    do {
      return (try DoseRule(kind, bands: bands.map(\.band)), origin, verbatim)
    } catch {
      let at = bands.indices.contains(error.band) ? bands[error.band].node : node
      report(error.code, at, error.cause, error.remedy)
      return (nil, origin, verbatim)
    }
  }

  private mutating func origin(_ mapping: Node.Mapping, _ node: Node) -> Product.DoseOrigin? {
    let named = optional(mapping, "trial")
    switch text(required(mapping, "origin", in: node)) {
    case "label":
      if named != nil {
        report("E_PRODUCT_ORIGIN", named, "A label dose names a trial.", "Write 'origin: trial'.")
      }
      return .label
    case "trial":
      return text(required(mapping, "trial", in: node)).map { .trial($0) }
    case .some(let other):
      report(
        "E_PRODUCT_WORD", optional(mapping, "origin"), "'\(other)' is not an origin of a dose.",
        "Use one of: label, trial.")
      return nil
    case nil: return nil
    }
  }

  private mutating func bands(
    _ mapping: Node.Mapping, _ node: Node, _ kind: DoseRule.Kind?
  ) -> [(band: WeightBand, node: Node)] {
    guard kind == .bandedByWeight else {
      if let bands = optional(mapping, "bands") {
        report(
          "E_PRODUCT_BANDS", bands, "Only a dose that is banded by weight has bands.",
          "Write 'kind: banded by weight', or take the bands away.")
      }
      return [(band(mapping, node), node)]
    }
    for key in Self.amountKeys {
      if let amount = optional(mapping, key) {
        report(
          "E_PRODUCT_BANDS", amount, "'\(key)' stands outside the bands.", "Move it into them.")
      }
    }
    guard let list = required(mapping, "bands", in: node) else { return [] }
    guard let sequence = list.sequence, !sequence.isEmpty else {
      report("E_PRODUCT_SHAPE", list, "'bands' is not a list.", "Start each band with '- '.")
      return []
    }
    var bands: [(WeightBand, Node)] = []
    for item in sequence {
      let keys = Self.edgeKeys + Self.amountKeys
      if let inner = self.mapping(item, "A band", keys: keys) {
        bands.append((band(inner, item), item))
      }
    }
    return bands
  }

  private mutating func band(_ mapping: Node.Mapping, _ node: Node) -> WeightBand {
    var cap: CellCount?
    if let node = optional(mapping, "cap"), let amount = doseAmount(node) {
      if case .cells(let cells) = amount {
        cap = cells
      } else {
        report("E_PRODUCT_UNIT", node, "A cap is a number of cells, not of cells/kg.", "Check it.")
      }
    }
    return WeightBand(
      lower: edge(mapping, "lower", node), upper: edge(mapping, "upper", node),
      minimum: doseAmount(optional(mapping, "minimum")),
      target: doseAmount(optional(mapping, "target")),
      maximum: doseAmount(optional(mapping, "maximum")), cap: cap)
  }

  private mutating func edge(_ mapping: Node.Mapping, _ key: String, _ node: Node) -> WeightEdge? {
    let flagNode = optional(mapping, "\(key)_inclusive")
    guard let edge = optional(mapping, key) else {
      if flagNode != nil {
        report(
          "E_PRODUCT_EDGE", flagNode, "'\(key)_inclusive' stands without '\(key)'.",
          "State the weight, or take the flag away.")
      }
      return nil
    }
    let inclusive = flag(required(mapping, "\(key)_inclusive", in: node))
    guard let text = text(edge), let inclusive else { return nil }
    do {
      return WeightEdge(try BodyMass(parsing: text), inclusive: inclusive)
    } catch {
      report(error.kind.rawValue, edge, error.cause, error.remedy)
      return nil
    }
  }

  private mutating func doseAmount(_ node: Node?) -> DoseAmount? {
    guard let (value, unit) = amount(node) else { return nil }
    do {
      switch unit {
      case "cells/kg": return .perKilogram(try CellsPerKilogram(value))
      case "cells" where value.isInteger && value > .zero:
        return .cells(try CellCount(value.numerator))
      case "cells":
        report("E_PRODUCT_NUMBER", node, "This is not a whole number of cells.", "Check it.")
      default:
        report(
          "E_PRODUCT_UNIT", node,
          "'\(unit)' is not a unit of a dose."
            + Suggestion.phrase(for: unit, among: ["cells", "cells/kg"]),
          "Write cells or cells/kg, as the source does; nothing is converted.")
      }
    } catch {
      report(error.kind.rawValue, node, error.cause, error.remedy)
    }
    return nil
  }
}
