/// How much work annealing may do, and what its populations must show; all limits are counts.
struct AnnealingLimits: Sendable {
  /// Populations that are resampled apart from each other, so that they can disagree.
  var islands = 8
  /// Particles of each population.
  var particles = 64
  /// Effective particles that a step of the temperature leaves, as a share.
  var share = 0.6
  /// Moves of every particle at each temperature.
  var rounds = 3
  /// Temperatures at most.
  var temperatures = 30
  /// Moves of every particle at the end before states are kept.
  var finalRounds = 10
  /// Moves of every particle whose states are kept, at least; more where more draws are asked for.
  var keptRounds = 8
  /// How often the end is prolonged when populations do not agree yet.
  var prolongations = 2

  // What is asked for.
  var largestRHat = 1.05
  var leastEffectiveSize = 100.0
  var leastAcceptance = 0.03
  var leastAncestors = 25.0
  /// Largest standard deviation of ln evidence between populations.
  var largestEvidenceSpread = 1.0
}
