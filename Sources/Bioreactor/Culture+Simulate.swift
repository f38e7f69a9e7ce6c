import Integration
import Lanes
import ModelLanguage

extension Culture {
  /// Tolerances tight enough that estimates move by less than 1 % of a standard error when they
  /// are ten times tighter.
  public static let defaultOptions = StepOptions(relativeTolerance: 1e-8, absoluteTolerance: 1e-10)

  /// The culture at given instants, at natural parameters in base units.
  ///
  /// Instants before the start are left out. Throws `SimulationFailure` when the simulation ends
  /// early; there is no partial result.
  public func simulate(
    _ parameters: [Double], at instants: [Instant], options: StepOptions = defaultOptions
  ) throws(SimulationFailure) -> [Snapshot] {
    try CultureSimulation(self, instants: instants, options: options).run(parameters)
  }
}

/// A culture prepared for many simulations at the same instants; one task's own.
public final class CultureSimulation {
  private let simulator: Simulator<Double>
  private let instants: [Instant]
  private let model: Model
  private let outerVolume: Double

  /// Prepares a culture; instants are interpolated with the method's dense output.
  public init(
    _ culture: Culture, instants: [Instant], options: StepOptions = Culture.defaultOptions
  ) {
    self.instants = instants
    model = culture.model
    outerVolume = culture.outerVolume
    simulator = Simulator(culture, instants: instants, exactly: false, options: options)
  }

  /// Steps and evaluations so far.
  public var counters: SolverCounters { simulator.counters }

  /// The culture at the instants, in their order, at natural parameters in base units.
  public func run(_ parameters: [Double]) throws(SimulationFailure) -> [Snapshot] {
    var snapshots = [Snapshot?](repeating: nil, count: instants.count)
    let observables = model.observables.indices
    let failure = simulator.run(parameters) { index, evaluator, sight in
      snapshots[index] = Snapshot(
        instant: instants[index], means: observables.map { evaluator.mean($0) },
        noise: observables.map { evaluator.noise($0) },
        amounts: model.states.enumerated().map { i, state in
          switch Seat(state) {
          case .perCell: sight.state[i]
          case .cells, .solute: sight.state[i] * sight.reference
          case .outer: sight.state[i] * outerVolume
          }
        }, volume: sight.volume, kept: sight.kept, firings: simulator.firings)
    }
    if let failure { throw failure }
    return snapshots.compactMap { $0 }
  }

  /// Means and noise scales of chosen observables at the instants, instant by instant.
  ///
  /// Leaner than `run`: two flat arrays of instants x observables.
  public func observe(
    _ parameters: [Double], _ observables: [Int]
  ) throws(SimulationFailure) -> (means: [Double], noise: [Double]) {
    let width = observables.count
    var means = [Double](repeating: .nan, count: instants.count * width)
    var noise = means
    let failure = simulator.run(parameters) { index, evaluator, _ in
      for (k, observable) in observables.enumerated() {
        means[index * width + k] = evaluator.mean(observable)
        noise[index * width + k] = evaluator.noise(observable)
      }
    }
    if let failure { throw failure }
    return (means, noise)
  }
}
