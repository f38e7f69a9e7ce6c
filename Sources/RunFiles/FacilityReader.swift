import Capacity
import Quantities
import Yams

/// Reads one facility from its nodes; what refers to what is checked afterwards.
struct FacilityReader {
  var yaml: YAMLReader
  var assumptions: [Facility.Remark] = []
  var sources: [Facility.Remark] = []
  var currency: String?
  /// Places of the names that refer to another part, for the check.
  var references: [Reference] = []
  /// Where each value and each named part stands, by its path.
  var nodes: [String: Node] = [:]

  /// A name that must be defined elsewhere.
  struct Reference {
    var kind: Kind
    var name: String
    var node: Node
    var from: String
  }

  /// What a name can refer to, as its part of the file is called.
  enum Kind: String {
    case calendars, suites, instruments, skills, laboratories, vectors, couriers, centres, diseases
    case products
  }

  init(yaml: YAMLReader) { self.yaml = yaml }

  static let keys = [
    "schema", "facility", "title", "start", "horizon", "warm_up", "currency", "calendars", "suites",
    "instruments", "teams", "laboratories", "vectors", "couriers", "centres", "diseases",
    "products", "arrivals", "costs",
  ]

  mutating func facility(_ root: Node) -> Facility? {
    guard let map = yaml.mapping(root, "A facility", keys: Self.keys) else { return nil }
    schema(yaml.required(map, "schema", in: root))
    let name = yaml.text(yaml.required(map, "facility", in: root))
    let title = yaml.text(yaml.required(map, "title", in: root))
    let start = day(yaml.required(map, "start", in: root), "start")
    let horizon = time(yaml.required(map, "horizon", in: root), "horizon", allowsZero: false)
    let warmUp = yaml.optional(map, "warm_up").map { time($0, "warm_up") } ?? 0
    currency = yaml.optional(map, "currency").flatMap { yaml.text($0) }
    let calendars = named(yaml.optional(map, "calendars"), "calendars") {
      $0.calendar($1, $2, $3)
    }
    let suites = named(yaml.optional(map, "suites"), "suites") { $0.suite($1, $2, $3) }
    let instruments = named(yaml.required(map, "instruments", in: root), "instruments") {
      $0.instrument($1, $2, $3)
    }
    let teams = named(yaml.optional(map, "teams"), "teams") { $0.team($1, $2, $3) }
    let laboratories = named(yaml.optional(map, "laboratories"), "laboratories") {
      $0.laboratory($1, $2, $3)
    }
    let vectors = named(yaml.optional(map, "vectors"), "vectors") { $0.vector($1, $2, $3) }
    let couriers = named(yaml.optional(map, "couriers"), "couriers") { $0.courier($1, $2, $3) }
    let centres = named(yaml.optional(map, "centres"), "centres") { $0.centre($1, $2, $3) }
    let diseases = named(yaml.optional(map, "diseases"), "diseases") { $0.disease($1, $2, $3) }
    let products = named(yaml.required(map, "products", in: root), "products") {
      $0.product($1, $2, $3)
    }
    let arrivals = named(yaml.required(map, "arrivals", in: root), "arrivals") {
      $0.arrivals($1, $2, $3)
    }
    let costs = yaml.optional(map, "costs").map { self.costs($0) }
    guard let name, let title, let start, let horizon, let warmUp else { return nil }
    if horizon < 1 || horizon > 200 * Facility.daysPerYear || warmUp > 200 * Facility.daysPerYear {
      yaml.report(
        "E_FACILITY_VALUE", yaml.optional(map, "horizon"),
        "A plan covers from 1 day to 200 years.", "Correct the horizon, or the warm-up.")
    }
    var facility = Facility(
      name: name, title: title, start: start, horizon: horizon, warmUp: warmUp,
      place: Place(file: yaml.file))
    facility.currency = currency
    facility.calendars = calendars
    facility.suites = suites
    facility.instruments = instruments
    facility.teams = teams
    facility.laboratories = laboratories
    facility.vectors = vectors
    facility.couriers = couriers
    facility.centres = centres
    facility.diseases = diseases
    facility.products = products
    facility.arrivals = arrivals
    facility.costs = costs ?? Facility.Costs()
    return facility
  }

  private mutating func schema(_ node: Node?) {
    guard let node, let text = yaml.text(node), text != FacilityFile.schema else { return }
    yaml.report(
      "E_FACILITY_SCHEMA", node, "The schema '\(Shown.text(text))' is not one that can be read.",
      "Write 'schema: \(FacilityFile.schema)', and check the file against an example.")
  }

  /// The named parts of a section, in the order of the file.
  mutating func named<Part>(
    _ node: Node?, _ section: String,
    _ read: (inout FacilityReader, String, Node, String) -> Part?
  ) -> [Part] {
    guard let node else { return [] }
    guard let map = node.mapping, map.count > 0 else {
      yaml.report(
        "E_FACILITY_SHAPE", node, "'\(section)' is not a list of 'name: ...'.",
        "Name each of them and indent what belongs to it.")
      return []
    }
    var parts: [Part] = []
    for (key, value) in map {
      guard let name = key.scalar?.string, !name.trimmingSpaces().isEmpty,
        !name.contains("."), !name.contains("=")
      else {
        yaml.report(
          "E_FACILITY_TEXT", key, "A name of '\(section)' is blank, or holds '.' or '='.",
          "Write a plain name.")
        continue
      }
      nodes[section + "." + name] = key
      if let part = read(&self, name, value, section + "." + name) { parts.append(part) }
    }
    return parts
  }

  /// A name that is defined in another section.
  mutating func reference(_ node: Node?, _ kind: Kind, _ from: String) -> String? {
    guard let node, let name = yaml.text(node)?.trimmingSpaces() else { return nil }
    nodes[from + "." + kind.rawValue] = node
    references.append(Reference(kind: kind, name: name, node: node, from: from))
    return name
  }
}
