import Bioreactor
import ModelLanguage
import RunRecords
import Statistics

/// Viable cells at one time, from several models together: the mixture of their posterior draws.
///
/// P(cells < x) = sum over models of weight * P(cells < x | model). Its quantiles are those of the
/// mixture, not means of the models' quantiles, so disagreement between models widens it.
public struct WeightedForecast: Sendable {
  /// What is forecast.
  public enum Measure: String, Sendable {
    /// Viable cells in the vessel, base units (1e6 cells).
    case cells
    /// Viable cell density, where the run does not tell its volume.
    case density
  }

  /// One model's own forecast.
  public struct Part: Sendable {
    /// The model.
    public let model: String
    /// Its weight in the mixture; 0 when it is shown beside it only.
    public let weight: Double
    /// Its quantiles; nil when it carries no forecast.
    public let quantiles: Quantiles?
    /// Why there is none.
    public let refusal: String?
  }

  /// The time, h.
  public let time: Double
  /// What is forecast.
  public let measure: Measure
  /// Quantiles of the mixture.
  public let mixture: Quantiles
  /// The models by themselves, in the order given.
  public let parts: [Part]
  /// The share of the weights that could be carried forward, before they were made to sum to 1.
  public let covered: Double

  /// Quantiles of a mixture of weighted samples.
  ///
  /// Components without values or weight are left out. Throws `StatisticsRefused` when nothing is
  /// left.
  public static func mixture(
    _ components: [(weight: Double, values: [Double], weights: [Double])]
  ) throws -> Quantiles {
    let values = components.flatMap(\.values)
    let weights = components.flatMap { component -> [Double] in
      let total = component.weights.reduce(0, +)
      return component.weights.map { total > 0 ? component.weight * $0 / total : 0 }
    }
    let sample = try WeightedSample(values, weights: weights)
    return Quantiles(values: try Quantiles.levels.map { try sample.bound($0) })
  }

  /// A model's draws at the time of the forecast.
  struct Component: Sendable {
    let model: String
    let weight: Double
    let measure: Measure
    let values: [Double]
    let weights: [Double]
  }

  /// Carries one model's draws to a time; the culture is bound without `until`, so that planned
  /// operations are made.
  static func component(
    _ fit: FitResult, posterior: Posterior, platform: Platform?, run: Run, model: Model,
    weight: Double, time: Double, options: FitOptions, threads: Int
  ) -> Result<Component, Posterior.Refusal> {
    func refused(_ text: String) -> Result<Component, Posterior.Refusal> {
      .failure(Posterior.Refusal(description: text))
    }
    if run.donor == .pooled {
      return refused("The run pools several unlabelled donors; a forecast is about one culture.")
    }
    guard let planned = try? Culture(model: model, run: run, platform: platform) else {
      return refused("The planned operations could not be bound.")
    }
    let names = planned.model.observables.map(\.name)
    guard let observable = names.firstIndex(of: "vcd") ?? names.firstIndex(of: "tvc") else {
      return refused("The model observes neither vcd nor tvc.")
    }
    var factor = 1.0
    var measure = Measure.cells
    if names[observable] == "vcd" {
      if planned.timeline.knowsVolume, planned.timeline.volumeIsScheduled {
        factor = planned.timeline.volume(at: time, phase: .before)
      } else {
        measure = .density
      }
    }
    guard time > planned.timeline.start else {
      return refused("The day of the forecast is before the start of the run.")
    }
    do throws(Posterior.Refusal) {
      let ensemble = try Ensemble(
        posterior, planned, instants: [Instant(time: time)], observables: [observable],
        run: fit.run, options: options, threads: threads)
      return .success(
        Component(
          model: fit.model, weight: weight, measure: measure,
          values: ensemble.values(instant: 0, observable: 0).map { $0 * factor },
          weights: ensemble.weights))
    } catch {
      return .failure(error)
    }
  }

  /// The mixture of components; nil when none has weight, or when they do not measure the same.
  init?(
    time: Double, _ found: [(model: String, weight: Double, Result<Component, Posterior.Refusal>)]
  ) {
    let components = found.compactMap { try? $0.2.get() }
    let weighted = components.filter { $0.weight > 0 }
    guard let first = weighted.first, weighted.allSatisfy({ $0.measure == first.measure }),
      let mixture = try? WeightedForecast.mixture(
        weighted.map { ($0.weight, $0.values, $0.weights) })
    else { return nil }
    self.time = time
    measure = first.measure
    self.mixture = mixture
    covered = weighted.reduce(0) { $0 + $1.weight }
    parts = found.map { model, weight, outcome in
      switch outcome {
      case .success(let component):
        let own = try? WeightedForecast.mixture([(1, component.values, component.weights)])
        return Part(
          model: model, weight: weight / max(weighted.reduce(0) { $0 + $1.weight }, 1e-300),
          quantiles: component.measure == first.measure ? own : nil, refusal: nil)
      case .failure(let refusal):
        return Part(model: model, weight: 0, quantiles: nil, refusal: refusal.description)
      }
    }
  }
}
