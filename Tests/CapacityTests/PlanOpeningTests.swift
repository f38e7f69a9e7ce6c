import Quantities
import Testing

@testable import Capacity

/// What is there on the first day: vector that runs out before its first lot, rooms with places.
@Suite("Openings and places")
struct PlanOpeningTests {
  private func plant(_ lots: Int) throws -> PlanArithmetic {
    PlanArithmetic(
      try FacilityFileTests.facility("plant_1000", ["vectors.lenti cd19.stock=\(lots) lots"]))
  }

  /// Without vector on the first day nobody is served before day 120 + 14, all of the demand waits, and the
  /// advised number of lots mends it. Catches: an opening stock that no number looks at, a lead time
  /// without the changeover, a remedy that leaves patients waiting.
  @Test func empty() throws {
    let plan = try plant(0)
    let short = try #require(plan.openingShortages.first)
    #expect(plan.openingShortages.count == 1 && short.vector.name == "lenti cd19")
    #expect(short.runsOut == 0 && short.firstLot == 134 && short.gap == 134)
    let demand = try #require(plan.cycle(ofVector: "lenti cd19")?.demand)
    #expect(abs(short.waiting - short.demand) < 1e-9 && abs(short.demand / demand - 1) < 0.05)
    #expect(short.chance > 0.999)
    let least = try #require(short.leastLots)
    #expect(least == 4)
    #expect(try plant(least).openingShortages.isEmpty)
    #expect(try !plant(least - 1).openingShortages.isEmpty)
  }

  /// 3 lots, 240 doses at 2.06 a day, last to day 116. Catches: a stock that is counted in lots, orders that
  /// begin only when the stock is used up.
  @Test func partly() throws {
    let short = try #require(try plant(3).openingShortages.first)
    let day = try #require(short.runsOut)
    #expect(short.doses == 240 && short.firstLot == 134)
    #expect(abs(day - 240 / (short.demand / 134)) < 3, "\(day)")
    #expect(abs(short.waiting - (short.demand - 240)) < 1, "\(short.waiting) \(short.demand)")
  }

  /// The simulated opening: with no warm-up, the mean wait for the vector over the first 134 d is about half
  /// of them. Catches: an arithmetic of the opening that the simulator does not follow.
  @Test func simulated() throws {
    var facility = try plant(0).facility
    facility.warmUp = 0
    let metric = Metric.positive(.stockWait("lenti cd19"))
    let few = try Simulation(facility.process(horizon: 134)).run(.after(4), seed: 2, threads: 2)
    #expect((few[metric]?.mean ?? 0) > 0.95)
    let wait = try #require(few[.mean(.stockWait("lenti cd19"))]?.mean)
    #expect(wait > 55 && wait < 80, "\(wait)")
  }

  /// Dated patients on day 100, none before: 30 of them use up 20 doses that nobody asked for until then.
  /// Catches: dated patients counted at a mean rate from the first day on.
  @Test func dated() throws {
    var facility = try FacilityFileTests.facility("hospital_one_prodigy")
    let day = try #require(CivilDate(dayNumber: facility.start.dayNumber + 100))
    func come(_ count: Int) -> [PlanArithmetic.OpeningShortage] {
      facility.arrivals[0].source = .patients(
        (1...count).map {
          .init(id: "P\($0)", day: day, disease: nil, due: nil, place: Place(file: "x"))
        })
      return PlanArithmetic(facility).openingShortages
    }
    #expect(come(10).isEmpty)
    let short = try #require(come(40).first)
    #expect(short.runsOut.map { $0 > 100 && $0 < 101 } == true)
    #expect(short.firstLot > 234 && short.waiting > 15, "\(short.firstLot) \(short.waiting)")
    facility.vectors[0].stock = try #require(short.leastLots)
    #expect(come(40).isEmpty)
  }

  /// A vector of which most expires is full at all doses that can come, whoever comes today: 20 doses every
  /// 134 d. Catches: the limit scaled with the share that few patients use (5 for 1, 27 for 5).
  @Test func expiry() throws {
    let limits = try [1, 5, 20].map { rate in
      let plan = PlanArithmetic(
        try FacilityFileTests.facility(
          "hospital_one_prodigy", ["arrivals.own patients.rate=\(rate) patients/year"]))
      let load = try #require(plan.load(.vectors, "lentivirus"))
      let limit = try #require(plan.limits().first { $0.load.kind == .vectors }?.patients)
      #expect(abs(load.demand * limit / plan.patients - 20 * 365 / 134) < 1e-6)
      // At the limit, and not before, what comes is what can be served.
      #expect(
        abs((plan.grown(by: limit / plan.patients).load(.vectors, "lentivirus")?.ofLimit ?? 0) - 1)
          < 1e-6)
      return limit
    }
    #expect(abs(limits[0] / limits[2] - 1) < 1e-6 && abs(limits[1] / limits[2] - 1) < 1e-6)
  }

  /// Lots that live shorter than it takes to bring the next serve nobody. Catches: a limit above what any
  /// number of patients can have.
  @Test func expiresTooSoon() throws {
    let plan = PlanArithmetic(
      try FacilityFileTests.facility(
        "hospital_one_prodigy", ["vectors.lentivirus.shelf_life=100 d"]))
    #expect(plan.limits().first { $0.load.kind == .vectors }?.patients == 0)
    #expect(!plan.isStable)
  }

  /// Five rooms of eight places. Catches: more instruments than places, rooms below their instruments.
  @Test func places() throws {
    var facility = try FacilityFileTests.facility("plant_1000")
    let load = try #require(PlanArithmetic(facility).load(.instruments, "prodigy"))
    #expect(facility.mostPlaced(load) == 40)
    var other = facility.instruments[0]
    other.name = "other"
    other.count = 5
    facility.instruments.append(other)
    #expect(facility.mostPlaced(load) == 35)
    let suite = try #require(PlanArithmetic(facility).load(.suites, "suite"))
    #expect(facility.leastRooms(suite) == 5)
    facility.suites[0].places = nil
    #expect(facility.mostPlaced(load) == nil && facility.leastRooms(suite) == 0)
  }

  /// Ranges that are too narrow are widened to the last; what none reaches shows every top that was tried.
  /// Catches: a search that gives up at the first top, a failure without its counts.
  @Test func widening() throws {
    let process = Fixture.fac1(Fixture.Changes())
    let target = Target(.mean(.recorded("lead")), .atMost, 21)
    let search = SizingSearch(process, target: target, replications: 2, seed: 3, threads: 2)
    let found = try search.least(widening: [[(0, 31...31)], [(0, 31...38)]])
    #expect(found.first?.count.map { $0 > 31 } == true)
    var never = search
    never.target.bound = 1
    let tried = try never.least(widening: [[(0, 31...33)], [(0, 31...36)], [(0, 31...36)]])
    #expect(tried.map(\.count) == [nil])
    #expect(tried.first?.trials.map(\.count) == [33, 36])
  }
}
