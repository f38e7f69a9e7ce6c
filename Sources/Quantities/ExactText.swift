/// Exact numbers as text, in the medication-safety style: digit groups, a leading zero, no trailing
/// zero, no exponent that could lose its superscript (Microsoft/NHS CUI MEDi-015; ISMP).
public enum ExactText {
  /// A rational as a plain decimal: `0.75`, `2,000,000`.
  ///
  /// A fraction whose decimals do not end, or run past `decimals`, is rounded at `decimals` places and
  /// led by `about `, so that a rounded number is never taken for the exact one.
  /// *rounding:* to the nearest with halves away from zero, unless the text states a limit: then down
  /// for what must not be exceeded and up for what must be reached.
  public static func decimal(
    _ value: Rational, decimals: Int = 9, rounding: Rounding = .nearest
  ) -> String {
    let negative = value.numerator < 0
    let denominator = value.denominator.magnitude
    var (whole, remainder) = value.numerator.magnitude.quotientAndRemainder(
      dividingBy: denominator)
    var places: [UInt8] = []
    while remainder != 0, places.count < max(0, decimals) {
      let (tenfold, overflow) = remainder.multipliedReportingOverflow(by: 10)
      if overflow { break }
      places.append(UInt8(truncatingIfNeeded: tenfold / denominator))
      remainder = tenfold % denominator
    }
    let isCut = remainder != 0
    if isCut, rounding.isAway(remainder, of: denominator, isNegative: negative) {
      // One more in the last place, carried to the left.
      while places.last == 9 { places.removeLast() }
      if let last = places.popLast() { places.append(last + 1) } else { whole += 1 }
    }
    while places.last == 0 { places.removeLast() }
    let isZero = whole == 0 && places.isEmpty
    return (isCut ? "about " : "") + (negative && !isZero ? "-" : "")
      + NumberText.grouped(whole)
      + (places.isEmpty ? "" : "." + String(decoding: places.map { $0 + 48 }, as: UTF8.self))
  }

  /// Which way a number goes that has more places than are printed.
  public enum Rounding: Sendable {
    /// To the nearest, halves away from zero.
    case nearest
    /// Never above the number.
    case down
    /// Never below the number.
    case up

    /// True when the magnitude grows. *rest:* what is left of a unit of the last place, below `unit`.
    fileprivate func isAway(_ rest: UInt128, of unit: UInt128, isNegative: Bool) -> Bool {
      switch self {
      case .nearest: rest >= unit - rest
      case .down: isNegative
      case .up: !isNegative
      }
    }
  }

  /// True when the decimals of a fraction end: its denominator has no prime factor but 2 and 5.
  public static func endsAsDecimal(_ value: Rational) -> Bool {
    var rest = value.denominator
    while rest % 2 == 0 { rest /= 2 }
    while rest % 5 == 0 { rest /= 5 }
    return rest == 1
  }

  /// Splits `20 mL` at its one space into number and unit, and reads the number exactly.
  ///
  /// Throws `wrongUnit` when there is no unit or not the wanted one, `notANumber` when the number
  /// is not in the strict grammar. The messages never repeat the text: it may be a patient's.
  static func number(
    _ text: String, unit wanted: String, of quantity: String
  ) throws(QuantityError) -> Rational {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == wanted else {
      throw QuantityError(
        .wrongUnit, "\(quantity) is not written in \(wanted).",
        remedy: "Write a number, one space and the unit: '20 \(wanted)'. Nothing is converted.")
    }
    guard let value = StrictNumber.rational(parts[0]) else {
      throw QuantityError(
        .notANumber, "\(quantity) does not start with a plain decimal number.",
        remedy: "Write digits with a decimal point, as in '20.5 \(wanted)'.")
    }
    return value
  }
}
