import Quantities

/// Why the text of a cell is not a number, and what to write instead.
struct NumberFault {
  let code: String
  let cause: String
  let remedy: String

  /// Explains text that is not in the number grammar.
  init(text: String) {
    let shown = Shown.text(text)
    let lowered = text.lowercased()
    func contains(_ words: [String]) -> Bool { words.contains(lowered) }
    let digits = text.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }.count
    if text.hasPrefix("#") || text.hasPrefix("=") {
      code = "E_NUMBER_SPREADSHEET"
      cause = "'\(shown)' is a spreadsheet's formula or error value, not a number."
      remedy = "Mend the formula and export values, or leave the cell empty."
    } else if contains([
      "tntc", "overflow", "over", "high", "max", "too numerous to count", ">uloq",
    ]) {
      code = "E_NUMBER_LIMIT"
      cause = "'\(shown)' says that the value was too high to read."
      remedy = "Write '>' and the upper limit in the column's unit, such as '>60'."
    } else if contains([
      "lod", "<lod", "loq", "<loq", "<lloq", "bdl", "blq", "bql", "nd", "n.d.", "low",
    ]) {
      code = "E_NUMBER_LIMIT"
      cause = "'\(shown)' says that the value was below a limit, but not which."
      remedy = "Write '<' and the lower limit in the column's unit, such as '<0.5'."
    } else if ReadingText(text).isLimit {
      code = "E_LIMIT_UNWANTED"
      cause = "'\(shown)' is a limit; this column needs a plain number."
      remedy =
        "Write the number; only measured quantities may be given as limits, '<0.5' or '0.2..0.5'."
    } else if contains(["nan", "inf", "-inf", "infinity", "-infinity"])
      || StrictNumber.isDecimal(text)
    {
      code = "E_NUMBER_NOT_FINITE"
      cause = "'\(shown)' is not a finite number."
      remedy = "Leave the cell empty when nothing was measured, or write '>' and the limit."
    } else if contains(["na", "n/a", "-", "--", "none", "null", "missing", "?", "."]) {
      code = "E_NUMBER_WORD"
      cause = "'\(shown)' stands where a number is expected."
      remedy = "Leave the cell empty when nothing was measured."
    } else if digits > 0, text.contains(",") {
      code = "E_NUMBER_COMMA"
      cause = "'\(shown)' has a comma; it may be a decimal comma or a thousands separator."
      remedy = "Write a decimal point and no thousands separators, such as 1.5 or 1500."
    } else if digits > 0, Self.looksLikeDate(lowered) {
      code = "E_NUMBER_DATE"
      cause = "'\(shown)' looks like a date or a clock time."
      remedy = "Write a plain number; times are hours, days or minutes from the run's zero."
    } else if digits > 0, text.hasSuffix("%") || Self.hasUnitTail(text) {
      code = "E_NUMBER_UNIT"
      cause = "'\(shown)' holds a unit or words beside the number."
      remedy = "Write the number alone; the unit belongs in the header, such as 'viability [%]'."
    } else {
      code = "E_NUMBER"
      cause = "'\(shown)' is not a number."
      remedy =
        "Write digits with a decimal point, such as 0.5 or 1.2e6; leave the cell empty"
        + " when nothing was measured."
    }
  }

  private static func looksLikeDate(_ text: String) -> Bool {
    let hasLetter = text.utf8.contains { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    if !hasLetter, text.contains(":") || text.contains("/") { return true }
    let months = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    if months.contains(where: text.contains) { return true }
    let inner = text.dropFirst().utf8.filter { $0 == UInt8(ascii: "-") }.count
    return inner == 2 || text.utf8.filter { $0 == UInt8(ascii: ".") }.count == 2
  }

  /// A number in the grammar, a space or nothing, then a letter: `1.0e6 cells/mL`, `98percent`.
  private static func hasUnitTail(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return false
    }
    return first.properties.numericType != nil && first.isASCII
      && last.properties.isAlphabetic && !text.hasPrefix("0x") && !text.hasPrefix("0X")
  }
}
