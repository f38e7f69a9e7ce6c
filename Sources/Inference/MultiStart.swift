/// Trust-region searches from many starts: start 0 is the nominal one, the others fill the box.
///
/// Each start depends on its index alone. Where the first few all end at one optimum, the rest are
/// not made.
public struct MultiStart: Sendable {
  /// Number of starts, the nominal one included; at least 1.
  public let count: Int
  /// Seed of the shift of the low-discrepancy sequence.
  public let seed: UInt64
  /// Two objectives agree when they differ by no more than this. For a negative log-likelihood 0.1
  /// is far inside the noise.
  public let agreement: Double

  /// When the first so many searches are usable and all agree, the others are not made.
  public let unanimous: Int

  /// A plan of starts. Counts below 1 count as 1.
  public init(
    count: Int, seed: UInt64 = 0, agreement: Double = 0.1, unanimous: Int = .max
  ) {
    self.count = max(count, 1)
    self.unanimous = max(unanimous, 1)
    self.seed = seed
    self.agreement = agreement
  }

  /// The start of one index; 0 gives the nominal point.
  ///
  /// Coordinates lie evenly between the bounds of the problem, which is to say in the space in which
  /// the problem is parametrised. An infinite bound is replaced by nominal -+ max(1, |nominal|).
  /// *Edge case:* a nominal point or bounds of the wrong count come back as the nominal point, and
  /// the search will call the problem invalid.
  public func start(
    _ index: Int, nominal: [Double], lower: [Double], upper: [Double]
  ) -> [Double] {
    guard index > 0, lower.count == nominal.count, upper.count == nominal.count else {
      return nominal
    }
    let unit = MultiStartSequence(dimension: nominal.count, seed: seed).point(index)
    return nominal.indices.map { i in
      let reach = max(1, abs(nominal[i]))
      let low = lower[i].isFinite ? lower[i] : min(nominal[i], upper[i]) - reach
      let high = upper[i].isFinite ? upper[i] : max(nominal[i], lower[i]) + reach
      return low + unit[i] * (high - low)
    }
  }

  /// All searches. Starts other than the nominal one fill `box`, or the problem's bounds.
  public func minimise(
    _ problem: some LeastSquaresProblem, nominal: [Double],
    box: (lower: [Double], upper: [Double])? = nil,
    options: TrustRegionOptions = TrustRegionOptions()
  ) -> MultiStartResult {
    let (lower, upper) = box ?? (problem.lowerBounds, problem.upperBounds)
    func search(_ indices: Range<Int>) -> [TrustRegionResult] {
      indices.map { index in
        let origin = start(index, nominal: nominal, lower: lower, upper: upper)
        return Inference.minimise(problem, from: origin, options: options)
      }
    }
    let first = search(0..<min(count, unanimous))
    let early = MultiStartResult(first, agreement: agreement)
    if early.agreeing == first.count { return early }
    return MultiStartResult(first + search(first.count..<count), agreement: agreement)
  }
}

/// What many starts found together.
public struct MultiStartResult: Sendable {
  /// One result for each start, by index.
  public let results: [TrustRegionResult]
  /// Index of the best usable result: lowest objective, then lowest index. nil when none is usable.
  public let bestIndex: Int?
  /// Objectives of the usable results, lowest first: the waterfall plot.
  public let waterfall: [Double]
  /// How many usable results lie within `agreement` of the best, the best included.
  public let agreeing: Int
  /// How many starts gave no usable result.
  public let failed: Int

  /// Gathers results that are in the order of their starts.
  public init(_ results: [TrustRegionResult], agreement: Double = 0.1) {
    self.results = results
    let usable = results.indices.filter { results[$0].isUsable }
    bestIndex = usable.min {
      (results[$0].objective, $0) < (results[$1].objective, $1)
    }
    let objectives = usable.map { results[$0].objective }.sorted()
    waterfall = objectives
    agreeing = objectives.filter { $0 - objectives[0] <= agreement }.count
    failed = results.count - usable.count
  }

  /// The best usable result, or nil.
  public var best: TrustRegionResult? { bestIndex.map { results[$0] } }
}
