/// Are ranks uniform, as those of true values among posterior draws must be?
///
/// Simulation-based calibration: parameters drawn from the prior, data from the model, and L draws
/// from the posterior of those data; the rank of the truth among the draws is uniform on 0 ... L when
/// the draws are right. Reference: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), Validating
/// Bayesian inference algorithms with simulation-based calibration, arXiv:1804.06788.
public struct RankUniformity: Sendable, Equatable {
  /// How many ranks lie in each bin.
  public let counts: [Int]
  /// Pearson's chi-square against equal counts.
  public let chiSquare: Double
  /// The probability of a chi-square as large under uniform ranks, with bins - 1 degrees of freedom.
  public let probability: Double

  /// Counts ranks among `draws` draws in equal bins.
  ///
  /// nil when draws + 1 is not a multiple of the bins, a rank is outside 0 ... draws, there are
  /// fewer than two bins, or fewer than five ranks are expected in a bin.
  public init?(ranks: [Int], draws: Int, bins: Int) {
    guard bins > 1, draws > 0, (draws + 1) % bins == 0, ranks.count >= 5 * bins,
      ranks.allSatisfy({ $0 >= 0 && $0 <= draws })
    else { return nil }
    let width = (draws + 1) / bins
    var counts = [Int](repeating: 0, count: bins)
    for rank in ranks { counts[rank / width] += 1 }
    let expected = Double(ranks.count) / Double(bins)
    let sum = counts.reduce(0.0) {
      let excess = Double($1) - expected
      return $0 + excess * excess / expected
    }
    self.counts = counts
    chiSquare = sum
    probability = ChiSquare.upperTail(sum, degreesOfFreedom: Double(bins - 1))
  }

  /// The rank of a true value: how many draws lie below it.
  public static func rank(of truth: Double, among draws: [Double]) -> Int {
    draws.reduce(0) { $0 + ($1 < truth ? 1 : 0) }
  }
}
