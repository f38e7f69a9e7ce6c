import Dosing
import Quantities
import Yams

/// Files with blanks, `<fill in ...>`, that a site completes from its own protocol.
extension ProductFile {
  enum TemplateState {
    /// No blank and no template.
    case no
    /// A template with these blanks, by their paths.
    case open([String])
    /// Blanks outside a template, or a template without blanks.
    case faulty
  }

  private static let mark = "<fill in"

  /// Looks for blanks; outside a template each is a finding.
  static func template(_ root: Node, _ reader: inout YAMLReader) -> TemplateState {
    let blanks = blanks(root, "")
    let key = root.mapping.flatMap { reader.optional($0, "template") }
    let isTemplate = reader.flag(key) ?? false
    if isTemplate, blanks.isEmpty {
      reader.report(
        "E_PRODUCT_TEMPLATE", key, "Every blank of this template is filled.",
        "Take the line 'template: true' away, so that the file is read as a product.")
      return .faulty
    }
    if isTemplate { return .open(blanks.map(\.path)) }
    for blank in blanks {
      reader.report(
        "E_PRODUCT_BLANK", blank.node, "'\(blank.path)' is still to be filled in.",
        "Write what your protocol states, or delete the line where it states nothing.")
    }
    return blanks.isEmpty ? .no : .faulty
  }

  /// A product without a dose: its `missing` names what is to be filled in.
  static func template(_ root: Node, _ blanks: [String], _ reader: inout YAMLReader) -> Product? {
    guard let mapping = reader.mapping(root, "A product", keys: keys) else { return nil }
    func need(_ key: String) -> String? {
      guard let node = reader.required(mapping, key, in: root), !isBlank(node) else { return nil }
      return reader.text(node)
    }
    let id = need("id")
    let name = need("name")
    let inn = need("inn")
    let indication = need("indication")
    let jurisdiction = need("jurisdiction")
    let status = reader.word(reader.required(mapping, "status", in: root), Product.Status.self)
    let sources = (reader.required(mapping, "sources", in: root)?.sequence ?? [])
      .filter { Self.blanks($0, "").isEmpty }
      .compactMap { reader.templateSource($0) }
    guard let id, let name, let inn, let indication, let jurisdiction, let status else {
      if reader.findings.isEmpty {
        reader.report(
          "E_PRODUCT_TEMPLATE", root, "The head of the template has a blank.",
          "Give at least id, name, inn, indication, jurisdiction and status.")
      }
      return nil
    }
    return Product(
      id: id, name: name, inn: inn, indication: indication, jurisdiction: jurisdiction,
      labelVersion: nil, status: status, counted: .carTAsStated,
      wording: unreadWording, origin: .label, dose: nil,
      missing: words(blanks),
      sources: sources, facts: [unreadCount])
  }

  /// `a template; the site fills in 3 blanks, in counted and dose`.
  private static func words(_ blanks: [String]) -> String {
    var parts: [String] = []
    for blank in blanks {
      let part = String(blank.prefix { $0 != "." && $0 != "[" })
      if !parts.contains(part) { parts.append(part) }
    }
    return "a template; the site fills in \(NumberText.counted(blanks.count, "blank")), in "
      + NumberText.list(parts)
  }

  private static func isBlank(_ node: Node) -> Bool { node.scalar?.string.contains(mark) ?? false }

  private static func blanks(_ node: Node, _ path: String) -> [(path: String, node: Node)] {
    if isBlank(node) { return [(path, node)] }
    if let mapping = node.mapping {
      return mapping.flatMap { key, value in
        blanks(value, path + (path.isEmpty ? "" : ".") + (key.scalar?.string ?? "?"))
      }
    }
    if let list = node.sequence {
      return list.enumerated().flatMap { blanks($0.element, "\(path)[\($0.offset + 1)]") }
    }
    return []
  }
}

extension YAMLReader {
  fileprivate mutating func templateSource(_ item: Node) -> Product.Source? {
    guard let source = mapping(item, "A source", keys: ["cite", "dated", "read", "for"]) else {
      return nil
    }
    let cite = text(required(source, "cite", in: item))
    let read = day(required(source, "read", in: item))
    guard let cite, let read else { return nil }
    return Product.Source(cite: cite, dated: text(optional(source, "dated")), read: read)
  }
}
