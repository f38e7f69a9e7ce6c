import Inference
import LinearAlgebra

extension PopulationResult {
  /// Estimates without some donors, from those with all.
  public struct Left: Sendable {
    /// The result without them: no shrinkage, and donors as in the fit of all.
    public let result: PopulationResult
    /// The largest move of an estimate, in its standard errors.
    public let move: Double
    /// About how far off the step is, in standard errors: move sqrt(m/n) for m estimates from n donors, for
    /// so much an information from n donors is off.
    public let doubt: Double
  }

  /// The estimates that a fit without some donors would give, by one Newton step from the optimum of
  /// all: theta + I^-1 (sum of the scores of those left out), with I the information of those that
  /// stay, of the same kind as the fit's standard errors.
  ///
  /// Nothing is computed anew; `doubt` tells how far off the step may be. nil where the fit is not usable, a name is unknown,
  /// fewer than two donors stay, no information has an inverse, or the step leaves the bounds: then the
  /// fit has to be made. Source: Jaeckel (1972), the infinitesimal jackknife, with the information
  /// of those that stay, as Pregibon (1981), Ann Stat 9:705.
  public func leaving(_ names: Set<String>) -> Left? {
    guard isUsable, let influence, thetaCovariance != nil,
      names.isSubset(of: Set(donors.map(\.name)))
    else { return nil }
    let stay = donors.indices.filter { !names.contains(donors[$0].name) }
    let gone = donors.indices.filter { names.contains(donors[$0].name) }
    guard stay.count > 1 else { return nil }
    var part = influence.keeping(stay)
    guard let information = try? part.information(), information.source == self.information,
      information.free == influence.free
    else { return nil }
    let count = influence.layout.count
    part.covariance = information.whole(count)
    let pull = information.free.map { k in
      gone.reduce(0) { $0 + influence.donors[$1].score[k] }
    }
    guard let step = try? information.covariance.times(pull) else { return nil }
    var (theta, move) = (self.theta, 0.0)
    for (k, column) in information.free.enumerated() {
      theta[column] += step[k]
      move = max(move, abs(step[k]) / information.covariance[k, k].squareRoot())
      if column < influence.bounds.count, !influence.bounds[column].contains(theta[column]) {
        return nil
      }
    }
    guard theta.allSatisfy(\.isFinite), move.isFinite else { return nil }
    var result = self
    result.influence = part
    result.donors = stay.map { donors[$0] }
    result.donorCount = stay.count
    result.runCount = result.donors.reduce(0) { $0 + $1.runs.count }
    result.measurements = part.measurements.reduce(0, +)
    // To second order; the first order of those that stay is minus the pull of those that are gone.
    result.logLikelihood =
      result.donors.reduce(0) { $0 + $1.logLikelihood } + 0.5 * dot(pull, step)
    result.laplace = (.nan, laplace.isExact)
    result.importance = nil
    result.setEstimates(
      theta, part, names: parameters, fixed: fixed.map { ($0.name, $0.bound) })
    result.methodWords += "; donors left out by one Newton step from the fit of all"
    let share = Double(information.free.count) / Double(stay.count)
    return Left(result: result, move: move, doubt: move * share.squareRoot())
  }
}
