import Quantities

/// Numbers with units as one writes them, `6.5 d`, `6d` or `2e8 cells`.
public enum QuantityText {
  /// Splits `6.5 d` or `6.5d` into number and unit; nil when either cannot be read.
  public static func split(_ text: String) -> (Double, Unit)? {
    let trimmed = text.trimmingSpaces()
    // The longest prefix that is a number, so that `2e8 cells` and `6d` both split where meant.
    var end = trimmed.endIndex
    while end > trimmed.startIndex {
      let head = trimmed[..<end]
      let tail = trimmed[end...].trimmingSpaces()
      if let value = StrictNumber.double(head),
        let unit = try? Unit(parsing: tail.isEmpty ? "1" : tail)
      {
        return (value, unit)
      }
      end = trimmed.index(before: end)
    }
    return nil
  }

  /// `0.03 [1/h]` as `0.03 1/h`; text without a unit in brackets at its end is left alone.
  public static func unbracketed(_ text: String) -> String {
    let trimmed = text.trimmingSpaces()
    guard trimmed.hasSuffix("]"), let open = trimmed.firstIndex(of: "[") else { return text }
    return trimmed[..<open].trimmingSpaces() + " "
      + trimmed[trimmed.index(after: open)...].dropLast()
  }
}
