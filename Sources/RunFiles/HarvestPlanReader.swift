import Quantities
import RunRecords
import Yams

/// Reads one harvest plan from its nodes; the calendar stands in a file of its own.
struct HarvestPlanReader {
  var yaml: YAMLReader
  var closedDays: [DecisionPlan.ClosedDay] = []

  private static let keys = [
    "plan", "dose", "losses", "criteria", "vessel", "decision", "calendar", "infusion",
  ]
  private static let none = "none"

  mutating func plan(_ root: Node) -> DecisionPlan? {
    guard let map = yaml.mapping(root, "A harvest plan", keys: Self.keys) else { return nil }
    let title = yaml.text(yaml.required(map, "plan", in: root))
    let dose = yaml.required(map, "dose", in: root).flatMap { self.dose($0) }
    let losses = yaml.required(map, "losses", in: root).flatMap { self.losses($0) }
    var criteria = yaml.required(map, "criteria", in: root).map { self.criteria($0) } ?? []
    if let node = yaml.optional(map, "vessel"), let limit = vessel(node) {
      if limit.kind == .density, criteria.contains(where: { $0.kind == .density }) {
        yaml.report(
          "E_HARVEST_TWICE", node, "A limit of the density is given here and under 'vcd'.",
          "Keep one of them.")
      }
      criteria.append(limit)
    }
    let order = Criterion.Kind.allCases
    criteria.sort {
      (order.firstIndex(of: $0.kind) ?? 0) < (order.firstIndex(of: $1.kind) ?? 0)
    }
    let thresholds = yaml.optional(map, "decision").map { self.thresholds($0) }
    let calendar = yaml.optional(map, "calendar").flatMap { self.calendar($0) }
    let infusionNode = yaml.optional(map, "infusion")
    if let infusionNode, yaml.optional(map, "calendar") == nil {
      yaml.report(
        "E_HARVEST_CALENDAR", infusionNode, "An infusion is planned, and there is no calendar.",
        "Add 'calendar' with the run's zero and the open hours.")
    }
    let infusion = infusionNode.flatMap { self.infusion($0, calendar) }
    guard let title, let dose, let losses else { return nil }
    var plan = DecisionPlan(
      title: title, dose: dose, losses: losses, criteria: criteria,
      place: Place(file: yaml.file))
    plan.thresholds = thresholds ?? DecisionPlan.Thresholds()
    plan.calendar = calendar
    plan.infusion = infusion
    plan.closedDays = closedDays
    plan.infusionPlace = yaml.place(infusionNode)
    plan.dosePlace = yaml.place(yaml.optional(map, "dose"))
    plan.criteriaPlace = yaml.place(yaml.optional(map, "criteria"))
    plan.calendarPlace = yaml.place(yaml.optional(map, "calendar"))
    return plan
  }

  /// True for the plain word `none`, which says that there is nothing of the kind.
  func isNone(_ node: Node) -> Bool { node.scalar?.string == Self.none }

  // MARK: Dose

  private mutating func dose(_ node: Node) -> DecisionPlan.Dose? {
    guard
      let map = yaml.mapping(node, "The dose", keys: ["product", "weight", "planned", "least"])
    else { return nil }
    let plannedNode = yaml.required(map, "planned", in: node)
    let least = yaml.optional(map, "least").flatMap {
      measure($0, "'least'", ["cells"], allowsZero: false)
    }
    guard let productNode = yaml.optional(map, "product") else {
      if let weight = yaml.optional(map, "weight") {
        yaml.report(
          "E_HARVEST_DOSE", weight, "A weight is given without a product.",
          "Add 'product', or write the planned dose as cells and leave the weight out.")
      }
      guard let plannedNode, !["target", "minimum", "maximum"].contains(plannedNode.scalar?.string)
      else {
        if let plannedNode {
          yaml.report(
            "E_HARVEST_DOSE", plannedNode, "Only the rule of a product has such a dose.",
            "Write a number of cells, such as 5e7 cells, or name the product.")
        }
        return nil
      }
      let planned = measure(plannedNode, "'planned'", ["cells"], allowsZero: false)
      guard let planned else { return nil }
      guard least ?? planned <= planned else { return tooHigh(yaml.optional(map, "least")) }
      return .cells(planned: planned, least: least ?? planned)
    }
    let weight = yaml.required(map, "weight", in: node).flatMap { bodyMass($0) }
    let choice = plannedNode.flatMap { self.choice($0) }
    guard let id = yaml.text(productNode), let weight, let choice else { return nil }
    if case .cells(let cells) = choice, let least, least > Double(cells.cells) / 1e6 {
      return tooHigh(yaml.optional(map, "least"))
    }
    return .product(id: id, weight: weight, planned: choice, least: least)
  }

