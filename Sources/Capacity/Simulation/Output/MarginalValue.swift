/// What one more unit changes.
public struct MarginalValue: Sendable, Equatable {
  /// The unit.
  public let unit: NextUnit
  /// Change of each metric by it, from paired replications, in the order of the metrics.
  public let changes: [(metric: Metric, change: Estimate)]

  /// The change of a metric; nil for one that the process does not have.
  public subscript(metric: Metric) -> Estimate? {
    changes.first { $0.metric == metric }?.change
  }

  /// Equal in all parts.
  public static func == (a: MarginalValue, b: MarginalValue) -> Bool {
    a.unit == b.unit
      && a.changes.elementsEqual(b.changes) { $0.metric == $1.metric && $0.change == $1.change }
  }
}

extension Simulation {
  /// The value of single units, one at a time, under common random numbers: the differences that
  /// `compare` gives for the same change, seed and replications.
  ///
  /// - Parameters:
  ///   - units: each with the process that has it.
  ///   - replications: of the process and of each change, at least 1.
  ///   - seed: as for `run`.
  ///   - threads: as for `run`.
  ///
  /// Throws `SimulationFault` when a replication cannot be finished.
  public func marginalValues(
    _ units: [(unit: NextUnit, simulation: Simulation)], replications: Int, seed: UInt64,
    threads: Int = 1
  ) throws(SimulationFault) -> [MarginalValue] {
    guard !units.isEmpty else { return [] }
    let comparison = try Simulation.compare(
      [self] + units.map(\.simulation), replications: replications, seed: seed, threads: threads)
    return units.enumerated().map { index, one in
      MarginalValue(
        unit: one.unit,
        changes: metrics.compactMap { metric in
          comparison.difference(metric, of: index + 1).map { (metric, $0) }
        })
    }
  }
}
