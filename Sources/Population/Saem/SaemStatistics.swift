/// What one donor's chains tell in one iteration: means over the chains.
struct SaemSample: Sendable {
  var chains: [SaemChain]
  var scales: SaemScales
  /// Weight of the donor, 1 for normal ones; E[w | e] for Student's t.
  var weight = 0.0
  /// u = Z beta + e, weighted for the donor's part; then its products, and those of the runs' parts.
  var first: [Double]
  var donorSquares: [Double]
  var runSquares: [Double]
  /// e and its products, for the proposal of the log-likelihood.
  var effects: [Double]
  var effectSquares: [Double]
  /// Gradient and information of the free columns.
  var gradient: [Double]
  var information: [Double]
  /// False when an expansion failed; the free columns then learn nothing of this donor.
  var isExpanded = true
}

/// Stochastic averages over the iterations.
struct SaemStatistics {
  /// Of each donor.
  var weights: [Double]
  var first: [[Double]]
  /// Of all donors and runs.
  var donorSquares: [Double]
  var runSquares: [Double]
  /// Of the free columns.
  var information: [Double]

  /// S + gamma (S_new - S); a gamma of 1 takes the new.
  mutating func move(to samples: [SaemSample], gamma: Double) {
    for (i, sample) in samples.enumerated() {
      weights[i] += gamma * (sample.weight - weights[i])
      for k in first[i].indices { first[i][k] += gamma * (sample.first[k] - first[i][k]) }
    }
    func mix(_ old: inout [Double], _ part: (SaemSample) -> [Double]) {
      var sum = [Double](repeating: 0, count: old.count)
      for sample in samples { for (k, value) in part(sample).enumerated() { sum[k] += value } }
      for k in old.indices { old[k] += gamma * (sum[k] - old[k]) }
    }
    mix(&donorSquares) { $0.donorSquares }
    mix(&runSquares) { $0.runSquares }
    mix(&information) { $0.information }
  }
}