  private mutating func tooHigh(_ node: Node?) -> DecisionPlan.Dose? {
    yaml.report(
      "E_HARVEST_DOSE", node, "The least dose is above the planned one.",
      "Write the least dose that would still be given.")
    return nil
  }

  /// The text itself may be a patient's: it is not repeated.
  private mutating func bodyMass(_ node: Node) -> BodyMass? {
    guard let text = yaml.text(node) else { return nil }
    do { return try BodyMass(parsing: text) } catch {
      yaml.report("E_HARVEST_WEIGHT", node, error.cause, error.remedy)
      return nil
    }
  }

  private mutating func choice(_ node: Node) -> DecisionPlan.Choice? {
    switch node.scalar?.string {
    case "target": return .target
    case "minimum": return .minimum
    case "maximum": return .maximum
    default: break
    }
    guard let amount = yaml.amount(node) else { return nil }
    if amount.unit == "cells", amount.value.isInteger, amount.value > .zero,
      let count = try? CellCount(amount.value.numerator)
    {
      return .cells(count)
    }
    yaml.report(
      "E_HARVEST_DOSE", node, "This is no planned dose.",
      "Write target, minimum, maximum, or a whole number of cells such as 5e7 cells.")
    return nil
  }

  // MARK: Criteria

  private mutating func criteria(_ node: Node) -> [Criterion] {
    if isNone(node) { return [] }
    let kinds = Criterion.Kind.allCases.filter { $0 != .vesselCells }
    guard let map = yaml.mapping(node, "The criteria", keys: kinds.map(\.rawValue)) else {
      return []
    }
    return kinds.compactMap { kind in
      yaml.optional(map, kind.rawValue).flatMap { limits($0, kind, [kind.unit]) }
    }
  }

  private mutating func vessel(_ node: Node) -> Criterion? {
    guard let text = yaml.text(node) else { return nil }
    let kind: Criterion.Kind = text.hasSuffix("/mL") ? .density : .vesselCells
    guard let limit = limits(node, kind, ["cells", "cells/mL"]) else { return nil }
    if limit.least != nil {
      yaml.report(
        "E_HARVEST_LIMIT", node, "A vessel has no least number of cells.",
        "Write 'at most 4e9 cells' or 'at most 2e7 cells/mL'.")
      return nil
    }
    return limit
  }

  /// `at least 80 %`, `at most 14 d`, or both with `and` between them.
  private mutating func limits(
    _ node: Node, _ kind: Criterion.Kind, _ units: [String]
  ) -> Criterion? {
    guard let text = yaml.text(node) else { return nil }
    var least: Double?
    var most: Double?
    for part in QuantityWords.split(text, at: " and ") {
      let isLeast = part.hasPrefix("at least ")
      guard isLeast || part.hasPrefix("at most "), (isLeast ? least : most) == nil else {
        yaml.report(
          "E_HARVEST_LIMIT", node, "'\(Shown.text(text))' is no limit.",
          "Write 'at least', 'at most', or both with 'and': at least 7 \(kind.unit) and at most 14 "
            + "\(kind.unit).")
        return nil
      }
      let number = part.dropFirst(isLeast ? 9 : 8).trimmingSpaces()
      guard
        let value = measure(number, node, "'\(kind.words)'", units, allowsZero: true)
      else { return nil }
      if isLeast { least = value } else { most = value }
    }
    if let least, let most, least > most {
      yaml.report(
        "E_HARVEST_LIMIT", node, "The lower limit is above the upper one: nothing can meet both.",
        "Swap them.")
      return nil
    }
    return Criterion(kind, least: least, most: most)
  }
}
