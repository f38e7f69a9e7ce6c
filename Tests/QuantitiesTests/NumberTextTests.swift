import Quantities
import Testing

/// Printed numbers: no trailing zero, a leading zero, no bare superscript. Would catch `1.0`, `.5`
/// and rounding of the wrong digit.
@Suite struct NumberTextTests {
  static let significant: [(Double, Int, String)] = [
    (0.5, 3, "0.5"), (1, 3, "1"), (1234.5, 3, "1,230"), (1_234_567, 4, "1,235,000"),
    (12_345_678, 4, "1.235E7"), (0.00012345, 3, "0.000123"), (0.000012345, 3, "1.23E-5"),
    (9.9996, 4, "10"), (-2.50, 3, "-2.5"), (0, 3, "0"), (99_995, 4, "100,000"),
  ]

  @Test(arguments: significant) func prints(_ value: Double, _ digits: Int, _ text: String) {
    #expect(NumberText.significant(value, digits) == text)
  }

  @Test func cells() {
    #expect(NumberText.cells(140_000_000) == "140,000,000 cells (140 million; 1.4E8)")
    #expect(NumberText.cells(1_050_000) == "1,050,000 cells (1.05 million; 1.05E6)")
    #expect(
      NumberText.cells(4_200_000_001) == "4,200,000,001 cells (4.200000001 billion; 4.200000001E9)")
    #expect(NumberText.cells(999_000) == "999,000 cells (9.99E5)")
    #expect(NumberText.cells(1) == "1 cell")
    #expect(NumberText.cells(9_999) == "9,999 cells")
    #expect(NumberText.fixed(2.50, decimals: 2) == "2.5")
    #expect(NumberText.fixed(0.05, decimals: 2) == "0.05")
    #expect(NumberText.percent(0.935, decimals: 1) == "93.5 %")
  }

  /// 100,000 random numbers follow one grammar.
  @Test func grammarHolds() {
    var state: UInt64 = 42
    var bad: [String] = []
    for _ in 0..<100_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: (state >> 12) | 0x3FF0_0000_0000_0000) - 1
      let scaled = value * [1e-6, 1e-2, 1, 1e3, 1e9][Int(state >> 60) % 5]
      let text = NumberText.significant(scaled, 4)
      let mantissa = text.split(separator: "E")[0]
      let trailing = mantissa.contains(".") && (mantissa.last == "0" || mantissa.last == ".")
      if text.first == "." || trailing { bad.append(text) }
      let plain = Double(text.filter { $0 != "," }) ?? .nan
      if !(abs(plain - scaled) <= 0.00051 * abs(scaled)) { bad.append("\(scaled) \(text)") }
    }
    #expect(bad.isEmpty, "\(bad.prefix(5))")
  }
}
