import Quantities
import RunFiles
import Testing

@testable import Capacity

/// Facilities compiled into processes.
@Suite("Facility as a process")
struct FacilityProcessTests {
  /// Every shipped facility compiles into a table that passes its checks, and infuses about as many
  /// patients as the arithmetic says. Catches: a label without a target, a pool held at an end, a
  /// branch of failures taken twice.
  @Test(arguments: FacilityFileTests.shipped) func compiles(_ name: String) throws {
    let facility = try FacilityFileTests.facility(name)
    let simulation = try Simulation(facility.process(horizon: 730))
    let result = try simulation.run(.after(4), seed: 1)
    let year = facility.flows.reduce((starts: 0.0, infused: 0.0)) {
      ($0.starts + $1.starts * 365, $0.infused + $1.infused * 365)
    }
    let infused = try #require(result[.outcome("infused")]).mean
    let starts = try #require(result[.tally("starts")]).mean
    // Counts of a Poisson stream over 8 years, four standard deviations.
    let spread = 4 / (8 * year.starts).squareRoot()
    #expect(abs(starts / year.starts - 1) < spread + 0.01, "\(starts) \(year.starts)")
    #expect(abs(infused / year.infused - 1) < spread + 0.02, "\(infused) \(year.infused)")
  }

  /// The reference plant at 34 instruments against SimPy 4.1.2 (20 seeds of 10 years): lead 20.12 ±
  /// .08, harvest delay .406, use .900. Catches: an instrument given back before its clean-down, a
  /// failed batch that leaves the plant.
  @Test func referencePlant() throws {
    let facility = try FacilityFileTests.facility("fac1", ["instruments.prodigy=34"])
    let result = try Simulation(facility.process()).run(.after(6), seed: 3, threads: 2)
    let lead = try #require(result[.mean(.recorded("released after"))])
    #expect(
      abs(lead.mean - 20.12) < 3
        * (0.08 * 0.08 + lead.standardError * lead.standardError).squareRoot())
    let delay = try #require(result[.mean(.delay("harvest"))])
    #expect(abs(delay.mean - 0.406) < 0.01)
    let use = try #require(result[.utilisation("instruments.prodigy")])
    #expect(abs(use.mean - 0.900) < 0.01)
  }

  /// One team fewer on weekends is away for 48 h from every Saturday. Catches: an absence on Friday,
  /// a warm-up that shifts the days of the week.
  @Test func weekends() throws {
    let facility = try FacilityFileTests.facility("plant_1000")
    let process = facility.process(horizon: 28)
    let pool = try #require(process.pools.first { $0.name == "teams.manufacturing" })
    #expect(pool.absences.allSatisfy { $0.units == 1 })
    let days = pool.absences.map { absence in
      CivilDate(dayNumber: process.start.dayNumber + Int(absence.from))?.weekday
    }
    #expect(days.dropFirst().allSatisfy { $0 == .saturday } && days.count > 30)
    #expect(pool.absences.dropFirst().allSatisfy { $0.until - $0.from == 2 })
  }

  /// Dated patients come on their days after the warm-up. Catches: days counted from the warm-up.
  @Test func datedPatients() throws {
    let good = BadFacilityTests.folder + "good.yaml"
    var facility = try FacilityFile.read(good).facility
    let place = Place(file: "")
    let days = ["2026-01-07", "2026-02-02"].compactMap { CivilDate(parsing: $0) }
    facility.arrivals[0].source = .patients(
      days.enumerated().map { .init(id: "P\($0)", day: $1, disease: "MCL", due: nil, place: place) }
    )
    let process = facility.process()
    #expect(process.arrivals.count == 2 && process.segments == ["MCL"])
    #expect(process.arrivals.map(\.pattern) == [.dated([32]), .dated([58])])
    let result = try Simulation(process).run(.after(20), seed: 1)
    let times = try #require(result.histogram(.recorded("patient P0")))
    #expect(times.count > 10 && times.quantile(0.5) > 9 && times.quantile(0.5) < 20)
    #expect(process.start == CivilDate(parsing: "2025-12-06"))
  }

  /// Probabilities by day as a law: rises of the largest so far, the rest fails. By hand: .2 on day 8,
  /// .5 on day 9, nothing on day 10, so 2/7 and 5/7, and .3 fails. Catches: a fall counted as a rise.
  @Test func evidence() throws {
    let evidence = try #require(
      CultureEvidence(ready: [[(8, 0.2), (9, 0.7), (10, 0.6)]], origin: "test"))
    guard case .empirical(let values, let weights) = evidence.law else {
      Issue.record("no empirical law")
      return
    }
    #expect(values == [8, 9])
    #expect(abs(weights[0] - 2.0 / 7) < 1e-12 && abs(weights[1] - 5.0 / 7) < 1e-12)
    #expect(abs((evidence.failure ?? 0) - 0.3) < 1e-12)
    #expect(CultureEvidence(ready: [[(8, 0)]], origin: "") == nil)
    let facility = try FacilityFileTests.facility("fac1").with(evidence, product: nil)
    #expect(facility.products[0].culture.mean == evidence.law.mean)
    #expect(facility.flows[0].ended > 0)
  }

  /// Costs of a small plant by hand. Catches: a cost of a line left out, costs a start and an
  /// infusion exchanged.
  @Test func costs() throws {
    let plan = PlanArithmetic(
      try FacilityFile.read(BadFacilityTests.folder + "good.yaml").facility)
    let costs = CostOfGoods(plan)
    let starts = plan.flows[0].starts * 365
    #expect(abs(costs.total - 15000 * starts) < 1e-6)
    #expect(abs(costs.perInfused - 15000 * starts / (plan.flows[0].infused * 365)) < 1e-6)
    #expect(costs.fixed == 0)
  }
}
