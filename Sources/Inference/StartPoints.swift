import Randomness

/// Starts of a search: the nominal point, then points spread evenly where the truth may lie.
///
/// The sequence is the additive recurrence of Roberts (2018) on the generalised golden ratio,
/// shifted by the seed. A parameter with a prior is spread over its centre +- 2 sd, one without
/// over its start +- 2 (on the estimation scale), both inside the bounds.
enum StartPoints {
  static func make(_ plan: ParameterPlan, count: Int, seed: UInt64) -> [[Double]] {
    let n = plan.free.count
    var points = [plan.free.map(\.start)]
    var ratio = 2.0
    for _ in 0..<60 { ratio = Double.powRoot(1 + ratio, n + 1) }
    var stream = RandomStream(seed: seed, name: "", purpose: "starts", index: 0)
    let shift = (0..<n).map { _ in stream.uniform() }
    for k in 1..<max(1, count) {
      points.append(
        plan.free.enumerated().map { j, free in
          var step = 1.0
          for _ in 0...j { step /= ratio }
          let raw = shift[j] + Double(k) * step
          let u = raw - raw.rounded(.down)
          let center = free.prior?.mean ?? free.start
          let reach = free.prior.map { 2 * $0.sd } ?? 2
          let low = max(free.bounds.lowerBound, center - reach)
          let high = min(free.bounds.upperBound, center + reach)
          guard low < high else { return free.start }
          return low + u * (high - low)
        })
    }
    return points
  }
}

extension Double {
  /// The n-th root by Newton's method, so that every machine gets the same bits.
  fileprivate static func powRoot(_ value: Double, _ n: Int) -> Double {
    var x = 1.0
    for _ in 0..<60 {
      var power = 1.0
      for _ in 1..<n { power *= x }
      x -= (power * x - value) / (Double(n) * power)
    }
    return x
  }
}
