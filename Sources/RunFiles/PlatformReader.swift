import Quantities
import RunRecords
import Yams

/// Reads one platform from its nodes.
struct PlatformReader {
  var yaml: YAMLReader
  private var standings: [String: Platform.Standing] = [:]
  private var standingNodes: [(key: String, node: Node)] = []
  private var used: Set<String> = []

  init(yaml: YAMLReader) { self.yaml = yaml }

  private static let keys = [
    "platform", "title", "capacity", "geometry", "volume", "operations", "cell_sampling",
    "retention", "perfused", "standing", "sources",
  ]
  /// The capacity's rules with their units; 1e6 cells is the base unit of each numerator.
  private static let rules = [
    ("cells", "cells"), ("per_area", "cells/cm2"), ("density", "cells/mL"),
  ]

  mutating func platform(_ root: Node) -> Platform? {
    guard let map = yaml.mapping(root, "A platform", keys: Self.keys) else { return nil }
    readStandings(map)
    let name = yaml.text(yaml.required(map, "platform", in: root))
    let title = yaml.text(yaml.required(map, "title", in: root))
    var platform = Platform(name: name ?? "", title: title ?? "")
    if let node = yaml.optional(map, "capacity") { readCapacity(node, &platform) }
    if let node = yaml.optional(map, "geometry"),
      let geometry = yaml.mapping(
        node, "The geometry", keys: Platform.Geometry.allCases.map(\.rawValue))
    {
      for quantity in Platform.Geometry.allCases {
        platform.geometry[quantity] = number(
          yaml.optional(geometry, quantity.rawValue), "geometry.\(quantity.rawValue)",
          quantity.unit)
      }
    }
    if let node = yaml.optional(map, "volume"),
      let volume = yaml.mapping(node, "The volume", keys: ["least", "most"])
    {
      platform.leastVolume = number(yaml.optional(volume, "least"), "volume.least", "mL")
      platform.mostVolume = number(yaml.optional(volume, "most"), "volume.most", "mL")
      if let least = platform.leastVolume, let most = platform.mostVolume,
        !(least.value <= most.value)
      {
        yaml.report("E_PLATFORM_VALUE", node, "The least volume is above the most.", "Swap them.")
      }
    }
    readOperations(yaml.required(map, "operations", in: root), &platform)
    platform.allowsCellSampling =
      yaml.flag(yaml.required(map, "cell_sampling", in: root)) ?? true
    if let retention = number(yaml.optional(map, "retention"), "retention", "%", most: 100) {
      platform.retention = .init(retention.value / 100, retention.standing)
    }
    platform.perfused =
      yaml.word(yaml.required(map, "perfused", in: root), Platform.Perfused.self) ?? .vessel
    if platform.perfused == .extracapillary, platform.geometry[.extracapillary] == nil {
      yaml.report(
        "E_PLATFORM_MISSING", YAMLReader.value(map, "perfused"),
        "The space outside the fibres is perfused, but its volume is not given.",
        "Add 'extracapillary' in mL to the geometry.")
    }
    readSources(yaml.required(map, "sources", in: root), &platform)
    for entry in standingNodes where !used.contains(entry.key) {
      yaml.report(
        "E_PLATFORM_STANDING", entry.node, "The file gives no number '\(entry.key)'.",
        "Remove the line, or add the number.")
    }
    return name == nil ? nil : platform
  }

  private mutating func readStandings(_ map: Node.Mapping) {
    guard let node = yaml.optional(map, "standing") else { return }
    let keys =
      ["capacity", "volume.least", "volume.most", "retention"]
      + Platform.Geometry.allCases.map { "geometry.\($0.rawValue)" }
    guard let words = yaml.mapping(node, "The standing", keys: keys) else { return }
    for (key, value) in words {
      guard let name = key.scalar?.string, keys.contains(name) else { continue }
      standingNodes.append((name, key))
      standings[name] = yaml.word(value, Platform.Standing.self)
    }
  }

  private mutating func standing(of name: String, _ node: Node) -> Platform.Standing {
    used.insert(name)
    if let standing = standings[name] { return standing }
    if !standingNodes.contains(where: { $0.key == name }) {
      yaml.report(
        "E_PLATFORM_STANDING", node, "The standing of '\(name)' is not given.",
        "Write '\(name): read' under 'standing' when one of the sources says it, else 'unverified'."
      )
    }
    return .unverified
  }

  /// A positive number with the one unit that it may have; nil when absent or refused.
  private mutating func number(
    _ node: Node?, _ name: String, _ unit: String, most: Double = .infinity
  ) -> Platform.Quantity? {
    guard let node else { return nil }
    let standing = standing(of: name, node)
    guard let amount = yaml.amount(node) else { return nil }
    guard amount.unit == unit else {
      yaml.report(
        "E_PLATFORM_UNIT", node, "'\(name)' is given in '\(Shown.text(amount.unit))'.",
        "Write it in \(unit).")
      return nil
    }
    let value = amount.value.double
    guard value > 0, value <= most else {
      yaml.report(
        "E_PLATFORM_VALUE", node, "'\(name)' is not a possible number of \(unit).",
        "Write a number above 0"
          + (most.isFinite ? " and at most \(NumberText.significant(most))." : "."))
      return nil
    }
    return Platform.Quantity(value, standing)
  }

  private mutating func readCapacity(_ node: Node, _ platform: inout Platform) {
    let names = Self.rules.map(\.0)
    guard let map = yaml.mapping(node, "The capacity", keys: names + ["sd_ln"]) else { return }
    platform.capacityStanding = standing(of: "capacity", node)
    let given = Self.rules.filter { yaml.optional(map, $0.0) != nil }
    guard given.count == 1, let (name, unit) = given.first else {
      yaml.report(
        "E_PLATFORM_CAPACITY", node, "The capacity has \(given.count) rules.",
        "Give one of: \(names.joined(separator: ", ")).")
      return
    }
    let value = number(yaml.optional(map, name), "capacity", unit).map { $0.value / 1e6 }
    switch name {
    case "cells": platform.capacity = value.map { .cells($0) }
    case "per_area": platform.capacity = value.map { .perArea($0) }
    default: platform.capacity = value.map { .density($0) }
    }
    guard let spread = yaml.required(map, "sd_ln", in: node) else { return }
    if let sd = yaml.text(spread).flatMap({ StrictNumber.double($0) }), sd > 0, sd <= 5 {
      platform.capacitySDLn = sd
    } else {
      yaml.report(
        "E_PLATFORM_VALUE", spread, "'sd_ln' is not a number above 0 and at most 5.",
        "Write the standard deviation of ln(capacity) between runs, such as 0.4.")
    }
  }

  private mutating func readOperations(_ node: Node?, _ platform: inout Platform) {
    guard let node else { return }
    guard let list = node.sequence, !list.isEmpty else {
      yaml.report(
        "E_PLATFORM_SHAPE", node, "The operations are not a list.", "Write '[seed, feed, harvest]'."
      )
      return
    }
    platform.operations = Set(list.compactMap { yaml.word($0, Operation.Kind.self) })
  }

  private mutating func readSources(_ node: Node?, _ platform: inout Platform) {
    guard let node else { return }
    platform.sources = (node.sequence ?? []).compactMap { yaml.text($0) }
    if platform.sources.isEmpty {
      yaml.report(
        "E_PLATFORM_MISSING", node, "No source is given.",
        "List where the numbers were read, or write that they are judgement.")
    }
  }
}
