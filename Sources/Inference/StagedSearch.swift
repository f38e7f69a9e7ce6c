/// Searches from many starts, far from an optimum with coarse simulations.
///
/// Most simulations of a search lie far from its end, where a step needs a rough gradient only. Each
/// start is searched with simulations at a tolerance of 1e-4; the best end is then searched on with
/// simulations at the tolerance asked for, and so is every other that could be as good. What is
/// reported of those is their objective at the tolerance asked for; what lies far above the best keeps
/// its coarse one. A start from which the coarse search does not converge is searched as if there were
/// none.
struct StagedSearch {
  let fine: FitProblem
  /// The same problem with coarse simulations; nil where it would save nothing.
  let coarse: FitProblem?
  let starts: MultiStart

  /// Objectives above the best one by more than this are not looked at again: coarse ones are right
  /// to some hundredths, or to a thousandth of a large one.
  private static func reach(above best: Double) -> Double { 0.5 + 1e-3 * abs(best) }

  private var nominal: [Double] { fine.plan.free.map(\.start) }

  /// All searches, by the index of their start.
  func run() -> MultiStartResult {
    guard let coarse else {
      return starts.minimise(fine, nominal: nominal, box: fine.plan.startBox, options: fine.search)
    }
    let first = min(starts.count, starts.unanimous)
    var ends = (0..<first).map { End(search(coarse, from: $0)) }
    settle(&ends)
    let early = MultiStartResult(ends.map(\.result), agreement: starts.agreement)
    if early.agreeing == ends.count { return early }
    ends += (first..<starts.count).map { End(search(coarse, from: $0)) }
    settle(&ends)
    return MultiStartResult(ends.map(\.result), agreement: starts.agreement)
  }

  /// Where a search ended, and with which simulations.
  private struct End {
    enum Stage { case coarse, looked, fine }

    var result: TrustRegionResult
    var stage = Stage.coarse

    init(_ result: TrustRegionResult) { self.result = result }
  }

  private func origin(_ index: Int) -> [Double] {
    let box = fine.plan.startBox
    return starts.start(index, nominal: nominal, lower: box.lower, upper: box.upper)
  }

  private func search(_ coarse: FitProblem, from index: Int) -> TrustRegionResult {
    var options = coarse.search
    options.looksAhead = true
    return minimise(coarse, from: origin(index), options: options)
  }

  /// Brings every end that counts to the tolerance asked for: first those without an estimate, then
  /// the best and what may be as good, until none is better than those that are done.
  private func settle(_ ends: inout [End]) {
    for index in ends.indices where ends[index].stage == .coarse && !ends[index].result.isUsable {
      finish(&ends[index], from: origin(index))
    }
    while true {
      let usable = ends.indices.filter { ends[$0].result.isUsable }
      let done = usable.filter { ends[$0].stage == .fine }.map { ends[$0].result.objective }.min()
      let waiting = usable.filter { ends[$0].stage != .fine }
      guard
        let next = waiting.min(by: {
          (ends[$0].result.objective, $0) < (ends[$1].result.objective, $1)
        })
      else { return }
      guard let done else {
        continueFinely(&ends[next], index: next)
        continue
      }
      let height = ends[next].result.objective - done
      if height > StagedSearch.reach(above: done) { return }
      if ends[next].stage == .coarse {
        look(&ends[next], index: next)
      } else if height < 0
        || (height > 0.5 * starts.agreement && height <= 2 * starts.agreement)
      {
        // Lower than the best, or to one side of agreement or the other.
        continueFinely(&ends[next], index: next)
      } else {
        ends[next].stage = .fine
      }
    }
  }

  /// The objective of a coarse end at the tolerance asked for.
  private func look(_ end: inout End, index: Int) {
    end.result.evaluations += 1
    guard let objective = fine.objective(at: end.result.parameters), objective.isFinite else {
      return finish(&end, from: origin(index))
    }
    end.result.objective = objective
    end.stage = .looked
  }

  /// Searches on from a coarse end, and anew from its start where that does not converge.
  private func continueFinely(_ end: inout End, index: Int) {
    finish(&end, from: end.result.next ?? end.result.parameters)
    if !end.result.isUsable { finish(&end, from: origin(index)) }
  }

  private func finish(_ end: inout End, from point: [Double]) {
    var result = minimise(fine, from: point, options: fine.search)
    result.iterations += end.result.iterations
    result.evaluations += end.result.evaluations
    result.infeasiblePoints += end.result.infeasiblePoints
    result.firstError = result.firstError ?? end.result.firstError
    end = End(result)
    end.stage = .fine
  }
}
