import LinearAlgebra
import Quantities

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension GrowthSurface {
  /// Learns from runs with an origin in the window. Nil when fewer runs or donors than asked for have
  /// three counts and one after them.
  init?(
    _ histories: [GrowthHistory], window: ClosedRange<Double>, vocabulary: GrowthVocabulary,
    options: GrowthOptions, start: [Double]? = nil
  ) throws {
    var cases: [GrowthCase] = []
    var times: [Double] = []
    var donors: Set<String> = []
    var runs = 0
    for history in histories {
      // The first count inside the window is the origin; those after the window are forecast.
      guard let last = history.counts.firstIndex(where: { window.contains($0.time) }),
        let origin = GrowthOrigin(history.counts, last: last, spacing: options.spacing),
        let labels = vocabulary.labels(history), let group = vocabulary.group(history)
      else { continue }
      let later = history.counts.filter {
        !$0.isRepeat && $0.time > window.upperBound
          && $0.time - origin.time >= options.spacing
      }
      guard !later.isEmpty else { continue }
      for count in later {
        cases.append(
          GrowthCase(
            run: runs, features: origin.features, labels: labels, group: group,
            horizon: (count.time - origin.time) / 24, growth: count.logCells - origin.level,
            replicates: count.replicates))
      }
      times.append(origin.time)
      donors.insert(history.donor)
      runs += 1
    }
    let horizons = cases.map { 24 * $0.horizon }
    guard runs >= options.fewestRuns, donors.count >= options.fewestDonors,
      let first = times.min(), let latest = times.max(),
      let near = horizons.min(), let far = horizons.max()
    else { return nil }
    kernel = GrowthKernel(
      factors: vocabulary.labels.count, groups: vocabulary.groups.count,
      usesLevel: options.usesLevel)
    self.cases = cases
    self.runs = runs
    self.donors = donors.count
    origins = first...latest
    self.horizons = near...far
    features = (0..<3).map { j in
      let x = cases.map { $0.features[j] }
      return (x.min() ?? 0)...(x.max() ?? 0)
    }
    degrees = options.studentDegrees
    names = kernel.names(vocabulary.groups)
    weights = [Double](repeating: 1, count: runs)
    values = []
    isConverged = false
    try search(from: start, options)
  }

  /// Hyper-parameters of highest marginal likelihood, in turn with the weights of the runs.
  private mutating func search(from start: [Double]?, _ options: GrowthOptions) throws {
    var theta = start.map { $0.map { log($0) } } ?? kernel.prior.centre
    if theta.count != kernel.count || !allFinite(theta) { theta = kernel.prior.centre }
    for _ in 0..<max(options.rounds, 1) {
      let fixed = weights
      guard
        let end = GrowthSearch.minimise(
          from: theta, steps: options.maximumSteps, tolerance: 1e-2,
          { objective($0, fixed) })
      else {
        throw GrowthRefusal.of(
          "", "The covariance of the runs' growth has no Cholesky factor.",
          "Look for runs that are there twice, and for counts that are no numbers.")
      }
      theta = end.point
      isConverged = end.isConverged
      let p = theta.map { exp($0) }
      for _ in 0..<3 { weights = try reweighted(p, weights) }
    }
    values = theta.map { exp($0) }
  }
}

/// The labels that taught, in the order of their names.
struct GrowthVocabulary: Codable, Sendable, Equatable {
  /// Labels of each factor.
  let labels: [[String]]
  /// Combinations that occur.
  let groups: [String]

  /// From runs that all name the same number of factors; throws `InputRefused` otherwise.
  init(_ histories: [GrowthHistory]) throws(InputRefused) {
    let count = histories.first?.factors.count ?? 0
    for history in histories where history.factors.count != count {
      throw GrowthRefusal.of(
        history.run, "The run names \(history.factors.count) conditions, others \(count).",
        "Name the same conditions, in one order, for all runs.")
    }
    labels = (0..<count).map { f in Set(histories.map { $0.factors[f] }).sorted() }
    groups = Set(histories.map(\.group)).sorted()
  }

  /// Indices of a run's labels, or nil when one never taught.
  func labels(_ history: GrowthHistory) -> [Int]? {
    guard history.factors.count == labels.count else { return nil }
    var found: [Int] = []
    for (f, label) in history.factors.enumerated() {
      guard let k = labels[f].firstIndex(of: label) else { return nil }
      found.append(k)
    }
    return found
  }

  /// Index of a run's combination, or nil when it never taught.
  func group(_ history: GrowthHistory) -> Int? { groups.firstIndex(of: history.group) }
}
