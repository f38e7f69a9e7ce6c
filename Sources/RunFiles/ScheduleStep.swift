import Quantities
import RunRecords

/// One step of a plan as a user writes it, on its way into the table that the reader of operations
/// files checks.
struct ScheduleStep {
  let hours: Double
  let operation: String
  /// Column, cell and, for a number, its unit.
  private let cells: [(spec: ColumnSpec, text: String, value: (Double, Unit)?)]

  /// Reads `5d exchange fraction=50% glucose=25 mM`; faults go to the findings.
  init?(_ text: String, at place: Place, _ findings: inout FindingList) {
    let words = text.split(separator: " ").map(String.init)
    let first = words.firstIndex(where: Self.beginsCell) ?? words.count
    guard first >= 2,
      let (time, unit) = QuantityText.split(words[..<(first - 1)].joined(separator: " ")),
      unit.dimension == Dimension(time: 1), time >= 0
    else {
      findings.error(
        "E_STEP_FORM", at: place,
        "'\(Shown.text(text))' does not begin with a time and an operation.",
        remedy: "Write it like '5d exchange fraction=50%'.")
      return nil
    }
    hours = unit.toBase(time)
    operation = words[first - 1]
    var cells: [(ColumnSpec, String, (Double, Unit)?)] = []
    for pair in Self.pairs(words[first...]) {
      guard let spec = Self.spec(pair.name, at: place, &findings) else { continue }
      guard case .number(let dimension, let example, _, _) = spec.content else {
        cells.append((spec, pair.value, nil))
        continue
      }
      guard let (value, unit) = QuantityText.split(QuantityText.unbracketed(pair.value)),
        unit.dimension == dimension
      else {
        findings.error(
          "E_STEP_VALUE", at: place,
          "'\(Shown.text(pair.value))' cannot be read as '\(spec.name)', which is "
            + (dimension.isNone ? "a share or a plain number." : "\(dimension.words)."),
          remedy: "Write a number with its unit, such as \(spec.name)=1 \(example).")
        continue
      }
      cells.append((spec, "", (value, unit)))
    }
    self.cells = cells
  }

  private static func beginsCell(_ word: String) -> Bool {
    guard let sign = word.firstIndex(of: "="), sign != word.startIndex else { return false }
    return word[..<sign].utf8.allSatisfy {
      ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
        || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "_")
    }
  }

  private static func pairs(_ words: ArraySlice<String>) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for word in words {
      if beginsCell(word) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        pairs.append((String(parts[0]), String(parts[1])))
      } else if !pairs.isEmpty {
        pairs[pairs.count - 1].value += " " + word
      }
    }
    return pairs
  }

  private static func spec(
    _ name: String, at place: Place, _ findings: inout FindingList
  ) -> ColumnSpec? {
    let known = RunColumns.operations.filter { !["run", "time", "operation"].contains($0.name) }
    if let spec = known.first(where: { $0.name == name || $0.synonyms.contains(name) }) {
      return spec
    }
    findings.error(
      "E_STEP_NAME", at: place,
      "unknown column '\(Shown.text(name))'.\(Suggestion.phrase(for: name, among: known.map(\.name)))",
      remedy: "Use one of: \(known.map(\.name).joined(separator: ", ")).")
    return nil
  }

  /// The steps as an operations file; a column has the unit in which it was written first.
  static func csv(_ steps: [ScheduleStep], run: String) -> String {
    var columns: [(spec: ColumnSpec, unit: Unit?)] = []
    for cell in steps.flatMap(\.cells) where !columns.contains(where: { $0.spec == cell.spec }) {
      columns.append((cell.spec, cell.value?.1))
    }
    let headings = columns.map { column in
      column.unit.map { "\(column.spec.name) [\($0.symbol)]" } ?? column.spec.name
    }
    var out = (["run", "time [h]", "operation"] + headings).joined(separator: ",") + "\n"
    for step in steps {
      var row = [run, step.hours.description, step.operation]
      for column in columns {
        let cell = step.cells.first { $0.spec == column.spec }
        if let (value, unit) = cell?.value, let target = column.unit {
          let number = unit == target ? value : target.fromBase(unit.toBase(value))
          row.append(number.description)
        } else {
          row.append(cell?.text ?? "")
        }
      }
      out += row.map(quoted).joined(separator: ",") + "\n"
    }
    return out
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0 == ";" }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
