#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether several chains of draws of one quantity agree, and how many independent draws they are
/// worth.
///
/// Chains are of equal length. All numbers are NaN for chains that are empty, shorter than 4
/// draws, of different lengths, not finite or constant: a comparison with NaN never passes.
/// Reference: Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021), Rank-normalization, folding,
/// and localization: an improved R-hat, Bayesian Analysis 16, 667-718.
public struct ChainDiagnostics: Sendable, Equatable {
  /// Mean of all draws.
  public let mean: Double
  /// Standard deviation of all draws (divisor S - 1).
  public let standardDeviation: Double
  /// Rank-normalised split R-hat: the larger of bulk and folded.
  public let rHat: Double
  /// Effective sample size of the rank-normalised split chains: for the centre.
  public let bulkESS: Double
  /// The smaller effective sample size of the 5 % and the 95 % quantile.
  public let tailESS: Double
  /// Monte-Carlo standard error of the mean, sd / sqrt(ESS of the draws themselves).
  public let meanError: Double

  /// The diagnostics of one quantity, chains x draws.
  public init(_ chains: [[Double]]) {
    let flat = chains.flatMap { $0 }
    let count = Double(flat.count)
    let mean = flat.reduce(0, +) / count
    let squares = flat.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardDeviation = (squares / (count - 1)).squareRoot()
    guard ChainRanks.isSound(chains) else {
      (rHat, bulkESS, tailESS, meanError) = (.nan, .nan, .nan, .nan)
      return
    }
    let halves = ChainRanks.split(chains)
    let bulk = ChainRanks.normalised(halves)
    let folded = ChainRanks.normalised(ChainRanks.folded(halves))
    let plain = (ChainDiagnostics.reduction(bulk), ChainDiagnostics.reduction(folded))
    rHat = plain.0.isNaN || plain.1.isNaN ? .nan : max(plain.0, plain.1)
    bulkESS = ChainDiagnostics.effectiveSize(bulk)
    let sorted = flat.sorted()
    let tails = [0.05, 0.95].map { p in
      let limit = ChainRanks.interpolated(sorted, p)
      return ChainDiagnostics.effectiveSize(halves.map { $0.map { $0 <= limit ? 1 : 0 } })
    }
    tailESS = tails[0].isNaN || tails[1].isNaN ? .nan : min(tails[0], tails[1])
    meanError = standardDeviation / ChainDiagnostics.effectiveSize(halves).squareRoot()
  }

  /// R-hat of chains as they are: sqrt(((n-1)/n W + B/n) / W).
  ///
  /// Reference: Gelman and Rubin (1992), Statistical Science 7, 457-472.
  static func reduction(_ chains: [[Double]]) -> Double {
    let n = Double(chains[0].count)
    let moments = chains.map(variance)
    let within = moments.reduce(0) { $0 + $1.variance } / Double(chains.count)
    let between = variance(moments.map(\.mean)).variance
    guard within > 0, chains.count > 1 else { return .nan }
    return ((n - 1) / n + between / within).squareRoot()
  }

  /// Effective sample size of chains as they are, by Geyer's initial monotone sequence.
  ///
  /// tau = -1 + 2 sum rho_t over pairs whose sums are positive and made to fall; at most
  /// S log10 S. Reference: Geyer (1992), Statistical Science 7, 473-483; Vehtari et al. (2021),
  /// equations 10-13; the end of the sum as in Stan and ArviZ.
  static func effectiveSize(_ chains: [[Double]]) -> Double {
    let n = chains[0].count
    let count = Double(n * chains.count)
    let moments = chains.map(variance)
    let within = moments.reduce(0) { $0 + $1.variance } / Double(chains.count)
    var total = within * Double(n - 1) / Double(n)
    if chains.count > 1 { total += variance(moments.map(\.mean)).variance }
    guard within > 0, total > 0 else { return .nan }
    func correlation(_ lag: Int) -> Double {
      var sum = 0.0
      for (chain, moment) in zip(chains, moments) {
        let mean = moment.mean
        var products = 0.0
        for i in 0..<(n - lag) { products += (chain[i] - mean) * (chain[i + lag] - mean) }
        sum += products / Double(n)
      }
      return 1 - (within - sum / Double(chains.count)) / total
    }
    var rho = [1.0, correlation(1)]
    var pair = (even: 1.0, odd: rho[1])
    var t = 1
    while t < n - 3, pair.even + pair.odd > 0 {
      pair = (correlation(t + 1), correlation(t + 2))
      rho += pair.even + pair.odd >= 0 ? [pair.even, pair.odd] : [0, 0]
      t += 2
    }
    let end = t - 2
    rho += [0, 0]
    if pair.even > 0 { rho[max(end, 0) + 1] = pair.even }
    var k = 1
    while k <= end - 2 {
      let before = rho[k - 1] + rho[k]
      if rho[k + 1] + rho[k + 2] > before {
        rho[k + 1] = before / 2
        rho[k + 2] = before / 2
      }
      k += 2
    }
    let sum = rho.prefix(max(end, 0) + 1).reduce(0, +)
    let tau = -1 + 2 * sum + rho[max(end, 0) + 1]
    guard tau.isFinite else { return .nan }
    return count / max(tau, 1 / log10(count))
  }

  private static func variance(_ x: [Double]) -> (mean: Double, variance: Double) {
    let mean = x.reduce(0, +) / Double(x.count)
    let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(x.count - 1))
  }
}

/// The estimated fraction of missing information of one chain's energies,
/// sum (E_i - E_(i-1))^2 / (n - 1) / var E; small when the momenta cannot carry the chain over the
/// energies of its target.
///
/// *Edge case:* NaN for fewer than 3 energies, for a constant or for one that is not finite.
/// Reference: Betancourt (2016), Diagnosing suboptimal cotangent disintegrations, arXiv:1604.00695.
public func energyFraction(_ energies: [Double]) -> Double {
  guard energies.count >= 3, energies.allSatisfy(\.isFinite) else { return .nan }
  let steps = zip(energies.dropFirst(), energies).reduce(0) { sum, pair in
    sum + (pair.0 - pair.1) * (pair.0 - pair.1)
  }
  let mean = energies.reduce(0, +) / Double(energies.count)
  let spread = energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return spread > 0 ? steps / spread : .nan
}
