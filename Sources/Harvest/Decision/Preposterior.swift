import Inference
import ModelLanguage
import Statistics

/// What readings to come would tell of events, before they are read.
///
/// Draws i have weights w and, in columns c of equally probable readings of the CAR+ share, the
/// probability q_ic of the event. A reading of the culture weighs the draws anew by Bayes' rule, one of
/// the share chooses a column; the two are independent, so both together are counted exactly in the
/// columns, and a joint reading never tells less than its share's part. Draws are taken for the truth in
/// turn, those on which the event hangs more often and with a lower weight (importance sampling).
/// Source: Raiffa and Schlaifer (1961), Applied Statistical Decision Theory, preposterior analysis.
struct Preposterior {
  /// Weights of the draws.
  let weights: [Double]
  /// For each event, its probability: draw x column.
  let events: [[Double]]
  /// Columns of equally probable readings of the share; 1 where none is read.
  let columns: Int

  /// Draws that are taken for the truth, at most.
  static let truths = 800
  /// Groups of truths from which the Monte-Carlo error comes.
  static let groups = 8

  /// A truth: a draw, and its weight among them; they sum to 1.
  struct Truth: Sendable {
    let draw: Int
    let weight: Double
  }

  /// What is known of one event after one kind of reading: its probability, one a truth and column.
  struct After {
    /// Values with weights that sum to 1, and the truth's number.
    private(set) var values: [(value: Double, weight: Double, truth: Int)] = []

    mutating func add(_ value: Double, weight: Double, truth: Int) {
      values.append((value, weight, truth))
    }

    /// E (P - p)^2 / (p (1 - p)): the share of the doubt that is taken away, with its Monte-Carlo error.
    func told(of p: Double) -> (value: Double, error: Double) {
      let doubt = p * (1 - p)
      var sums = [(square: Double, weight: Double)](
        repeating: (0, 0), count: Preposterior.groups)
      for one in values {
        let group = one.truth % Preposterior.groups
        sums[group].square += one.weight * (one.value - p) * (one.value - p)
        sums[group].weight += one.weight
      }
      let total = sums.reduce(0) { $0 + $1.weight }
      guard doubt > 0, total > 0 else { return (0, 0) }
      let value = min(1, sums.reduce(0) { $0 + $1.square } / total / doubt)
      // Groups differ in weight: the error of a ratio of their sums.
      let squares = sums.reduce(0) { sum, group in
        let off = (group.square / doubt - value * group.weight) / total
        return sum + off * off
      }
      let count = Double(Preposterior.groups)
      return (value, (squares * count / (count - 1)).squareRoot())
    }

    /// The share of outcomes in which the event's probability is at least `confidence`.
    func reaching(_ confidence: Double) -> Double {
      let total = values.reduce(0) { $0 + $1.weight }
      return min(
        1, values.reduce(0) { $0 + ($1.value >= confidence ? $1.weight : 0) } / max(total, 1e-300))
    }

    /// The central 80 %.
    var eighty: ClosedRange<Double> {
      let sorted = values.sorted { $0.value < $1.value }
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

  /// The draws to take for the truth: half by weight, half by what they mean for the first event, in
  /// equal steps of a list that is ordered by its probability.
  func chosen() -> [Truth] {
    guard let event = events.first else { return [] }
    let each = weights.indices.map { i in
      event[(i * columns)..<((i + 1) * columns)].reduce(0, +) / Double(columns)
    }
    let p = zip(weights, each).reduce(0) { $0 + $1.0 * $1.1 }
    let off = each.map { ($0 - p) * ($0 - p) }
    let mean = zip(weights, off).reduce(0) { $0 + $1.0 * $1.1 }
    let order = weights.indices.sorted { (each[$0], $0) < (each[$1], $1) }
    let proposal = order.map { i in
      weights[i] * (mean > 0 ? 0.5 + 0.5 * off[i] / mean : 1)
    }
    let found = Self.systematic(proposal, count: min(Self.truths, weights.count))
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

  /// What each set of readings tells of each event: set x event. `logs` gives, for an assay and a draw
  /// taken for the truth, ln of the density of what it would have read, under all draws; a set's
  /// `share` tells whether the CAR+ share is read with it.
  func after(
    _ sets: [(assays: [Int], share: Bool)], threads: Int,
    logs: @Sendable (Int, Int) -> [Double]
  ) -> [[After]] {
    let truths = chosen()
    let priors = weights.map { Double.log($0) }
    let assays = Set(sets.flatMap(\.assays)).sorted()
    let wanted = Set(sets.map(\.assays)).filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
    // Event x column for each wanted set of assays, one a truth.
    let found = Parallel.map(chunksOf: 8, count: truths.count, threads: threads, context: {}) {
      _, t -> [[[Double]]] in
      let own = assays.map { logs($0, truths[t].draw) }
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
            after.add(value, weight: 1 / Double(columns), truth: c)
          }
          return after
        }
        for (t, truth) in truths.enumerated() {
          let values = found[t][place][event]
          if set.share {
            for value in values {
              after.add(value, weight: truth.weight / Double(columns), truth: t)
            }
          } else {
            after.add(
              values.reduce(0, +) / Double(columns), weight: truth.weight, truth: t)
          }
        }
        return after
      }
    }
  }
}
