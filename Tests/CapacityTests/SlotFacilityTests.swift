import Quantities
import RunFiles
import Testing

@testable import Capacity

/// Slots from a facility: its laws, hours and closed days.
@Suite("Slots from a facility")
struct SlotFacilityTests {
  private func facility(_ path: String) throws -> Facility {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return try FacilityFile.read(
      "/" + parts.joined(separator: "/") + "/data/facilities/" + path, settings: []
    ).facility
  }

  /// A failure frees the instrument on its day, asks no harvest hours and leaves the law of the others
  /// alone. Catches: a failure that shortens the days late, or that is harvested.
  @Test func failure() throws {
    let law = try HarvestDayLaw([0, 0, 0.5, 0.5], failure: 0.2, endedOn: 1)
    #expect(law.probability == [0, 0, 0.5, 0.5] && law.harvest == [0, 0, 0.4, 0.4])
    #expect(zip(law.hold, [1, 1, 0.8, 0.4]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(law.leftBy(0) == 0 && abs(law.leftBy(1) - 0.2) < 1e-12 && law.leftBy(3) == 1)
    let late = try HarvestDayLaw([0, 1], failure: 0.25, endedOn: 3)
    #expect(late.hold == [1, 1, 0.25, 0.25] && late.byDay(1) == 1)
    let later = try #require(late.given(notBefore: 1))
    #expect(abs(later.failure - 0.25) < 1e-12)
  }

  /// On closed days the batch stays where it is. Catches: a harvest on a Sunday, a batch that is
  /// harvested late and off its instrument in time.
  @Test func closedDays() throws {
    let law = try HarvestDayLaw([0, 0, 0.5, 0.25, 0.25])
    let moved = law.waiting { $0 == 2 || $0 == 3 }
    #expect(moved.probability == [0, 0, 0, 0, 1] && moved.hold == [1, 1, 1, 1, 1])
    #expect(law.waiting { $0 == 1 } == law)
  }

  /// FAC-1: 33 instruments, 4 teams of 10 h, starts of 4 h, harvests of 5 h, tests of 8 d; cultures
  /// lognormal with mean 9 d and CV 15 %. A start at 08:00 ends at 12:00, and harvests begin until
  /// 13:00, so day k takes the cultures of k - 1 + 1/24 to k + 1/24 days: P(K <= 9) =
  /// Phi((ln(9 + 1/24) - ln 9 + s^2/2) / s) with s^2 = ln(1.0225). Catches: a day that is counted from
  /// midnight, a mean taken for a median, hours of a weekend lost.
  @Test func referencePlant() throws {
    let slots = try SlotFacility(try facility("fac1.yaml"))
    #expect(slots.devices == 33 && slots.qcDays == 8)
    #expect(slots.weekHours.allSatisfy { abs($0 - 40) < 1e-9 })
    #expect(abs(slots.startHours - 4) < 1e-9 && abs(slots.harvestHours - 5) < 1e-9)
    let law = slots.laws[0].law
    // Phi(0.10555) by Python's statistics.NormalDist.
    #expect(abs(law.byDay(9) - 0.5420296) < 2e-6)
    #expect(abs(law.probability.reduce(0, +) - 1) < 1e-12 && law.failure == 0)
  }

  /// A plant that rests on Sundays and holidays: nothing is harvested there, and a plan for many
  /// patients keeps all limits. Catches: laws that do not depend on the start day, in the search, the
  /// bound or the audit.
  @Test func restsOnSundays() throws {
    var plant = try facility("regional_250.yaml")
    // Room for the 14 instruments that are planned with.
    for index in plant.suites.indices { plant.suites[index].places = 14 }
    let slots = try SlotFacility(plant)
    let zero = try #require(CivilDate(parsing: "2026-03-23"))
    let patients = (0..<40).map {
      SlotProblem.Patient(name: "\($0)", release: $0 / 2, due: $0 / 2 + 16, weight: 1)
    }
    let problem = try slots.problem(
      patients: patients, laws: slots.laws.map(\.law), devices: 14, rule: .meanLoad, window: 21,
      dayZero: zero
    ).problem
    #expect(problem.hours(on: 6) == 0 && problem.hours(on: 11) == 0 && problem.hours(on: 4) > 0)
    for start in 0..<14 {
      let law = problem.law(0, start: start)
      for (k, p) in law.probability.enumerated() where p > 0 {
        #expect(problem.hours(on: start + k) > 0)
      }
    }
    let plan = SlotPlan.best(of: problem, effort: .init(work: 30_000))
    let audit = SlotAudit(plan, of: problem)
    #expect(plan.unplaced.isEmpty && audit.breaches.isEmpty && audit.cost == plan.cost)
    let bound = try #require(SlotBound(problem, towards: plan))
    #expect(bound.cost <= plan.cost && bound.cost > 0)
    var load = SlotLoad(problem)
    for (patient, start) in zip(problem.patients, plan.starts) {
      load.add(patient.law, at: (start ?? 0) - load.firstDay)
    }
    for day in audit.days where day.day - load.firstDay < load.days {
      #expect(abs(Double(load.held[day.day - load.firstDay]) / SlotLoad.unit - day.inUse) < 1e-9)
    }
  }

  /// A forecast takes the place of the product's culture and failure. Catches: a forecast that is read
  /// and not used, whole days that move by the hour of the start.
  @Test func forecast() throws {
    let slots = try SlotFacility(try facility("fac1.yaml"))
    let evidence = CultureEvidence(
      law: .empirical(values: [7, 8, 9], weights: [0.5, 0.3, 0.2]), failure: 0.1, origin: "test")
    let law = try slots.law(evidence, product: 0)
    #expect(zip(law.probability.dropFirst(7), [0.5, 0.3, 0.2]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(law.failure == 0.1 && law.endedOn == 9)
    let plain = try evidence.dayLaw()
    #expect(plain.probability.count == 10 && abs(plain.probability[7] - 0.5) < 1e-12)
  }

  /// Instruments that are not named among several, and a clean-down of days, are refused.
  /// Catches: the first kind taken silently.
  @Test func refused() throws {
    var plant = try facility("fac1.yaml")
    plant.instruments[0].cleanDown = 2
    #expect(throws: SlotsRefused.self) { try SlotFacility(plant) }
    plant.instruments[0].cleanDown = 0.5
    plant.instruments.append(plant.instruments[0])
    plant.instruments[1].name = "other"
    #expect(throws: SlotsRefused.self) { try SlotFacility(plant) }
    #expect(throws: SlotsRefused.self) { try SlotFacility(plant, instrument: "other") }
    #expect(try SlotFacility(plant, instrument: "prodigy").devices == 33)
  }
}
