import Capacity
import Quantities
import Yams

/// Values of a facility file: a number with its unit, then `assumed` where it is, then its source or
/// reason in parentheses.
extension FacilityReader {
  /// Time units in days.
  private static let times: [(String, Double)] = [
    ("min", 1.0 / 1440), ("h", 1.0 / 24), ("d", 1), ("week", 7), ("weeks", 7),
    ("year", Facility.daysPerYear),
  ]

  /// The value's words without its remark, which is kept; nil when it is no text.
  mutating func words(_ node: Node?, _ path: String) -> String? {
    guard let node, let whole = yaml.text(node) else { return nil }
    nodes[path] = node
    var text = whole.trimmingSpaces()
    var note = ""
    if text.hasSuffix(")"), let open = text.firstIndex(of: "(") {
      note = String(text[text.index(after: open)...].dropLast())
      text = text[..<open].trimmingSpaces()
    }
    let isAssumed = text.hasSuffix(" assumed")
    if isAssumed { text = text.dropLast(8).trimmingSpaces() }
    let remark = Facility.Remark(path: path, value: text, note: note, place: yaml.place(node))
    if isAssumed {
      assumptions.append(remark)
    } else if !note.isEmpty {
      sources.append(remark)
    }
    return text
  }

  /// A number and what follows it, which must be there.
  private mutating func split(
    _ text: String, _ node: Node, _ path: String, _ example: String
  ) -> (number: Double, unit: String)? {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let first = parts.first, let number = StrictNumber.double(first) else {
      yaml.report(
        "E_FACILITY_NUMBER", node, "'\(path)' does not start with a plain decimal number.",
        "Write a number, one space and the unit, such as \(example).")
      return nil
    }
    guard parts.count == 2 else {
      yaml.report(
        "E_FACILITY_UNIT", node, "'\(path)' has no unit.",
        "Add the unit, such as \(example); none is assumed.")
      return nil
    }
    return (number, parts[1].trimmingSpaces())
  }

  /// A time [d] from its words.
  mutating func time(
    _ text: String, _ node: Node, _ path: String, allowsZero: Bool = true
  ) -> Double? {
    guard let (number, unit) = split(text, node, path, "4 h") else { return nil }
    guard let scale = Self.times.first(where: { $0.0 == unit })?.1 else {
      yaml.report(
        "E_FACILITY_UNIT", node,
        "'\(path)' is given in '\(Shown.text(unit))', which is no unit of time."
          + Suggestion.phrase(for: unit, among: Self.times.map(\.0)),
        "Write it in min, h, d or weeks.")
      return nil
    }
    guard allowsZero ? number >= 0 : number > 0, (number * scale).isFinite else {
      yaml.report(
        "E_FACILITY_VALUE", node, "'\(path)' is not a possible time.",
        "Write a time \(allowsZero ? "of 0 or more" : "above 0").")
      return nil
    }
    return number * scale
  }

  /// A time [d].
  mutating func time(_ node: Node?, _ path: String, allowsZero: Bool = true) -> Double? {
    guard let node, let text = words(node, path) else { return nil }
    return time(text, node, path, allowsZero: allowsZero)
  }

  /// A share from 0 to 1, given in per cent.
  mutating func share(_ text: String, _ node: Node, _ path: String) -> Double? {
    guard let (number, unit) = split(text, node, path, "5 %") else { return nil }
    guard unit == "%" else {
      yaml.report(
        "E_FACILITY_UNIT", node, "'\(path)' is given in '\(Shown.text(unit))'.",
        "Write it in per cent, such as 5 %.")
      return nil
    }
    guard (0...100).contains(number) else {
      yaml.report(
        "E_FACILITY_VALUE", node, "'\(path)' is not between 0 % and 100 %.", "Correct the share.")
      return nil
    }
    return number / 100
  }

  /// A share from 0 to 1, given in per cent.
  mutating func share(_ node: Node?, _ path: String) -> Double? {
    guard let node, let text = words(node, path) else { return nil }
    return share(text, node, path)
  }

