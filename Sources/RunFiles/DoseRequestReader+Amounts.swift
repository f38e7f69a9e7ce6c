import Quantities
import Yams

/// Units that an exact amount of a request may be written in, each with its factor to the first.
struct DoseUnits: Sendable {
  let factors: [(unit: String, factor: Rational)]

  private init(_ factors: (String, Rational)...) { self.factors = factors }

  static let mass = DoseUnits(("kg", .one))
  static let cells = DoseUnits(("cells", .one), ("1e6 cells", Rational(1_000_000)))
  static let volume = DoseUnits(("mL", .one))
  static let density = DoseUnits(("cells/mL", .one), ("1e6 cells/mL", Rational(1_000_000)))
  static let dmso = DoseUnits(("mg/mL", .one))
  static let endotoxin = DoseUnits(("EU/mL", .one))
  static let copies = DoseUnits(("copies/cell", .one))
  static let beads = DoseUnits(("beads/3e6 cells", .one))
  static let volumePerKilogram = DoseUnits(("mL/kg", .one))
  static let dmsoPerKilogram = DoseUnits(("g/kg", .one))
  static let endotoxinPerKilogram = DoseUnits(("EU/kg", .one), ("EU/kg/h", .one))
  static let age = DoseUnits(
    ("years", .one), ("months", (try? Rational(1, over: 12)) ?? .zero))
  static let share = DoseUnits(("%", Rational.powerOfTen(-2) ?? .one))

  /// `mL`, or `cells/mL or 1e6 cells/mL`.
  var words: String { factors.map(\.unit).joined(separator: " or ") }
}

extension DoseRequestReader {
  /// The items of a list, or the one item that stands there without a dash.
  mutating func items(_ map: Node.Mapping, _ key: String) -> [Node] {
    guard let node = yaml.optional(map, key) else { return [] }
    if node.scalar?.string == "none" { return [] }
    return sequence(node, key)
  }

  /// The items of a list.
  mutating func sequence(_ node: Node, _ key: String) -> [Node] {
    guard let list = node.sequence else {
      yaml.report(
        "E_REQUEST_SHAPE", node, "'\(key)' is not a list.", "Start each of its items with '- '.")
      return []
    }
    return Array(list)
  }

  /// One word of a few.
  mutating func choice(_ node: Node?, _ words: [String]) -> String? {
    guard let node, let text = yaml.text(node) else { return nil }
    if words.contains(text) { return text }
    yaml.report(
      "E_REQUEST_WORD", node,
      "'\(Shown.text(text))' is not one of the known words."
        + Suggestion.phrase(for: text, among: words),
      "Use one of: \(words.joined(separator: ", ")).")
    return nil
  }

  /// An exact number with its unit, in the first of the units. The value itself is not repeated in
  /// a message: it may be a patient's.
  mutating func amount(_ node: Node, _ what: String, _ units: DoseUnits) -> Rational? {
    guard let text = yaml.text(node)?.trimmingSpaces() else { return nil }
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let value = StrictNumber.rational(parts[0]) else {
      yaml.report(
        "E_REQUEST_NUMBER", node, "\(what) does not start with a plain decimal number.",
        "Write a number with a decimal point, one space and the unit: \(units.words).")
      return nil
    }
    guard parts.count == 2 else {
      yaml.report(
        "E_REQUEST_UNIT", node, "\(what) has no unit.",
        "Add one space and the unit: \(units.words); none is assumed.")
      return nil
    }
    let unit = parts[1].trimmingSpaces()
    guard let factor = units.factors.first(where: { $0.unit == unit })?.factor else {
      yaml.report(
        "E_REQUEST_UNIT", node, "\(what) is given in '\(Shown.text(unit))'.",
        "Write it in \(units.words).")
      return nil
    }
    guard value >= .zero, let scaled = try? value.times(factor) else {
      yaml.report(
        "E_REQUEST_VALUE", node, "\(what) is below zero, or has too many digits.", "Check it.")
      return nil
    }
    return scaled
  }

  /// A share written in per cent.
  mutating func percent(_ node: Node, _ what: String) -> Fraction? {
    guard let value = amount(node, what, .share) else { return nil }
    guard let share = try? Fraction(value) else {
      yaml.report(
        "E_REQUEST_VALUE", node, "\(what) is above 100 %.", "Write a per cent from 0 to 100.")
      return nil
    }
    return share
  }

  /// A whole number of cells.
  mutating func count(_ node: Node, _ what: String) -> CellCount? {
    guard let text = yaml.text(node)?.trimmingSpaces() else { return nil }
    let parts = text.split(separator: " ", maxSplits: 1)
    if parts.count == 2, parts[1] == "cells", let value = StrictNumber.rational(parts[0]),
      value.isInteger, let count = try? CellCount(value.numerator)
    {
      return count
    }
    yaml.report(
      "E_REQUEST_CELLS", node, "\(what) is not a whole number of cells.",
      "Write it like '2e7 cells'; cells/kg is no number of cells.")
    return nil
  }

  /// A whole number above zero, without a unit.
  mutating func whole(_ node: Node) -> Int? {
    guard let text = yaml.text(node) else { return nil }
    if let value = StrictNumber.rational(text), value.isInteger, value > .zero,
      let number = Int(exactly: value.numerator)
    {
      return number
    }
    yaml.report("E_REQUEST_NUMBER", node, "This is not a whole number above 0.", "Write such as 2.")
    return nil
  }

  /// An instant with its offset from UTC.
  mutating func time(_ node: Node?) -> CivilTime? {
    guard let node, let text = yaml.text(node) else { return nil }
    if let time = CivilTime(parsing: text) { return time }
    yaml.report(
      "E_REQUEST_TIME", node, "This is not a time with its offset from UTC.",
      "Write it like 2026-03-02 09:00 +08:00.")
    return nil
  }

  /// A day.
  mutating func day(_ node: Node?) -> CivilDate? {
    guard let node, let text = yaml.text(node) else { return nil }
    if let day = CivilDate(parsing: text) { return day }
    yaml.report("E_REQUEST_DATE", node, "This is not a day.", "Write YYYY-MM-DD.")
    return nil
  }

  /// A quantity with its own reader of text. Its messages do not repeat the text.
  mutating func quantity<Value>(
    _ node: Node?, _ parse: (String) throws(QuantityError) -> Value
  ) -> Value? {
    guard let node, let text = yaml.text(node) else { return nil }
    do { return try parse(text.trimmingSpaces()) } catch {
      yaml.report(error.kind.rawValue, node, error.cause, error.remedy)
      return nil
    }
  }
}
