import Quantities
import Testing

/// Numbers with more places than are printed, against rounding by hand.
@Suite struct ExactTextRoundingTests {
  /// Would catch decimals that are cut, halves to even, a carry that is lost, and a direction turned
  /// round below zero.
  @Test func rounding() throws {
    let cases: [(Int128, Int128, Int, String, String, String)] = [
      // value, places: nearest (halves away from zero), down, up
      (2, 3, 2, "about 0.67", "about 0.66", "about 0.67"),
      (1, 3, 2, "about 0.33", "about 0.33", "about 0.34"),
      (1, 8, 2, "about 0.13", "about 0.12", "about 0.13"),
      (3, 8, 2, "about 0.38", "about 0.37", "about 0.38"),
      (1, 8, 3, "0.125", "0.125", "0.125"),
      (999_999, 1_000_000, 3, "about 1", "about 0.999", "about 1"),
      (19_999, 2, 0, "about 10,000", "about 9,999", "about 10,000"),
      (1_999_999, 1000, 2, "about 2,000", "about 1,999.99", "about 2,000"),
      (-2, 3, 2, "about -0.67", "about -0.67", "about -0.66"),
      (-1, 8, 2, "about -0.13", "about -0.13", "about -0.12"),
      (1, 10_000, 2, "about 0", "about 0", "about 0.01"),
      (-1, 10_000, 2, "about 0", "about -0.01", "about 0"),
      (
        20_833_333_333_333, 1_000_000, 3, "about 20,833,333.333", "about 20,833,333.333",
        "about 20,833,333.334"
      ),
    ]
    for (top, bottom, places, nearest, down, up) in cases {
      let value = try Rational(top, over: bottom)
      #expect(ExactText.decimal(value, decimals: places) == nearest)
      #expect(ExactText.decimal(value, decimals: places, rounding: .down) == down)
      #expect(ExactText.decimal(value, decimals: places, rounding: .up) == up)
    }
  }

  /// Would catch a direction that is not kept: the printed number is read back and compared, over
  /// 20,000 fractions; and a nearest one that is more than half a place away.
  @Test func directionsHold() throws {
    var state: UInt64 = 20_261_122
    func next(_ most: UInt64) -> Int128 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int128((state >> 20) % most + 1)
    }
    func read(_ text: String) -> Rational? {
      StrictNumber.rational(text.replacing("about ", with: "").replacing(",", with: ""))
    }
    var wrong: [String] = []
    for _ in 0..<20_000 {
      let value = try Rational(next(10_000_000_000), over: next(9_999))
      let places = Int(next(6)) - 1
      let unit = try #require(Rational.powerOfTen(-places))
      guard let down = read(ExactText.decimal(value, decimals: places, rounding: .down)),
        let up = read(ExactText.decimal(value, decimals: places, rounding: .up)),
        let near = read(ExactText.decimal(value, decimals: places)),
        down <= value, value <= up, try up.minus(down) <= unit, near == down || near == up,
        try value.minus(down) < up.minus(value) ? near == down : near == up
      else {
        wrong.append("\(value) to \(places)")
        continue
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }
}
