import Foundation
import Testing

@testable import Reports

@Suite struct TickTests {
  private func texts(_ ticks: [Tick]) -> [String] { ticks.compactMap(\.text) }

  /// Would catch a step that is not 1, 2 or 5, values such as 0.30000000000000004, and mixed forms.
  @Test(arguments: [
    (0.0, 1.0, 6, "0 0.2 0.4 0.6 0.8 1"), (0, 10, 10, "0 1 2 3 4 5 6 7 8 9 10"),
    (-1, 1, 4, "-1 -0.5 0 0.5 1"), (0, 0.7, 7, "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7"),
    (0, 1.9e9, 5, "0 5E8 1E9 1.5E9"), (95, 101, 3, "96 98 100"),
    (0, 4e-5, 4, "0 1E-5 2E-5 3E-5 4E-5"),
    (0, 50_000, 5, "0 10,000 20,000 30,000 40,000 50,000"), (3.2, 3.3, 2, "3.2 3.25 3.3"),
  ])
  func linear(from: Double, to: Double, count: Int, expected: String) {
    let ticks = Ticks.on(.linear, from: from, to: to, atMost: count)
    #expect(texts(ticks).joined(separator: " ") == expected)
  }

  /// Would catch fractions of a day on a long run and ten-day steps where weeks are meant.
  @Test(arguments: [
    (0.0, 1.0, 6, "0 0.25 0.5 0.75 1"), (0, 14, 15, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14"),
    (0, 14, 8, "0 2 4 6 8 10 12 14"), (0, 30, 6, "0 7 14 21 28"),
    (4.6, 9.4, 10, "5 5.5 6 6.5 7 7.5 8 8.5 9"),
  ])
  func days(from: Double, to: Double, count: Int, expected: String) {
    let ticks = Ticks.on(.days, from: from, to: to, atMost: count)
    #expect(texts(ticks).joined(separator: " ") == expected)
  }

  /// Would catch a decade missed by a rounded logarithm (1000 is the classic), and crowded labels.
  @Test(arguments: [
    (1.0, 1000.0, 4, "1 10 100 1,000", 6), (1e7, 1e10, 5, "1E7 1E8 1E9 1E10", 6),
    (1, 10, 8, "1 2 5 10", 0), (0.5, 20, 8, "0.5 1 2 5 10 20", 0),
    (1e-6, 1e6, 5, "1E-6 1E-3 1E0 1E3 1E6", 8), (40, 45, 5, "40 41 42 43 44 45", 0),
  ])
  func logarithmic(from: Double, to: Double, count: Int, expected: String, minor: Int) {
    let ticks = Ticks.on(.log10, from: from, to: to, atMost: count)
    #expect(texts(ticks).joined(separator: " ") == expected)
    #expect(ticks.count { $0.text == nil } == minor)
  }

  /// Would catch a wrong series coefficient or constant: the C library is the reference.
  @Test func logarithmAgreesWithTheLibrary() {
    var random = SplitMix(state: 5)
    var worst = 0.0
    for _ in 0..<20_000 {
      let value = exp(Double.random(in: -600...600, using: &random))
      worst = max(
        worst,
        abs(Number.log10(value) - Foundation.log10(value)) / max(1, abs(Foundation.log10(value))))
    }
    for exponent in -299...299 where Number.decade(of: Number.powerOfTen(exponent)) != exponent {
      worst = .infinity
    }
    #expect(worst < 1e-15)
  }

  /// Would catch lost signs and zeros in coordinates (-0.05, 1.10) and exponents.
  @Test func coordinatesHaveTwoDecimals() {
    let values = [0, -0.05, 1.1, 12.345, -0.001, 100, 1e300, .nan, -.infinity, 7.999]
    let texts = ["0", "-0.05", "1.1", "12.35", "0", "100", "1000000", "0", "-1000000", "8"]
    // 12.345 times 100 is 1234.5 in doubles, rounded away from zero.
    #expect(values.map(Number.text) == texts)
  }
}
