import Quantities
import RunFiles
import Testing

@testable import Capacity

/// The way from the harvest to the infusion, against the simulation of the same facility.
@Suite("Delivery of slots")
struct SlotDeliveryTests {
  private func plant() throws -> Facility {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return try FacilityFile.read(
      "/" + parts.joined(separator: "/") + "/data/facilities/plant_1000.yaml", settings: []
    ).facility
  }

  /// The plant with every duration fixed and nothing that fails, and cells that are at hand.
  private func fixedPlant() throws -> Facility {
    var plant = try plant()
    plant.warmUp = 0
    plant.horizon = 120
    for index in plant.products.indices {
      plant.products[index].inbound = nil
      plant.products[index].start.takes = .fixed(4.0 / 24)
      plant.products[index].culture = .fixed(9)
      plant.products[index].harvest.takes = .fixed(5.0 / 24)
      plant.products[index].review?.takes = .fixed(5.0 / 24)
      plant.products[index].failure = .init()
      plant.products[index].booking = nil
      (plant.products[index].dropOutBeforeStart, plant.products[index].dropOutBeforeInfusion) = (
        0, 0
      )
    }
    for index in plant.couriers.indices {
      let takes = plant.couriers[index].takes.mean
      // Half an hour less: no journey ends at the very minute at which the clinic closes.
      plant.couriers[index].takes = .fixed(takes - 0.5 / 24)
    }
    for index in plant.centres.indices {
      plant.centres[index].aphereses = nil
      plant.centres[index].collectionCalendar = nil
      plant.centres[index].apheresis = .fixed(0)
    }
    for index in plant.teams.indices { plant.teams[index].absence = 0 }
    for index in plant.instruments.indices { plant.instruments[index].outage = nil }
    return plant
  }

  private func day(_ number: Int) throws -> CivilDate {
    try #require(CivilDate(dayNumber: number))
  }

  /// One patient in an otherwise empty plant with fixed durations: the day of the slot is that on which the
  /// simulation infuses, for arrivals on 45 days with weekends and the holiday of 17 February among
  /// them, at a centre of the country and one abroad. Catches: a fixed number of days after the harvest, a
  /// calendar that is left out, another centre's journey, a day that is counted from the start of the file.
  @Test(arguments: [("cd19", "north"), ("bcma", "abroad")])
  func isTheSimulation(_ product: String, _ centre: String) throws {
    var plant = try fixedPlant()
    let zero = plant.start
    for day in 0..<45 {
      let arrival = try self.day(zero.dayNumber + day)
      var stream = Facility.Arrivals("one", plant.place)
      (stream.product, stream.centre) = (product, centre)
      stream.source = .patients([
        .init(id: "P", day: arrival, disease: nil, due: nil, place: plant.place)
      ])
      plant.arrivals = [stream]
      // Nobody starts on a holiday of the production.
      if plant.calendars.contains(where: { $0.name == "production" && $0.closed.contains(arrival) })
      {
        continue
      }
      let result = try Simulation(plant.process()).run(.after(1), seed: 1)
      let days = try #require(result[.mean(.recorded("patient P"))]?.mean)
      let slots = try SlotFacility(plant)
      let number = try #require(slots.laws.firstIndex { $0.name == product })
      let patient = SlotProblem.Patient(
        name: "P", release: day, due: day + 30, weight: 1, law: number)
      let problem = try slots.problem(
        patients: [patient], laws: slots.laws.map(\.law), devices: nil, rule: .meanLoad, window: 0,
        dayZero: zero
      ).problem
      let infusion = problem.infusion(problem.patients[0], start: day)
      #expect(infusion.all.count == 1 && abs(infusion.byDay(400) - 1) < 1e-12)
      #expect(infusion.quantile(0.9) == Int((Double(day) + days).rounded(.down)), "day \(day)")
    }
  }

