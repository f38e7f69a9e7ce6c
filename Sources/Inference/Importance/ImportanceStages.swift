import Randomness

/// Stages of importance sampling from one t that learn from each other; the draws of the last count.
struct ImportanceStages {
  /// Stages at most.
  static let most = 3

  let first: StudentProposal
  let count: Int
  let threads: Int

  /// The candidates of the last stage, nil outside the bounds or where the simulation failed.
  func run(
    problem: @Sendable () -> FitProblem,
    stream: @Sendable (_ purpose: String, _ index: Int) -> RandomStream
  ) -> [ImportanceDraw?] {
    // Learning a mean and a covariance takes fewer draws than quantiles do.
    let parameters = first.inside.count
    let learning = min(count, max(300, 15 * parameters * parameters))
    var current = first
    for stage in 0..<ImportanceStages.most {
      let isLast = stage == ImportanceStages.most - 1
      let proposal = current
      let candidates = Parallel.map(
        chunksOf: 64, count: isLast ? count : learning, threads: threads, context: problem
      ) { problem, index -> ImportanceDraw? in
        var stream = stream("posterior \(stage)", index)
        return ImportanceDraw(proposal, problem, &stream)
      }
      if isLast { return candidates }
      let good = candidates.compactMap { $0 }
      let next = current.adapted(
        to: good.map(\.point), logWeights: good.map(\.logWeight), tempers: true, widening: 0.9)
      current = next ?? current
    }
    return []
  }
}
