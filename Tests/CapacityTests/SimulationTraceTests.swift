import Quantities
import Testing

@testable import Capacity

/// Who was on which unit: the trace of one replication.
@Suite("Traces")
struct SimulationTraceTests {
  private func trace(_ process: Process, days: Double = 56) throws -> SimulationTrace {
    let simulation = try Simulation(process)
    return try #require(try simulation.trace(poolsNamed: "device", days: days, seed: 5)?.first)
  }

  /// No two patients, nor a patient and a break-down, on one unit at a time, and the units in use add
  /// up to what the simulation itself reports for the same days. Catches: a row given twice, a stay
  /// that is forgotten, another replication than the one that is reported.
  @Test func addsUp() throws {
    var process = Fixture.fac1()
    process.warmUp = 180
    process.horizon = 180 + 56
    process.followUp = 0
    process.pools[0].downTime = .init(between: .exponential(mean: 60), repair: .fixed(3))
    let trace = try trace(process)
    #expect(trace.count == 34 && trace.days == 56 && trace.stays.count > 100)
    #expect(!trace.downs.isEmpty && trace.stays.contains { $0.from < 0 })
    for row in 0..<trace.count {
      let spans =
        trace.stays.filter { $0.row == row }.map { ($0.from, $0.freeAt) }
        + trace.downs.filter { $0.row == row }.map { ($0.from, $0.until) }
      let ordered = spans.sorted { $0.0 < $1.0 }
      for (a, b) in zip(ordered, ordered.dropFirst()) { #expect(a.1 <= b.0 + 1e-9) }
    }
    let inUse = trace.stays.reduce(0) { $0 + $1.freeAt - max(0, $1.from) } / 56
    let result = try Simulation(process).run(.after(1), seed: 5)
    let mean = try #require(result[.inUse("device")]?.mean)
    #expect(abs(inUse - mean) < 1e-6)
  }

  /// The weeks are those of the long run. Catches: random numbers that depend on the horizon.
  @Test func isTheSameRun() throws {
    var short = Fixture.fac1()
    short.followUp = 60
    short.horizon = short.warmUp + 56 + 60
    var long = short
    long.horizon = short.warmUp + 2000 + 60
    #expect(try trace(short).stays == trace(long).stays)
  }
}
