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
/// anywhere near, the other 1800 are not drawn.
public struct ResidualBattery: Sendable {
  /// What a check looks at.
  public enum Kind: String, Sendable, CaseIterable {
    /// Neighbours err together: lag-1 autocorrelation, one-sided.
    case autocorrelation
    /// The sign changes too seldom: number of runs of one sign, one-sided.
    case runs
    /// Sum of squares in units of the stated noise, too large.
    case tooLarge
    /// Sum of squares in units of the stated noise, too small.
    case tooSmall
    /// The largest standardised residual.
    case outlier
    /// Rank correlation of the residual's size with time.
    case sizeWithTime
    /// Rank correlation of the residual's size with the mean.
    case sizeWithLevel
  }

  /// One check.
  public struct Check: Sendable {
    /// What it looks at.
    public let kind: Kind
    /// The series; nil for all of them together.
    public let series: Int?
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

  /// The checks, series by series.
  public let checks: [Check]
  /// Readings with a corrected p-value below 0.05, in order of time.
  public let outliers: [Outlier]
  /// Replicates that were drawn.
  public let replicates: Int

  /// Readings that a series needs before it is checked for order and scale.
  public static let leastReadings = 5
  /// Corrected p-value below which a check says something.
  public static let level = 0.05

  /// Makes the checks; the random numbers belong to the seed and the name.
  public init(_ fit: LinearisedFit, seed: UInt64, name: String) {
    let plan = Plan(fit)
    let observed = plan.statistics(
      standardised: fit.readings.map(\.residual), raw: fit.readings.map(\.residual))
    var drawn: [[Double]] = []
    func draw(upTo count: Int) {
      for index in drawn.count..<count {
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
    func tail(_ j: Int, _ value: Double) -> Double {
      Double(1 + drawn.reduce(0) { $0 + ($1[j] >= value ? 1 : 0) }) / Double(drawn.count + 1)
    }
    guard !plan.items.isEmpty else {
      checks = []
      outliers = []
      replicates = 0
      return
    }
    draw(upTo: 199)
    if plan.items.indices.contains(where: { tail($0, observed[$0]) < 0.15 }) { draw(upTo: 1999) }
    // p-values of the replicates among themselves, and the smallest of each replicate.
    let count = drawn.count
    var smallest = [Double](repeating: 1, count: count)
    for j in plan.items.indices {
      let order = drawn.map { $0[j] }.sorted()
      for b in 0..<count {
        let below = lowerBound(order, drawn[b][j])
        smallest[b] = min(smallest[b], Double(1 + count - below) / Double(count + 1))
      }
    }
    smallest.sort()
    func corrected(_ p: Double) -> Double {
      Double(1 + upperBound(smallest, p)) / Double(count + 1)
    }
    checks = plan.items.indices.map { j in
      let p = tail(j, observed[j])
      let sign = plan.items[j].kind == .runs || plan.items[j].kind == .tooSmall ? -1.0 : 1
      return Check(
        kind: plan.items[j].kind, series: plan.items[j].series, value: sign * observed[j],
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
}

/// Index of the first element that is not below a value.
private func lowerBound(_ sorted: [Double], _ value: Double) -> Int {
  var (low, high) = (0, sorted.count)
  while low < high {
    let middle = (low + high) / 2
    if sorted[middle] < value { low = middle + 1 } else { high = middle }
  }
  return low
}

/// Index of the first element above a value.
private func upperBound(_ sorted: [Double], _ value: Double) -> Int {
  var (low, high) = (0, sorted.count)
  while low < high {
    let middle = (low + high) / 2
    if sorted[middle] <= value { low = middle + 1 } else { high = middle }
  }
  return low
}

extension ResidualBattery {
  /// Which statistics are computed, in a fixed order; large values are suspicious.
  struct Plan {
    let items: [(kind: Kind, series: Int?)]
    private let readings: [LinearisedFit.Reading]
    private let members: [Int: [Int]]
    private let timeRanks: [Int: [Double]]
    private let levelRanks: [Int: [Double]]

    init(_ fit: LinearisedFit) {
      readings = fit.readings
      var members: [Int: [Int]] = [:]
      for (index, reading) in fit.readings.enumerated() {
        members[reading.series, default: []].append(index)
      }
      self.members = members
      var items: [(Kind, Int?)] = []
      var timeRanks: [Int: [Double]] = [:]
      var levelRanks: [Int: [Double]] = [:]
      for (series, indices) in members.sorted(by: { $0.key < $1.key })
      where indices.count >= ResidualBattery.leastReadings {
        items += [(.autocorrelation, series), (.runs, series)]
        if indices.allSatisfy({ fit.readings[$0].stated != nil }) {
          items += [(.tooLarge, series), (.tooSmall, series)]
        }
        items += [(.sizeWithTime, series), (.sizeWithLevel, series)]
        timeRanks[series] = ranks(indices.map { fit.readings[$0].time })
        levelRanks[series] = ranks(indices.map { fit.readings[$0].level })
      }
      if fit.readings.count >= ResidualBattery.leastReadings { items.append((.outlier, nil)) }
      self.items = items
      self.timeRanks = timeRanks
      self.levelRanks = levelRanks
    }

    /// `standardised` by the estimated noise, `raw` in units of the fitted noise.
    func statistics(standardised r: [Double], raw e: [Double]) -> [Double] {
      items.map { kind, series in
        let indices = series.flatMap { members[$0] } ?? []
        switch kind {
        case .autocorrelation: return lagOneAutocorrelation(indices.map { r[$0] }) ?? 0
        case .runs:
          let signs = indices.map { r[$0] }.filter { $0 != 0 }.map { $0 > 0 }
          return -Double(zip(signs, signs.dropFirst()).reduce(1) { $0 + ($1.0 != $1.1 ? 1 : 0) })
        case .tooLarge: return squares(e, indices)
        case .tooSmall: return -squares(e, indices)
        case .outlier:
          return r.indices.reduce(0) {
            max($0, abs(readings[$1].normalScore(r[$1])))
          }
        case .sizeWithTime:
          return abs(
            correlation(ranks(indices.map { abs(r[$0]) }), series.flatMap { timeRanks[$0] }))
        case .sizeWithLevel:
          return abs(
            correlation(ranks(indices.map { abs(r[$0]) }), series.flatMap { levelRanks[$0] }))
        }
      }
    }

    private func squares(_ e: [Double], _ indices: [Int]) -> Double {
      indices.reduce(0) { sum, i in
        let scaled = e[i] * exp(-(readings[i].stated ?? 0))
        return sum + scaled * scaled
      }
    }
  }
}

/// Ranks from 1, ties sharing their mean rank.
func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var result = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
    for k in start...end { result[order[k]] = 0.5 * Double(start + end) + 1 }
    start = end + 1
  }
  return result
}

/// Pearson's correlation; 0 for a constant or missing series.
private func correlation(_ a: [Double], _ b: [Double]?) -> Double {
  guard let b, a.count == b.count, !a.isEmpty else { return 0 }
  let n = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
}
