extension WeightedSample {
  /// The continuous ranked probability score of this forecast for what was observed, in the values'
  /// unit; smaller is better.
  ///
  ///   CRPS = sum w_i |x_i - y| - 1/2 sum_ij w_i w_j |x_i - x_j|,
  /// that of the weighted empirical distribution. For a forecast without spread it is |x - y|.
  /// Sources: Matheson and Winkler (1976), Management Science 22:1087; Gneiting and Raftery (2007),
  /// J Am Stat Assoc 102:359, equation 21.
  public func crps(_ observed: Double) -> Double {
    var distance = 0.0
    var spread = 0.0
    var cumulative = 0.0
    for (x, w) in zip(values, weights) {
      cumulative += w
      distance += w * abs(x - observed)
      spread += w * x * (2 * cumulative - w - 1)
    }
    return distance - spread
  }

  /// P(X < y) + P(X = y)/2: the probability integral transform of what was observed, uniform for a
  /// calibrated forecast. Source: Dawid (1984), J R Stat Soc A 147:278.
  public func transform(_ observed: Double) -> Double {
    var below = 0.0
    for (x, w) in zip(values, weights) {
      if x < observed { below += w } else if x == observed { below += 0.5 * w } else { break }
    }
    return min(1, below)
  }
}
