import Dosing
import Quantities
import Yams

extension DoseRequestReader {
  /// One supply, or one for each component or fraction in order.
  mutating func supplies(_ node: Node) -> [ProductSupply] {
    (node.sequence.map(Array.init) ?? [node]).compactMap { supply($0) }
  }

  private mutating func supply(_ node: Node) -> ProductSupply? {
    let keys = ["component", "certificate", "step", "dead_volume", "overfill", "containers"]
    guard let map = yaml.mapping(node, "A supply", keys: keys) else { return nil }
    var supply = ProductSupply()
    _ = yaml.text(yaml.optional(map, "component"))
    supply.certificate = yaml.optional(map, "certificate").flatMap { certificate($0) }
    supply.resolution = quantity(yaml.optional(map, "step"), Volume.init(parsing:))
    supply.deadVolume = quantity(yaml.optional(map, "dead_volume"), Volume.init(parsing:))
    supply.overfill = quantity(yaml.optional(map, "overfill"), Volume.init(parsing:))
    supply.containers = yaml.optional(map, "containers").flatMap { containers($0) }
    return supply
  }

  private mutating func containers(_ node: Node) -> ContainerChoice? {
    switch node.scalar?.string {
    case "as supplied": return .asSupplied
    case "of the product": return .ofProduct
    case let word?:
      yaml.report(
        "E_REQUEST_WORD", node,
        "These are no containers."
          + Suggestion.phrase(for: word, among: ["as supplied", "of the product"]),
        "Write 'as supplied', 'of the product', or 'sizes' with 'most'.")
      return nil
    case nil: break
    }
    guard let map = yaml.mapping(node, "The containers", keys: ["sizes", "most"]),
      let list = yaml.required(map, "sizes", in: node)
    else { return nil }
    let most = yaml.required(map, "most", in: node).flatMap { whole($0) }
    let sizes = sequence(list, "sizes").compactMap { size($0) }
    return most.map { .sizes(sizes, most: $0) }
  }

  /// `10 to 30 mL`.
  private mutating func size(_ node: Node) -> ClosedRange<Volume>? {
    guard let text = yaml.text(node) else { return nil }
    let parts = QuantityWords.split(text, at: " to ")
    if parts.count == 2, let low = try? Volume(parsing: parts[0] + " mL"),
      let high = try? Volume(parsing: parts[1]), low <= high
    {
      return low...high
    }
    yaml.report(
      "E_REQUEST_SIZE", node, "This is no interval of fill volumes.", "Write it like 10 to 30 mL.")
    return nil
  }

  private mutating func certificate(_ node: Node) -> Certificate? {
    let keys = [
      "number", "counted", "viable_density", "total_density", "method", "sample", "taken",
      "percentages", "volume", "stated_cells",
    ]
    guard let map = yaml.mapping(node, "A certificate", keys: keys) else { return nil }
    var certificate = Certificate()
    certificate.number = yaml.text(yaml.optional(map, "number"))
    certificate.counted = yaml.word(yaml.optional(map, "counted"), CountedPopulation.self)
    if let node = yaml.optional(map, "viable_density"),
      let value = amount(node, "The viable density", .density)
    {
      certificate.viableDensity = made(node) { () throws(QuantityError) in
        try ViableDensity(cellsPerMilliliter: value)
      }
    }
    if let node = yaml.optional(map, "total_density"),
      let value = amount(node, "The total density", .density)
    {
      certificate.totalDensity = made(node) { () throws(QuantityError) in
        try TotalDensity(cellsPerMilliliter: value)
      }
    }
    certificate.densityMethod = yaml.text(yaml.optional(map, "method"))
    certificate.densitySample = yaml.word(yaml.optional(map, "sample"), SamplePoint.self)
    certificate.densityTaken = time(yaml.optional(map, "taken"))
    if let list = yaml.optional(map, "percentages") {
      certificate.percentages = sequence(list, "percentages").compactMap { percentage($0) }
    }
    certificate.volume = quantity(yaml.optional(map, "volume"), Volume.init(parsing:))
    certificate.statedCells = yaml.optional(map, "stated_cells").flatMap {
      count($0, "The stated cells")
    }
    return certificate
  }

  private mutating func percentage(_ node: Node) -> Percentage? {
    let keys = ["cells", "of", "value", "method", "sample", "taken"]
    guard let map = yaml.mapping(node, "A percentage", keys: keys) else { return nil }
    var share = Percentage()
    share.child = yaml.word(yaml.optional(map, "cells"), CellPopulation.self)
    share.parent = yaml.word(yaml.optional(map, "of"), CellPopulation.self)
    if let value = yaml.optional(map, "value") {
      // A bare share is read as it stands and held: it may be a per cent that lost its sign.
      if let text = value.scalar?.string, let bare = StrictNumber.rational(text) {
        share.value = made(value) { () throws(QuantityError) in try Fraction(bare) }
        share.form = .share
      } else {
        share.value = percent(value, "A percentage")
        share.form = .percent
      }
    }
    share.method = yaml.text(yaml.optional(map, "method"))
    share.sample = yaml.word(yaml.optional(map, "sample"), SamplePoint.self)
    share.taken = time(yaml.optional(map, "taken"))
    return share
  }

  /// A quantity from its number; what it does not accept becomes a finding.
  private mutating func made<Value>(
    _ node: Node, _ make: () throws(QuantityError) -> Value
  ) -> Value? {
    do { return try make() } catch {
      yaml.report(error.kind.rawValue, node, error.cause, error.remedy)
      return nil
    }
  }
}
