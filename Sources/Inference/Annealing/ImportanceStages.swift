import Randomness

/// Stages of importance sampling that learn from each other; the draws of all of them are kept.
struct ImportanceStages {
  private var proposals: [StudentProposal]
  private var sizes: [Int] = []
  /// Draws of all stages inside the bounds; together they are draws of `mixture`.
  private(set) var pool: [ImportanceDraw] = []
  private let count: Int
  private let threads: Int

  init(first: StudentProposal, count: Int, threads: Int) {
    proposals = [first]
    self.count = count
    self.threads = threads
  }

  /// The proposals of all stages, by their numbers of draws.
  var mixture: ProposalMixture { ProposalMixture(proposals, shares: sizes.map(Double.init)) }

  /// The candidates of the last stage, nil outside the bounds or where the simulation failed.
  mutating func run(
    problem: @Sendable () -> FitProblem,
    stream: @Sendable (_ purpose: String, _ index: Int) -> RandomStream
  ) -> [ImportanceDraw?] {
    // Learning a mean and a covariance takes fewer draws than quantiles do.
    let parameters = proposals[0].inside.count
    let learning = min(count, max(300, 15 * parameters * parameters))
    var settled = 0
    for stage in 0..<Posterior.mostStages {
      let current = proposals[stage]
      let isLast = settled == 2 || stage == Posterior.mostStages - 1
      let candidates = Parallel.map(
        chunksOf: 64, count: isLast ? count : learning, threads: threads, context: problem
      ) { problem, index -> ImportanceDraw? in
        var stream = stream("posterior \(stage)", index)
        return ImportanceDraw(current, problem, &stream)
      }
      let good = candidates.compactMap { $0 }
      sizes.append(candidates.count)
      pool += good
      if isLast { return candidates }
      let next = current.adapted(
        to: good.map(\.point), logWeights: good.map(\.logWeight), tempers: true, widening: 0.9)
      proposals.append(next?.proposal ?? current)
      settled += next?.isTempered == true ? 0 : 1
    }
    return []
  }
}
