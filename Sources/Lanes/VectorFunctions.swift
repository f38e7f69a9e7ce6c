/// Exponential and logarithm of SIMD vectors, in plain Swift: the same bits on every processor.
///
/// Both stay within 1 ulp of the C library's, which is within 0.52 ulp of the exact value, over the
/// whole range of normal results (`VectorFunctionTests`, a million arguments).
public enum VectorFunctions {
  /// Adding it rounds a number below 2^51 to a whole number that stands in the low bits.
  @usableFromInline static var magic: Double { 6_755_399_441_055_744 }
  @usableFromInline static var inverseLn2: Double { 1.4426950408889634 }
  /// ln 2 in two parts; the first has 21 trailing zero bits, so n * ln2High is exact.
  @usableFromInline static var ln2High: Double { 6.93147180369123816490e-01 }
  @usableFromInline static var ln2Low: Double { 1.90821492927058770002e-10 }

  /// e^x, element by element: x = n ln 2 + r, e^r by its series to r^13, 2^n by the exponent bits.
  ///
  /// *Edge cases:* +infinity above 709.782..., 0 below -745.133..., subnormal results are rounded
  /// twice (within 2 units of the least subnormal number), NaN stays NaN.
  /// Reference: Cody and Waite (1980), Software Manual for the Elementary Functions, chapter 6.
  @inlinable @inline(__always)
  public static func exp<V: SIMD>(_ x: V) -> V
  where V.Scalar == Double, V.MaskStorage.Scalar == Int64 {
    let n = (x * inverseLn2 + V(repeating: magic)) - V(repeating: magic)
    let high = x - n * ln2High
    let low = n * ln2Low
    let r = high - low
    let square = r * r
    let result = V(repeating: 1) + (high - (low - square * exponentialTail(r, square)))
    // Two factors, so that the ends of the range come out right.
    let half = n * 0.5 + V(repeating: magic)
    let rest = (n - (half - V(repeating: magic))) + V(repeating: magic)
    let scaled = result * powerOfTwo(half) * powerOfTwo(rest)
    return holds(x.magnitudes, below: 708) ? scaled : exponentialEnds(x, scaled)
  }

  /// The results with the ends of the range put right; off the common path.
  @inlinable @inline(never)
  static func exponentialEnds<V: SIMD>(_ x: V, _ inside: V) -> V where V.Scalar == Double {
    var result = inside
    for i in 0..<V.scalarCount {
      if x[i] > 709.782712893384 { result[i] = .infinity }
      if x[i] < -745.1332191019412 { result[i] = 0 }
    }
    return result
  }

  /// True when every element is a number below a limit.
  @inlinable @inline(__always)
  static func holds<V: SIMD>(_ x: V, below limit: Double) -> Bool where V.Scalar == Double {
    var all = true
    for i in 0..<V.scalarCount { all = all && x[i] < limit }
    return all
  }

  /// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
  @inlinable @inline(__always)
  static func exponentialTail<V: SIMD>(_ r: V, _ square: V) -> V where V.Scalar == Double {
    let c0 = V(repeating: 0.5) + r * (1.0 / 6)
    let c1 = V(repeating: 1.0 / 24) + r * (1.0 / 120)
    let c2 = V(repeating: 1.0 / 720) + r * (1.0 / 5040)
    let c3 = V(repeating: 1.0 / 40320) + r * (1.0 / 362880)
    let c4 = V(repeating: 1.0 / 3_628_800) + r * (1.0 / 39_916_800)
    let c5 = V(repeating: 1.0 / 479_001_600) + r * (1.0 / 6_227_020_800)
    let fourth = square * square
    return (c0 + c1 * square) + ((c2 + c3 * square) + (c4 + c5 * square) * fourth) * fourth
  }

  /// 2^n for whole numbers n that were shifted by `magic`; -1022 <= n <= 1023.
  @inlinable @inline(__always)
  static func powerOfTwo<V: SIMD>(_ shifted: V) -> V
  where V.Scalar == Double, V.MaskStorage.Scalar == Int64 {
    let bits = unsafeBitCast(shifted, to: V.MaskStorage.self)
    return unsafeBitCast((bits &+ V.MaskStorage(repeating: 1023)) &<< 52, to: V.self)
  }