  /// No booking on a closed day of the centre, and none before all of its harvests that count can be there:
  /// P(on the booked day) is at least the level, and P(by due) rests on the infusion, not on the harvest.
  /// Audit and plan agree on the cost. Catches: a booking on a Saturday, a due day that is compared with
  /// the release.
  @Test func openDays() throws {
    let plant = try plant()
    let slots = try SlotFacility(plant)
    let zero = plant.start
    let patients = (0..<60).map {
      SlotProblem.Patient(
        name: "\($0)", release: $0, due: $0 + 24, weight: 1, law: $0 % 2)
    }
    let posed = try slots.problem(
      patients: patients, laws: slots.laws.map(\.law), devices: nil, rule: .meanLoad, window: 21,
      dayZero: zero)
    let problem = posed.problem
    // cd19 by the domestic courier; bcma at home and abroad, of which the longer way is booked.
    #expect(problem.deliveries.count == 3)
    #expect(posed.basis.contains { $0.contains("bcma: abroad") } && posed.warning == nil)
    let plan = SlotPlan.best(of: problem, effort: .init(work: 6000))
    #expect(SlotAudit(plan, of: problem).cost == plan.cost && plan.unplaced.isEmpty)
    let clinic = try #require(plant.calendars.first { $0.name == "clinic" })
    let calendar = SlotCalendar(plan, of: problem, dayZero: zero)
    for slot in calendar.slots {
      let date = try #require(calendar.date(slot.booking.day))
      #expect(clinic.days.contains(date.weekday), "\(slot.patient) \(date)")
      #expect(slot.booking.inTime >= 0.9 - 1e-9)
      let days = problem.infusion(problem.patients[slot.index], start: slot.start)
      #expect(abs(days.all.reduce(0) { $0 + $1.probability } - 1) < 1e-9)
      #expect(abs(slot.byDue - days.byDay(slot.due)) < 1e-12)
      // Tests of 10 h, 7 days and a review of 4 h and more: nothing is infused within 8 days.
      #expect(
        slot.byDue <= problem.law(problem.patients[slot.index].law, start: slot.start)
          .byDay(slot.due - 8 - slot.start) + 1e-9)
    }
  }

  /// A centre of the row and of a dated patient, one that is not there, and more instruments than places.
  /// Catches: a column that is read and not used; 60 instruments in a plant of 40 places.
  @Test func centresAndPlaces() throws {
    var plant = try plant()
    let zero = plant.start
    var stream = Facility.Arrivals("named", plant.place)
    (stream.product, stream.centre) = ("bcma", "capital")
    stream.source = .patients([
      .init(id: "D", day: zero, disease: nil, due: nil, place: plant.place)
    ])
    plant.arrivals.append(stream)
    let slots = try SlotFacility(plant)
    let patients = ["A", "B", "C", "D"].map {
      SlotProblem.Patient(name: $0, release: 3, due: 40, weight: 1, law: 1)
    }
    func posed(_ centres: [String?], devices: Int? = nil) throws -> SlotFacility.Posed {
      try slots.problem(
        patients: patients, centres: centres, laws: slots.laws.map(\.law), devices: devices,
        rule: .meanLoad, window: 7, dayZero: zero)
    }
    let problem = try posed(["capital", nil, "abroad", nil]).problem
    let ways = problem.patients.map { $0.delivery.map { problem.deliveries[$0].meanDays } ?? 0 }
    #expect(ways[0] == ways[3] && ways[1] == ways[2] && ways[1] > ways[0])
    #expect(throws: SlotsRefused.self) { try posed(["nowhere", nil, nil, nil]) }
    #expect(throws: SlotsRefused.self) { try posed([nil, nil, nil, nil], devices: 60) }
    #expect(try posed([nil, nil, nil, nil], devices: 40).warning?.contains("33") == true)
  }

  /// Harvests that wait for an open day are taken when it opens, and the shares stay shares. Catches: a
  /// law that loses its hours over a closed day.
  @Test func partsOfDays() throws {
    let law = try HarvestDayLaw(
      [0, 0.5, 0.25, 0.25], parts: [[0, 0], [0.5, 0.5], [0, 1], [0.25, 0.75]])
    let moved = law.waiting { $0 == 2 }
    #expect(moved.probability == [0, 0.5, 0, 0.5])
    #expect(moved.parts[1] == [0.5, 0.5] && moved.parts[3] == [0.625, 0.375])
    let day = try SlotFacility(plant()).laws[0].law
    for (k, p) in day.probability.enumerated() where p > 0 {
      #expect(abs(day.parts[k].reduce(0, +) - 1) < 1e-9)
    }
  }
}
