import Testing

@testable import Randomness

/// The generator and its keys against published vectors and an independent recomputation.
@Suite struct StreamTests {
  /// Catches: a wrong multiplier, round count or word order. The three vectors "philox4x32 10" of
  /// `kat_vectors` in Random123 (Salmon et al.); the last is the digits of pi.
  @Test func knownAnswers() {
    let all = UInt32.max
    #expect(
      Philox.block(counter: SIMD4(), key: SIMD2())
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: all), key: SIMD2(repeating: all))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  /// Catches: a hash that is not FNV-1a. Vectors of Fowler, Noll and Vo's test suite.
  @Test func hashVectors() {
    func plain(_ text: String) -> UInt64 {
      var hash = StableHash()
      for byte in text.utf8 { hash.combine(byte) }
      return hash.unmixed
    }
    #expect(plain("") == 0xcbf2_9ce4_8422_2325)
    #expect(plain("a") == 0xaf63_dc4c_8601_ec8c)
    #expect(plain("foobar") == 0x8594_4171_f739_67e8)
  }

  /// Catches: any change of the numbers a seed stands for, on any machine. The literals come from
  /// a separate Python program written from the papers.
  @Test func streamsAreForEver() {
    var stream = RandomStream(seed: 20_260_101, name: "run-7", purpose: "starts", index: 3)
    let words = (0..<6).map { _ in stream.nextUInt64() }
    #expect(
      words == [
        0x8c77_80f8_d0b8_976d, 0x9a67_e667_ab9e_6d47, 0x2a01_8f72_8835_5772,
        0x3990_9273_26f5_73b7, 0x103a_9d3b_05dd_af37, 0x38ff_5ac7_e98b_bc9f,
      ])
    var other = RandomStream(seed: .max, name: "\u{b5}", purpose: "", index: (5 << 40) + 1)
    #expect(other.nextUInt64() == 0x5335_aee9_8bce_a284)
    #expect(other.nextUInt64() == 0xd2d6_684b_077f_f3ca)
  }

  /// Catches: a part of the name that does not reach the key, or texts that run together.
  @Test func everyPartOfTheNameCounts() {
    let names: [(UInt64, String, String, UInt64)] = [
      (1, "ab", "c", 0), (1, "a", "bc", 0), (1, "abc", "", 0), (1, "", "abc", 0),
      (2, "ab", "c", 0), (1, "ab", "c", 1), (1, "ab", "c", 1 << 32), (1, "aB", "c", 0),
    ]
    let first = names.map { seed, name, purpose, index in
      var stream = RandomStream(seed: seed, name: name, purpose: purpose, index: index)
      return stream.nextUInt64()
    }
    #expect(Set(first).count == names.count)
  }
}

/// Distributions, with seeds fixed and bounds of five standard errors.
@Suite struct SamplerTests {
  private func moments(_ count: Int, _ draw: () -> Double) -> (mean: Double, variance: Double) {
    let values = (0..<count).map { _ in draw() }
    let mean = values.reduce(0, +) / Double(count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(count - 1))
  }

  /// Catches: a uniform that reaches 0 or 1, or lost high bits.
  @Test func uniformStaysInside() {
    var stream = RandomStream(seed: 1, name: "test", purpose: "uniform")
    var bins = [Int](repeating: 0, count: 16)
    var isInside = true
    for _ in 0..<16_000 {
      let u = stream.uniform()
      isInside = isInside && u > 0 && u < 1
      bins[min(Int(u * 16), 15)] += 1
    }
    #expect(isInside)
    // The 0.9999 quantile of chi-square with 15 degrees of freedom is 44.26.
    let chiSquare = bins.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(chiSquare < 44.26 && chiSquare > 2)
    #expect((Double(UInt64.max >> 12) + 0.5) * 0x1p-52 < 1)
  }

  /// Catches: modulo bias and an index out of range.
  @Test func integersAreUnbiased() {
    var stream = RandomStream(seed: 1, name: "test", purpose: "integer")
    let bound: UInt64 = 3 << 62
    let thirds = (0..<3000).filter { _ in stream.integer(below: bound) % 3 == 0 }.count
    // Without rejection half of the results would be multiples of 3.
    #expect(abs(thirds - 1000) < 130)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<7000 { counts[Int(stream.integer(below: 7))] += 1 }
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    #expect(stream.integer(below: 0) == 0 && stream.integer(below: 1) == 0)
  }

  /// Catches: a wrong variance, skew or tail of the normal numbers.
  @Test func normalMoments() {
    var stream = RandomStream(seed: 1, name: "test", purpose: "normal")
    let values = (0..<40_000).map { _ in stream.normal() }
    let n = Double(values.count)
    #expect(abs(values.reduce(0, +) / n) < 5 / n.squareRoot())
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / n - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(values.reduce(0) { $0 + $1 * $1 * $1 } / n) < 5 * (15 / n).squareRoot())
    let beyond = Double(values.filter { abs($0) > 1.959963984540054 }.count) / n
    #expect(abs(beyond - 0.05) < 5 * (0.05 * 0.95 / n).squareRoot())
  }

  /// Catches: a wrong boost below shape 1, a wrong acceptance above it. Mean and variance of
  /// gamma are the shape; the variance's own standard error is sqrt((2 + 6/shape)/n) shape.
  @Test func gammaMoments() {
    for (index, shape) in [0.3, 1, 2.5, 40].enumerated() {
      var stream = RandomStream(seed: 1, name: "test", purpose: "gamma", index: UInt64(index))
      let (mean, variance) = moments(20_000) { stream.gamma(shape: shape) }
      #expect(abs(mean - shape) < 5 * (shape / 20_000).squareRoot())
      #expect(abs(variance / shape - 1) < 5 * ((2 + 6 / shape) / 20_000).squareRoot())
    }
    var stream = RandomStream(seed: 1, name: "test", purpose: "chi-square")
    let (mean, variance) = moments(20_000) { stream.chiSquare(degreesOfFreedom: 3) }
    #expect(abs(mean - 3) < 5 * (6.0 / 20_000).squareRoot())
    #expect(abs(variance / 6 - 1) < 5 * ((2 + 4.0) / 20_000).squareRoot())
    #expect(stream.gamma(shape: 0).isNaN && stream.gamma(shape: .nan).isNaN)
    #expect(stream.gamma(shape: .infinity).isNaN)
  }

  /// Catches: a mistyped digit in any of the three regions of AS 241. Literals: mpmath 1.3,
  /// 60 digits, -sqrt(2) erfinv(1 - 2p), rounded to 17.
  @Test func normalQuantile() {
    let table: [(p: Double, z: Double)] = [
      (1e-300, -37.047096299361199), (1e-20, -9.2623400897984076),
      (0.001, -3.0902323061678135), (0.025, -1.9599639845400542), (0.07, -1.4757910281791707),
      (0.3, -0.52440051270804082), (0.9, 1.2815515655446006), (0.975, 1.9599639845400539),
      (0.9999, 3.7190164854557084),
    ]
    for (p, z) in table { #expect(abs(standardNormalQuantile(p) / z - 1) < 2e-15, "p = \(p)") }
    #expect(standardNormalQuantile(0.5) == 0)
    #expect(standardNormalQuantile(0) == -.infinity && standardNormalQuantile(1) == .infinity)
    #expect(standardNormalQuantile(-0.1).isNaN && standardNormalQuantile(1.1).isNaN)
    #expect(standardNormalQuantile(.nan).isNaN)
  }
}
