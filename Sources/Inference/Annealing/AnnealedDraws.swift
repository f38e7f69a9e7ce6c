import Statistics

/// What annealing left: points with weights, and whether its populations agree.
struct AnnealedDraws: Sendable {
  private(set) var points: [[Double]] = []
  /// Summing to 1; each population counts by its evidence.
  private(set) var weights: [Double] = []
  private(set) var report = AnnealingReport()

  /// Nothing: the posterior was not reached.
  init() {}

  /// A particle's point, the log density and the draw from which it descends.
  typealias State = (point: [Double], logDensity: Double, ancestor: Int)

  /// Draws from states (round, population, particle) of populations with their ln evidence.
  init(
    _ states: [[[State]]], evidence: [Double], inside: [Int], count: Int, report: AnnealingReport,
    limits: AnnealingLimits
  ) {
    let islands = evidence.count
    let shares = LogSum.weights(evidence)
    self.report = report
    self.report.populations = islands
    let mean = evidence.reduce(0, +) / Double(islands)
    self.report.evidenceSpread =
      (evidence.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(islands - 1)).squareRoot()
    let quantities: [(State) -> Double] =
      inside.map { j in { $0.point[j] } } + [{ $0.logDensity }]
    var rHat = 0.0
    var errors = 0.0
    for quantity in quantities {
      let chains = (0..<islands).map { k in states.flatMap { $0[k].map(quantity) } }
      let found = ChainDiagnostics(chains).rHat
      rHat = found.isNaN || rHat.isNaN ? .nan : max(rHat, found)
      errors += AnnealedDraws.relativeError(chains, shares)
    }
    self.report.largestRHat = rHat
    self.report.effectiveSize = Double(quantities.count) / errors
    var families: [Int: Double] = [:]
    let last = states[states.count - 1]
    for (island, share) in zip(last, shares) {
      for state in island { families[state.ancestor, default: 0] += share / Double(island.count) }
    }
    // Sums in a fixed order, so that the bytes are the same.
    let squares = families.values.map { $0 * $0 }.sorted().reduce(0, +)
    self.report.ancestors = 1 / squares
    self.report.judge(limits)
    // Particle after particle, each through all rounds: thinned draws then stem from all particles.
    let all = last.indices.flatMap { k in
      last[k].indices.flatMap { i in
        states.map { (point: $0[k][i].point, weight: shares[k] / Double(last[k].count)) }
      }
    }
    let kept = max(1, min(count, all.count))
    let chosen = (0..<kept).map { all[$0 * all.count / kept] }
    let total = chosen.reduce(0) { $0 + $1.weight }
    points = chosen.map(\.point)
    weights = chosen.map { $0.weight / total }
  }

  /// The squared standard error of the mean over populations, against the variance of the draws.
  private static func relativeError(_ chains: [[Double]], _ shares: [Double]) -> Double {
    let means = chains.map { $0.reduce(0, +) / Double($0.count) }
    let mean = zip(means, shares).reduce(0) { $0 + $1.0 * $1.1 }
    let variance = zip(chains, shares).reduce(0) { sum, pair in
      let squares = pair.0.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return sum + pair.1 * squares / Double(pair.0.count)
    }
    let between = zip(means, shares).reduce(0) {
      $0 + $1.1 * $1.1 * ($1.0 - mean) * ($1.0 - mean)
    }
    let populations = Double(chains.count)
    return populations / (populations - 1) * between / variance
  }
}
