import Statistics

/// The later samples on which models are compared.
struct FuturePoints {
  /// Their hours.
  let times: [Double]
  /// Later samples of the run, scored or not.
  let all: Int
  /// Which contenders have a score at each of them.
  let scored: [Int]
  /// Which contenders were left out because they could not forecast enough samples.
  let leftOut: [Int]

  /// The points that all contenders have in common. While they are fewer than half of the most that
  /// a model has (or than three), the model with the fewest is left out.
  init(_ candidates: [ModelStudy.Candidate]) {
    var kept = candidates.indices.filter {
      candidates[$0].isContender && candidates[$0].future != nil
    }
    var dropped: [Int] = []
    func times(_ index: Int) -> Set<Double> {
      Set((candidates[index].future?.points ?? []).filter { $0.score != nil }.map(\.time))
    }
    all = kept.map { candidates[$0].future?.points.count ?? 0 }.max() ?? 0
    let most = kept.map { times($0).count }.max() ?? 0
    let wanted = min(most, max(ModelStudy.leastPoints, (most + 1) / 2))
    func common(_ indices: [Int]) -> Set<Double> {
      guard let first = indices.first else { return [] }
      return indices.dropFirst().reduce(times(first)) { $0.intersection(times($1)) }
    }
    while most > 0, common(kept).count < wanted,
      let fewest = kept.min(by: {
        (times($0).count, candidates[$0].model) < (times($1).count, candidates[$1].model)
      })
    {
      kept.removeAll { $0 == fewest }
      dropped.append(fewest)
    }
    self.times = common(kept).sorted()
    scored = most > 0 ? kept : []
    leftOut = dropped.sorted()
  }

  /// Sums, differences and weights of the scored contenders; sums and differences also of models
  /// that their residuals contradict, where they have all the points.
  func fill(_ candidates: inout [ModelStudy.Candidate], seed: UInt64, run: String) {
    guard !times.isEmpty else { return }
    let rows = scored.compactMap { row($0, candidates) }
    let sums = rows.map { $0.scores.reduce(0, +) }
    guard rows.count == scored.count,
      let best = sums.indices.max(by: { sums[$0] < sums[$1] })
    else { return }
    let weights = ModelWeights.pseudoBMA(
      rows.map(\.scores), errors: rows.map(\.errors), seed: seed, name: run)
    for (index, weight) in zip(scored, weights) { candidates[index].futureWeight = weight }
    let shown = candidates.indices.filter {
      scored.contains($0) || candidates[$0].isRanked && !candidates[$0].isContender
    }
    for index in shown {
      guard let own = row(index, candidates) else { continue }
      candidates[index].score = ModelStudy.Score(own.scores, errors: own.errors)
      // A model is behind itself by exactly nothing.
      let isBest = index == scored[best]
      candidates[index].scoreDifference = ModelStudy.Score(
        zip(rows[best].scores, own.scores).map { $0 - $1 },
        errors: isBest ? [] : rows[best].errors + own.errors)
    }
  }

  /// A candidate's scores at the common points with their Monte-Carlo errors; nil when one is missing.
  private func row(
    _ index: Int, _ candidates: [ModelStudy.Candidate]
  ) -> (scores: [Double], errors: [Double])? {
    let points = candidates[index].future?.points ?? []
    let own = times.compactMap { time in points.first { $0.time == time && $0.score != nil } }
    guard own.count == times.count else { return nil }
    return (own.map { $0.score ?? 0 }, own.map { $0.monteCarloError ?? 0 })
  }
}
