import Quantities
import Yams

/// Reads one YAML file strictly: every key must be known, every value has a type, and everything
/// wrong becomes a finding with its place instead of a default.
struct YAMLReader {
  let file: String
  /// What the file holds, as its findings' codes begin: `E_PRODUCT_`.
  let prefix: String
  private(set) var findings: [Finding] = []

  init(file: String, prefix: String) {
    self.file = file
    self.prefix = prefix
  }

  /// The top node of a text.
  ///
  /// Throws `InputRefused` with line and column where it is not YAML, gives a key twice, or repeats
  /// a part by an alias: a few lines of aliases of aliases stand for billions of values.
  static func root(_ text: String, file: String, prefix: String) throws(InputRefused) -> Node {
    func refused(_ cause: String, _ line: Int = 0, _ column: Int = 0) -> InputRefused {
      InputRefused([
        Finding(
          .error, prefix + "YAML", at: Place(file: file, line: line, column: column), cause,
          remedy: "Write the file as YAML: 'key: value', two spaces for each level, no tabs.")
      ])
    }
    if let place = YAMLAlias.first(in: text, file: file) {
      throw InputRefused([
        Finding(
          .error, prefix + "ALIAS", at: place,
          "A part of the file is repeated by an alias (*name of &name); such files are not read.",
          remedy: "Write the part out where it belongs: the file is read as it stands.")
      ])
    }
    do {
      guard let node = try compose(yaml: text, .basic) else { throw refused("The file is empty.") }
      return node
    } catch let refusal as InputRefused {
      throw refusal
    } catch YamlError.scanner(_, let problem, let mark, _) {
      throw refused("The YAML cannot be read: \(problem).", mark.line, mark.column)
    } catch YamlError.parser(_, let problem, let mark, _) {
      throw refused("The YAML cannot be read: \(problem).", mark.line, mark.column)
    } catch YamlError.composer(_, let problem, let mark, _) {
      throw refused("The YAML cannot be read: \(problem).", mark.line, mark.column)
    } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
      let names = duplicates.sorted()
      throw refused(
        "Given more than once: \(names.joined(separator: ", ")).", context.mark.line,
        context.mark.column)
    } catch {
      throw refused("The YAML cannot be read.")
    }
  }

  func place(_ node: Node?) -> Place {
    Place(file: file, line: node?.mark?.line ?? 0, column: node?.mark?.column ?? 0)
  }

  mutating func report(_ code: String, _ node: Node?, _ cause: String, _ remedy: String) {
    findings.append(Finding(.error, code, at: place(node), cause, remedy: remedy))
  }

  /// The mapping of a node, its keys checked against those allowed; nil when it is none.
  mutating func mapping(_ node: Node, _ what: String, keys: [String]) -> Node.Mapping? {
    guard let mapping = node.mapping else {
      report(prefix + "SHAPE", node, "\(what) is not a list of 'key: value'.", "Indent its keys.")
      return nil
    }
    for (key, _) in mapping {
      let name = key.scalar?.string ?? ""
      if !keys.contains(name) {
        report(
          prefix + "KEY", key,
          "\(what) has no key '\(name)'." + Suggestion.phrase(for: name, among: keys),
          "Use one of: \(keys.joined(separator: ", ")).")
      }
    }
    return mapping
  }

  /// A value, or nil when the key is absent or its value is a plain `null`.
  func optional(_ mapping: Node.Mapping, _ key: String) -> Node? {
    guard let node = YAMLReader.value(mapping, key) else { return nil }
    if let scalar = node.scalar, scalar.style == .plain, ["null", "~", ""].contains(scalar.string) {
      return nil
    }
    return node
  }

  /// The value of a key. Keys are compared as text: two nodes would be compared by their types, for
  /// which every scalar is held against a dozen patterns.
  static func value(_ mapping: Node.Mapping, _ key: String) -> Node? {
    mapping.first { $0.key.scalar?.string == key }?.value
  }

  /// A value that must be there.
  mutating func required(_ mapping: Node.Mapping, _ key: String, in parent: Node) -> Node? {
    if let node = optional(mapping, key) { return node }
    report(
      prefix + "MISSING", parent, "'\(key)' is missing.",
      "Add it; nothing is assumed in its place.")
    return nil
  }

  /// Text that is not blank.
  mutating func text(_ node: Node?) -> String? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, text.contains(where: { !$0.isWhitespace }) else {
      report(prefix + "TEXT", node, "This value is not text, or it is blank.", "Write it out.")
      return nil
    }
    return text
  }

  /// One word of a closed list.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ node: Node?, _: Word.Type
  ) -> Word? where Word.RawValue == String {
    guard let text = text(node) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    report(
      prefix + "WORD", node,
      "'\(text)' is not one of the known words." + Suggestion.phrase(for: text, among: words),
      "Use one of: \(words.joined(separator: ", ")).")
    return nil
  }

  /// `true` or `false`, nothing else.
  mutating func flag(_ node: Node?) -> Bool? {
    guard let text = text(node) else { return nil }
    if text == "true" || text == "false" { return text == "true" }
    report(prefix + "FLAG", node, "'\(text)' is neither true nor false.", "Write true or false.")
    return nil
  }

  /// A day as YYYY-MM-DD.
  mutating func day(_ node: Node?) -> String? {
    guard let text = text(node) else { return nil }
    if CivilDate(parsing: text) != nil { return text }
    report(prefix + "DATE", node, "'\(text)' is not a day.", "Write YYYY-MM-DD.")
    return nil
  }

  /// Splits `0.2e6 cells/kg` into an exact number and its unit.
  mutating func amount(_ node: Node?) -> (value: Rational, unit: String)? {
    guard let text = text(node) else { return nil }
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let value = StrictNumber.rational(parts[0]) else {
      report(
        prefix + "NUMBER", node, "'\(text)' does not start with a plain decimal number.",
        "Write a number such as 0.2e6, one space and the unit.")
      return nil
    }
    guard parts.count == 2 else {
      report(prefix + "UNIT", node, "'\(text)' has no unit.", "Add the unit; none is assumed.")
      return nil
    }
    return (value, String(parts[1]))
  }

  /// Days of the week by their short names.
  mutating func weekdays(_ list: Node.Sequence) -> Set<CivilDate.Weekday> {
    let names = CivilDate.Weekday.allCases.map(\.short)
    var days: Set<CivilDate.Weekday> = []
    for item in list {
      guard let text = text(item) else { continue }
      if let day = CivilDate.Weekday.allCases.first(where: { $0.short == text }) {
        days.insert(day)
      } else {
        report(
          prefix + "WORD", item,
          "'\(Shown.text(text))' is no day of the week."
            + Suggestion.phrase(for: text, among: names),
          "Use \(names.joined(separator: ", ")).")
      }
    }
    return days
  }
}
