import Quantities
import RunRecords
import Yams

extension HarvestPlanReader {
  /// The losses of a plan: recoveries, retains, quality control.
  mutating func losses(_ node: Node) -> DecisionPlan.Losses? {
    if isNone(node) { return DecisionPlan.Losses() }
    guard let map = yaml.mapping(node, "The losses", keys: ["recovery", "retain", "qc"]) else {
      return nil
    }
    var losses = DecisionPlan.Losses()
    for (name, value) in steps(map, "recovery", node) {
      if let recovery = recovery(name, value) { losses.recoveries.append(recovery) }
    }
    for (name, value) in steps(map, "retain", node) {
      if let retain = retain(name, value) { losses.retains.append(retain) }
    }
    if let qc = yaml.required(map, "qc", in: node), !isNone(qc),
      let share = measure(qc, "'qc'", ["%"], allowsZero: true)
    {
      if share < 1 {
        losses.quality = share
      } else {
        yaml.report(
          "E_HARVEST_VALUE", qc, "Quality control takes the whole harvest.",
          "Write the share of the harvest that is sampled, below 100 %.")
      }
    }
    return losses
  }

  /// `9e7 cells`, or `cells` and `optional` below the name.
  private mutating func retain(_ name: String, _ node: Node) -> DecisionPlan.Retain? {
    let what = "'\(Shown.text(name))'"
    guard node.mapping != nil else {
      return measure(node, what, ["cells"], allowsZero: true).map { .init(name: name, cells: $0) }
    }
    guard let map = yaml.mapping(node, what, keys: ["cells", "optional"]),
      let number = yaml.required(map, "cells", in: node),
      let cells = measure(number, what, ["cells"], allowsZero: true)
    else { return nil }
    let isOptional = yaml.optional(map, "optional").map { yaml.flag($0) } ?? false
    return isOptional.map { .init(name: name, cells: cells, isOptional: $0) }
  }

  /// The named steps of a part of the losses, in the order of the file.
  private mutating func steps(
    _ map: Node.Mapping, _ key: String, _ parent: Node
  ) -> [(String, Node)] {
    guard let node = yaml.required(map, key, in: parent), !isNone(node) else { return [] }
    guard let inner = node.mapping else {
      yaml.report(
        "E_HARVEST_SHAPE", node, "'\(key)' is not a list of 'step: value'.",
        "Name each step and indent it, or write '\(key): none'.")
      return []
    }
    return inner.compactMap { entry in entry.key.scalar.map { ($0.string, entry.value) } }
  }

  /// `88 %` or `88 % sd 5 %`.
  private mutating func recovery(_ name: String, _ node: Node) -> DecisionPlan.Recovery? {
    guard let text = yaml.text(node) else { return nil }
    let parts = QuantityWords.split(text, at: " sd ")
    guard parts.count <= 2 else {
      yaml.report(
        "E_HARVEST_VALUE", node, "This is no recovery.", "Write a share such as 88 % sd 5 %.")
      return nil
    }
    let what = "'\(Shown.text(name))'"
    guard let mean = measure(parts[0], node, what, ["%"], allowsZero: false) else { return nil }
    var sd = 0.0
    if parts.count == 2 {
      guard let given = measure(parts[1], node, "the sd of \(what)", ["%"], allowsZero: true)
      else { return nil }
      sd = given
    }
    // A share between 0 and 1 with this mean cannot spread more.
    guard sd * sd < mean * (1 - mean) || sd == 0 else {
      yaml.report(
        "E_HARVEST_VALUE", node,
        "A share with a mean of \(NumberText.percent(mean, decimals: 2)) cannot have this spread.",
        "Write the standard deviation between harvests, such as 88 % sd 5 %.")
      return nil
    }
    return .init(name: name, mean: mean, sd: sd)
  }
}
