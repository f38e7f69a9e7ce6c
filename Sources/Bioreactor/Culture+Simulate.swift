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

  /// Prepares a culture.
  public init(
    _ culture: Culture, instants: [Instant], options: StepOptions = Culture.defaultOptions
  ) {
    self.instants = instants
    model = culture.model
    outerVolume = culture.outerVolume
    simulator = Simulator(culture, instants: instants, options: options)
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
        amounts: model.states.indices.map { i in
          sight.amount(i, of: model, outerVolume: outerVolume)
        }, volume: sight.volume, kept: sight.kept, firings: simulator.firings)
    }
    if let failure { throw failure }
    return snapshots.compactMap { $0 }
  }
}
