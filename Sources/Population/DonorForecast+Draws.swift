import LinearAlgebra
import Quantities
import Randomness
import Statistics

extension DonorForecast {
  mutating func fill(_ h: DonorIntegrand, count: Int, seed: UInt64, name: String) {
    var stream = RandomStream(seed: seed, name: name, purpose: "forecast starts")
    var found: [DonorMode] = []
    starts = 5
    for start in 0..<starts {
      let origin = (0..<h.dimension).map { _ in start == 0 ? 0 : stream.normal() }
      if let mode = ModeSearch.find(h, from: origin, exactly: false) { found.append(mode) }
    }
    guard let best = found.min(by: { $0.expansion.value < $1.expansion.value }) else {
      notes.append("No most probable parameters were found: the simulation fails about the prior.")
      return
    }
    agreeing = found.count { $0.expansion.value - best.expansion.value < 0.1 }
    mode = h.psi(0, best.v)
    let d = h.dimension
    let lever = h.levers[0]
    let root = (0..<(d * d)).map { k in
      (0..<d).reduce(0) { $0 + lever[(k / d) * d + $1] * best.spread[$1 * d + k % d] }
    }
    covariance = Matrix(rows: d, columns: d) { i, j in
      (0..<d).reduce(0) { $0 + root[i * d + $1] * root[j * d + $1] }
    }
    draw(h, about: best, count: count, seed: seed, name: name)
  }

  /// Draws about a mode, with the proposal moved while that makes them worth more.
  private mutating func draw(
    _ h: DonorIntegrand, about best: DonorMode, count: Int, seed: UInt64, name: String
  ) {
    let rule = IntegrationRule.importance(h.dimension, draws: count, seed: seed, name: name)
    var (center, spread, logVolume) = (best.v, best.spread, best.logSpread)
    for round in 0...DonorForecast.adaptations {
      let points = (0..<rule.count).map { rule.point($0, center: center, spread: spread) }
      let logs = h.values(points.count) { $0 = points[$1] }.enumerated().map { k, value in
        value.map { rule.logWeights[k] - $0 } ?? -.infinity
      }
      let found = LogSum.weights(logs)
      let worth = LogSum.effectiveSize(found)
      if worth > effectiveDraws {
        adaptations = round
        draws = points.map { h.psi(0, $0) }
        weights = found
        effectiveDraws = worth
        paretoShape = ParetoTail.shape(logWeights: logs)
        logEvidence = logVolume + LogSum.of(logs)
      }
      guard worth > 0, worth < 0.3 * Double(rule.count),
        let next = DonorForecast.adapted(points, found, center, spread)
      else { break }
      (center, spread, logVolume) = next
    }
    guard effectiveDraws > 0 else {
      notes.append("No draw about the most probable parameters could be simulated.")
      return
    }
    isUsable =
      effectiveDraws >= DonorForecast.leastEffectiveDraws
      && paretoShape < ParetoTail.largestReliableShape
    if !isUsable {
      notes.append(
        "\(count) draws are worth \(Int(effectiveDraws)) equal ones (Pareto k "
          + "\(NumberText.fixed(paretoShape, decimals: 2)); at least "
          + "\(Int(DonorForecast.leastEffectiveDraws)) and below 0.7 are asked): the distribution is "
          + "far from its normal approximation, and no interval is given. Ask for more draws.")
    }
  }

  /// Most moves of the proposal towards the draws' own mean and covariance.
  private static let adaptations = 6

  /// The next proposal; nil when the draws carry no covariance.
  ///
  /// Half of the covariance is that of the weighted draws, half the old one, and no draw weighs more
  /// than 1/sqrt(n) of all, so that few heavy draws cannot collapse it. Sources: Cappe et al. (2008),
  /// Stat Comput 18:447; Ionides (2008), J Comput Graph Stat 17:295.
  private static func adapted(
    _ points: [[Double]], _ weights: [Double], _ center: [Double], _ spread: [Double]
  ) -> (center: [Double], spread: [Double], logVolume: Double)? {
    let cap = 1 / Double(weights.count).squareRoot()
    let raw = weights.map { min($0, cap) }
    let sum = raw.reduce(0, +)
    guard sum > 0 else { return nil }
    let d = center.count
    var mean = [Double](repeating: 0, count: d)
    for (point, weight) in zip(points, raw) {
      for i in 0..<d { mean[i] += weight / sum * point[i] }
    }
    let covariance = Matrix(rows: d, columns: d) { i, j in
      var own = 0.0
      for (point, weight) in zip(points, raw) {
        own += weight / sum * (point[i] - mean[i]) * (point[j] - mean[j])
      }
      let old = (0..<d).reduce(0) { $0 + spread[i * d + $1] * spread[j * d + $1] }
      return 0.5 * own + 0.5 * old
    }
    guard let factor = try? Cholesky(covariance) else { return nil }
    return (
      mean, (0..<(d * d)).map { factor.lower[$0 / d, $0 % d] }, 0.5 * factor.logDeterminant
    )
  }
}
