/// Numbers as text: the same on every machine, in every locale.
public enum NumberText {
  /// A number with a given count of significant digits, without trailing zeros.
  ///
  /// Plain notation from 1e-4 to 1e7, otherwise `1.4E8`. Never a bare point, never `1.0`.
  /// *Edge cases:* NaN prints as `not a number`, infinities as `infinite`.
  public static func significant(_ value: Double, _ digits: Int = 4) -> String {
    if value.isNaN { return "not a number" }
    if value.isInfinite { return value < 0 ? "-infinite" : "infinite" }
    if value == 0 { return "0" }
    var (mantissa, exponent) = decimal(abs(value), digits: digits)
    while mantissa.count > 1, mantissa.last == "0" { mantissa.removeLast() }
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent > 6 {
      let fraction = mantissa.dropFirst()
      return sign + String(mantissa.prefix(1)) + (fraction.isEmpty ? "" : "." + fraction)
        + "E\(exponent)"
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + mantissa
    }
    if mantissa.count <= exponent + 1 {
      mantissa += String(repeating: "0", count: exponent + 1 - mantissa.count)
      return sign + grouped(mantissa)
    }
    let point = mantissa.index(mantissa.startIndex, offsetBy: exponent + 1)
    return sign + grouped(String(mantissa[..<point])) + "." + mantissa[point...]
  }

  /// A whole number with commas between groups of three digits.
  public static func grouped(_ value: some BinaryInteger) -> String {
    let text = String(value)
    return text.hasPrefix("-") ? "-" + grouped(String(text.dropFirst())) : grouped(text)
  }

  /// Cells as `140,000,000 cells (140 million; 1.4E8)`; below 10,000 without the other forms, below
  /// a million without the words.
  ///
  /// Source: copies of labels that lost their superscripts ("2 x 106") are why each form stands by
  /// itself.
  public static func cells(_ count: some BinaryInteger) -> String {
    let plain = grouped(count) + (count == 1 ? " cell" : " cells")
    guard count.magnitude >= 10_000 else { return plain }
    var digits = String(count.magnitude)
    let exponent = digits.count - 1
    let words = inWords(digits)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let fraction = digits.dropFirst()
    let short = String(digits.prefix(1)) + (fraction.isEmpty ? "" : "." + fraction) + "E\(exponent)"
    let sign = count < 0 ? "-" : ""
    return plain + " (" + (words.map { sign + $0 + "; " } ?? "") + sign + short + ")"
  }

  /// `140 million`, exact; nil below a million.
  private static func inWords(_ digits: String) -> String? {
    guard
      let (places, word) = [(9, "billion"), (6, "million")].first(where: { digits.count > $0.0 })
    else { return nil }
    var fraction = digits.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return grouped(String(digits.dropLast(places))) + (fraction.isEmpty ? "" : "." + fraction)
      + " " + word
  }

  /// Words in a row, `a, b and c`; empty for none.
  public static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A count with its noun: `1 value`, `14 values`.
  public static func counted(_ count: Int, _ noun: String) -> String {
    grouped(count) + " " + noun + (count == 1 ? "" : "s")
  }

  /// A fraction as per cent with a given count of decimals, `93 %` or `93.5 %`.
  public static func percent(_ fraction: Double, decimals: Int = 0) -> String {
    fixed(fraction * 100, decimals: decimals) + " %"
  }

  /// A number with at most a given count of decimals, without trailing zeros.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    if !value.isFinite { return significant(value) }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (abs(value) * scale).rounded(.toNearestOrEven)
    guard rounded < 9e15 else { return significant(value, 15) }
    let whole = Int64(rounded)
    let unit = Int64(scale)
    let sign = value < 0 && whole != 0 ? "-" : ""
    var fraction = String(whole % unit)
    fraction =
      String(repeating: "0", count: decimals - fraction.count.clamped(to: 0...decimals))
      + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return sign + grouped(String(whole / unit)) + (fraction.isEmpty ? "" : "." + fraction)
  }

  private static func grouped(_ digits: String) -> String {
    var out = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return out
  }

  /// Rounds the shortest decimal form of a positive number to some digits: (digits, exponent).
  private static func decimal(_ value: Double, digits: Int) -> (String, Int) {
    // The shortest round-trip text is the same on every machine; round its digits half to even.
    let text = value.description.lowercased()
    let parts = text.split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var all = String(halves[0]) + (halves.count > 1 ? String(halves[1]) : "")
    exponent += halves[0].count - 1
    while all.count > 1, all.first == "0" {
      all.removeFirst()
      exponent -= 1
    }
    guard all.count > digits else { return (all, exponent) }
    var kept = all.prefix(digits).compactMap(\.wholeNumberValue)
    let rest = all.dropFirst(digits)
    let half = "5" + String(repeating: "0", count: rest.count - 1)
    let up = String(rest) > half || (String(rest) == half && (kept.last ?? 0) % 2 == 1)
    if up {
      var index = kept.count - 1
      while index >= 0, kept[index] == 9 {
        kept[index] = 0
        index -= 1
      }
      if index < 0 {
        kept.insert(1, at: 0)
        kept.removeLast()
        exponent += 1
      } else {
        kept[index] += 1
      }
    }
    return (kept.map(String.init).joined(), exponent)
  }
}

extension Comparable {
  /// The value moved into a closed range.
  public func clamped(to range: ClosedRange<Self>) -> Self {
    min(max(self, range.lowerBound), range.upperBound)
  }
}
