/// The one grammar for numbers that come from outside: `-?d+(.d+)?([eE][+-]?d+)?`, finite only.
///
/// `nan`, `inf`, `0x10`, `1,5`, `.5`, `5.`, `+5`, `1_000` and anything that overflows are refused,
/// because each of them has been read as a wrong number by some tool.
public enum StrictNumber {
  /// Reads a decimal number as the nearest `Double`; nil when the text is not in the grammar.
  ///
  /// *Edge cases:* text that overflows to infinity gives nil; surrounding spaces are not accepted.
  public static func double(_ text: some StringProtocol) -> Double? {
    guard isDecimal(text), let value = Double(String(text)), value.isFinite else { return nil }
    return value
  }

  /// Reads a decimal number exactly; nil when it is not in the grammar or exceeds 36 digits.
  public static func rational(_ text: some StringProtocol) -> Rational? {
    if let value = plain(text) { return value }
    guard isDecimal(text) else { return nil }
    var digits: Int128 = 0
    var exponent = 0
    var negative = false
    var afterPoint = false
    var bytes = Array(text.utf8)[...]
    if bytes.first == UInt8(ascii: "-") {
      negative = true
      bytes = bytes.dropFirst()
    }
    while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
      bytes = bytes.dropFirst()
      if byte == UInt8(ascii: ".") {
        afterPoint = true
        continue
      }
      let (tenfold, overflowA) = digits.multipliedReportingOverflow(by: 10)
      let (sum, overflowB) = tenfold.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
      if overflowA || overflowB { return nil }
      digits = sum
      if afterPoint { exponent -= 1 }
    }
    if !bytes.isEmpty {
      guard let written = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)),
        abs(written) <= 60
      else { return nil }
      exponent += written
    }
    guard let power = Rational.powerOfTen(exponent) else { return nil }
    return try? Rational(negative ? -digits : digits).times(power)
  }

  /// The value of at most 18 digits with or without a point, as almost all are; nil for anything
  /// else, which is then read in full.
  private static func plain(_ text: some StringProtocol) -> Rational? {
    let read = text.utf8.withContiguousStorageIfAvailable { bytes -> Rational? in
      guard let first = bytes.first, let last = bytes.last, bytes.count <= 19, first != point,
        last != point
      else { return nil }
      var digits: Int64 = 0
      var scale: Int64 = 1
      var count = 0
      var afterPoint = false
      for byte in bytes {
        if byte == point {
          if afterPoint { return nil }
          afterPoint = true
        } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), count < 18 {
          digits = 10 * digits + Int64(byte - UInt8(ascii: "0"))
          if afterPoint { scale *= 10 }
          count += 1
        } else {
          return nil
        }
      }
      return scale == 1
        ? Rational(Int(digits)) : try? Rational(Int128(digits), over: Int128(scale))
    }
    return read.flatMap(\.self)
  }

  private static let point = UInt8(ascii: ".")

  /// True when the text is in the grammar.
  public static func isDecimal(_ text: some StringProtocol) -> Bool {
    var bytes = Array(text.utf8)[...]
    if bytes.first == UInt8(ascii: "-") { bytes = bytes.dropFirst() }
    guard dropDigits(&bytes) else { return false }
    if bytes.first == UInt8(ascii: ".") {
      bytes = bytes.dropFirst()
      guard dropDigits(&bytes) else { return false }
    }
    if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
      bytes = bytes.dropFirst()
      if bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") {
        bytes = bytes.dropFirst()
      }
      guard dropDigits(&bytes) else { return false }
    }
    return bytes.isEmpty
  }

  private static func dropDigits(_ bytes: inout ArraySlice<UInt8>) -> Bool {
    let before = bytes.count
    bytes = bytes.drop { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return bytes.count < before
  }
}