  /// ln x, element by element: x = 2^k m with m in sqrt(1/2) ... sqrt(2), ln m from
  /// s = (m - 1) / (m + 1) by a polynomial in s^2.
  ///
  /// *Edge cases:* -infinity at 0, NaN below 0, +infinity at +infinity, NaN stays NaN.
  /// Reference: Ng, K. C. (1993), FDLIBM e_log.c (method and coefficients).
  @inlinable @inline(__always)
  public static func log<V: SIMD>(_ x: V) -> V
  where V.Scalar == Double, V.MaskStorage.Scalar == Int64 {
    guard holds(x, from: 2.2250738585072014e-308, to: .greatestFiniteMagnitude) else {
      return logarithmEnds(x)
    }
    return normalLogarithm(x)
  }

  /// ln x where some element is subnormal, not positive or not finite; off the common path.
  @inlinable @inline(never)
  static func logarithmEnds<V: SIMD>(_ x: V) -> V
  where V.Scalar == Double, V.MaskStorage.Scalar == Int64 {
    var (inside, shift) = (x, V(repeating: 0))
    for i in 0..<V.scalarCount {
      if !(x[i] > 0) || x[i] == .infinity {
        inside[i] = 1
      } else if x[i] < 2.2250738585072014e-308 {
        inside[i] = x[i] * 18_014_398_509_481_984  // 2^54
        shift[i] = 54
      }
    }
    var result = normalLogarithm(inside, lowered: shift)
    for i in 0..<V.scalarCount {
      if x[i] == 0 { result[i] = -.infinity }
      if x[i] == .infinity { result[i] = .infinity }
      if !(x[i] >= 0) { result[i] = .nan }
    }
    return result
  }

  /// True when every element lies within limits.
  @inlinable @inline(__always)
  static func holds<V: SIMD>(
    _ x: V, from low: Double, to high: Double
  ) -> Bool where V.Scalar == Double {
    var all = true
    for i in 0..<V.scalarCount { all = all && x[i] >= low && x[i] <= high }
    return all
  }

  /// ln x - lowered * ln 2 for positive normal numbers.
  @inlinable @inline(__always)
  static func normalLogarithm<V: SIMD>(_ x: V, lowered: V = V(repeating: 0)) -> V
  where V.Scalar == Double, V.MaskStorage.Scalar == Int64 {
    let bits = unsafeBitCast(x, to: V.MaskStorage.self)
    // Shift the exponent so that the mantissa falls into sqrt(1/2) ... sqrt(2).
    let offset = bits &- V.MaskStorage(repeating: 0x3FE6_A09E_667F_3BCD)
    let exponentBits = offset & V.MaskStorage(repeating: ~0x000F_FFFF_FFFF_FFFF)
    let m = unsafeBitCast(bits &- exponentBits, to: V.self)
    // The exponent, which is negative for x < sqrt(1/2), made positive and read as a number.
    let raised = offset &+ V.MaskStorage(repeating: 2048 &<< 52)
    let fraction = V.MaskStorage(repeating: 0x000F_FFFF_FFFF_FFFF)
    let read = unsafeBitCast(
      (shiftedRight(raised) & fraction) | V.MaskStorage(repeating: 0x4330_0000_0000_0000),
      to: V.self)
    let k = read - V(repeating: 4_503_599_627_370_496 + 2048) - lowered
    let f = m - V(repeating: 1)
    let s = f / (f + V(repeating: 2))
    let z = s * s
    let w = z * z
    let even =
      (w * 1.531383769920937332e-01 + V(repeating: 2.222219843214978396e-01)) * w
      + V(repeating: 3.999999999940941908e-01)
    let odd =
      ((w * 1.479819860511658591e-01 + V(repeating: 1.818357216161805012e-01)) * w
        + V(repeating: 2.857142874366239149e-01)) * w + V(repeating: 6.666666666666735130e-01)
    let half = f * f * 0.5
    let tail = s * (half + (even * w + odd * z)) + k * ln2Low
    return k * ln2High - ((half - tail) - f)
  }

  /// The bits above the 52 of the fraction, as whole numbers.
  @inlinable @inline(__always)
  static func shiftedRight<I: SIMD>(_ bits: I) -> I where I.Scalar == Int64 {
    var result = I()
    for i in 0..<I.scalarCount {
      result[i] = Int64(truncatingIfNeeded: UInt64(truncatingIfNeeded: bits[i]) &>> 52)
    }
    return result
  }
}
