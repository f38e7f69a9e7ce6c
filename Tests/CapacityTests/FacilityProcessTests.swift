import RunFiles
import Testing

@testable import Capacity

/// Facilities compiled into processes.
@Suite("Facility as a process")
struct FacilityProcessTests {
  /// Every shipped facility compiles into a table that passes its checks, and infuses patients.
  /// Catches: a label without a target, a pool held at an end.
  @Test(arguments: FacilityFileTests.shipped) func compiles(_ name: String) throws {
    let facility = try FacilityFileTests.facility(name)
    let simulation = try Simulation(facility.process(horizon: 365))
    let result = try simulation.run(.after(2), seed: 1)
    let infused = try #require(result[.outcome("infused")]).mean
    let expected = facility.flows.reduce(0) { $0 + $1.infused } * 365
    #expect(abs(infused / expected - 1) < 0.25, "\(infused) \(expected)")
    for m in simulation.metrics { if let e = result[m] { print(name, m, e.mean) } }
  }
}
