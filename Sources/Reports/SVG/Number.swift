/// Numbers of a drawing: own formatting and own logarithm, so that bytes do not depend on the C
/// library or the processor.
enum Number {
  /// A coordinate with at most two decimals; values that are not finite or huge are cut to 1E6.
  static func text(_ value: Double) -> String {
    let bounded = value.isNaN ? 0 : min(max(value, -1e6), 1e6)
    let hundredths = Int((bounded * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return sign + String(whole) }
    let decimals = rest % 10 == 0 ? String(rest / 10) : (rest < 10 ? "0" : "") + String(rest)
    return sign + String(whole) + "." + decimals
  }

  /// Two coordinates with a comma between.
  static func pair(_ x: Double, _ y: Double) -> String { text(x) + "," + text(y) }

  /// The power of ten, correctly rounded.
  static func powerOfTen(_ exponent: Int) -> Double {
    Double("1e\(exponent)") ?? (exponent < 0 ? 0 : .infinity)
  }

  /// A whole multiple of a power of ten, correctly rounded between 1e-22 and 1e22.
  static func scaled(_ multiple: Int, _ exponent: Int) -> Double {
    exponent < 0
      ? Double(multiple) / powerOfTen(-exponent) : Double(multiple) * powerOfTen(exponent)
  }

  /// The decimal logarithm of a positive normal number, to 1e-15 relative to 1.
  ///
  /// With v = m 2^e and m in 0.7...1.4: ln m = 2 (z + z^3/3 + z^5/5 + ...), z = (m - 1)/(m + 1).
  static func log10(_ value: Double) -> Double {
    var mantissa = value.significand
    var exponent = Double(value.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    let z = (mantissa - 1) / (mantissa + 1)
    var sum = 0.0
    for k in stride(from: 23, through: 1, by: -2) { sum = sum * z * z + 1 / Double(k) }
    return 2 * z * sum * 0.4342944819032518 + exponent * 0.3010299956639812
  }

  /// The greatest e with 10^e <= value, for a positive normal number.
  static func decade(of value: Double) -> Int {
    let guess = Int(log10(value).rounded(.down))
    if powerOfTen(guess + 1) <= value { return guess + 1 }
    return powerOfTen(guess) > value ? guess - 1 : guess
  }
}
