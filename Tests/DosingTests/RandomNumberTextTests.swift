import Quantities
import Testing

/// Numbers as dose pages print them, against the rules for medication safety (Microsoft/NHS CUI
/// MEDi-015, ISMP): no trailing zero, a leading zero, a space before the unit, digit groups, no
/// power of ten that could lose its superscript.
@Suite struct RandomNumberTextTests {
  /// Would catch `1.0`, `.5`, `5mL`, `140000000`, `2 x 10^8`, `1,40`, `1.40E8`, and a digit lost.
  @Test func hundredThousandNumbers() throws {
    var random = Seeded(state: 20_261_123)
    var (printed, faults) = (0, [String]())
    for _ in 0..<12_500 {
      for (text, value) in try texts(&random) {
        printed += 1
        if let fault = MedicationStyle.fault(in: text) { faults.append("\(text): \(fault)") }
        if let value, MedicationStyle.firstNumber(in: text) != value {
          faults.append("\(text): not the number \(value)")
        }
      }
    }
    #expect(faults.isEmpty, "\(faults.prefix(10).joined(separator: "\n"))")
    #expect(printed == 100_000)
  }

  /// Would catch a scanner that finds no fault anywhere.
  @Test(arguments: [
    "1.0 mL", "1.50 mL", ".5 mL", "5mL", "1400 cells", "14,00 cells", "2 x 10^8 cells",
    "2 x 106 cells/kg", "2\u{00D7}10\u{2078} cells", "1.40E8 cells", "12E7", "1.4E08", "7. mL",
    "007 mL", "1,0000 cells", "0,5 mL", "5%",
  ]) func faultIsSeen(text: String) {
    #expect(MedicationStyle.fault(in: text) != nil)
  }

  /// Eight texts, with the number that each must hold where it is exact.
  private func texts(_ random: inout Seeded) throws -> [(String, Rational?)] {
    let whole = random.whole(digits: random.pick(1...15))
    let scale = random.pick(0...7)
    let power = try #require(Rational.powerOfTen(-scale))
    let decimal = try Rational(whole).times(power)
    let share = try Rational(Int128(random.pick(1...10_000)), over: 10_000)
    let real = Double(whole) / Double(random.pick(1...1_000_000))
    return [
      (ExactText.decimal(decimal), decimal),
      (try CellCount(whole).description, Rational(whole)),
      (try CellsPerKilogram(decimal).description, decimal),
      (try Volume(milliliters: decimal).description, decimal),
      (try Fraction(share).description, try share.times(Rational(100))),
      (ExactText.decimal(try Rational(whole, over: Int128(random.pick(1...999)))), nil),
      (NumberText.significant(real, random.pick(2...6)) + " mL/kg", nil),
      random.pick(0...1) == 0
        ? (NumberText.fixed(real, decimals: random.pick(0...6)) + " g/kg", nil)
        : (NumberText.percent(Double(random.pick(0...10_000)) / 10_000, decimals: 2), nil),
    ]
  }
}

/// A scanner for numbers in text.
enum MedicationStyle {
  /// What is wrong with the numbers of a text; nil when nothing is.
  static func fault(in text: String) -> String? {
    if text.utf8.contains(where: { $0 > 126 || $0 == UInt8(ascii: "^") || $0 == UInt8(ascii: "*") })
    {
      return "a power that can lose its superscript"
    }
    if text.contains(" x 10") { return "a bare power of ten" }
    for token in numbers(in: Array(text.utf8)) {
      if let fault = fault(token) { return fault }
    }
    return nil
  }

  /// The first number, read back without its groups.
  static func firstNumber(in text: String) -> Rational? {
    guard let token = numbers(in: Array(text.utf8)).first else { return nil }
    return StrictNumber.rational(String(decoding: token.digits, as: UTF8.self).filter { $0 != "," })
  }

  private struct Token {
    var digits: ArraySlice<UInt8>
    var before: UInt8?
    var after: UInt8?
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Runs of digits, commas, points and exponents.
  private static func numbers(in bytes: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    while index < bytes.count {
      guard isDigit(bytes[index]) || bytes[index] == UInt8(ascii: ".") else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.count,
        isDigit(bytes[index]) || [44, 46, 69].contains(bytes[index])
          || (bytes[index] == 45 && bytes[index - 1] == 69)
      { index += 1 }
      tokens.append(
        Token(
          digits: bytes[start..<index], before: start > 0 ? bytes[start - 1] : nil,
          after: index < bytes.count ? bytes[index] : nil))
    }
    return tokens
  }

  private static func fault(_ token: Token) -> String? {
    if let before = token.before, ![32, 40, 45].contains(before) { return "no space before" }
    if let after = token.after, ![32, 41].contains(after) { return "no space before the unit" }
    let halves = token.digits.split(separator: 69, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: 46, omittingEmptySubsequences: false)
    guard halves.count <= 2, parts.count <= 2 else { return "not one number" }
    let groups = parts[0].split(separator: 44, omittingEmptySubsequences: false)
    guard let first = groups.first, (1...3).contains(first.count),
      groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return "no leading zero or no groups of three digits" }
    if first.first == 48, first.count > 1 || groups.count > 1 { return "a zero too many in front" }
    if parts.count == 2 {
      guard parts[1].allSatisfy(isDigit), let last = parts[1].last, last != 48 else {
        return "a trailing zero or point"
      }
    }
    if halves.count == 2 {
      let exponent = halves[1].first == 45 ? halves[1].dropFirst() : halves[1]
      guard first.count == 1, groups.count == 1, exponent.allSatisfy(isDigit),
        let lead = exponent.first, lead != 48
      else { return "a power of ten out of form" }
    }
    return nil
  }
}

extension Seeded {
  /// A whole number above zero of so many digits.
  fileprivate mutating func whole(digits: Int) -> Int128 {
    var value = Int128(pick(1...9))
    for _ in 1..<max(2, digits) where digits > 1 { value = value * 10 + Int128(pick(0...9)) }
    return value
  }
}
