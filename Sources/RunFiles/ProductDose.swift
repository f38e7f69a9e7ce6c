import Dosing
import Quantities
import Yams

/// What the `dose` of a file says; parts that could not be read are nil and have findings.
struct ReadDose {
  var rule: DoseRule?
  var origin: Product.DoseOrigin?
  var verbatim: String?
  var asRead: String?
  /// Where the bands of each level stand; one list for a rule without levels.
  var places: [[Place]] = []
}

extension YAMLReader {
  static let amountKeys = ["minimum", "target", "maximum", "cap", "tolerance"]
  private static let edgeKeys = ["lower", "lower_inclusive", "upper", "upper_inclusive"]
  private typealias Band = (band: WeightBand, node: Node)

  /// The `dose` of a product: a rule, what it was taken from, and the source's own words.
  mutating func dose(_ node: Node) -> ReadDose {
    let keys =
      ["kind", "origin", "trial", "series", "protocol", "verbatim", "as_read", "bands", "levels"]
      + Self.amountKeys + Self.courseKeys
    guard let mapping = mapping(node, "The dose", keys: keys) else { return ReadDose() }
    let before = findings.count
    let kind = word(required(mapping, "kind", in: node), DoseRule.Kind.self)
    var dose = ReadDose(origin: origin(mapping, node))
    dose.asRead = text(optional(mapping, "as_read"))
    dose.verbatim =
      dose.asRead == nil
      ? text(required(mapping, "verbatim", in: node)) : text(optional(mapping, "verbatim"))
    let levels = levels(mapping, node, kind)
    let bands =
      kind == .doseLevels ? [] : bands(mapping, node, mayHaveBands: kind == .bandedByWeight)
    let course = course(mapping)
    dose.places = (levels.isEmpty ? [bands] : levels.map(\.bands)).map { $0.map { place($0.node) } }
    guard findings.count == before, let kind else { return dose }
    do {
      dose.rule = try DoseRule(
        kind, bands: bands.map(\.band),
        levels: levels.map { DoseRule.Level(name: $0.name, bands: $0.bands.map(\.band)) },
        course: course.course)
    } catch {
      var at: Node?
      switch error.part {
      case .band(let index): at = bands.indices.contains(index) ? bands[index].node : nil
      case .level(let level, let index):
        if levels.indices.contains(level), levels[level].bands.indices.contains(index) {
          at = levels[level].bands[index].node
        }
      case .course(let index), .regimen(let index):
        at = course.nodes.indices.contains(index) ? course.nodes[index] : nil
      }
      report(error.code, at ?? node, error.cause, error.remedy)
    }
    return dose
  }

  private mutating func origin(_ mapping: Node.Mapping, _ node: Node) -> Product.DoseOrigin? {
    let origins: [(word: String, of: (String) -> Product.DoseOrigin)] = [
      ("trial", { .trial($0) }), ("series", { .series($0) }), ("protocol", { .siteProtocol($0) }),
    ]
    guard let given = text(required(mapping, "origin", in: node)) else { return nil }
    for (word, _) in origins where word != given {
      if let named = optional(mapping, word) {
        report(
          "E_PRODUCT_ORIGIN", named,
          "The origin of the dose is '\(given)', and a \(word) is named.",
          "Write 'origin: \(word)', or take the name away.")
      }
    }
    if given == "label" { return .label }
    if let origin = origins.first(where: { $0.word == given }) {
      return text(required(mapping, origin.word, in: node)).map(origin.of)
    }
    let words = ["label"] + origins.map(\.word)
    report(
      "E_PRODUCT_WORD", optional(mapping, "origin"),
      "'\(Shown.text(given))' is not an origin of a dose."
        + Suggestion.phrase(for: given, among: words),
      "Use one of: \(words.joined(separator: ", ")).")
    return nil
  }

