import Dosing
import Quantities
import Yams

/// What can be and is more likely a slip in a product file; the file is read all the same.
public struct ProductNote: Hashable, Sendable, CustomStringConvertible {
  /// File, line and column.
  public let place: Place
  /// What looks like a slip.
  public let words: String

  /// Place and words on one line.
  public var description: String { "\(place): note: \(words)" }
}

/// Reads one dosing rule from its YAML text.
public enum ProductFile {
  static let keys = [
    "template", "id", "name", "aliases", "cells_from", "inn", "indication", "ages", "selector",
    "jurisdiction",
    "label_version", "status", "counted", "counted_from", "wording", "weight_reference",
    "weight_words", "weight_within", "dose", "missing", "presentation", "timing", "release",
    "out_of_specification",
    "retention", "states",
    "sources", "notes",
  ]

  /// Reads a product; throws `InputRefused` with all findings, each with file, line and column.
  ///
  /// *file:* the name that the findings carry. Numbers are read exactly from their text; each dose
  /// has its unit (`cells` or `cells/kg`) and each edge its own flag. An unknown key is an error, and
  /// so is a blank (`<fill in ...>`), but in a file that says `template: true`: that is read as a
  /// product without a dose, whose `missing` names the blanks.
  public static func read(_ text: String, file: String) throws(InputRefused) -> Product {
    try locate(text, file: file).product
  }

  /// A product with the place of its `id` and what looks like a slip in its file.
  struct Located {
    let product: Product
    let id: Place
    let notes: [ProductNote]
  }

  static func locate(_ text: String, file: String) throws(InputRefused) -> Located {
    if let other = FileKind.other(than: .product, text, file: file) { throw other }
    var reader = YAMLReader(file: file, prefix: "E_PRODUCT_")
    let root = try YAMLReader.root(text, file: file, prefix: "E_PRODUCT_")
    var places: [[Place]] = []
    let product: Product?
    switch template(root, &reader) {
    case .no: product = Self.product(root, &reader, &places)
    case .open(let blanks): product = Self.template(root, blanks, &reader)
    case .faulty: product = nil
    }
    guard reader.findings.isEmpty, let product else {
      throw InputRefused(reader.findings.sorted { $0.place < $1.place })
    }
    let id = reader.place(root.mapping.flatMap { YAMLReader.value($0, "id") })
    return Located(product: product, id: id, notes: notes(product, id, places))
  }

  /// The notes on the rule, each at its band, and one on an `id` that is not the file's name.
  private static func notes(
    _ product: Product, _ id: Place, _ places: [[Place]]
  ) -> [ProductNote] {
    var notes: [ProductNote] = []
    let name = id.file.split(separator: "/").last ?? ""
    if name.hasSuffix(".yaml"), name.dropLast(5) != product.id {
      notes.append(
        ProductNote(
          place: id,
          words:
            "The id is '\(Shown.text(product.id))' and the file's name another one: a request finds a "
            + "shipped product by its file's name."))
    }
    for note in product.dose?.notes ?? [] {
      let level = note.level ?? 0
      let isKnown = places.indices.contains(level) && places[level].indices.contains(note.band)
      notes.append(
        ProductNote(
          place: isKnown ? places[level][note.band] : id, words: "\(note.words) (\(note.value))"))
    }
    return notes
  }

  private static func product(
    _ root: Node, _ reader: inout YAMLReader, _ places: inout [[Place]]
  ) -> Product? {
    guard let mapping = reader.mapping(root, "A product", keys: keys) else { return nil }
    func need(_ key: String) -> String? { reader.text(reader.required(mapping, key, in: root)) }
    let id = need("id")
    let name = need("name")
    let inn = need("inn")
    let indication = need("indication")
    let jurisdiction = need("jurisdiction")
    let status = reader.word(reader.required(mapping, "status", in: root), Product.Status.self)
    let counted = counted(mapping, root, &reader)
    var dose = ReadDose(origin: .label)
    var missing: String?
    if let node = reader.optional(mapping, "dose") {
      dose = reader.dose(node)
      places = dose.places
      if let extra = reader.optional(mapping, "missing") {
        reader.report(
          "E_PRODUCT_MISSING", extra, "A dose is given, and said to be missing.", "Keep one.")
      }
    } else {
      missing = need("missing")
    }
    let facts = reader.states(mapping, root) + (counted.wasRead ? [] : [unreadCount])
    let sources = reader.sources(mapping, root)
    let version = reader.text(reader.optional(mapping, "label_version"))
    let weight = weight(mapping, root, &reader)
    let within = reader.whole(reader.optional(mapping, "weight_within"), unit: "d")
    if within != nil, weight.reference == .notStated {
      reader.report(
        "E_PRODUCT_MISSING", reader.optional(mapping, "weight_within"),
        "'weight_within' stands without the moment that it counts from.",
        "Write 'weight_reference: leukapheresis' or 'infusion'.")
    }
    var details = Details()
    details.read(mapping, &reader)
    guard let id, let name, let inn, let indication, let jurisdiction, let status,
      let population = counted.population, let wording = counted.wording,
      let origin = dose.origin, !sources.isEmpty
    else { return nil }
    var product = Product(
      id: id, name: name, inn: inn, indication: indication, jurisdiction: jurisdiction,
      labelVersion: version, status: status, counted: population, wording: wording,
      weightReference: weight.reference, weightWording: weight.words, origin: origin,
      dose: dose.rule, verbatim: dose.verbatim, missing: missing, sources: sources, facts: facts)
    product.asRead = dose.asRead
    product.weightWithin = within
    details.complete(&product)
    return product
  }

