import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Checks of a fit's residuals made together, each against residuals that a true model would leave.
///
/// Every check's statistic is computed for the fit and for replicates drawn from its linearisation,
/// so small samples, estimated parameters and estimated noise are allowed for. p-values are
/// corrected for all checks at once by the distribution of the smallest of them (Westfall and Young
/// 1993, Resampling-Based Multiple Testing, algorithm 2.5): of good fits 5 % have any corrected
/// p-value below 0.05, however many checks there are. When the first 199 replicates show nothing
/// anywhere near, no more are drawn; otherwise there are 1999, and 60 a check where that is more.
public struct ResidualBattery: Sendable {
  /// One check.
  public struct Check: Sendable {
    /// What it looks at.
    public let kind: Kind
    /// Index of its group of series; nil for all readings together.
    public let group: Int?
    /// The statistic; large values are suspicious for every kind but `runs` and `tooSmall`.
    public let value: Double
    /// Probability of a statistic at least as suspicious, for this check alone.
    public let pValue: Double
    /// The same, corrected for all checks made.
    public let corrected: Double
  }

  /// A single reading whose residual is larger than the largest of a good fit would be.
  public struct Outlier: Sendable {
    /// Index of the reading.
    public let reading: Int
    /// Probability that the largest residual of a true model is at least as large.
    public let pValue: Double
    /// The same, corrected for all checks made.
    public let corrected: Double
  }

  /// What was checked together.
  public let groups: [Group]
  /// The checks, group by group.
  public let checks: [Check]
  /// Readings with a corrected p-value below 0.05.
  public let outliers: [Outlier]
  /// Replicates that were drawn.
  public let replicates: Int

  /// Readings (for checks of order, times) that a group needs before it is checked.
  public static let leastReadings = 5
  /// Corrected p-value below which a check says something.
  public static let level = 0.05

  /// Makes the checks of some groups of series, by default of each series by itself; the random
  /// numbers belong to the seed and the name.
  public init(_ fit: LinearisedFit, groups: [Group]? = nil, seed: UInt64, name: String) {
    let groups = groups ?? Set(fit.readings.map(\.series)).sorted().map { Group.whole([$0]) }
    let plan = Plan(fit, groups)
    self.groups = groups
    guard !plan.items.isEmpty else {
      checks = []
      outliers = []
      replicates = 0
      return
    }
    let observed = plan.statistics(
      standardised: fit.readings.map(\.residual), raw: fit.readings.map(\.residual))
    let drawn = ResidualBattery.replicates(fit, plan, observed, seed: seed, name: name)
    let count = drawn.count
    func tail(_ j: Int, _ value: Double) -> Double {
      ResidualBattery.tail(drawn, j, value)
    }
    // p-values of the replicates among themselves, and the smallest of each replicate.
    var smallest = [Double](repeating: 1, count: count)
    for j in plan.items.indices {
      let order = drawn.map { $0[j] }.sorted()
      for b in 0..<count {
        let value = drawn[b][j]
        let below = countOfLeading(order) { $0 < value }
        smallest[b] = min(smallest[b], Double(1 + count - below) / Double(count + 1))
      }
    }
    smallest.sort()
    func corrected(_ p: Double) -> Double {
      Double(1 + countOfLeading(smallest) { $0 <= p }) / Double(count + 1)
    }
    checks = plan.items.indices.map { j in
      let p = tail(j, observed[j])
      let sign = plan.items[j].kind.isSuspiciousWhenSmall ? -1.0 : 1
      return Check(
        kind: plan.items[j].kind, group: plan.items[j].group, value: sign * observed[j],
        pValue: p, corrected: corrected(p))
    }
    var found: [Outlier] = []
    if let j = plan.items.firstIndex(where: { $0.kind == .outlier }) {
      for (index, reading) in fit.readings.enumerated() {
        let p = tail(j, abs(reading.normalScore(reading.residual)))
        let whole = corrected(p)
        if whole < ResidualBattery.level {
          found.append(Outlier(reading: index, pValue: p, corrected: whole))
        }
      }
    }
    outliers = found
    replicates = count
  }

  /// The statistics of replicates, one row each.
  private static func replicates(
    _ fit: LinearisedFit, _ plan: Plan, _ observed: [Double], seed: UInt64, name: String
  ) -> [[Double]] {
    var drawn: [[Double]] = []
    func draw(upTo count: Int) {
      for index in drawn.count..<max(count, drawn.count) {
        var stream = RandomStream(
          seed: seed, name: name, purpose: "residual checks", index: UInt64(index))
        let z = fit.noise(&stream)
        let u = fit.priorDeviates(&stream)
        let stated = fit.statedNoise(&stream)
        let e = fit.residuals(z, u)
        let scaled = fit.residuals(zip(z, stated).map { $0 * exp($1) }, u)
        drawn.append(plan.statistics(standardised: fit.restandardised(e), raw: scaled))
      }
    }
    draw(upTo: 199)
    if plan.items.indices.contains(where: { tail(drawn, $0, observed[$0]) < 0.15 }) {
      // The smallest of many p-values can be told from chance only when p can be that small.
      draw(upTo: min(max(1999, 60 * plan.items.count), 9999))
    }
    return drawn
  }

  /// The share of replicates (with the observation itself) at least as suspicious as a value.
  private static func tail(_ drawn: [[Double]], _ j: Int, _ value: Double) -> Double {
    Double(1 + drawn.reduce(0) { $0 + ($1[j] >= value ? 1 : 0) }) / Double(drawn.count + 1)
  }
}
