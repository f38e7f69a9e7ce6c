import Bioreactor
import ModelLanguage
import RunRecords
import Statistics

/// Posterior predictive p-values of a fit: would data like these come from this model?
///
/// The discrepancy is the sum of squared residuals. For each posterior draw the distribution of that
/// sum over replicated data is chi-square (counted cells have quantile residuals, residuals of
/// Student noise are carried to the normal scale), so no replicate has to be drawn:
/// p = E[ P(chi2_n >= T) ].
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
    /// The number of its run; nil for all runs of the fit together.
    public let member: Int?
    /// Exact readings in the sum.
    public let count: Int
    /// P(replicated sum >= observed sum).
    public let pValue: Double
  }

  /// The p-value of the latest count of a run.
  public struct Latest: Sendable {
    /// The number of its run.
    public let member: Int
    /// The count.
    public let observation: Observation
    /// Two-sided p-value of its residual, its own pull on the fit undone.
    public let pValue: Double
    /// True when the count lies above what was predicted.
    public let isAbove: Bool
  }

  /// P(replicated sum >= observed sum) over all quantities; nil without exact readings.
  public let overall: Double?
  /// The same by quantity, by name; of several runs also run by run.
  public let parts: [Part]
  /// The latest viable or total count of each run that was read exactly.
  public let latest: [Latest]
  /// True when posterior draws were used, false for the estimate alone.
  public let usesDraws: Bool

  /// Quantities that are counts of cells.
  static let counts: Set<String> = ["vcd", "tcd", "tvc", "fold"]
  /// A reading that its fit follows more closely than this says nothing against it.
  private static let leastFreedom = 0.02

  init(
    _ shape: FittedShape, _ fit: FitResult, _ cultures: [Culture], posterior: Posterior?,
    options: FitOptions, threads: Int
  ) {
    // One row of residuals a draw; nil where the simulation fails.
    let rows = Parallel.map(chunksOf: 64, count: posterior?.count ?? 0, threads: threads) {
      FitProblem(cultures, plan: fit.plan, options: options)
    } body: { problem, index -> [Double]? in
      posterior.flatMap { PredictiveCheck.residuals(shape, problem, at: $0.points[index]) }
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
    overall = PredictiveCheck.probability(readings, Array(readings.indices), residuals, weights)
    parts = shape.groups.compactMap { group in
      guard let first = group.series.first else { return nil }
      let chosen = readings.indices.filter { group.series.contains(readings[$0].series) }
      return PredictiveCheck.probability(readings, chosen, residuals, weights).map {
        Part(
          quantity: shape.series[first].quantity,
          member: group.isPart ? shape.series[first].member : nil, count: chosen.count, pValue: $0)
      }
    }
    latest = cultures.indices.compactMap { PredictiveCheck.latest(of: $0, shape, cultures) }
  }

  /// The residuals of the shape's readings at a point; nil where a simulation fails.
  private static func residuals(
    _ shape: FittedShape, _ problem: FitProblem, at point: [Double]
  ) -> [Double]? {
    var found: [[Double?]] = []
    for (number, member) in problem.members.enumerated() {
      guard let prediction = member.predictor.predict(problem.natural(point, member: number)),
        let terms = problem.terms(of: member, prediction, point)
      else { return nil }
      found.append(
        problem.checkedResiduals(of: member, terms, uniforms: shape.uniforms[number]))
    }
    return shape.targets.map { found[$0.member][$0.index] ?? 0 }
  }

  /// The mean over draws of P(chi2 >= sum of squares).
  private static func probability(
    _ readings: [LinearisedFit.Reading], _ chosen: [Int], _ residuals: [[Double]],
    _ weights: [Double]
  ) -> Double? {
    guard !chosen.isEmpty else { return nil }
    var p = 0.0
    for (row, weight) in zip(residuals, weights) {
      let sum = chosen.reduce(0.0) { sum, i in
        let z = readings[i].normalScore(row[i])
        return sum + z * z
      }
      p += weight * ChiSquare.upperTail(sum, degreesOfFreedom: Double(chosen.count))
    }
    return p > 1 ? 1 : p
  }

  private static func latest(
    of member: Int, _ shape: FittedShape, _ cultures: [Culture]
  ) -> Latest? {
    let readings = shape.linearised.readings
    let own = readings.indices.filter { index in
      shape.targets[index].member == member
        && counts.contains(shape.series[readings[index].series].quantity)
    }
    guard let last = own.max(by: { (readings[$0].time, $0) < (readings[$1].time, $1) }) else {
      return nil
    }
    let reading = readings[last]
    let kept = max(1 - shape.linearised.leverages[last], leastFreedom)
    let z = reading.normalScore(reading.residual) / kept.squareRoot()
    return Latest(
      member: member,
      observation: cultures[member].targets[shape.targets[last].index].observation,
      pValue: 2 * Normal.cumulative(-abs(z)), isAbove: z > 0)
  }
}
