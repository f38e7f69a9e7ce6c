import Quantities
import Statistics

extension PopulationAssessment {
  /// Says whose draws cannot be relied on, and whether the log-likelihood can.
  ///
  /// A donor's draws are relied on when they are worth at least 25 equal ones and their Pareto k is
  /// below 0.7; others are named. A fit by draws is not usable when a donor has fewer than 25 or a k
  /// of 1 or above (weights without a mean), when more than one donor in ten (and more than one) is
  /// doubtful, or when the sampling error of its log-likelihood is above 0.5. A fit by quadrature is
  /// not usable when reliable draws differ from it by more than 0.5 and four of their standard
  /// errors: its points then miss a part of some donor's distribution.
  func judge(_ result: inout PopulationResult, _ sampled: [DonorMarginal]?) {
    guard let sampled else { return }
    let error = sampled.reduce(0) { $0 + $1.error * $1.error }.squareRoot()
    let isOwn = problem.usesDraws
    let doubtful = result.donors.filter { !$0.isWellDrawn }
    for donor in doubtful {
      result.notes.append(
        "The draws of donor \(donor.name) are worth \(Int(donor.effectiveDraws ?? 0)) equal ones "
          + "with Pareto k \(NumberText.fixed(donor.paretoShape ?? .infinity, decimals: 2)); at "
          + "least \(Int(PopulationResult.leastEffectiveDraws)) and below 0.7 are asked. "
          + (isOwn
            ? "Its part of the log-likelihood is not reliable: use more draws or SAEM."
            : "The sampled log-likelihood is no check of this donor."))
    }
    if isOwn {
      let isLost = doubtful.contains {
        !(($0.effectiveDraws ?? 0) >= PopulationResult.leastEffectiveDraws)
          || !(($0.paretoShape ?? .infinity) < 1)
      }
      if isLost || doubtful.count > max(1, result.donors.count / 10) { result.isUsable = false }
      if !(error <= PopulationResult.largestDoubt) {
        result.isUsable = false
        result.notes.append(
          "The log-likelihood has a sampling error of "
            + "\(NumberText.significant(error)): use more draws.")
      }
      return
    }
    guard let check = result.importance else { return }
    let gap = abs(check.value - result.logLikelihood)
    guard gap > max(PopulationResult.largestDoubt, 4 * error), doubtful.isEmpty else { return }
    result.notes.append(
      "The sampled log-likelihood, \(NumberText.significant(check.value)), lies "
        + "\(NumberText.significant(gap)) from that of the \(plan.words): "
        + (problem.isLaplace
          ? "the approximation is a poor one here. Use quadrature or SAEM."
          : "the points miss a part of some donor's distribution. Use SAEM."))
    if !problem.isLaplace { result.isUsable = false }
  }
}
