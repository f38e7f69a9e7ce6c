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
    let size = NumberText.significant(posterior.effectiveSampleSize, 3)
    let shape = posterior.paretoShape
    return "The posterior is drawn by importance sampling about the estimate: \(posterior.count) "
      + "draws are worth \(size) equal ones"
      + (shape.isFinite
        ? "; Pareto k \(NumberText.fixed(shape, decimals: 2)), "
          + (shape < 0.7
            ? "below 0.7, so their means can be trusted."
            : "not below 0.7: a few draws carry the weight. Use --sampler nuts.")
        : ".")
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