  /// A whole number, with a noun where one is wanted.
  mutating func count(
    _ node: Node?, _ path: String, least: Int = 1, noun: String? = nil
  ) -> Int? {
    guard let node, let text = words(node, path) else { return nil }
    let parts = text.split(separator: " ")
    let example = "12" + (noun.map { " " + $0 } ?? "")
    guard let first = parts.first, let number = StrictNumber.double(first) else {
      yaml.report(
        "E_FACILITY_NUMBER", node, "'\(path)' is not a plain number.", "Write such as \(example).")
      return nil
    }
    guard parts.count == (noun == nil ? 1 : 2), noun == nil || parts[1] == noun ?? "" else {
      yaml.report(
        "E_FACILITY_UNIT", node,
        noun == nil
          ? "'\(path)' is a count and has no unit." : "'\(path)' is not in \(noun ?? "").",
        "Write such as \(example).")
      return nil
    }
    guard number >= Double(least), number <= 1e6, number == number.rounded() else {
      yaml.report(
        "E_FACILITY_VALUE", node, "'\(path)' is not a possible count.",
        "Write a whole number from \(least) on.")
      return nil
    }
    return Int(number)
  }

  /// A plain factor of 0 or more.
  mutating func factor(_ node: Node?, _ path: String) -> Double? {
    guard let node, let text = words(node, path) else { return nil }
    guard let number = StrictNumber.double(text) else {
      yaml.report(
        "E_FACILITY_NUMBER", node, "'\(path)' is not a plain decimal number.",
        "Write a factor without a unit, such as 1.5.")
      return nil
    }
    guard number >= 0 else {
      yaml.report(
        "E_FACILITY_VALUE", node, "'\(path)' is below 0.", "Write a factor of 0 or more.")
      return nil
    }
    return number
  }

  /// Patients a day from `250 patients/year`.
  mutating func rate(_ node: Node?, _ path: String) -> Double? {
    guard let node, let text = words(node, path),
      let (number, unit) = split(text, node, path, "250 patients/year")
    else { return nil }
    let units = ["patients/year", "patients/week", "patients/d"]
    let scales = [Facility.daysPerYear, 7, 1]
    guard let at = units.firstIndex(of: unit) else {
      yaml.report(
        "E_FACILITY_UNIT", node,
        "'\(path)' is given in '\(Shown.text(unit))'."
          + Suggestion.phrase(for: unit, among: units),
        "Write it in \(units.joined(separator: ", ")).")
      return nil
    }
    guard number >= 0, number <= 1e6 else {
      yaml.report(
        "E_FACILITY_VALUE", node, "'\(path)' is not a possible rate.",
        "Write a rate of 0 or more.")
      return nil
    }
    return number / scales[at]
  }

  /// Money in the file's currency, with `/year` where it is a cost a year.
  mutating func money(_ node: Node?, _ path: String, yearly: Bool = false) -> Double? {
    guard let node, let text = words(node, path) else { return nil }
    guard let currency else {
      yaml.report(
        "E_FACILITY_UNIT", node, "'\(path)' is a cost, and the file names no currency.",
        "Add 'currency: EUR' at the top.")
      return nil
    }
    let wanted = currency + (yearly ? "/year" : "")
    guard let (number, unit) = split(text, node, path, "1000 \(wanted)") else { return nil }
    guard unit == wanted else {
      yaml.report(
        "E_FACILITY_UNIT", node, "'\(path)' is given in '\(Shown.text(unit))'.",
        "Write it in \(wanted).")
      return nil
    }
    guard number >= 0 else {
      yaml.report(
        "E_FACILITY_VALUE", node, "'\(path)' is below 0.", "Write a cost of 0 or more.")
      return nil
    }
    return number
  }

  /// A day of the calendar.
  mutating func day(_ node: Node?, _ path: String) -> CivilDate? {
    guard let node, let text = words(node, path) else { return nil }
    if let day = CivilDate(parsing: text) { return day }
    yaml.report(
      "E_FACILITY_DATE", node, "'\(path)' is no day of the calendar.",
      "Write YYYY-MM-DD, such as 2026-04-03.")
    return nil
  }
}
