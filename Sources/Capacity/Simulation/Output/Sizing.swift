/// The least number of units of a pool for a target, with every count that was tried.
public struct Sizing: Sendable, Equatable {
  /// One count and what it gave.
  public struct Trial: Sendable, Equatable {
    /// Units of the pool.
    public let count: Int
    /// The target's metric.
    public let estimate: Estimate
    /// Whether the means met the target and all that is asked for beside it.
    public let isMet: Bool
  }

  /// Name of the pool.
  public let pool: String
  /// The target.
  public let target: Target
  /// The least count that meets the target, one less having failed (or being the least allowed);
  /// nil when the most allowed fails too.
  public let count: Int?
  /// All counts tried, ascending.
  public let trials: [Trial]
}

/// Searches over the counts of pools under common random numbers.
///
/// A target is judged by the mean over the replications. More units never make it worse on average,
/// so a bisection finds the least count; common random numbers keep noise from reversing the order
/// of neighbours.
public struct SizingSearch: Sendable {
  /// The process with the counts of the other pools.
  public var process: Process
  /// What is to be reached.
  public var target: Target
  /// What has to hold as well, such as waits where the target is a number of patients.
  public var also: [Target] = []
  /// Replications of every count.
  public var replications: Int
  /// Seed of all of them.
  public var seed: UInt64
  /// Threads; the answer does not depend on them.
  public var threads: Int

  /// A search from its parts.
  public init(
    _ process: Process, target: Target, replications: Int = 20, seed: UInt64 = 1, threads: Int = 1
  ) {
    self.process = process
    self.target = target
    self.replications = replications
    self.seed = seed
    self.threads = threads
  }

  /// The least count of one pool in a range, all else as in the process.
  ///
  /// Throws what `Simulation` throws; a pool that is not in the table or an empty range is refused.
  public func least(pool: Int, in range: ClosedRange<Int>) throws -> Sizing {
    guard process.pools.indices.contains(pool), range.lowerBound >= 1 else {
      throw ProcessRefused(
        .unknownReference, "pool \(pool)", "cannot be sized from \(range.lowerBound) units on")
    }
    var trials: [Int: Sizing.Trial] = [:]
    func isMet(_ count: Int) throws -> Bool {
      if let known = trials[count] { return known.isMet }
      let trial = try trial(process.with(count: count, ofPool: pool), count: count)
      trials[count] = trial
      return trial.isMet
    }
    // Steps that double find a count that is enough without simulating far beyond it.
    var failed = range.lowerBound - 1
    var enough = range.lowerBound
    var step = 1
    while try !isMet(enough) {
      failed = enough
      guard enough < range.upperBound else {
        return answer(pool, nil, trials)
      }
      enough = min(range.upperBound, enough + step)
      step *= 2
    }
    while enough - failed > 1 {
      let middle = (enough + failed) / 2
      if try isMet(middle) { enough = middle } else { failed = middle }
    }
    return answer(pool, enough, trials)
  }

  /// Least counts of several pools together.
  ///
  /// All start at their upper ends; then each, in the order given, is lowered as far as the target
  /// allows with the others as they are. No single unit can be taken from the answer, but another
  /// order may give another answer. Nil when the upper ends do not meet the target.
  public func least(pools: [(pool: Int, range: ClosedRange<Int>)]) throws -> [Sizing]? {
    var search = self
    for (pool, range) in pools {
      search.process = search.process.with(count: range.upperBound, ofPool: pool)
    }
    var found: [Sizing] = []
    for (pool, range) in pools {
      let sizing = try search.least(pool: pool, in: range)
      guard let count = sizing.count else { return nil }
      search.process = search.process.with(count: count, ofPool: pool)
      found.append(sizing)
    }
    return found
  }

  /// Least counts of several pools together in the first of some ever wider ranges whose upper ends meet
  /// the target.
  ///
  /// Where none does, every sizing has no count, and its trials are the upper ends that were tried, each
  /// with the others at theirs.
  public func least(widening rounds: [[(pool: Int, range: ClosedRange<Int>)]]) throws -> [Sizing] {
    var tried: [(counts: [Int], trial: Sizing.Trial)] = []
    for pools in rounds {
      let counts = pools.map(\.range.upperBound)
      if tried.contains(where: { $0.counts == counts }) { continue }
      var process = process
      for (pool, range) in pools {
        guard process.pools.indices.contains(pool) else {
          throw ProcessRefused(.unknownReference, "pool \(pool)", "cannot be sized")
        }
        process = process.with(count: range.upperBound, ofPool: pool)
      }
      let top = try trial(process, count: 0)
      tried.append((counts, top))
      if top.isMet, let found = try least(pools: pools) { return found }
    }
    return (rounds.first ?? []).enumerated().map { index, entry in
      var trials: [Int: Sizing.Trial] = [:]
      for (counts, top) in tried {
        trials[counts[index]] = Sizing.Trial(
          count: counts[index], estimate: top.estimate, isMet: top.isMet)
      }
      return answer(entry.pool, nil, trials)
    }
  }

  private func trial(_ process: Process, count: Int) throws -> Sizing.Trial {
    let (estimate, others) = try estimates(process)
    return Sizing.Trial(
      count: count, estimate: estimate,
      isMet: target.isMet(by: estimate) && zip(also, others).allSatisfy { $0.isMet(by: $1) })
  }

  private func estimates(_ process: Process) throws -> (Estimate, [Estimate?]) {
    let simulation = try Simulation(process)
    let result = try simulation.run(.after(replications), seed: seed, threads: threads)
    guard let estimate = result[target.metric] else {
      throw ProcessRefused(
        .unknownReference, "target", "the process has no metric \(target.metric)")
    }
    return (estimate, also.map { result[$0.metric] })
  }

  private func answer(_ pool: Int, _ count: Int?, _ trials: [Int: Sizing.Trial]) -> Sizing {
    Sizing(
      pool: process.pools[pool].name, target: target, count: count,
      trials: trials.values.sorted { $0.count < $1.count })
  }
}
