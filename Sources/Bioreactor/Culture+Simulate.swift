import Integration
import Lanes
import ModelLanguage

extension Culture {
  /// Tolerances tight enough that estimates move by less than 1 % of a standard error when they
  /// are ten times tighter.
  public static let defaultOptions = StepOptions(relativeTolerance: 1e-8, absoluteTolerance: 1e-10)

  /// The culture at given instants, at natural parameters in base units.
  ///
  /// Instants before the start are left out. Throws `SimulationFailure` when the integration ends
  /// early; there is no partial result.
  public func simulate(
    _ parameters: [Double], at instants: [Instant], options: StepOptions = defaultOptions
  ) throws(SimulationFailure) -> [Snapshot] {
    try CultureSimulation(self, instants: instants, options: options).run(parameters)
  }
}

/// A simulation that ended early.
public struct SimulationFailure: Error, Sendable {
  /// How it ended.
  public let termination: Termination
}

/// A culture prepared for many simulations at the same instants; one task's own.
public final class CultureSimulation {
  private let simulator: Simulator<Double>
  private let instants: [Instant]
  private let observableCount: Int
  private let stateCount: Int

  /// Prepares a culture; instants are interpolated with the method's dense output.
  public init(
    _ culture: Culture, instants: [Instant], options: StepOptions = Culture.defaultOptions
  ) {
    self.instants = instants
    observableCount = culture.model.observables.count
    stateCount = culture.model.states.count
    simulator = Simulator(culture, instants: instants, exactly: false, options: options)
  }

  /// The culture at the instants, in their order, at natural parameters in base units.
  public func run(_ parameters: [Double]) throws(SimulationFailure) -> [Snapshot] {
    var snapshots = [Snapshot?](repeating: nil, count: instants.count)
    let termination = simulator.run(parameters) { index, evaluator, amounts, volume, kept in
      snapshots[index] = Snapshot(
        instant: instants[index], means: (0..<observableCount).map { evaluator.mean($0) },
        noise: (0..<observableCount).map { evaluator.noise($0) },
        amounts: (0..<stateCount).map { amounts[$0] }, volume: volume, kept: kept)
    }
    if termination != .completed { throw SimulationFailure(termination: termination) }
    return snapshots.compactMap { $0 }
  }
}
