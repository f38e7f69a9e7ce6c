import ModelLanguage
import Quantities

/// Two numbers in one unit as text, with as many digits as it takes to tell them apart.
public struct PrintedRange: Sendable {
  /// The first number.
  public let low: String
  /// The second number.
  public let high: String
  /// The unit after them, with a space before it; empty for plain numbers.
  public let suffix: String

  /// Prints two numbers given in `unit`.
  ///
  /// At least `digits` significant ones, more until numbers that differ differ in print (at most 12).
  /// A unit with a scale, such as 1e6 cells/mL, is printed without it where that is easier to read:
  /// `2,000 cells/mL`, not `0.002 1e6 cells/mL`.
  public init(_ low: Double, _ high: Double, digits: Int = 3, unit: Unit = .one) {
    let (scale, symbol) = PrintedRange.plain(unit)
    suffix = symbol == "1" || symbol.isEmpty ? "" : " " + symbol
    (self.low, self.high) = PrintedRange.apart(low * scale, high * scale, digits: digits)
  }

  /// A number of this range with the unit.
  public func with(_ text: String) -> String { text + suffix }

  /// Both as significant digits that tell them apart.
  public static func apart(_ a: Double, _ b: Double, digits: Int = 3) -> (String, String) {
    var count = digits
    while count < 12, a != b, a.isFinite, b.isFinite,
      NumberText.significant(a, count) == NumberText.significant(b, count)
    {
      count += 1
    }
    return (NumberText.significant(a, count), NumberText.significant(b, count))
  }

  /// A unit without its leading number, and that number.
  static func plain(_ unit: Unit) -> (scale: Double, symbol: String) {
    let parts = unit.symbol.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2, let number = StrictNumber.double(parts[0]) else {
      return (1, unit.symbol)
    }
    return (number, parts[1])
  }
}
