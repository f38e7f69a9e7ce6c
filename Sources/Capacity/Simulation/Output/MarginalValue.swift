/// What one more unit of a pool changes.
public struct MarginalValue: Sendable, Equatable {
  /// Name of the pool.
  public let pool: String
  /// Units now.
  public let count: Int
  /// Change of each metric by the next unit, from paired replications, in the order of the metrics.
  public let changes: [(metric: Metric, change: Estimate)]

  /// The change of a metric; nil for one that the process does not have.
  public subscript(metric: Metric) -> Estimate? {
    changes.first { $0.metric == metric }?.change
  }

  /// Equal in all parts.
  public static func == (a: MarginalValue, b: MarginalValue) -> Bool {
    a.pool == b.pool && a.count == b.count
      && a.changes.elementsEqual(b.changes) { $0.metric == $1.metric && $0.change == $1.change }
  }
}

extension Process {
  /// The value of the next unit of each pool, one pool at a time, under common random numbers.
  ///
  /// - Parameters:
  ///   - replications: of the process and of each change, at least 1.
  ///   - seed: as for `Simulation.run`.
  ///   - threads: as for `Simulation.run`.
  ///
  /// Throws what `Simulation` throws.
  public func marginalValues(
    replications: Int, seed: UInt64, threads: Int = 1
  ) throws -> [MarginalValue] {
    var all = [try Simulation(self)]
    for pool in pools.indices {
      all.append(try Simulation(with(count: pools[pool].count + 1, ofPool: pool)))
    }
    let comparison = try Simulation.compare(
      all, replications: replications, seed: seed, threads: threads)
    return pools.indices.map { pool in
      MarginalValue(
        pool: pools[pool].name, count: pools[pool].count,
        changes: all[0].metrics.compactMap { metric in
          comparison.difference(metric, of: pool + 1).map { (metric, $0) }
        })
    }
  }
}
