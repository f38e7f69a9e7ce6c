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
  ///   - base: the values of `metrics` of as many replications of this process with the same seed, as
  ///     `run` hands them out, so that they need not be simulated again; nil where there are none.
  ///
  /// Throws `SimulationFault` when a replication cannot be finished.
  public func marginalValues(
    _ units: [(unit: NextUnit, simulation: Simulation)], replications: Int, seed: UInt64,
    threads: Int = 1, base: [[Double]]? = nil
  ) throws(SimulationFault) -> [MarginalValue] {
    guard !units.isEmpty else { return [] }
    let metrics = self.metrics
    /// The place of each metric in the values of each unit's process.
    let places = units.map { unit in
      let there = Dictionary(
        unit.simulation.metrics.enumerated().map { ($1, $0) },
        uniquingKeysWith: { first, _ in first })
      return metrics.map { there[$0] }
    }
    let known = base.flatMap { $0.count >= replications ? $0 : nil }
    let all = units.map(\.simulation) + (known == nil ? [self] : [])
    var changes = units.map { _ in [Estimate](repeating: Estimate(), count: metrics.count) }
    var number = 0
    try Simulation.inOrder(
      count: max(1, replications), threads: threads,
      context: { all.map { Replicator($0.program, seed: seed) } },
      body: { (workers, index) throws(SimulationFault) in
        var round: [[Double]] = []
        for worker in workers { round.append(try worker.replicate(index).values) }
        return round
      },
      take: { round in
        let own = known?[number] ?? round[units.count]
        number += 1
        for unit in units.indices {
          for (metric, place) in places[unit].enumerated() {
            if let place { changes[unit][metric].add(round[unit][place] - own[metric]) }
          }
        }
        return true
      })
    return units.enumerated().map { index, one in
      MarginalValue(
        unit: one.unit,
        changes: metrics.indices.compactMap { metric in
          places[index][metric].map { _ in (metrics[metric], changes[index][metric]) }
        })
    }
  }
}
