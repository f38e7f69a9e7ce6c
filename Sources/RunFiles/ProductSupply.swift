import Dosing
import Quantities
import Yams

/// How a product is supplied, when it is given, what it must pass and how long records are kept.
extension YAMLReader {
  mutating func presentation(_ node: Node) -> Presentation {
    var supply = Presentation()
    let keys = [
      "form", "container", "sizes", "fewest", "most", "dmso", "density", "density_of", "containers",
    ]
    guard let map = mapping(node, "The presentation", keys: keys) else { return supply }
    supply.form = word(optional(map, "form"), Presentation.Form.self)
    supply.container = text(optional(map, "container"))
    supply.sizes = items(optional(map, "sizes"), "sizes").compactMap { range($0, unit: "mL") }
    supply.fewest = whole(optional(map, "fewest"))
    supply.most = whole(optional(map, "most"))
    if let fewest = supply.fewest, let most = supply.most, fewest > most {
      report(
        "E_PRODUCT_RANGE", optional(map, "fewest"), "'fewest' is above 'most'.",
        "Check both numbers against the source.")
    }
    supply.dmso = optional(map, "dmso").flatMap { dmso($0) }
    if let density = optional(map, "density") {
      let cells = text(required(map, "density_of", in: node))
      if let range = range(density, unit: "cells/mL"), let cells {
        supply.density = Presentation.Density(range, of: cells)
      }
    }
    supply.containers = items(optional(map, "containers"), "containers").compactMap {
      container($0)
    }
    return supply
  }

  private mutating func dmso(_ node: Node) -> Presentation.DMSO? {
    guard let (value, unit) = amount(node) else { return nil }
    guard value > .zero, unit == "mg/mL" || value <= Rational(100) else {
      report("E_PRODUCT_NUMBER", node, "This is not a possible share of DMSO.", "Check it.")
      return nil
    }
    switch unit {
    case "mg/mL": return .milligramsPerMilliliter(value)
    case "% v/v": return .percentByVolume(value)
    case "%": return .percentNotStated(value)
    default:
      report(
        "E_PRODUCT_UNIT", node, "'\(Shown.text(unit))' is not a unit of DMSO.",
        "Write mg/mL, % v/v, or % alone where the source does not say of what.")
      return nil
    }
  }

  private mutating func container(_ node: Node) -> Presentation.Container? {
    let keys = ["name", "cells", "volume", "wholly_infused"]
    guard let map = mapping(node, "A container", keys: keys) else { return nil }
    let name = text(required(map, "name", in: node))
    let cells = cells(optional(map, "cells"))
    let volume = optional(map, "volume").flatMap { range($0, unit: "mL") }
    let wholly = flag(optional(map, "wholly_infused"))
    return name.map {
      Presentation.Container(name: $0, cells: cells, volume: volume, whollyInfused: wholly)
    }
  }

  mutating func timing(_ node: Node) -> ProductTiming {
    var timing = ProductTiming()
    let keys = [
      "after_thaw", "after_thaw_from", "within_after_sample", "rate", "order",
      "after_lymphodepletion",
      "lymphodepletion_from", "delay",
    ]
    guard let map = mapping(node, "The timing", keys: keys) else { return timing }
    if let thaw = optional(map, "after_thaw") {
      let from = text(required(map, "after_thaw_from", in: node))
      if let most = timeSpan(thaw), let from { timing.afterThaw = .init(most: most, from: from) }
    }
    timing.afterSample = optional(map, "within_after_sample").flatMap { timeSpan($0) }
    timing.rate = optional(map, "rate").flatMap { range($0, unit: "mL/min") }
    timing.order = text(optional(map, "order"))
    if let window = optional(map, "after_lymphodepletion") {
      let from = word(
        required(map, "lymphodepletion_from", in: node), ProductTiming.DepletionMark.self)
      if let days = wholeRange(window, unit: "d"), let from {
        timing.afterDepletion = .init(days, from: from)
      }
    }
    timing.delay = texts(optional(map, "delay"), "delay")
    return timing
  }

  mutating func limits(_ node: Node) -> [ReleaseLimit] {
    let quantities = ReleaseLimit.Quantity.allCases
    guard let map = mapping(node, "The release limits", keys: quantities.map(\.rawValue)) else {
      return []
    }
    return quantities.compactMap { quantity in
      optional(map, quantity.rawValue).flatMap { limit($0, quantity) }
    }
  }

  private mutating func limit(_ node: Node, _ quantity: ReleaseLimit.Quantity) -> ReleaseLimit? {
    let keys = Self.edgeWords + ["of", "state", "source"]
    guard let map = mapping(node, "The limit '\(quantity.rawValue)'", keys: keys) else {
      return nil
    }
    let (low, high) = edges(map, node, unit: quantity.unit)
    for (edge, isPossible, words) in [
      (low, quantity.sides.low, "'at_least' or 'above'"),
      (high, quantity.sides.high, "'at_most' or 'below'"),
    ] where edge != nil && !isPossible {
      report(
        "E_PRODUCT_SIDE", node, "\(words) is no limit of \(quantity.words).",
        "Write the limit on the other side, as the source does.")
    }
    if low == nil, high == nil, !Self.edgeWords.contains(where: { optional(map, $0) != nil }) {
      report(
        "E_PRODUCT_MISSING", node, "The limit has no number.",
        "Write one of: \(Self.edgeWords.joined(separator: ", ")); or take the limit away, which "
          + "means 'not set'.")
    }
    let of =
      quantity == .copies ? text(required(map, "of", in: node)) : text(optional(map, "of"))
    let state = word(required(map, "state", in: node), Product.FactState.self)
    let source = text(required(map, "source", in: node))
    guard let state, let source, low != nil || high != nil else { return nil }
    return ReleaseLimit(quantity, low: low, high: high, of: of, state: state, source: source)
  }

  mutating func retention(_ node: Node) -> Retention? {
    guard let map = mapping(node, "The retention", keys: ["after_expiry", "after_last_dose"]) else {
      return nil
    }
    let expiry = whole(optional(map, "after_expiry"), unit: "years")
    let dose = whole(optional(map, "after_last_dose"), unit: "years")
    if expiry == nil, dose == nil {
      report("E_PRODUCT_MISSING", node, "The retention has no time.", "Write '30 years'.")
      return nil
    }
    return Retention(afterExpiry: expiry, afterLastDose: dose)
  }

  mutating func ages(_ node: Node) -> Product.Ages? {
    guard let map = mapping(node, "The ages", keys: Self.edgeWords) else { return nil }
    let (low, high) = edges(map, node, unit: "years")
    return low == nil && high == nil ? nil : Product.Ages(low: low, high: high)
  }
}
