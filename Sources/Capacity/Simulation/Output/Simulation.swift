/// A process that was checked and compiled, ready to be simulated.
public struct Simulation: Sendable {
  let program: Program

  /// The process.
  public var process: Process { program.process }

  /// Checks and compiles a process; throws `ProcessRefused` where it cannot be simulated.
  public init(_ process: Process) throws(ProcessRefused) {
    try process.check()
    program = try Program(process)
  }

  /// All numbers that a result of this process holds.
  public var metrics: [Metric] { program.metrics }

  /// How many replications to run.
  public enum Stopping: Sendable, Equatable {
    /// That many.
    case after(Int)
    /// Until the interval of a metric is narrow enough: at least `least` replications, then one
    /// more at a time until its half-width at `level` is at most `halfWidth`, at most `most`.
    ///
    /// The check after every replication makes the true coverage a little less than `level`; a
    /// `least` of 10 or more keeps that small. Source: Law (2015), Simulation Modeling and
    /// Analysis, 5th ed., section 9.4.1.
    case precise(Metric, halfWidth: Double, level: Double = 0.95, least: Int = 10, most: Int)
  }

  /// Runs independent replications and merges them in the order of their numbers.
  ///
  /// The result is the same to the bit for any number of threads, and its size does not depend on
  /// the number of replications.
  /// - Parameters:
  ///   - stopping: how many; at least 1.
  ///   - seed: with the number of the replication, the key of all random numbers.
  ///   - threads: how many work at the same time, at least 1.
  ///   - each: is given the values of `metrics` of each replication, in order; with them
  ///     `marginalValues` need not simulate this process again.
  ///
  /// Throws `SimulationFault` when a replication cannot be finished.
  public func run(
    _ stopping: Stopping, seed: UInt64, threads: Int = 1, each: ([Double]) -> Void = { _ in }
  ) throws(SimulationFault) -> SimulationResult {
    var result = SimulationResult(program, seed: seed)
    let most = stopping.most
    try Simulation.inOrder(
      count: most, threads: threads, context: { Replicator(program, seed: seed) },
      body: { (worker, index) throws(SimulationFault) in try worker.replicate(index) },
      take: { replication in
        result.merge(replication)
        each(replication.values)
        if stopping.isReached(by: result) { result.termination = .precise }
        return result.termination == .notRun
      })
    if result.termination == .notRun {
      if case .after = stopping {
        result.termination = .replications
      } else {
        result.termination = .imprecise
      }
    }
    return result
  }
}

extension Simulation.Stopping {
  var most: Int {
    switch self {
    case .after(let count): max(1, count)
    case .precise(_, _, _, let least, let most): max(1, least, most)
    }
  }

  func isReached(by result: SimulationResult) -> Bool {
    guard case .precise(let metric, let halfWidth, let level, let least, _) = self,
      result.replications >= max(2, least), let estimate = result[metric]
    else { return false }
    return estimate.count > 1 && estimate.halfWidth(level: level) <= halfWidth
  }
}

/// An engine that a thread keeps.
final class Replicator {
  private var engine: Engine

  init(_ program: Program, seed: UInt64) { engine = Engine(program, seed: seed) }

  func replicate(_ number: Int) throws(SimulationFault) -> Replication {
    try engine.replicate(number)
  }
}
