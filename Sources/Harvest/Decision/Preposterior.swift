import Inference
import ModelLanguage
import Statistics

/// What readings to come would tell of events, before they are read.
///
/// Draws i have weights w and, in columns c of equally probable readings of the CAR+ share, the
/// probability q_ic of the event. A reading of the culture weighs the draws anew by Bayes' rule, one of
/// the share chooses a column; the two are independent, so both together are counted exactly in the
/// columns. Draws are taken for the truth in turn, those in which the rarer side of the event happens more
/// often and with a lower weight (importance sampling).
/// Source: Raiffa and Schlaifer (1961), Applied Statistical Decision Theory, preposterior analysis.
struct Preposterior {
  /// Weights of the draws.
  let weights: [Double]
  /// For each event, its probability: draw x column.
  let events: [[Double]]
  /// Columns of equally probable readings of the share; 1 where none is read.
  let columns: Int

  /// Draws that are taken for the truth, at most.
  static let truths = 600
  /// Groups of truths from which the Monte-Carlo error comes.
  static let groups = 8

  /// A truth: a draw, and its weight among them; they sum to 1.
  struct Truth: Sendable {
    let draw: Int
    let weight: Double
  }

  /// What is known of one event after one kind of reading, one a truth and column.
  struct After {
    /// One outcome of reading.
    struct Outcome {
      /// The event's probability after it.
      let value: Double
      /// The event's probability where this is the truth.
      let own: Double
      /// Weights sum to 1.
      let weight: Double
      /// The truth's number.
      let truth: Int
    }

    /// The outcomes.
    private(set) var outcomes: [Outcome] = []

    mutating func add(_ value: Double, own: Double, weight: Double, truth: Int) {
      outcomes.append(Outcome(value: value, own: own, weight: weight, truth: truth))
    }

    /// 1 - E P(1 - P) / (p (1 - p)): the share of the doubt that is taken away, with its Monte-Carlo error.
    ///
    /// With the truth's own probability a, E P(1 - P) = E (1 - a) P = E a (1 - P): of the two the rarer
    /// side is averaged, so that only the truths in which it happens count. The error comes from groups
    /// of truths.
    func told(of p: Double) -> (value: Double, error: Double) {
      let isOften = p > 0.5
      let often = isOften ? p : 1 - p
      var sums = [(left: Double, weight: Double)](repeating: (0, 0), count: Preposterior.groups)
      for one in outcomes {
        let rare = one.weight * (isOften ? 1 - one.own : one.own)
        sums[one.truth % Preposterior.groups].left +=
          rare * (isOften ? one.value : 1 - one.value)
        sums[one.truth % Preposterior.groups].weight += rare
      }
      let total = sums.reduce(0) { $0 + $1.weight }
      guard often < 1, total > 0 else { return (0, 0) }
      let left = sums.reduce(0) { $0 + $1.left } / total
      // Groups differ in weight: the error of a ratio of their sums.
      let squares = sums.reduce(0) { sum, group in
        let off = (group.left - left * group.weight) / total
        return sum + off * off
      }
      let count = Double(Preposterior.groups)
      return (
        max(0, min(1, 1 - left / often)), (squares * count / (count - 1)).squareRoot() / often
      )
    }

    /// The share of outcomes in which the event's probability is at least `confidence`.
    func reaching(_ confidence: Double) -> Double {
      let total = outcomes.reduce(0) { $0 + $1.weight }
      return min(
        1, outcomes.reduce(0) { $0 + ($1.value >= confidence ? $1.weight : 0) } / max(total, 1e-300)
      )
    }

    /// The central 80 %.
    var eighty: ClosedRange<Double> {
      let sorted = outcomes.sorted { $0.value < $1.value }
      let total = sorted.reduce(0) { $0 + $1.weight }
      func quantile(_ level: Double) -> Double {
        var sum = 0.0
        for one in sorted {
          sum += one.weight
          if sum >= level * total { return one.value }
        }
        return sorted.last?.value ?? 0
      }
      let low = quantile(0.1)
      return low...max(low, quantile(0.9))
    }
  }

  /// The event's probability now.
  func now(_ event: Int) -> Double { mean(event).reduce(0, +) / Double(columns) }

  /// Columns' probabilities with the draws' own weights: what the share alone tells.
  func mean(_ event: Int) -> [Double] { mean(event, weights) }

  /// Columns' probabilities with other weights of the draws.
  func mean(_ event: Int, _ weights: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    events[event].withUnsafeBufferPointer { q in
      for (i, w) in weights.enumerated() where w > 0 {
        for c in 0..<columns { sums[c] += w * q[i * columns + c] }
      }
    }
    return sums
  }

