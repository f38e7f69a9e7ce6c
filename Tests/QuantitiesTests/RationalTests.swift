import Quantities
import Testing

/// Exact fractions at the edge of 128 bits, against values that need more than 128 bits between.
@Suite struct RationalTests {
  /// Would catch a comparison that falls back on floating point when cross products overflow.
  @Test func comparesExactlyBeyondOneHundredTwentyEightBits() throws {
    let big = Int128(1) << 100
    let a = try Rational(big + 1, over: big - 1)
    let b = try Rational(big + 3, over: big + 1)
    // (n+1)/(n-1) > (n+3)/(n+1), although both round to the same Double.
    #expect(a.double == b.double)
    #expect(b < a)
    #expect(!(a < b))
    #expect(try Rational(-1, over: 3) < Rational(-1, over: 4))
  }

  @Test func arithmeticIsExactOrThrows() throws {
    let third = try Rational(1, over: 3)
    #expect(try third.plus(Rational(1, over: 6)) == Rational(1, over: 2))
    #expect(try third.times(Rational(3)) == .one)
    #expect(throws: Rational.ArithmeticError.overflow) {
      try Rational(Int128.max).times(Rational(2))
    }
    #expect(throws: Rational.ArithmeticError.divisionByZero) { try third.divided(by: .zero) }
    #expect(try Rational(-7, over: 2).floor == -4 && Rational(-7, over: 2).ceiling == -3)
  }

  /// Would catch a number grammar that lets `nan`, hexadecimal or a decimal comma through.
  @Test(arguments: [
    "nan", "inf", "0x10", "1,5", ".5", "5.", "+5", "1e999", "1_000", "", "-", "1e", "١",
  ])
  func strictNumbersRefuse(_ text: String) { #expect(StrictNumber.double(text) == nil) }

  @Test func strictNumbersRead() {
    #expect(StrictNumber.double("-1.5e-3") == -0.0015)
    #expect(StrictNumber.rational("0.1") == (try? Rational(1, over: 10)))
    #expect(StrictNumber.rational("2.5E6") == Rational(2_500_000))
  }
}
