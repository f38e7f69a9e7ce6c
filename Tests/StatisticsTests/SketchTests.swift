import Statistics
import Testing

/// The streaming quantile sketch against exact order statistics.
@Suite struct SketchTests {
  /// Numbers that look random and are the same everywhere: x -> 6364136223846793005 x + 1.
  struct Stream {
    var word: UInt64 = 20_261_121

    mutating func uniform() -> Double {
      word = word &* 6_364_136_223_846_793_005 &+ 1
      return (Double(word >> 12) + 0.5) * 0x1p-52
    }
  }

  static let levels = [0, 0.001, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.999, 1]

  /// Samples over many decades, of both signs, with ties and with zeros.
  static let samples: [(name: String, values: [Double])] = {
    var stream = Stream()
    let spread = (0..<20_011).map { _ in pow10(36 * stream.uniform() - 20) }
    let signed = (0..<20_011).map { _ in
      let u = stream.uniform()
      return (u < 0.3 ? -1 : u < 0.5 ? 0 : 1) * pow10(8 * stream.uniform() - 4)
    }
    let ties = (0..<5_000).map { Double($0 % 7) * 0.1 + 0.3 }
    return [("spread", spread), ("signed", signed), ("ties", ties), ("one", [0.1234567890123])]
  }()

  static func pow10(_ x: Double) -> Double {
    var value = 1.0
    var rest = x
    while rest >= 1 { (value, rest) = (value * 10, rest - 1) }
    while rest < 0 { (value, rest) = (value / 10, rest + 1) }
    // Between 1 and 10 the line is as good as the power for a test sample.
    return value * (1 + 9 * rest)
  }

  /// Every quantile is within the stated accuracy of the exact order statistic, for three
  /// accuracies. Catches: a bucket's edge in place of its middle, a rank off by one, negative values
  /// read in the wrong order. (Magnitudes below 1e-15 count as zero.)
  @Test func withinTheStatedAccuracy() throws {
    var worst = 0.0
    for accuracy in [0.0005, 0.001, 0.02] {
      for sample in Self.samples {
        var sketch = QuantileSketch(relativeAccuracy: accuracy)
        for value in sample.values { try sketch.add(value) }
        let sorted = sample.values.sorted()
        for p in Self.levels {
          let exact = sorted[Int((p * Double(sorted.count - 1)).rounded())]
          let found = try sketch.quantile(p)
          let error = abs(found - exact)
          if error <= 1e-15 { continue }
          worst = max(worst, error / abs(exact) / accuracy)
        }
      }
    }
    #expect(worst <= 1 + 1e-9, "\(worst) times the stated accuracy")
    #expect(worst > 0.5)
  }

  /// Any split, merged in any order, is the same sketch to the bit. Catches: a merge that loses
  /// zeros, minimum, maximum or a bucket below the first one.
  @Test func mergeIsExact() throws {
    for sample in Self.samples {
      var whole = QuantileSketch()
      for value in sample.values { try whole.add(value) }
      var parts = [QuantileSketch](repeating: QuantileSketch(), count: 7)
      for (index, value) in sample.values.enumerated() { try parts[index * index % 7].add(value) }
      var forward = QuantileSketch()
      for part in parts { try forward.merge(part) }
      var backward = QuantileSketch()
      for part in parts.reversed() { try backward.merge(part) }
      #expect(forward == whole && backward == whole, "\(sample.name)")
      #expect(forward.count == UInt64(sample.values.count))
      for p in Self.levels { #expect(try forward.quantile(p) == whole.quantile(p)) }
    }
  }

  /// Memory depends on the range of the values only. Catches: values kept, buckets for each value.
  @Test func memoryDoesNotGrow() throws {
    var stream = Stream()
    var sketch = QuantileSketch()
    var after: [Int] = []
    for index in 1...200_000 {
      try sketch.add(1 + 99 * stream.uniform())
      if index == 100_000 || index == 200_000 { after.append(sketch.bucketCount) }
    }
    // ln 100 / ln(1.001/0.999) = 2303 buckets hold two decades.
    #expect(after[1] - after[0] < 10 && after[1] < 2400)
    // The whole range of doubles is bounded too: 2 x ln(1e33) / 0.002.
    for size in [.leastNonzeroMagnitude, 1e-15, 1e18, 1.7e308, .infinity] {
      try sketch.add(size)
      try sketch.add(-size)
    }
    #expect(sketch.bucketCount < 80_000)
  }

  /// A distribution of one value gives that value, not its bucket. Catches: the middle of a bucket
  /// outside the range that was seen.
  @Test func staysInsideTheRange() throws {
    var sketch = QuantileSketch()
    for _ in 0..<10 { try sketch.add(0.3) }
    for p in Self.levels { #expect(try sketch.quantile(p) == 0.3) }
    try sketch.add(-2)
    #expect(try sketch.quantile(0) == -2 && sketch.quantile(1) == 0.3)
  }

  /// Catches: a NaN that is counted, quantiles of nothing, a merge of unlike sketches.
  @Test func refusals() throws {
    var sketch = QuantileSketch()
    #expect(throws: StatisticsRefused.emptySample) { try sketch.quantile(0.5) }
    try sketch.add(1)
    #expect(throws: StatisticsRefused.notANumber(index: 1)) { try sketch.add(.nan) }
    #expect(sketch.count == 1)
    #expect(throws: StatisticsRefused.invalidProbability(1.1)) { try sketch.quantile(1.1) }
    #expect(throws: StatisticsRefused.self) { try sketch.quantile(.nan) }
    #expect(throws: StatisticsRefused.accuracyMismatch(0.001, 0.01)) {
      try sketch.merge(QuantileSketch(relativeAccuracy: 0.01))
    }
    #expect(QuantileSketch(relativeAccuracy: .nan).relativeAccuracy == 1e-5)
  }
}