  /// The event's probability where a draw is the truth, one a column.
  private func own(_ event: Int, _ draw: Int) -> ArraySlice<Double> {
    events[event][(draw * columns)..<((draw + 1) * columns)]
  }

  /// The draws to take for the truth: 40 % by weight, 60 % where the rarer side of the events happens, in
  /// equal steps of a list that is ordered by the first event's probability.
  func chosen() -> [Truth] {
    guard !events.isEmpty else { return [] }
    func each(_ event: Int) -> [Double] {
      weights.indices.map { own(event, $0).reduce(0, +) / Double(columns) }
    }
    var rare = weights.map { _ in 0.0 }
    for event in events.indices {
      let values = each(event)
      let p = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
      let side = p > 0.5 ? values.map { 1 - $0 } : values
      let mean = min(p, 1 - p)
      guard mean > 0 else { continue }
      for i in rare.indices { rare[i] += side[i] / mean / Double(events.count) }
    }
    let first = each(0)
    let order = weights.indices.sorted { (first[$0], $0) < (first[$1], $1) }
    let proposal = order.map { weights[$0] * (0.4 + 0.6 * rare[$0]) }
    let sum = proposal.reduce(0, +)
    guard sum > 0 else { return [] }
    let found = Self.systematic(proposal.map { $0 / sum }, count: min(Self.truths, weights.count))
    let ratios = found.map { weights[order[$0]] / proposal[$0] }
    let total = ratios.reduce(0, +)
    return zip(found, ratios).map { Truth(draw: order[$0], weight: $1 / total) }
  }

  /// Entries chosen by weight in equal steps; the weights sum to 1.
  static func systematic(_ weights: [Double], count: Int) -> [Int] {
    var chosen: [Int] = []
    var sum = 0.0
    for (k, weight) in weights.enumerated() {
      sum += weight
      while chosen.count < count, sum * Double(count) > Double(chosen.count) + 0.5 {
        chosen.append(k)
      }
    }
    return chosen
  }

  /// The noise of an assay's reading of a truth, standard normal and spread evenly over the truths, so that a
  /// draw that is taken for the truth more than once is read anew each time. Points of an additive
  /// recurrence with powers of the root of x^5 = x + 1 (Roberts 2018, The unreasonable effectiveness of
  /// quasirandom sequences).
  static func deviate(assay: Int, truth: Int) -> Double {
    var step = 1.0
    for _ in 0...assay { step /= 1.167303978261418684 }
    let point = (Double(truth) + 0.5) * step
    return Normal.quantile(min(max(point - point.rounded(.down), 1e-9), 1 - 1e-9))
  }

  /// What each set of readings tells of each event: set x event. `logs` gives, for an assay, a draw
  /// taken for the truth and the noise of its reading, ln of the density of what it would have read, under
  /// all draws; a set's `share` tells whether the CAR+ share is read with it.
  func after(
    _ sets: [(assays: [Int], share: Bool)], threads: Int,
    logs: @Sendable (Int, Int, Double) -> [Double]
  ) -> [[After]] {
    let truths = chosen()
    let priors = weights.map { Double.log($0) }
    let assays = Set(sets.flatMap(\.assays)).sorted()
    let wanted = Set(sets.map(\.assays)).filter { !$0.isEmpty }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    // Event x column for each wanted set of assays, one a truth.
    let found = Parallel.map(chunksOf: 8, count: truths.count, threads: threads, context: {}) {
      _, t -> [[[Double]]] in
      let own = assays.map {
        logs($0, truths[t].draw, Self.deviate(assay: $0, truth: t))
      }
      return wanted.map { set in
        var sum = priors
        for assay in set {
          guard let k = assays.firstIndex(of: assay) else { continue }
          for i in sum.indices { sum[i] += own[k][i] }
        }
        let weights = LogSum.weights(sum)
        return events.indices.map { mean($0, weights) }
      }
    }
    return sets.map { set in
      events.indices.map { event in
        var after = After()
        guard let place = wanted.firstIndex(of: set.assays) else {
          for (c, value) in mean(event).enumerated() {
            after.add(value, own: value, weight: 1 / Double(columns), truth: c)
          }
          return after
        }
        for (t, truth) in truths.enumerated() {
          let values = found[t][place][event]
          let own = own(event, truth.draw)
          if set.share {
            for (value, own) in zip(values, own) {
              after.add(value, own: own, weight: truth.weight / Double(columns), truth: t)
            }
          } else {
            let count = Double(columns)
            after.add(
              values.reduce(0, +) / count, own: own.reduce(0, +) / count, weight: truth.weight,
              truth: t)
          }
        }
        return after
      }
    }
  }
}
