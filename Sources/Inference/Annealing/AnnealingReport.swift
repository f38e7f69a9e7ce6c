import Quantities

/// What annealed populations showed, and what was asked of them.
public struct AnnealingReport: Sendable, Hashable {
  /// Populations that were resampled apart from each other.
  public internal(set) var populations = 0
  /// Steps of the temperature.
  public internal(set) var temperatures = 0
  /// Evaluations of the objective.
  public internal(set) var evaluations = 0
  /// Share of the last moves that were taken.
  public internal(set) var acceptance = 0.0
  /// Largest rank-normalised R-hat between populations, over parameters and the log density.
  public internal(set) var largestRHat = Double.nan
  /// Independent draws that the populations' means are worth, harmonic mean over parameters.
  public internal(set) var effectiveSize = 0.0
  /// Independent ancestors of the particles, 1 / sum of squared shares.
  public internal(set) var ancestors = 0.0
  /// Standard deviation of ln evidence between populations.
  public internal(set) var evidenceSpread = Double.nan
  /// What was not met, in sentences; empty when the draws may be used.
  public internal(set) var failures = ["The posterior was not reached."]

  /// True when everything asked for was met.
  public var isUsable: Bool { failures.isEmpty }

  mutating func judge(_ limits: AnnealingLimits) {
    failures = []
    func ask(_ isMet: Bool, _ text: String) { if !isMet { failures.append(text) } }
    func two(_ x: Double) -> String { NumberText.fixed(x, decimals: 2) }
    func whole(_ x: Double) -> String { NumberText.fixed(x, decimals: 0) }
    ask(
      largestRHat < limits.largestRHat,
      "R-hat between populations is \(two(largestRHat)) (below \(two(limits.largestRHat)) is asked)."
    )
    ask(
      effectiveSize >= limits.leastEffectiveSize,
      "The draws are worth \(whole(effectiveSize)) independent ones "
        + "(\(whole(limits.leastEffectiveSize)) are asked).")
    ask(
      acceptance >= limits.leastAcceptance,
      "Only \(two(100 * acceptance)) % of the moves were taken "
        + "(\(two(100 * limits.leastAcceptance)) % are asked).")
    ask(
      ancestors >= limits.leastAncestors,
      "The particles descend from \(whole(ancestors)) independent draws "
        + "(\(whole(limits.leastAncestors)) are asked).")
    ask(
      evidenceSpread <= limits.largestEvidenceSpread,
      "ln evidence differs between populations by \(two(evidenceSpread)) "
        + "(at most \(two(limits.largestEvidenceSpread)) is asked).")
  }
}