  private mutating func levels(
    _ mapping: Node.Mapping, _ node: Node, _ kind: DoseRule.Kind?
  ) -> [(name: String, bands: [Band])] {
    guard kind == .doseLevels else {
      if let levels = optional(mapping, "levels") {
        report(
          "E_PRODUCT_LEVELS", levels, "Only a dose of kind 'dose levels' has levels.",
          "Write 'kind: dose levels', or take the levels away.")
      }
      return []
    }
    for key in Self.amountKeys + ["bands"] {
      if let stray = optional(mapping, key) {
        report(
          "E_PRODUCT_LEVELS", stray, "'\(key)' stands outside the levels.", "Move it into one.")
      }
    }
    return items(required(mapping, "levels", in: node), "levels").compactMap { item in
      guard let level = self.mapping(item, "A level", keys: ["name", "bands"] + Self.amountKeys),
        let name = text(required(level, "name", in: item))
      else { return nil }
      return (name, bands(level, item, mayHaveBands: optional(level, "bands") != nil))
    }
  }

  /// The bands of a dose or level, or the one band that its own amounts make.
  private mutating func bands(
    _ mapping: Node.Mapping, _ node: Node, mayHaveBands: Bool
  ) -> [Band] {
    guard mayHaveBands else {
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
    return items(required(mapping, "bands", in: node), "bands").compactMap { item in
      let keys = Self.edgeKeys + Self.amountKeys
      return self.mapping(item, "A band", keys: keys).map { (band($0, item), item) }
    }
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
      lower: weightEdge(mapping, "lower", node), upper: weightEdge(mapping, "upper", node),
      minimum: doseAmount(optional(mapping, "minimum")),
      target: doseAmount(optional(mapping, "target")),
      maximum: doseAmount(optional(mapping, "maximum")), cap: cap,
      tolerance: optional(mapping, "tolerance").flatMap { share($0) }.flatMap { try? Fraction($0) })
  }

  private mutating func weightEdge(
    _ mapping: Node.Mapping, _ key: String, _ node: Node
  ) -> WeightEdge? {
    guard let (edge, inclusive) = edge(mapping, key, node), let text = text(edge) else {
      return nil
    }
    do {
      return WeightEdge(try BodyMass(parsing: text), inclusive: inclusive)
    } catch {
      report(error.kind.rawValue, edge, error.cause, error.remedy)
      return nil
    }
  }

  /// The node of an edge with its flag; nil when there is none, or the flag is missing.
  mutating func edge(
    _ mapping: Node.Mapping, _ key: String, _ node: Node
  ) -> (node: Node, inclusive: Bool)? {
    let flagNode = optional(mapping, "\(key)_inclusive")
    guard let edge = optional(mapping, key) else {
      if flagNode != nil {
        report(
          "E_PRODUCT_EDGE", flagNode, "'\(key)_inclusive' stands without '\(key)'.",
          "State the value at the edge, or take the flag away.")
      }
      return nil
    }
    return flag(required(mapping, "\(key)_inclusive", in: node)).map { (edge, $0) }
  }

  mutating func doseAmount(_ node: Node?) -> DoseAmount? {
    guard let (value, unit) = amount(node) else { return nil }
    do {
      switch unit {
      case "cells/kg": return .perKilogram(try CellsPerKilogram(value))
      case "cells" where value.isInteger && value > .zero:
        return .cells(try CellCount(value.numerator))
      case "cells":
        report("E_PRODUCT_NUMBER", node, "This is not a whole number of cells.", "Check it.")
      case _ where unit.hasPrefix("x 10") || unit.hasPrefix("million"):
        report(
          "E_PRODUCT_NUMBER", node, "This number is written with '\(Shown.text(unit))'.",
          "Write 0.5 million cells/kg as '0.5e6 cells/kg' or '500000 cells/kg'.")
      default:
        report(
          "E_PRODUCT_UNIT", node,
          "'\(Shown.text(unit))' is not a unit of a dose."
            + Suggestion.phrase(for: unit, among: ["cells", "cells/kg"]),
          "Write cells or cells/kg, as the source does; nothing is converted.")
      }
    } catch {
      report(error.kind.rawValue, node, error.cause, error.remedy)
    }
    return nil
  }

  /// A whole number of cells, not of cells/kg.
  mutating func cells(_ node: Node?) -> CellCount? {
    guard let node, let amount = doseAmount(node) else { return nil }
    if case .cells(let cells) = amount { return cells }
    report("E_PRODUCT_UNIT", node, "This is a number of cells, not of cells/kg.", "Check it.")
    return nil
  }
}
