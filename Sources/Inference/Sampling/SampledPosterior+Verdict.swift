import Quantities
import Statistics

extension SampledPosterior {
  /// R-hat has to be below this.
  public static let largestRHat = 1.01
  /// Bulk and tail effective sample sizes have to be above this.
  public static let leastEffectiveSize = 400.0
  /// E-FMI has to be above this in every chain.
  public static let leastEnergyFraction = 0.2
  /// The largest share of transitions that may meet a point of density zero.
  public static let largestInfeasibleShare = 0.01

  /// Fills the diagnostics and the verdict from the chains.
  mutating func judge() {
    diagnostics = parameters.indices.map { j in
      ChainDiagnostics(chains.map { chain in chain.draws.map { $0[j] } })
    }
    let height = ChainDiagnostics(chains.map(\.logDensities))
    logDensity = height
    energyFractions = chains.map { energyFraction($0.energies) }
    var failures: [Failure] = []
    if chains.contains(where: { $0.draws.isEmpty }) {
      failures.append(
        Failure(
          "The start", "was not found: no point near the estimate has a density above zero",
          "Check that the model can be simulated near its estimate."))
    }
    if divergences > 0 {
      failures.append(
        Failure(
          "Divergences", "\(divergences), of which none is allowed",
          "The posterior has a part too sharply bent to follow: hold or give a prior to the "
            + "parameters that the data do not fix."))
    }
    let transitions = chains.reduce(0) { $0 + $1.draws.count }
    if Double(infeasible) > SampledPosterior.largestInfeasibleShare * Double(transitions) {
      failures.append(
        Failure(
          "Failed simulations",
          "ended \(infeasible) of \(transitions) trajectories; at most 1 % may",
          "Narrow the bounds or priors to values at which the model can be simulated."))
    }
    for (index, fraction) in energyFractions.enumerated()
    where !(fraction > SampledPosterior.leastEnergyFraction) {
      failures.append(
        Failure(
          "E-FMI of chain \(index + 1)", "is \(number(fraction)); it must be above 0.2",
          "The tails are too heavy to explore: tighten the priors, those of noise parameters first."
        ))
    }
    for (name, found) in zip(parameters + ["the log density"], diagnostics + [height]) {
      failures += chainFailures(name, found)
    }
    verdict = failures.isEmpty ? .usable : .notUsable(failures)
  }

  private func chainFailures(_ name: String, _ found: ChainDiagnostics) -> [Failure] {
    var failures: [Failure] = []
    if !(found.rHat < SampledPosterior.largestRHat) {
      failures.append(
        Failure(
          "R-hat of \(name)", "is \(number(found.rHat)); it must be below 1.01",
          "The chains do not agree: use more draws; if that does not help, the posterior has more "
            + "than one peak."))
    }
    for (kind, size) in [("bulk", found.bulkESS), ("tail", found.tailESS)]
    where !(size > SampledPosterior.leastEffectiveSize) {
      failures.append(
        Failure(
          "Effective sample size (\(kind)) of \(name)", "is \(number(size)); it must be above 400",
          "Use more draws."))
    }
    return failures
  }

  private func number(_ x: Double) -> String {
    x.isFinite ? NumberText.significant(x, 4) : "not defined"
  }
}
