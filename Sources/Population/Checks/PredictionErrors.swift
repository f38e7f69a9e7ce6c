import LinearAlgebra
import Statistics

/// Normalised prediction distribution errors (NPDE): where each measurement lies in its own predictive
/// distribution, freed of the correlation between measurements of one donor.
///
/// For each donor the replicates give mean E and covariance V = L L^T; y* = L^-1 (y - E) is compared
/// with the replicates' own, and the share below becomes a standard normal number. Under the fitted
/// population these are independent N(0, 1). Sources: Brendel et al. (2006), Pharm Res 23:2036; Comets,
/// Brendel and Mentre (2008), Comput Methods Programs Biomed 90:154.
public struct PredictionErrors: Sendable, Equatable {
  /// One a measurement, in the order of the readings; nil for censored ones, and for donors whose
  /// replicates have no covariance.
  public let errors: [Double?]
  /// Two-sided probability of so large a mean: Wilcoxon's signed ranks, normal approximation.
  public let meanTest: Double
  /// Two-sided probability of so different a variance: chi-square with n - 1 degrees of freedom.
  public let varianceTest: Double
  /// Probability of so little normality: Shapiro and Wilk; nil for fewer than 12 or more than 5,000.
  public let normalityTest: Double?
  /// Mean and variance of the errors.
  public let mean, variance: Double
  /// Bonferroni's bound on the smallest of the tests.
  public var globalTest: Double {
    let tests = [meanTest, varianceTest] + [normalityTest].compactMap { $0 }
    return min(1, Double(tests.count) * (tests.min() ?? 1))
  }

  /// The errors of measurements beside their replicates; a donor with n measurements needs more than n
  /// of these, and several times as many for a covariance worth its name.
  public init(_ replicates: PopulationReplicates) {
    var errors = [Double?](repeating: nil, count: replicates.readings.count)
    let order = replicates.donors.indices.filter { replicates.readings[$0].y != nil }
    let groups = Dictionary(grouping: order) { replicates.donors[$0] }
    for donor in groups.keys.sorted() {
      let rows = groups[donor] ?? []
      let own = PredictionErrors.decorrelated(rows, replicates)
      for (row, value) in zip(rows, own) { errors[row] = value }
    }
    self.errors = errors
    let known = errors.compactMap { $0 }
    let n = Double(known.count)
    let center = known.reduce(0, +) / max(n, 1)
    let squares = known.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    mean = known.isEmpty ? .nan : center
    variance = n > 1 ? squares / (n - 1) : .nan
    meanTest = SignedRanks.probability(known)
    if n > 1 {
      let upper = ChiSquare.upperTail(squares, degreesOfFreedom: n - 1)
      varianceTest = min(1, 2 * min(upper, 1 - upper))
    } else {
      varianceTest = .nan
    }
    normalityTest = ShapiroWilk(known)?.probability
  }

  private static func decorrelated(_ rows: [Int], _ all: PopulationReplicates) -> [Double?] {
    let k = Double(all.simulated.count)
    let none = [Double?](repeating: nil, count: rows.count)
    let means = rows.map { row in all.simulated.reduce(0) { $0 + $1[row] } / k }
    let covariance = Matrix(rows: rows.count, columns: rows.count) { i, j in
      all.simulated.reduce(0) {
        $0 + ($1[rows[i]] - means[i]) * ($1[rows[j]] - means[j])
      } / (k - 1)
    }
    guard let factor = try? Cholesky(covariance) else { return none }
    func standard(_ values: [Double]) -> [Double]? {
      try? factor.solveLower(zip(values, means).map { $0 - $1 })
    }
    guard let observed = standard(rows.map { all.readings[$0].y ?? .nan }) else { return none }
    let simulated = all.simulated.compactMap { row in standard(rows.map { row[$0] }) }
    return rows.indices.map { i in
      let below = Double(simulated.count { $0[i] < observed[i] })
      // A share of 0 or 1 is half a replicate away from it.
      return Normal.quantile(min(max(below / k, 0.5 / k), 1 - 0.5 / k))
    }
  }
}
