import Bioreactor
import Quantities

extension Fit {
  /// The fit made anew with a search from the best point that a profile found; nil when no profile
  /// found one notably better than the estimate, or the new fit is no better.
  ///
  /// A profile moves one parameter and fits the others at every step: it crosses ridges that searches
  /// from afar may end before. `sharing` and `options` are those of the fit. Throws as the fit did.
  public static func improved(
    _ fit: FitResult, _ cultures: [Culture], profiles: [ParameterProfile],
    sharing: Sharing = Sharing(), options: FitOptions
  ) throws(InputRefused) -> FitResult? {
    let found = profiles.map(\.profile).filter(\.foundBetter)
    guard !found.isEmpty else { return nil }
    // The two lowest of each, so that one optimum can be reached twice.
    let origins = found.flatMap {
      $0.points.sorted { $0.rise < $1.rise }.prefix(2).map(\.parameters)
    }
    let fresh = try run(joint: cultures, sharing: sharing, options: options, from: origins)
    let gain =
      fresh.logLikelihood + fresh.logPrior - fit.logLikelihood - fit.logPrior
    guard fresh.termination.isConverged, gain > Profile.notableImprovement / 2 else { return nil }
    var result = fresh
    result.notes.append(
      "A profile led to a better optimum than the searches (ln posterior higher by "
        + "\(NumberText.significant(gain, 2))); the estimates are of that one.")
    return result
  }
}
