import Dosing
import Quantities
import Yams

/// Where the numbers of a product file come from, and whether somebody read them.
extension YAMLReader {
  /// The parts of a file that carry numbers: each needs a state and a source.
  private static let numbered = ["dose", "ages", "presentation", "timing", "retention"]
  /// The fields that may have a state of their own.
  private static let stateKeys =
    ["counted", "weight_reference", "label_version"] + numbered
    + [
      "minimum", "target", "maximum", "cap", "tolerance", "bands", "levels", "fractions", "repeats",
      "components", "blasts",
    ].map { "dose." + $0 }
    + ["form", "container", "sizes", "count", "dmso", "density", "containers"].map {
      "presentation." + $0
    }
    + ["after_thaw", "within_after_sample", "rate", "order", "after_lymphodepletion", "delay"].map {
      "timing." + $0
    }

  /// How each field came to stand in the file; what carries a number must say.
  mutating func states(_ mapping: Node.Mapping, _ root: Node) -> [Product.Fact] {
    let hasNumbers = Self.numbered.contains { optional(mapping, $0) != nil }
    guard
      let node = hasNumbers ? required(mapping, "states", in: root) : optional(mapping, "states"),
      let states = self.mapping(node, "The states", keys: Self.stateKeys)
    else { return [] }
    for part in Self.numbered
    where optional(mapping, part) != nil && optional(states, part) == nil {
      report(
        "E_PRODUCT_MISSING", node, "The state of '\(part)' is missing.",
        "Write '\(part): read' under 'states' when a source says it, 'derived' when you concluded "
          + "it from one, else 'unverified'.")
    }
    var facts: [Product.Fact] = []
    for (key, value) in states {
      guard let field = key.scalar?.string else { continue }
      let part = String(field.prefix { $0 != "." })
      if Self.stateKeys.contains(field), optional(mapping, part) == nil {
        report(
          "E_PRODUCT_STATE", key, "A state is given for '\(field)', but the file has no '\(part)'.",
          "Take the line away, or add '\(part)'.")
      }
      if let state = word(value, Product.FactState.self) {
        facts.append(Product.Fact(field, state))
      }
    }
    return facts
  }

  /// The sources; each part with numbers must be covered by one.
  mutating func sources(_ mapping: Node.Mapping, _ root: Node) -> [Product.Source] {
    guard let node = required(mapping, "sources", in: root) else { return [] }
    guard let list = node.sequence, !list.isEmpty else {
      report(
        "E_PRODUCT_MISSING", node, "No source is given.",
        "Cite where the dose was read: '- cite: ...' and 'read: YYYY-MM-DD'.")
      return []
    }
    let before = findings.count
    let sources = list.compactMap { source($0) }
    guard findings.count == before else { return sources }
    for part in Self.numbered {
      guard let numbers = optional(mapping, part) else { continue }
      let isCovered = sources.contains {
        $0.fields.isEmpty || $0.fields.contains { $0 == part || $0.hasPrefix(part + ".") }
      }
      if !isCovered {
        report(
          "E_PRODUCT_SOURCE", numbers, "No source is given for '\(part)'.",
          "Add a source, or add '\(part)' to the 'for' of one.")
      }
    }
    return sources
  }

  private mutating func source(_ item: Node) -> Product.Source? {
    guard let source = mapping(item, "A source", keys: ["cite", "dated", "read", "for"]) else {
      return nil
    }
    let cite = text(required(source, "cite", in: item))
    let dated = text(optional(source, "dated"))
    let read = day(required(source, "read", in: item))
    let known = Self.stateKeys + ["release", "indication", "approval"]
    var fields: [String] = []
    for node in items(optional(source, "for"), "for") {
      guard let field = text(node) else { continue }
      fields.append(field)
      if !known.contains(field) {
        report(
          "E_PRODUCT_WORD", node,
          "'\(Shown.text(field))' is not a field." + Suggestion.phrase(for: field, among: known),
          "Name fields as under 'states'.")
      }
    }
    guard let cite, let read else { return nil }
    return Product.Source(cite: cite, dated: dated, read: read, for: fields)
  }
}
