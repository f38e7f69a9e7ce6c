/// Several processes side by side under common random numbers.
///
/// Replication r of every process has the same patients, durations and failures, because random
/// numbers are keyed by what they are for. A difference is therefore estimated from the pairs, and
/// its interval is narrower than those of the two results suggest.
public struct Comparison: Sendable, Equatable {
  /// The result of each process, in the order given.
  public private(set) var results: [SimulationResult]
  /// Other less first, by metric of the first, for each other process.
  private var differences: [[Estimate]]
  private let metrics: [Metric: Int]

  init(_ results: [SimulationResult]) {
    self.results = results
    let first = results.first?.metrics ?? []
    metrics = Dictionary(
      first.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    differences = [[Estimate]](
      repeating: [Estimate](repeating: Estimate(), count: first.count),
      count: max(0, results.count - 1))
  }

  /// The mean of (process `index` less the first) over the pairs, with its uncertainty; nil when
  /// one of them has no such metric or there is no such process. Process 0 gives nil.
  public func difference(_ metric: Metric, of index: Int) -> Estimate? {
    guard index >= 1, index < results.count, let place = metrics[metric],
      results[index][metric] != nil
    else { return nil }
    return differences[index - 1][place]
  }

  mutating func merge(_ round: [Replication]) {
    for index in round.indices { results[index].merge(round[index]) }
    guard let first = round.first else { return }
    for other in round.indices.dropFirst() {
      let places = results[other].places
      for (place, metric) in results[0].metrics.enumerated() {
        guard let there = places[metric] else { continue }
        differences[other - 1][place].add(round[other].values[there] - first.values[place])
      }
    }
  }

  mutating func close() {
    for index in results.indices { results[index].termination = .replications }
  }
}

extension Simulation {
  /// Runs the same replications of several processes; the first one is the base of all differences.
  ///
  /// The result is the same to the bit for any number of threads.
  /// - Parameters:
  ///   - processes: at least one; what they share by name is compared.
  ///   - replications: of each, at least 1.
  ///   - seed: as for `run`.
  ///   - threads: as for `run`.
  public static func compare(
    _ processes: [Simulation], replications: Int, seed: UInt64, threads: Int = 1
  ) throws(SimulationFault) -> Comparison {
    var comparison = Comparison(processes.map { SimulationResult($0.program, seed: seed) })
    try inOrder(
      count: max(1, replications), threads: threads,
      context: { processes.map { Replicator($0.program, seed: seed) } },
      body: { (workers, index) throws(SimulationFault) in
        var round: [Replication] = []
        for worker in workers { round.append(try worker.replicate(index)) }
        return round
      },
      take: { round in
        comparison.merge(round)
        return true
      })
    comparison.close()
    return comparison
  }
}
