import Dosing
import Quantities
import Yams

/// Reads one request for a dose from its nodes; certificates and amounts stand in files of their
/// own.
struct DoseRequestReader {
  var yaml: YAMLReader

  static let keys = [
    "schema", "product", "product_file", "identifiers", "age", "weight", "plan", "level", "blasts",
    "losses", "supply", "release", "limits", "errors", "confirmations", "thaw_start",
    "infusion", "exceptional_use", "notes",
  ]

  mutating func content(_ root: Node) -> DoseRequestFile.Content? {
    guard let map = yaml.mapping(root, "A dose request", keys: Self.keys) else { return nil }
    if let schema = yaml.required(map, "schema", in: root),
      schema.scalar?.string != DoseRequestFile.schema
    {
      yaml.report(
        "E_REQUEST_SCHEMA", schema, "This is not the form '\(DoseRequestFile.schema)'.",
        "Write 'schema: \(DoseRequestFile.schema)', or begin with 'thymus dose template PRODUCT'.")
    }
    var content = DoseRequestFile.Content(file: yaml.file)
    content.root = yaml.place(root)
    for (key, node) in map {
      if let name = key.scalar?.string { content.places[name] = yaml.place(node) }
    }
    product(map, root, &content)
    if let node = yaml.optional(map, "identifiers") { content.identifiers = identifiers(node) }
    content.age = yaml.optional(map, "age").flatMap { amount($0, "The age", .age) }
    content.weight = yaml.optional(map, "weight").flatMap { weight($0) }
    content.planned = yaml.optional(map, "plan").flatMap { plan($0) }
    content.level = yaml.text(yaml.optional(map, "level"))
    content.blasts = yaml.optional(map, "blasts").flatMap { percent($0, "The share of blasts") }
    content.losses = yaml.optional(map, "losses").map { losses($0) }
    if let node = yaml.optional(map, "supply") { content.supplies = supplies(node) }
    content.release = yaml.optional(map, "release").flatMap { release($0) }
    if let node = yaml.optional(map, "limits") { content.limits = limits(node) }
    content.errors = items(map, "errors").compactMap { error($0) }
    content.confirmations = items(map, "confirmations").compactMap { confirmation($0) }
    content.thawed = time(yaml.optional(map, "thaw_start"))
    content.infusion = yaml.optional(map, "infusion").flatMap { infusion($0) }
    content.exceptionalUse = yaml.optional(map, "exceptional_use").flatMap { exceptional($0) }
    for note in items(map, "notes") { _ = yaml.text(note) }
    return content
  }

  private mutating func product(
    _ map: Node.Mapping, _ root: Node, _ content: inout DoseRequestFile.Content
  ) {
    let named = yaml.optional(map, "product")
    let file = yaml.optional(map, "product_file")
    content.product = yaml.text(named)
    content.productFile = yaml.text(file)
    if named == nil, file == nil {
      _ = yaml.required(map, "product", in: root)
    } else if named != nil, let file {
      yaml.report(
        "E_REQUEST_TWICE", file, "A product and a product file are named.", "Keep one of them.")
    }
  }

  private mutating func identifiers(_ node: Node) -> DoseIdentifiers {
    var found = DoseIdentifiers()
    let keys = ["product_code", "donation", "recipient", "batch"]
    guard let map = yaml.mapping(node, "The identifiers", keys: keys) else { return found }
    found.productCode = yaml.text(yaml.optional(map, "product_code"))
    found.donation = yaml.text(yaml.optional(map, "donation"))
    found.recipient = yaml.text(yaml.optional(map, "recipient"))
    found.batch = yaml.text(yaml.optional(map, "batch"))
    return found
  }

  private mutating func weight(_ node: Node) -> WeightRecord? {
    let keys = [
      "value", "pounds", "measured", "date", "reference", "reference_date", "other", "other_date",
      "earlier", "earlier_date",
    ]
    guard let map = yaml.mapping(node, "The weight", keys: keys) else { return nil }
    var weight = WeightRecord()
    weight.mass = quantity(yaml.optional(map, "value"), BodyMass.init(parsing:))
    if let node = yaml.optional(map, "pounds") {
      if yaml.optional(map, "value") != nil {
        yaml.report(
          "E_REQUEST_TWICE", node, "The weight is given in kg and in pounds.", "Keep one of them.")
      } else if let pounds = quantity(node, Pounds.init(parsing:)) {
        do { try weight.convert(pounds) } catch {
          yaml.report(error.kind.rawValue, node, error.cause, error.remedy)
        }
      }
    }
    weight.isMeasured = yaml.flag(yaml.optional(map, "measured"))
    weight.date = day(yaml.optional(map, "date"))
    weight.reference = yaml.word(yaml.optional(map, "reference"), Product.WeightReference.self)
    weight.referenceDate = day(yaml.optional(map, "reference_date"))
    weight.earlier = quantity(either(map, "other", "earlier"), BodyMass.init(parsing:))
    weight.earlierDate = day(either(map, "other_date", "earlier_date"))
    return weight
  }

  /// The value of a key or of its older name; both together are refused.
  private mutating func either(_ map: Node.Mapping, _ key: String, _ older: String) -> Node? {
    let node = yaml.optional(map, key)
    guard let old = yaml.optional(map, older) else { return node }
    if node != nil {
      yaml.report(
        "E_REQUEST_TWICE", old, "'\(older)' and '\(key)' mean the same.", "Keep one of them.")
    }
    return old
  }

  /// `infusion: {at: 2026-03-12 14:00 +08:00}`.
  private mutating func infusion(_ node: Node) -> CivilTime? {
    guard let map = yaml.mapping(node, "The infusion", keys: ["at"]) else { return nil }
    return time(yaml.optional(map, "at"))
  }

