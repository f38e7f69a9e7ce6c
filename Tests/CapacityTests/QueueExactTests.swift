import Testing

@testable import Capacity

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Queues with exact answers: 20 parameter sets, each inside three standard errors.
///
/// The expectations are closed forms written here (Erlang 1917; Pollaczek 1930 and Khinchine 1932;
/// Takacs 1962), not the room's arithmetic. Catches: a server that is given out twice, a queue that
/// is not served at once, a wait that is measured from the wrong moment, draws that are not
/// independent, a warm-up that is not cut.
@Suite("Exact queues", .serialized)
struct QueueExactTests {
  /// M/M/c: mean wait and probability to wait.
  @Test(arguments: [
    (1, 0.5, 1.0), (1, 0.8, 1), (1, 0.9, 1), (2, 1.2, 1), (5, 4, 1), (10, 3.5, 2), (24, 2.4, 9),
    (32, 3.04, 10),
  ])
  func waits(_ servers: Int, _ rate: Double, _ service: Double) throws {
    let load = rate * service
    let wait = exactErlangC(load, servers)
    let result = try run(servers, rate, .exponential(mean: service))
    expect(result, .mean(.wait("server")), wait * service / (Double(servers) - load))
    expect(result, .positive(.wait("server")), wait)
    expect(result, .utilisation("server"), load / Double(servers))
  }

  /// M/G/1: Pollaczek-Khinchine, Wq = rho S (1 + cv^2) / (2 (1 - rho)).
  @Test(arguments: [
    (0.6, Law.fixed(1), 0.0), (0.8, .fixed(1), 0), (0.8, .lognormal(mean: 1, cv: 0.15), 0.0225),
    (0.7, .lognormal(mean: 1, cv: 1.5), 2.25), (0.8, .uniform(least: 0, most: 2), 1.0 / 3),
  ])
  func anyService(_ rate: Double, _ law: Law, _ squaredVariation: Double) throws {
    let result = try run(1, rate, law)
    expect(result, .mean(.wait("server")), rate * (1 + squaredVariation) / (2 * (1 - rate)))
    expect(result, .positive(.wait("server")), rate)
  }

  /// M/G/c/c: the loss is Erlang B whatever the law.
  @Test(arguments: [
    (32, 29.408, Law.lognormal(mean: 10, cv: 0.15), 10.0), (5, 4, .lognormal(mean: 1, cv: 2), 1),
    (10, 12, .fixed(1), 1), (3, 2, .exponential(mean: 1), 1),
  ])
  func loss(_ servers: Int, _ load: Double, _ law: Law, _ service: Double) throws {
    let process = Fixture.station(
      servers: servers, rate: load / service, service: law, isLoss: true, warmUp: 20 * service,
      observed: 5000 * service)
    let result = try Simulation(process).run(.after(40), seed: 11, threads: 2)
    expect(result, .outcomeShare("lost"), exactErlangB(load, servers))
    let carried = load * (1 - exactErlangB(load, servers))
    expect(result, .inUse("server"), carried)
  }

  /// M/G/infinity: the number in service is Poisson, whatever the law: its mean, and its variance
  /// and 95th percentile over the replications.
  @Test(arguments: [
    (29.0, Law.lognormal(mean: 10, cv: 0.15), 10.0), (5, .exponential(mean: 1), 1),
    (12, .fixed(2), 2),
  ])
  func unlimited(_ load: Double, _ law: Law, _ service: Double) throws {
    let process = Fixture.station(
      servers: 10_000, rate: load / service, service: law, warmUp: 20 * service,
      observed: 100 * service)
    let count = 400
    let result = try Simulation(process).run(.after(count), seed: 12, threads: 2)
    expect(result, .inUse("server"), load)
    expect(result, .unfinished, load)
    let spread = try #require(result[.unfinished]).standardDeviation
    // Variance of a sample variance of Poisson numbers: (mu4 - s^4 (n - 3) / (n - 1)) / n.
    let n = Double(count)
    let error = ((load + 3 * load * load - load * load * (n - 3) / (n - 1)) / n).squareRoot()
    #expect(abs(spread * spread - load) < 3 * error)
  }

  private func run(_ servers: Int, _ rate: Double, _ law: Law) throws -> SimulationResult {
    let service = law.mean
    let process = Fixture.station(
      servers: servers, rate: rate, service: law, warmUp: 1000 * service,
      observed: 10_000 * service, followUp: 300 * service)
    return try Simulation(process).run(.after(40), seed: 13, threads: 2)
  }

  /// Within three standard errors, and these small enough to mean something.
  private func expect(
    _ result: SimulationResult, _ metric: Metric, _ exact: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = result[metric]?.standardError ?? .nan
    #expect(
      result.distance(metric, from: exact) < 3,
      "\(metric): \(result.value(metric)) +- \(error), exact \(exact)",
      sourceLocation: sourceLocation)
    #expect(error < 0.05 * exact, sourceLocation: sourceLocation)
    let gap = result.littlesLaw.map(\.gap).max() ?? .nan
    #expect(gap < 1e-9, sourceLocation: sourceLocation)
  }
}

/// Erlang B by its sum: (a^c / c!) / sum of a^k / k!.
func exactErlangB(_ load: Double, _ servers: Int) -> Double {
  let terms = (0...servers).map { exp(Double($0) * log(load) - lgamma(Double($0) + 1)) }
  return terms[servers] / terms.reduce(0, +)
}

/// Erlang C by its sum.
func exactErlangC(_ load: Double, _ servers: Int) -> Double {
  let terms = (0..<servers).map { exp(Double($0) * log(load) - lgamma(Double($0) + 1)) }
  let c = Double(servers)
  let last = exp(c * log(load) - lgamma(c + 1)) * c / (c - load)
  return last / (terms.reduce(0, +) + last)
}
