/// Rank normalisation of draws from several chains.
enum ChainRanks {
  /// Each draw replaced by Phi^-1((r - 3/8) / (S + 1/4)), r its average rank among all S draws.
  ///
  /// Reference: Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021), Bayesian Analysis 16,
  /// 667-718, equation 14; Blom (1958) for the offsets.
  static func normalised(_ chains: [[Double]]) -> [[Double]] {
    let flat = chains.flatMap { $0 }
    let order = flat.indices.sorted { (flat[$0], $0) < (flat[$1], $1) }
    var scores = flat
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, flat[order[last + 1]] == flat[order[first]] { last += 1 }
      let rank = 0.5 * Double(first + last) + 1
      let score = Normal.quantile((rank - 0.375) / (Double(flat.count) + 0.25))
      for place in first...last { scores[order[place]] = score }
      first = last + 1
    }
    var start = 0
    return chains.map { chain in
      defer { start += chain.count }
      return Array(scores[start..<(start + chain.count)])
    }
  }

  /// Every chain's first and last half; the middle draw of an odd count is left out.
  static func split(_ chains: [[Double]]) -> [[Double]] {
    chains.map { Array($0.prefix($0.count / 2)) } + chains.map { Array($0.suffix($0.count / 2)) }
  }

  /// Distances from the median of all draws.
  static func folded(_ chains: [[Double]]) -> [[Double]] {
    let sorted = chains.flatMap { $0 }.sorted()
    let middle = interpolated(sorted, 0.5)
    return chains.map { $0.map { abs($0 - middle) } }
  }

  /// The quantile of ascending values by linear interpolation (R's type 7); NaN when empty.
  static func interpolated(_ sorted: [Double], _ p: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let h = p * Double(sorted.count - 1)
    let index = Int(h)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (h - Double(index)) * (sorted[index + 1] - sorted[index])
  }

  /// True when there is at least one chain, all are as long, of 4 draws or more, and finite.
  static func isSound(_ chains: [[Double]]) -> Bool {
    guard let length = chains.first?.count, length >= 4 else { return false }
    return chains.allSatisfy { $0.count == length && $0.allSatisfy(\.isFinite) }
  }
}