  private mutating func plan(_ node: Node) -> PlannedDose? {
    switch node.scalar?.string {
    case "target": return .target
    case "minimum": return .minimum
    case "maximum": return .maximum
    default: return count(node, "The planned dose").map { .amount($0) }
    }
  }

  private mutating func losses(_ node: Node) -> [LossStep] {
    if node.scalar?.string == "none" { return [] }
    return sequence(node, "losses").compactMap { item in
      let kinds = ["recovery", "share", "cells"]
      guard let map = yaml.mapping(item, "A loss", keys: ["step", "sd"] + kinds) else {
        return nil
      }
      guard let name = yaml.text(yaml.required(map, "step", in: item)) else { return nil }
      let given = kinds.filter { yaml.optional(map, $0) != nil }
      guard given.count == 1, let kind = given.first, let value = yaml.optional(map, kind) else {
        yaml.report(
          "E_REQUEST_LOSS", item, "A loss states one of recovery, share and cells.",
          "Write 'recovery: 88 %' (comes through), 'share: 2 %' (taken out) or 'cells: 2e6 cells'.")
        return nil
      }
      let deviation = yaml.optional(map, "sd").flatMap { percent($0, "A standard deviation") }
      switch kind {
      case "recovery":
        return percent(value, "A recovery").map { .init(name, .recovery($0), deviation: deviation) }
      case "share": return percent(value, "A share").map { .init(name, .share($0)) }
      default: return count(value, "What is kept back").map { .init(name, .cells($0)) }
      }
    }
  }

  private mutating func release(_ node: Node) -> ReleaseResults? {
    let keys = [
      "dmso", "endotoxin", "containers_per_hour", "vector_copies", "copies_of_car_positive",
      "viability", "car_positive", "t_cells", "beads",
    ]
    guard let map = yaml.mapping(node, "The release results", keys: keys) else { return nil }
    var results = ReleaseResults()
    results.dmso = quantity(yaml.optional(map, "dmso"), MilligramsPerMilliliter.init(parsing:))
    results.endotoxin = quantity(
      yaml.optional(map, "endotoxin"), EndotoxinPerMilliliter.init(parsing:))
    results.containersPerHour = yaml.optional(map, "containers_per_hour").flatMap { whole($0) }
    results.copies = yaml.optional(map, "vector_copies").flatMap {
      amount($0, "The vector copies", .copies)
    }
    results.beads = yaml.optional(map, "beads").flatMap { amount($0, "The beads", .beads) }
    func share(_ key: String, _ what: String) -> Fraction? {
      yaml.optional(map, key).flatMap { percent($0, what) }
    }
    results.copiesCarShare = share("copies_of_car_positive", "The CAR+ share of the copies")
    results.viability = share("viability", "The viability")
    results.carPositive = share("car_positive", "The CAR+ share")
    results.tCells = share("t_cells", "The T-cell share")
    return results
  }

  private mutating func exceptional(_ node: Node) -> ExceptionalUse? {
    let keys = ["requestor", "risk_evaluation", "physician_confirmation", "notifications"]
    guard let map = yaml.mapping(node, "The exceptional use", keys: keys) else { return nil }
    var use = ExceptionalUse()
    use.requestor = yaml.text(yaml.optional(map, "requestor"))
    use.riskEvaluation = yaml.text(yaml.optional(map, "risk_evaluation"))
    use.physicianConfirmation = yaml.text(yaml.optional(map, "physician_confirmation"))
    use.notifications = items(map, "notifications").compactMap { yaml.text($0) }
    return use
  }

  private mutating func error(_ node: Node) -> DoseRequestFile.ErrorSource? {
    let keys = ["of", "value", "dilution_series", "counter", "cells_counted", "source"]
    guard let map = yaml.mapping(node, "An error", keys: keys) else { return nil }
    let name = yaml.text(yaml.required(map, "of", in: node))
    switch (yaml.optional(map, "value"), yaml.optional(map, "dilution_series")) {
    case (let value?, nil):
      let share = percent(value, "A relative error")
      let source = yaml.text(yaml.required(map, "source", in: node))
      guard let name, let share, let source else { return nil }
      return .stated(RelativeError(name, share, source: source))
    case (nil, let series?):
      let counter = yaml.text(yaml.optional(map, "counter"))
      guard let name, let path = yaml.text(series) else { return nil }
      return .series(
        DoseRequestFile.SeriesError(
          name: name, path: path, counter: counter,
          cellsCounted: yaml.optional(map, "cells_counted").flatMap { whole($0) },
          place: yaml.place(series)))
    default:
      yaml.report(
        "E_REQUEST_ERROR", node, "An error states one of value and dilution_series.",
        "Write 'value: 10 %' with its source, or name the file of a dilution series.")
      return nil
    }
  }

  private mutating func confirmation(_ node: Node) -> Confirmation? {
    let keys = ["hold", "field", "value", "name", "role", "time"]
    guard let map = yaml.mapping(node, "A confirmation", keys: keys) else { return nil }
    let code = yaml.word(yaml.required(map, "hold", in: node), Hold.Code.self)
    let field = yaml.text(yaml.required(map, "field", in: node))
    let value = yaml.text(yaml.required(map, "value", in: node))
    let name = yaml.text(yaml.required(map, "name", in: node))
    let role = yaml.word(yaml.required(map, "role", in: node), Hold.Role.self)
    let time = time(yaml.required(map, "time", in: node))
    guard let code, let field, let value, let name, let role, let time else { return nil }
    return Confirmation(code, field: field, value: value, name: name, role: role, time: time)
  }
}
