/// What one run taught at one origin: growth from its count there to a later count.
struct GrowthCase: Codable, Sendable, Equatable {
  /// Which run of the window; cases of a run share its deviation.
  var run: Int
  /// Growth rate of the interval before the last, of the last (1/d), and ln cells at the origin.
  var features: [Double]
  /// Index of the label of each factor.
  var labels: [Int]
  /// Index of the combination of labels.
  var group: Int
  /// From the origin to the later count, d.
  var horizon: Double
  /// ln cells there less ln cells at the origin.
  var growth: Double
  /// Replicates of the later count.
  var replicates: Double
}

/// The state of a run at one of its counts, as the window sees it.
struct GrowthOrigin: Sendable {
  /// Time of the last count, h.
  let time: Double
  /// ln cells there.
  let level: Double
  /// Growth rate of the interval before the last, of the last, 1/d, and the level.
  let features: [Double]

  /// The origin at count `last`: the count, and two before it that are `spacing` h apart or more.
  /// Nil when there are none.
  init?(_ counts: [GrowthCount], last: Int, spacing: Double) {
    guard counts.indices.contains(last) else { return nil }
    var chosen = [counts[last]]
    for k in stride(from: last - 1, through: 0, by: -1) where chosen.count < 3 {
      if let newer = chosen.last, newer.time - counts[k].time >= spacing {
        chosen.append(counts[k])
      }
    }
    guard chosen.count == 3 else { return nil }
    let rates = (0..<2).map {
      24 * (chosen[$0].logCells - chosen[$0 + 1].logCells) / (chosen[$0].time - chosen[$0 + 1].time)
    }
    time = chosen[0].time
    level = chosen[0].logCells
    features = [rates[1], rates[0], level]
  }
}
