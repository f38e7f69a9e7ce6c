import Integration
import Lanes
import ModelLanguage

/// Means and noise scales at a culture's targets, with or without sensitivities.
public struct Prediction: Sendable {
  /// Mean at each target, base units.
  public var means: [Double]
  /// Noise scale at each target.
  public var noise: [Double]
  /// d mean / d direction, one row of `directionCount` a target; empty without sensitivities.
  public var meanSlopes: [Double]
  /// d noise / d direction, likewise.
  public var noiseSlopes: [Double]
  /// Directions in each row.
  public var directionCount: Int
}

/// Thirty-two directions.
typealias Dual32 = Dual<SIMD32<Double>>

/// Predicts a culture's targets again and again at different parameters; one task's own.
///
/// Sensitivities are exact: the same program and the same integrator run on dual numbers, seeded
/// in up to 32 directions.
public final class Predictor {
  /// The largest number of directions.
  public static let maximumDirections = 32

  private let culture: Culture
  private let options: StepOptions
  private let instants: [Instant]
  private let plain: Simulator<Double>
  private var narrow: Simulator<Dual8>?
  private var middle: Simulator<Dual16>?
  private var wide: Simulator<Dual32>?
  /// Simulations that ended early, by how they ended.
  public private(set) var failures = 0
  /// Simulations in all.
  public private(set) var simulations = 0
  /// Why the last simulation ended early; nil when it did not.
  public private(set) var lastFailure: SimulationFailure?

  /// Prepares a culture's targets.
  public init(_ culture: Culture, options: StepOptions = Culture.defaultOptions) {
    self.culture = culture
    self.options = options
    instants = culture.targets.map {
      Instant(time: $0.observation.time, phase: $0.observation.phase)
    }
    plain = Simulator(culture, instants: instants, exactly: Self.lands, options: options)
  }

  static let lands = true

  /// Steps and evaluations so far.
  public var counters: SolverCounters {
    var total = plain.counters
    for more in [narrow?.counters, middle?.counters, wide?.counters] {
      if let more { total += more }
    }
    return total
  }

  /// Means and noise at natural parameters; nil when the simulation ended early.
  public func predict(_ parameters: [Double]) -> Prediction? {
    read(plain, parameters, directions: 0) { _, _ in 0 }
  }

  /// Means, noise and their slopes.
  ///
  /// `seeds[j]` is the parameter that direction j moves, `slopes[j]` is d parameter / d direction.
  /// nil when the simulation ended early or there are more than 32 directions.
  public func predict(_ parameters: [Double], seeds: [Int], slopes: [Double]) -> Prediction? {
    switch seeds.count {
    case ...8: predict(parameters, seeds, slopes, on: &narrow)
    case ...16: predict(parameters, seeds, slopes, on: &middle)
    case ...Predictor.maximumDirections: predict(parameters, seeds, slopes, on: &wide)
    default: nil
    }
  }

  private func predict<Partials>(
    _ parameters: [Double], _ seeds: [Int], _ slopes: [Double],
    on kept: inout Simulator<Dual<Partials>>?
  ) -> Prediction? {
    let simulator =
      kept ?? Simulator(culture, instants: instants, exactly: Self.lands, options: options)
    kept = simulator
    var numbers = parameters.map { Dual<Partials>($0) }
    for (j, seed) in seeds.enumerated() { numbers[seed].partials[j] = slopes[j] }
    return read(simulator, numbers, directions: seeds.count) { $0.partials[$1] }
  }

  private func read<Number: Lane>(
    _ simulator: Simulator<Number>, _ parameters: [Number], directions: Int,
    partial: (Number, Int) -> Double
  ) -> Prediction? {
    let count = culture.targets.count
    var result = Prediction(
      means: [Double](repeating: .nan, count: count),
      noise: [Double](repeating: .nan, count: count),
      meanSlopes: [Double](repeating: 0, count: count * directions),
      noiseSlopes: [Double](repeating: 0, count: count * directions), directionCount: directions)
    simulations += 1
    lastFailure = simulator.run(parameters) { index, evaluator, _ in
      let observable = culture.targets[index].observable
      let mean = evaluator.mean(observable)
      let noise = evaluator.noise(observable)
      result.means[index] = mean.value
      result.noise[index] = noise.value
      for j in 0..<directions {
        result.meanSlopes[index * directions + j] = partial(mean, j)
        result.noiseSlopes[index * directions + j] = partial(noise, j)
      }
    }
    if lastFailure != nil {
      failures += 1
      return nil
    }
    return result
  }
}
