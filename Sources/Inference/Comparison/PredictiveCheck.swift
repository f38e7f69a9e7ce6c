import Bioreactor
import ModelLanguage
import RunRecords
import Statistics

/// Posterior predictive p-values of a fit: would data like these come from this model?
///
/// The discrepancy is the sum of squared standardised residuals. For each posterior draw the
/// distribution of that sum over replicated data is chi-square (residuals of Student noise are
/// carried to the normal scale first), so no replicate has to be drawn: p = E[ P(chi2_n >= T) ].
/// The same data made the posterior, so under a true model p gathers about one half: a small p is
/// strong evidence, a middling one is weak. The latest count's residual is divided by
/// sqrt(1 - leverage), which undoes the pull of that count on its own fit: for a linear normal model
/// this is the prediction of a fit that has not seen it, and its p-value is uniform under the truth.
/// Sources: Gelman, Meng and Stern (1996), Statistica Sinica 6:733; Cook and Weisberg (1982),
/// Residuals and Influence in Regression, section 2.2.
public struct PredictiveCheck: Sendable {
  /// The p-value of one quantity's sum of squares.
  public struct Part: Sendable {
    /// The quantity.
    public let quantity: String
    /// Exact readings in the sum.
    public let count: Int
    /// P(replicated sum >= observed sum).
    public let pValue: Double
  }

  /// The p-value of the latest count.
  public struct Latest: Sendable {
    /// The count.
    public let observation: Observation
    /// Two-sided p-value of its residual, its own pull on the fit undone.
    public let pValue: Double
    /// True when the count lies above what was predicted.
    public let isAbove: Bool
  }

  /// P(replicated sum >= observed sum) over all quantities; nil without exact readings.
  public let overall: Double?
  /// The same by quantity, by name.
  public let parts: [Part]
  /// The latest viable or total count; nil when none was read exactly.
  public let latest: Latest?
  /// True when posterior draws were used, false for the estimate alone.
  public let usesDraws: Bool

  /// Quantities that are counts of cells.
  static let counts: Set<String> = ["vcd", "tcd", "tvc", "fold"]
  /// A reading that its fit follows more closely than this says nothing against it.
  private static let leastFreedom = 0.02

  init(
    _ shape: FittedShape, _ fit: FitResult, _ culture: Culture, posterior: Posterior?,
    options: FitOptions, threads: Int
  ) {
    // One row of residuals a draw; nil where the simulation fails.
    let rows = Parallel.map(chunksOf: 64, count: posterior?.count ?? 0, threads: threads) {
      FitProblem(culture, plan: fit.plan, options: options)
    } body: { problem, index -> [Double]? in
      guard let posterior, let member = problem.members.first,
        let prediction = member.predictor.predict(problem.natural(posterior.points[index])),
        let terms = problem.terms(of: member, prediction, posterior.points[index])
      else { return nil }
      return shape.targets.map { terms[$0].term.residual ?? 0 }
    }
    let alive = rows.indices.filter { rows[$0] != nil }
    let readings = shape.linearised.readings
    var residuals = alive.compactMap { rows[$0] }
    var weights = alive.map { posterior?.weights[$0] ?? 0 }
    let total = weights.reduce(0, +)
    usesDraws = total > 0.9
    if usesDraws {
      weights = weights.map { $0 / total }
    } else {
      residuals = [readings.map(\.residual)]
      weights = [1]
    }
    func probability(_ chosen: [Int]) -> Double? {
      guard !chosen.isEmpty else { return nil }
      var p = 0.0
      for (row, weight) in zip(residuals, weights) {
        let sum = chosen.reduce(0.0) { sum, i in
          let z = readings[i].normalScore(row[i])
          return sum + z * z
        }
        p += weight * ChiSquare.upperTail(sum, degreesOfFreedom: Double(chosen.count))
      }
      return min(1, p)
    }
    overall = probability(Array(readings.indices))
    parts = shape.quantities.enumerated().compactMap { series, quantity in
      let chosen = readings.indices.filter { readings[$0].series == series }
      return probability(chosen).map { Part(quantity: quantity, count: chosen.count, pValue: $0) }
    }
    let last = readings.indices.last {
      PredictiveCheck.counts.contains(shape.quantities[readings[$0].series])
    }
    guard let last else {
      latest = nil
      return
    }
    let reading = readings[last]
    let kept = max(1 - shape.linearised.leverages[last], PredictiveCheck.leastFreedom)
    let z = reading.normalScore(reading.residual) / kept.squareRoot()
    latest = Latest(
      observation: culture.targets[shape.targets[last]].observation,
      pValue: 2 * Normal.cumulative(-abs(z)), isAbove: z > 0)
  }
}