  static let unreadCount = Product.Fact("counted", .unverified)
  static let unreadWording = "not read"

  /// The cells that the dose counts; only a file without a dose may leave them open.
  private static func counted(
    _ mapping: Node.Mapping, _ root: Node, _ reader: inout YAMLReader
  ) -> (population: CountedPopulation?, wording: String?, wasRead: Bool) {
    let isOpen = ["dose", "counted", "wording"].allSatisfy { reader.optional(mapping, $0) == nil }
    if isOpen { return (.carTAsStated, unreadWording, false) }
    let population = reader.word(
      reader.required(mapping, "counted", in: root), CountedPopulation.self)
    return (population, reader.text(reader.required(mapping, "wording", in: root)), true)
  }

  /// When the patient is weighed; a moment needs the words of the source.
  private static func weight(
    _ mapping: Node.Mapping, _ root: Node, _ reader: inout YAMLReader
  ) -> (reference: Product.WeightReference, words: String?) {
    guard let node = reader.optional(mapping, "weight_reference") else {
      if let words = reader.optional(mapping, "weight_words") {
        reader.report(
          "E_PRODUCT_MISSING", words, "'weight_words' stands without 'weight_reference'.",
          "Write leukapheresis, infusion or not stated.")
      }
      return (.notStated, nil)
    }
    let reference = reader.word(node, Product.WeightReference.self) ?? .notStated
    let words = reader.optional(mapping, "weight_words")
    if reference != .notStated, words == nil {
      _ = reader.required(mapping, "weight_words", in: root)
    }
    return (reference, reader.text(words))
  }

  /// The optional parts of a file.
  private struct Details {
    var aliases: [String] = []
    var ages: Product.Ages?
    var selector: String?
    var presentation = Presentation()
    var timing = ProductTiming()
    var limits: [ReleaseLimit] = []
    var outOfSpecification: String?
    var retention: Retention?
    var notes: [String] = []
    var countedFrom: SamplePoint?
    var cellSource: Product.CellSource?

    mutating func read(_ mapping: Node.Mapping, _ reader: inout YAMLReader) {
      aliases = reader.texts(reader.optional(mapping, "aliases"), "aliases")
      ages = reader.optional(mapping, "ages").flatMap { reader.ages($0) }
      selector = reader.text(reader.optional(mapping, "selector"))
      if let node = reader.optional(mapping, "presentation") {
        presentation = reader.presentation(node)
      }
      if let node = reader.optional(mapping, "timing") { timing = reader.timing(node) }
      if let node = reader.optional(mapping, "release") { limits = reader.limits(node) }
      outOfSpecification = reader.text(reader.optional(mapping, "out_of_specification"))
      retention = reader.optional(mapping, "retention").flatMap { reader.retention($0) }
      notes = reader.texts(reader.optional(mapping, "notes"), "notes")
      countedFrom = reader.optional(mapping, "counted_from").flatMap {
        reader.word($0, SamplePoint.self)
      }
      cellSource = reader.optional(mapping, "cells_from").flatMap {
        reader.word($0, Product.CellSource.self)
      }
    }

    func complete(_ product: inout Product) {
      product.aliases = aliases
      product.ages = ages
      product.selector = selector
      product.presentation = presentation
      product.timing = timing
      product.limits = limits
      product.outOfSpecification = outOfSpecification
      product.retention = retention
      product.notes = notes
      product.countedFrom = countedFrom
      product.cellSource = cellSource
    }
  }
}
