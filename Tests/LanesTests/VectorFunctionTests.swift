import Foundation
import Testing

@testable import Lanes

/// Catches a wrong coefficient, a lost half of the split of ln 2, and unscaled subnormal numbers.
@Suite struct VectorFunctionTests {
  /// The C library's functions are within 0.52 ulp, so this bounds ours by about 1.5 ulp of truth.
  @Test func exponentialAndLogarithmAreWithinOneUlpOfTheCLibrary() {
    var state: UInt64 = 88_172_645_463_325_252
    func uniform() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    var (worstExp, worstLog) = (0.0, 0.0)
    for round in 0..<125_000 {
      var (x, y) = (Pack8(0), Pack8(0))
      for j in 0..<8 {
        x[j] = round % 2 == 0 ? -708 + 1417.7 * uniform() : 4 * uniform() - 2
        y[j] = round % 2 == 0 ? Foundation.exp(-708 + 1417 * uniform()) : 0.4 + 1.2 * uniform()
      }
      let (e, l) = (Pack8.exp(x), Pack8.log(y))
      for j in 0..<8 {
        let (a, b) = (Foundation.exp(x[j]), Foundation.log(y[j]))
        worstExp = max(worstExp, abs(e[j] - a) / a.ulp)
        worstLog = max(worstLog, abs(l[j] - b) / max(b.ulp, 1e-300))
      }
    }
    #expect(worstExp <= 1)
    #expect(worstLog <= 1)
  }

  @Test func theEndsOfTheRangeComeOutRight() {
    let x = SIMD8<Double>(0, -.infinity, .infinity, .nan, 709.79, -745.2, -745.1, 1)
    let e = VectorFunctions.exp(x)
    #expect(e[0] == 1 && e[1] == 0 && e[2] == .infinity && e[3].isNaN)
    #expect(
      e[4] == .infinity && e[5] == 0 && e[6] == Double.leastNonzeroMagnitude
        && abs(e[7] - Double.exp(1)) < 5e-16)
    let l = VectorFunctions.log(
      SIMD8<Double>(0, -1, .infinity, .nan, Double.leastNonzeroMagnitude, 0x1p-1030, 1, 2))
    #expect(l[0] == -.infinity && l[1].isNaN && l[2] == .infinity && l[3].isNaN)
    #expect(
      l[4] == Foundation.log(Double.leastNonzeroMagnitude) && l[5] == Foundation.log(0x1p-1030))
    #expect(l[6] == 0 && l[7] == Foundation.log(2))
  }
}

/// Catches a joined block that loses its second half, and a pack whose norm hides a bad draw.
@Suite struct BlockTests {
  private func formula<N: Lane>(_ x: N, _ y: N) -> N {
    N.exp(x * y) / (x + N.sqrt(y)) - N.pow(x, y) + N.log(N(1) + N.scaled(x, by: 0.3))
  }

  @Test func joinedBlocksDifferentiateLikeWideOnes() {
    let narrow = formula(Dual6(0.7, direction: 1), Dual6(1.3, direction: 5))
    let wide = formula(Dual8(0.7, direction: 1), Dual8(1.3, direction: 5))
    #expect(narrow.value == wide.value)
    for j in 0..<6 { #expect(narrow.partials[j] == wide.partials[j]) }
    let norms = (
      Dual6.scaledErrorSquared(narrow, narrow, narrow, absolute: 1e-3, relative: 1e-2),
      Dual8.scaledErrorSquared(wide, wide, wide, absolute: 1e-3, relative: 1e-2)
    )
    #expect(abs(norms.0 / norms.1 - 1) < 1e-14)
  }

  @Test func packsComputeEveryDrawLikeAScalar() {
    var (x, y) = (Pack4(0), Pack4(0))
    for j in 0..<4 { (x[j], y[j]) = (0.2 + 0.3 * Double(j), 2 - 0.4 * Double(j)) }
    let all = formula(x, y)
    for j in 0..<4 {
      let one = formula(x[j], y[j])
      #expect(abs(all[j] - one) <= 4 * one.ulp)
    }
  }

  @Test func aBadDrawIsNeverHiddenByTheOthers() {
    var (error, state) = (Pack4(0), Pack4(1))
    error[2] = 0.02
    let norm = Pack4.scaledErrorSquared(error, state, state, absolute: 0, relative: 0.01)
    #expect(abs(norm - 4) < 1e-12)
    for bad in [Double.nan, .infinity] {
      state[3] = bad
      let norm = Pack4.scaledErrorSquared(error, state, state, absolute: 0, relative: 0.01)
      #expect(norm.isNaN)
      #expect(!state.isFinite)
    }
  }
}
