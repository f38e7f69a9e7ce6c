import Randomness
import Statistics

/// Stages of importance sampling from a mixture whose shares learn from the draws; all draws count.
///
/// Each draw says by its weight and by each component's part in its density how much of the posterior
/// that component covers; the next shares are those sums, and none falls below a sixth of an equal
/// one. The draws of all stages are together draws of the mean of their mixtures, and are weighted as
/// such. Stages are added until the draws are worth enough. Sources: Cappe, Douc, Guillin, Marin and
/// Robert (2008), Stat Comput 18:447; Cornuet, Marin, Mira and Robert (2012), Scand J Stat 39:798.
struct BentStages<Problem: LeastSquaresProblem>: Sendable where Problem: SendableMetatype {
  /// Stages at least and at most.
  static var stages: ClosedRange<Int> { 3...6 }
  /// Equal draws at which no stage is added.
  static var enough: Double { 400 }

  private var mixtures: [ProposalMixture]
  private var sizes: [Int] = []
  private var pool: [ImportanceDraw] = []
  private let size: Int
  private let threads: Int

  /// `inside` parameters vary; each stage has ten draws for each pair of them, at least 300.
  init(first: ProposalMixture, inside: Int, threads: Int) {
    mixtures = [first]
    size = max(300, 10 * inside * inside)
    self.threads = threads
  }

  /// All draws with their weights in the mean of the mixtures; nil outside the bounds or where the
  /// simulation failed.
  mutating func run(
    problem: @Sendable () -> Problem,
    stream: @Sendable (_ purpose: String, _ index: Int) -> RandomStream
  ) -> [ImportanceDraw?] {
    var weighted: [ImportanceDraw] = []
    for stage in 0..<BentStages.stages.upperBound {
      let current = mixtures[stage]
      let candidates = Parallel.map(
        chunksOf: 64, count: size, threads: threads, context: problem
      ) { problem, index -> ImportanceDraw? in
        var stream = stream("bent \(stage)", index)
        return ImportanceDraw(current, problem, &stream)
      }
      sizes.append(size)
      pool += candidates.compactMap { $0 }
      let whole = mean
      weighted = Parallel.map(chunksOf: 256, count: pool.count, threads: threads) {
      } body: { [pool] _, k in
        ImportanceDraw(
          point: pool[k].point, objective: pool[k].objective,
          logProposal: whole.logDensity(pool[k].point))
      }
      let worth = LogSum.effectiveSize(LogSum.weights(weighted.map(\.logWeight)))
      if stage + 1 >= BentStages.stages.lowerBound, worth >= BentStages.enough { break }
      mixtures.append(current.learning(from: weighted))
    }
    let failed = sizes.reduce(0, +) - weighted.count
    return weighted + [ImportanceDraw?](repeating: nil, count: failed)
  }

  /// The mixture of all stages, by their numbers of draws.
  private var mean: ProposalMixture {
    let components = mixtures[0].components
    var shares = [Double](repeating: 0, count: components.count)
    for (mixture, size) in zip(mixtures, sizes) {
      for k in shares.indices { shares[k] += Double(size) * Double.exp(mixture.logShares[k]) }
    }
    return ProposalMixture(components, shares: shares)
  }
}

extension ProposalMixture {
  /// The same components with the shares that weighted draws give them.
  func learning(from draws: [ImportanceDraw]) -> ProposalMixture {
    let raw = LogSum.weights(draws.map(\.logWeight))
    // One draw must not be all of it.
    let cap = 1 / Double(max(draws.count, 1)).squareRoot()
    var shares = [Double](repeating: 0, count: components.count)
    for (draw, weight) in zip(draws, raw) where weight > 1e-9 {
      let parts = LogSum.weights(
        zip(components, logShares).map { $0.logDensity(draw.point) + $1 })
      for k in shares.indices { shares[k] += min(weight, cap) * parts[k] }
    }
    let total = shares.reduce(0, +)
    guard total > 0 else { return self }
    let least = 0.2 / Double(components.count)
    return ProposalMixture(components, shares: shares.map { $0 / total + least })
  }
}
