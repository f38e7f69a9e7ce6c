import Inference
import Quantities

/// What is to be said of posterior draws, in a sentence.
public enum PosteriorWords {
  /// Bands without draws.
  public static let firstOrder =
    "With many runs in one report the bands are those of the curvature, to first order. A report of "
    + "one run, or --intervals posterior, draws from the posterior."

  /// No draws, although the fit is usable.
  public static func refused(_ refusal: Posterior.Refusal) -> String {
    "There are no posterior draws; intervals are those of the curvature (Wald) and may be too narrow. "
      + refusal.description
  }

  /// Draws, by the method that made them.
  public static func draws(_ posterior: Posterior) -> String {
    let count = posterior.count
    let size = NumberText.significant(posterior.effectiveSampleSize, 3)
    switch posterior.method {
    case .importance(let shape):
      return "The posterior is drawn by importance sampling about the estimate: \(count) draws are "
        + "worth \(size) equal ones"
        + (shape.isFinite
          ? "; Pareto k \(NumberText.fixed(shape, decimals: 2)) (below 0.7 is asked)." : ".")
    case .profiles(let shape, let proposals):
      return "The posterior is bent and drawn by importance sampling along the profiles "
        + "(\(proposals) proposals): the draws are worth \(size) equal ones; Pareto k "
        + "\(NumberText.fixed(shape, decimals: 2)) (below 0.7 is asked)."
    case .chains:
      return
        "The posterior is drawn by Markov chains: \(count) draws are worth \(size) independent "
        + "ones."
    }
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
