import Inference
import Quantities

/// What is to be said of posterior draws, in a sentence.
public enum PosteriorWords {
  /// Bands without draws.
  public static let firstOrder =
    "With many runs in one report the bands are those of the curvature, to first order. A report of "
    + "one run, or --intervals posterior, draws from the posterior."

  /// Importance-sampled draws about the estimate.
  public static func laplace(_ posterior: Posterior) -> String {
    if !posterior.isSound {
      return "The posterior is drawn by importance sampling about the estimate, and not well: "
        + "\(posterior.count) draws are worth \(NumberText.significant(posterior.effectiveSampleSize, 3)) "
        + "equal ones. Intervals may be too narrow; ask for chains with --sampler nuts."
    }
    let size = NumberText.significant(posterior.effectiveSampleSize, 3)
    let shape = posterior.paretoShape
    return "The posterior is drawn by importance sampling about the estimate: \(posterior.count) "
      + "draws are worth \(size) equal ones"
      + (shape.isFinite
        ? "; Pareto k \(NumberText.fixed(shape, decimals: 2)) (weights are even below 0.7)." : ".")
  }

  /// Markov chains that passed their checks.
  public static func chains(_ sampled: SampledPosterior) -> String {
    let bulk = sampled.diagnostics.map(\.bulkESS).min() ?? 0
    let tail = sampled.diagnostics.map(\.tailESS).min() ?? 0
    let r = sampled.diagnostics.map(\.rHat).max() ?? .nan
    return "The posterior is drawn by \(sampled.chains.count) Markov chains (no-U-turn): largest "
      + "R-hat \(NumberText.fixed(r, decimals: 3)), least bulk and tail ESS "
      + "\(NumberText.significant(bulk, 3)) and \(NumberText.significant(tail, 3)), "
      + "\(sampled.divergences) divergences, least E-FMI "
      + "\(NumberText.fixed(sampled.energyFractions.min() ?? .nan, decimals: 2))."
  }
}
