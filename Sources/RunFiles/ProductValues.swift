import Dosing
import Quantities
import Yams

/// The kinds of value that a product file has beyond text, words and amounts.
extension YAMLReader {
  /// One value or `LOW to HIGH`, with one unit behind: `68 mL`, `10 to 50 mL`.
  mutating func range(_ node: Node?, unit wanted: String) -> ClosedRange<Rational>? {
    guard let text = text(node) else { return nil }
    guard text.hasSuffix(" \(wanted)") else {
      report(
        prefix + "UNIT", node, "'\(Shown.text(text))' is not given in \(wanted).",
        "Write '10 to 50 \(wanted)' or '10 \(wanted)'; nothing is converted.")
      return nil
    }
    let words = text.dropLast(wanted.utf8.count + 1).split(
      separator: " ", omittingEmptySubsequences: false)
    let ends = words.enumerated().filter { $0.offset != 1 }.compactMap {
      StrictNumber.rational($0.element)
    }
    guard
      (words.count == 1 && ends.count == 1)
        || (words.count == 3 && ends.count == 2 && words[1] == "to")
    else {
      report(
        prefix + "NUMBER", node, "'\(Shown.text(text))' is neither a number nor 'LOW to HIGH'.",
        "Write '10 to 50 \(wanted)' or '10 \(wanted)'.")
      return nil
    }
    guard let low = ends.first, let high = ends.last, low <= high, low > .zero else {
      report(
        prefix + "RANGE", node, "The range '\(Shown.text(text))' runs from high to low, or from 0.",
        "Check both numbers against the source.")
      return nil
    }
    return low...high
  }

  /// Whole days, or another whole unit, as a range.
  mutating func wholeRange(_ node: Node?, unit: String) -> ClosedRange<Int>? {
    guard let range = range(node, unit: unit) else { return nil }
    guard range.lowerBound.isInteger, range.upperBound.isInteger,
      let low = Int(exactly: range.lowerBound.numerator),
      let high = Int(exactly: range.upperBound.numerator)
    else {
      report(prefix + "NUMBER", node, "These are not whole numbers.", "Write whole numbers.")
      return nil
    }
    return low...high
  }

  /// A whole number above zero, with a unit behind it or, for an empty unit, alone.
  mutating func whole(_ node: Node?, unit: String = "") -> Int? {
    guard let node else { return nil }
    if !unit.isEmpty {
      guard let range = wholeRange(node, unit: unit) else { return nil }
      if range.lowerBound == range.upperBound { return range.lowerBound }
    } else if let text = text(node), let value = Int(text), value > 0, value < 1_000_000,
      String(value) == text
    {
      return value
    }
    report(
      prefix + "NUMBER", node, "This is not one whole number above zero.",
      "Write digits" + (unit.isEmpty ? " alone." : " and '\(unit)'."))
    return nil
  }

  /// A share: `1/10`, `10 %` or `0.1`, exact.
  mutating func share(_ node: Node?) -> Rational? {
    guard let text = text(node) else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let top = Int64(parts[0]), let bottom = Int64(parts[1]), top > 0,
      bottom >= top, let share = try? Rational(Int128(top), over: Int128(bottom))
    {
      return share
    }
    do {
      return try Fraction(parsing: text).value
    } catch {
      report(error.kind.rawValue, node, error.cause, "Write a share as '1/10', '10 %' or '0.1'.")
      return nil
    }
  }

  /// `24 h`, `30 min`, `14 d`.
  mutating func timeSpan(_ node: Node?) -> TimeSpan? {
    guard let (value, unit) = amount(node) else { return nil }
    let units = TimeSpan.Unit.allCases.map(\.rawValue)
    guard let known = TimeSpan.Unit(rawValue: unit) else {
      report(
        prefix + "UNIT", node, "'\(Shown.text(unit))' is not a unit of time.",
        "Use one of: \(units.joined(separator: ", ")).")
      return nil
    }
    do {
      return try TimeSpan(value, known)
    } catch {
      report(error.kind.rawValue, node, error.cause, error.remedy)
      return nil
    }
  }

  /// The items of a list that has at least one.
  mutating func items(_ node: Node?, _ what: String) -> [Node] {
    guard let node else { return [] }
    guard let list = node.sequence, !list.isEmpty else {
      report(prefix + "SHAPE", node, "'\(what)' is not a list.", "Start each item with '- '.")
      return []
    }
    return Array(list)
  }

  /// A list of texts.
  mutating func texts(_ node: Node?, _ what: String) -> [String] {
    items(node, what).compactMap { text($0) }
  }

  /// The keys of `edges`.
  static let edgeWords = ["at_least", "above", "at_most", "below"]

  /// The ends of an interval written as `at_least` or `above`, `at_most` or `below`.
  mutating func edges(
    _ mapping: Node.Mapping, _ node: Node, unit: String
  ) -> (low: ReleaseLimit.Edge?, high: ReleaseLimit.Edge?) {
    func pair(_ inclusive: String, _ exclusive: String) -> ReleaseLimit.Edge? {
      let given = [inclusive, exclusive].filter { optional(mapping, $0) != nil }
      if given.count == 2 {
        report(
          prefix + "EDGE", node, "'\(inclusive)' and '\(exclusive)' stand side by side.",
          "Keep the one that the source states.")
      }
      guard let key = given.first, let value = value(optional(mapping, key), unit: unit) else {
        return nil
      }
      return ReleaseLimit.Edge(value, inclusive: key == inclusive)
    }
    let low = pair("at_least", "above")
    let high = pair("at_most", "below")
    if let low, let high, low.value > high.value {
      report(
        prefix + "RANGE", node, "The least value is above the greatest.",
        "Check both numbers against the source.")
    }
    return (low, high)
  }

  /// A number with one fixed unit, exact; per cent become a share.
  private mutating func value(_ node: Node?, unit wanted: String) -> Rational? {
    guard let (value, unit) = amount(node) else { return nil }
    guard unit == wanted else {
      report(
        prefix + "UNIT", node, "'\(Shown.text(unit))' is not the unit here.",
        "Write it in '\(wanted)'; nothing is converted.")
      return nil
    }
    let least: Rational = .zero
    guard value >= least, let share = wanted == "%" ? try? Fraction(percent: value).value : value
    else {
      report(
        prefix + "NUMBER", node, "This number is not possible here.", "Check it against the source."
      )
      return nil
    }
    return share
  }
}
