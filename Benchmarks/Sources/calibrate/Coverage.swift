import Bioreactor
import Inference
import Quantities
import Randomness
import Statistics

/// Do 95 % intervals hold the truth in 95 % of the runs?
enum Coverage {
  /// Draws of each of the three stages of a posterior.
  static let draws = 1500
  static let starts = 3

  static var options: FitOptions {
    var options = FitOptions()
    options.starts = starts
    options.relativeTolerance = 1e-6
    options.absoluteTolerance = 1e-8
    return options
  }

  /// One run, truth from the priors: verdict and intervals of each parameter, then cells on day 10.
  static func replicate(_ study: Study, _ index: Int, seed: UInt64) -> Record {
    var stream = RandomStream(
      seed: seed, name: study.name, purpose: "coverage", index: UInt64(index))
    var truth = study.truth(&stream)
    var experiment = try? study.experiment(truth, index: index, &stream)
    var redrawn = 0
    while experiment == nil, redrawn < 50 {
      redrawn += 1
      truth = study.truth(&stream)
      experiment = try? study.experiment(truth, index: index, &stream)
    }
    guard let experiment else { return Record(index: index, status: "not simulated", entries: []) }
    guard let fit = try? Fit.run(experiment.culture, options: study.options), fit.isUsable
    else { return Record(index: index, status: "fit not usable", entries: []) }
    let posterior: Posterior
    do throws(Posterior.Refusal) {
      posterior = try Posterior.sample(
        fit, experiment.culture, options: study.options, count: draws)
    } catch {
      let why =
        error.description.contains("could not be drawn") ? "posterior refused" : "no covariance"
      return Record(
        index: index, status: why,
        entries: wald(study, fit, truth).map { Record.Entry($0.name, $0.verdict, $0.wald, nil) })
    }
    var entries: [Record.Entry] = []
    for entry in wald(study, fit, truth) {
      let free = study.plan.free.firstIndex { $0.name == entry.name }
      let column = posterior.plan.free.firstIndex { $0.name == entry.name }
      var held: Bool?
      if let free, let column {
        held = contains(posterior.points.map { $0[column] }, posterior.weights, truth[free])
      }
      entries.append(Record.Entry(entry.name, entry.verdict, entry.wald, held))
    }
    let vcd = study.model.observables.firstIndex { $0.name == "vcd" } ?? 0
    let ensemble = try? Ensemble(
      posterior, experiment.culture, instants: [Instant(time: study.horizon)], observables: [vcd],
      run: fit.run, options: study.options)
    let cells = ensemble.flatMap { ensemble in
      contains(
        ensemble.values(instant: 0, observable: 0).map { $0 * study.volume }, ensemble.weights,
        experiment.cells)
    }
    entries.append(Record.Entry("cells at day 10", "forecast", nil, cells))
    return Record(index: index, status: "ok, \(posterior.method.code)", entries: entries)
  }

  /// One run at the prior medians, fitted without priors.
  static func fixedTruth(_ study: Study, _ index: Int, seed: UInt64) -> Record {
    var stream = RandomStream(
      seed: seed, name: study.name, purpose: "fixed truth", index: UInt64(index))
    guard
      let experiment = try? study.experiment(study.center, index: index, &stream)
    else { return Record(index: index, status: "not simulated", entries: []) }
    var options = study.options
    options.usesPriors = false
    guard let fit = try? Fit.run(experiment.culture, options: options), fit.isUsable
    else { return Record(index: index, status: "fit not usable", entries: []) }
    return Record(index: index, status: "ok", entries: wald(study, fit, study.center))
  }

  /// Whether the printed intervals hold the truth; nil where none is printed.
  private static func wald(
    _ study: Study, _ fit: FitResult, _ truth: [Double]
  ) -> [Record.Entry] {
    let natural = study.plan.natural(truth)
    return study.plan.free.compactMap { free in
      guard let j = free.index, let fitted = fit.parameter(free.name) else { return nil }
      let value = study.model.parameters[j].unit.fromBase(natural[j])
      return Record.Entry(
        free.name, fitted.verdict.code, fitted.interval.map { $0.contains(value) }, nil)
    }
  }

  private static func contains(
    _ values: [Double], _ weights: [Double], _ truth: Double
  ) -> Bool? {
    guard let sample = try? WeightedSample(values, weights: weights),
      let low = try? sample.bound(0.025), let high = try? sample.bound(0.975)
    else { return nil }
    return low <= truth && truth <= high
  }
}
