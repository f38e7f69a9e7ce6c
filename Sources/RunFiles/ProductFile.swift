import Dosing
import Quantities
import Yams

/// Reads one dosing rule from its YAML text.
public enum ProductFile {
  private static let keys = [
    "id", "name", "inn", "indication", "jurisdiction", "label_version", "status", "counted",
    "wording", "weight_reference", "dose", "missing", "states", "sources", "notes",
  ]
  private static let stateKeys = [
    "counted", "weight_reference", "label_version", "dose", "dose.minimum", "dose.target",
    "dose.maximum", "dose.cap", "dose.bands",
  ]

  /// Reads a product; throws `InputRefused` with all findings, each with file, line and column.
  ///
  /// *file:* the name that the findings carry. Numbers are read exactly from their text; each dose
  /// has its unit (`cells` or `cells/kg`) and each edge its own flag. An unknown key is an error.
  public static func read(_ text: String, file: String) throws(InputRefused) -> Product {
    try locate(text, file: file).product
  }

  /// The product and the place of its `id`.
  static func locate(
    _ text: String, file: String
  ) throws(InputRefused) -> (product: Product, id: Place) {
    var reader = YAMLReader(file: file, prefix: "E_PRODUCT_")
    let root = try YAMLReader.root(text, file: file, prefix: "E_PRODUCT_")
    let product = product(root, &reader)
    guard reader.findings.isEmpty, let product else {
      throw InputRefused(reader.findings.sorted { $0.place < $1.place })
    }
    return (product, reader.place(root.mapping?[Node("id")]))
  }

  private static func product(_ root: Node, _ reader: inout YAMLReader) -> Product? {
    guard let mapping = reader.mapping(root, "A product", keys: keys) else { return nil }
    func need(_ key: String) -> String? { reader.text(reader.required(mapping, key, in: root)) }
    let id = need("id")
    let name = need("name")
    let inn = need("inn")
    let indication = need("indication")
    let jurisdiction = need("jurisdiction")
    let wording = need("wording")
    let status = reader.word(reader.required(mapping, "status", in: root), Product.Status.self)
    let counted = reader.word(
      reader.required(mapping, "counted", in: root), CountedPopulation.self)
    var dose: (rule: DoseRule?, origin: Product.DoseOrigin?, verbatim: String?)
    var missing: String?
    if let node = reader.optional(mapping, "dose") {
      dose = reader.dose(node)
      if let extra = reader.optional(mapping, "missing") {
        reader.report(
          "E_PRODUCT_MISSING", extra, "A dose is given, and said to be missing.", "Keep one.")
      }
    } else {
      dose = (nil, .label, nil)
      missing = need("missing")
    }
    let facts = states(mapping, root, hasDose: dose.rule != nil, &reader)
    let sources = sources(mapping, root, &reader)
    let version = reader.text(reader.optional(mapping, "label_version"))
    let reference = reader.text(reader.optional(mapping, "weight_reference"))
    notes(mapping, &reader)
    guard let id, let name, let inn, let indication, let jurisdiction, let wording, let status,
      let counted, let origin = dose.origin, !sources.isEmpty
    else { return nil }
    return Product(
      id: id, name: name, inn: inn, indication: indication, jurisdiction: jurisdiction,
      labelVersion: version, status: status, counted: counted, wording: wording,
      weightReference: reference, origin: origin, dose: dose.rule, verbatim: dose.verbatim,
      missing: missing, sources: sources, facts: facts)
  }

  /// How each field came to stand in the file; the dose must say.
  private static func states(
    _ mapping: Node.Mapping, _ root: Node, hasDose: Bool, _ reader: inout YAMLReader
  ) -> [Product.Fact] {
    guard let node = reader.required(mapping, "states", in: root),
      let states = reader.mapping(node, "The states", keys: stateKeys)
    else { return [] }
    if hasDose { _ = reader.required(states, "dose", in: node) }
    var facts: [Product.Fact] = []
    for (key, value) in states {
      if let state = reader.word(value, Product.FactState.self), let field = key.scalar?.string {
        facts.append(Product.Fact(field, state))
      }
    }
    return facts
  }

  private static func sources(
    _ mapping: Node.Mapping, _ root: Node, _ reader: inout YAMLReader
  ) -> [Product.Source] {
    guard let node = reader.required(mapping, "sources", in: root) else { return [] }
    guard let list = node.sequence, !list.isEmpty else {
      reader.report(
        "E_PRODUCT_MISSING", node, "No source is given.",
        "Cite where the dose was read: '- cite: ...' and 'read: YYYY-MM-DD'.")
      return []
    }
    var sources: [Product.Source] = []
    for item in list {
      guard let source = reader.mapping(item, "A source", keys: ["cite", "dated", "read"]) else {
        continue
      }
      let cite = reader.text(reader.required(source, "cite", in: item))
      let dated = reader.text(reader.optional(source, "dated"))
      let read = reader.day(reader.required(source, "read", in: item))
      if let cite, let read { sources.append(Product.Source(cite: cite, dated: dated, read: read)) }
    }
    return sources
  }

  /// Notes are for readers of the file; they must be text all the same.
  private static func notes(_ mapping: Node.Mapping, _ reader: inout YAMLReader) {
    for note in reader.optional(mapping, "notes")?.sequence ?? [] { _ = reader.text(note) }
  }
}
