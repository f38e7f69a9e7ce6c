import Quantities
import RunRecords
import Yams

/// Words with a fixed word between them.
enum QuantityWords {
  /// The parts of a text between occurrences of a word, without spaces at their ends.
  static func split(_ text: String, at word: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(text)
    while let found = rest.firstOccurrence(of: word) {
      parts.append(rest[..<found.lowerBound].trimmingSpaces())
      rest = rest[found.upperBound...]
    }
    return parts + [rest.trimmingSpaces()]
  }
}

extension Substring {
  fileprivate func firstOccurrence(of word: String) -> Range<Index>? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(word) { return at..<index(at, offsetBy: word.count) }
      at = index(after: at)
    }
    return nil
  }
}

extension HarvestPlanReader {
  /// A number with one of some units (or another unit of the same dimension), in base units.
  mutating func measure(
    _ node: Node, _ what: String, _ units: [String], allowsZero: Bool
  ) -> Double? {
    guard let text = yaml.text(node) else { return nil }
    return measure(text.trimmingSpaces(), node, what, units, allowsZero: allowsZero)
  }

  /// The same from a part of a node's text.
  mutating func measure(
    _ text: String, _ node: Node, _ what: String, _ units: [String], allowsZero: Bool
  ) -> Double? {
    let example = units.joined(separator: " or ")
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let number = StrictNumber.double(first) else {
      yaml.report(
        "E_HARVEST_NUMBER", node, "\(what) does not start with a plain decimal number.",
        "Write a number, one space and the unit: \(example).")
      return nil
    }
    guard parts.count == 2 else {
      yaml.report(
        "E_HARVEST_UNIT", node, "\(what) has no unit.", "Add the unit, \(example); none is assumed."
      )
      return nil
    }
    let name = parts[1].trimmingSpaces()
    guard let value = base(number, name, units) else {
      yaml.report(
        "E_HARVEST_UNIT", node, "\(what) is given in '\(Shown.text(name))'.",
        "Write it in \(example).")
      return nil
    }
    guard value.isFinite, allowsZero ? value >= 0 : value > 0, !(units == ["%"] && value > 1) else {
      yaml.report(
        "E_HARVEST_VALUE", node, "\(what) is not a possible number.",
        units == ["%"]
          ? "Write a per cent \(allowsZero ? "from 0" : "above 0") to 100."
          : "Write a number \(allowsZero ? "of 0 or more" : "above 0").")
      return nil
    }
    return value
  }

  /// A number in base units; nil when its unit is none of those allowed.
  private func base(_ number: Double, _ name: String, _ units: [String]) -> Double? {
    if name == "doublings" { return units.contains(name) ? number : nil }
    if name == "%" { return units.contains(name) ? number / 100 : nil }
    guard let unit = try? Unit(parsing: name), !unit.dimension.isNone else { return nil }
    let dimensions = units.compactMap { try? Unit(parsing: $0).dimension }
    return dimensions.contains(unit.dimension) ? unit.toBase(number) : nil
  }
}
