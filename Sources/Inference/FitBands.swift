import Bioreactor
import ModelLanguage
import RunRecords

/// Bands of what was measured, over the time of the measurements.
public enum FitBands {
  /// One band for each measured quantity that the model observes, in the model's order.
  ///
  /// Throws `Posterior.Refusal` when the fit cannot carry draws.
  public static func compute(
    _ fit: FitResult, _ culture: Culture, to end: Double, options: FitOptions, draws: Int = 1000,
    threads: Int = 1
  ) throws(Posterior.Refusal) -> [CurveBand] {
    let posterior = try Posterior.sample(
      fit, culture, options: options, count: draws, threads: threads)
    return try compute(
      posterior, culture, run: fit.run, to: end, options: options, threads: threads)
  }

  /// The same from draws that are there already, for a fit's run number `member`.
  public static func compute(
    _ posterior: Posterior, _ culture: Culture, member: Int = 0, run: String, to end: Double,
    options: FitOptions, threads: Int = 1
  ) throws(Posterior.Refusal) -> [CurveBand] {
    let measured = Set(culture.targets.map(\.observable)).sorted()
    let ensemble = try Ensemble(
      posterior, culture, member: member, instants: CurveBand.grid(culture.timeline, to: end),
      observables: measured, run: run, options: options, threads: threads)
    do {
      return try measured.enumerated().map { k, observable in
        try CurveBand(
          ensemble, observable: k, quantity: culture.model.observables[observable].name,
          count: ensemble.instants.count)
      }
    } catch {
      throw Posterior.Refusal(description: "The draws could not be summarised: \(error).")
    }
  }
}
