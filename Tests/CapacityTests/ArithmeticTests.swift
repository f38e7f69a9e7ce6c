import Quantities
import RunFiles
import Testing

@testable import Capacity

/// Loads, stability and screening waits against Records/facility_arithmetic.txt and the literature.
@Suite("Arithmetic of a plan")
struct ArithmeticTests {
  /// M/D/c and M/G/c by state probabilities in Python; simulated waits of the reference cases are
  /// .2955, 1.039 and 1.129. Catches: c instead of c - 1 in Cosmetatos' term, weights of Kimura's
  /// two ends swapped.
  @Test func kimura() {
    let cases: [(a: Double, c: Int, s: Double, deterministic: Double, kimura: Double)] = [
      (4, 5, 1, 0.288779792, 0.294996477), (21.6, 24, 9, 1.02616398, 1.047819305),
      (29.408, 32, 10, 1.10346676, 1.126832658), (30.4, 32, 10, 2.248961277, 2.29778256),
    ]
    for one in cases {
      let fixed = ManyServers.deterministicWait(
        offeredLoad: one.a, servers: one.c, service: one.s)
      let general = ManyServers.kimuraWait(
        offeredLoad: one.a, servers: one.c, service: one.s, squaredVariation: 0.0225)
      #expect(abs(fixed - one.deterministic) < 1e-8)
      #expect(abs(general - one.kimura) < 1e-8)
    }
    // Allen and Cunneen, the published .2833, .989, 1.067, 2.223 of the same cases.
    let published = [0.2833, 0.989, 1.067, 2.223]
    for (one, value) in zip(cases, published) {
      let wait = ManyServers.allenCunneenWait(
        offeredLoad: one.a, servers: one.c, service: one.s, squaredVariation: 0.0225)
      #expect(abs(wait - value) < 0.001)
    }
    // One server: Pollaczek and Khinchine, exactly.
    let single = ManyServers.kimuraWait(
      offeredLoad: 0.8, servers: 1, service: 1, squaredVariation: 0.0225)
    #expect(abs(single - 2.045) < 1e-12)
  }

  /// The reference plant at four counts: 3.22, 1.52, .80, .31 d were found with a hold of 10.6 d.
  /// Catches: a hold of 9 d (waits a quarter of these), repeats left out of the rate.
  @Test func referencePlant() throws {
    let expected = [(32, 3.22), (33, 1.52), (34, 0.80), (36, 0.31)]
    for (count, wait) in expected {
      let plan = PlanArithmetic(
        try FacilityFileTests.facility("fac1", ["instruments.prodigy=\(count)"]))
      let load = try #require(plan.load(.instruments, "prodigy"))
      #expect(abs(load.hold - 10.65) < 0.06)
      #expect(abs(load.wait / wait - 1) < 0.12)
      #expect(load.leastStable == 31)
      #expect(plan.isStable)
      #expect(abs(load.demand - 1000 / 0.95) < 1e-6)
    }
  }

  /// 24 devices: refused, with the resource and the least count; at most 973 starts a year even
  /// without any turn-around. Catches: a mean wait where the queue grows without end.
  @Test func twentyFourDevices() throws {
    let plan = PlanArithmetic(try FacilityFileTests.facility("fac1", ["instruments.prodigy=24"]))
    let load = try #require(plan.binding)
    #expect(!plan.isStable && plan.overloaded.count == 1)
    #expect(load.kind == .instruments && load.wait == .infinity)
    #expect(load.leastStable == 31)
    #expect((815...859).contains(load.capacity))
    #expect(abs(24.0 * 365 / 9 - 973.3) < 0.1)
    #expect(plan.lead(of: plan.facility.products[0]).contains { $0.days == .infinity })
  }

  /// 4 lines held 7 d each release 208 a year; 1,053 need 20.2 lines, so 21. Catches: hours of
  /// work in place of the hold.
  @Test func heldLines() throws {
    let held = PlanArithmetic(
      try FacilityFileTests.facility(
        "fac1", ["products.car-t.quality.work=7 d", "products.car-t.quality.incubation=0 d"]))
    let load = try #require(held.load(.laboratories, "release tests"))
    #expect(abs(load.capacity - 4 * 365 / 7) < 1)
    #expect(abs(load.offeredLoad - 20.19) < 0.01)
    #expect(load.leastStable == 21 && load.wait == .infinity)
    #expect(held.binding?.name == "release tests")
  }

  /// Teams on shifts, against a heap in Python with 1.7 million operations: .4032 and .4268 d.
  /// Catches: a team that is free while it waits for the morning, operations that end after closing.
  @Test func shifts() throws {
    let plan = PlanArithmetic(try FacilityFileTests.facility("fac1"))
    var queue = try #require(plan.team(plan.facility.teams[0])).queue
    queue.operations = 150_000
    let answer = try #require(queue.answer(servers: 4))
    #expect(abs(answer.waits[0] - 0.4032) < 0.012)
    #expect(abs(answer.waits[1] - 0.4268) < 0.012)
    // The calendar alone: (24 - 6)^2 / 48 h and (24 - 5)^2 / 48 h.
    #expect(abs(answer.windowWaits[0] - 18 * 18 / 48.0 / 24) < 0.005)
    #expect(abs(answer.windowWaits[1] - 19 * 19 / 48.0 / 24) < 0.005)
  }

  /// Two operations of 5 h fill ten hours, two of 6 h do not: 1 and 2 a day. Catches: capacity from
  /// open hours, which would give 1.67 a day.
  @Test func packing() throws {
    let day = Facility.WorkCalendar(
      name: "day", days: Set(CivilDate.Weekday.allCases),
      shifts: [.init(opens: 480, closes: 1080)], closed: [], place: Place(file: ""))
    func capacity(_ hours: Double) -> Double? {
      ShiftQueue(
        works: [.init(rate: 0.1, takes: .fixed(hours / 24), tail: .fixed(0), name: "x")],
        windows: OpenWindows(of: day, from: nil, days: 28)
      ).throughput(servers: 3)
    }
    #expect(abs(try #require(capacity(5)) - 6) < 0.01)
    #expect(abs(try #require(capacity(6)) - 3) < 0.01)
  }

  /// Least counts for a target. Catches: the first count that is stable given for any target.
  @Test func leastCounts() throws {
    let plan = PlanArithmetic(try FacilityFileTests.facility("fac1"))
    let load = try #require(plan.load(.instruments, "prodigy"))
    #expect(plan.least(load, wait: 2) == 33)
    #expect(plan.least(load, wait: 1) == 34)
    #expect(ManyServers.least(offeredLoad: 3, service: 1, squaredVariation: 1, wait: 1e9) == 4)
  }

  /// Without weekends 4 teams and 33 instruments are not enough. Catches: a calendar that is not
  /// looked at.
  @Test func weekends() throws {
    let text = try #require(
      FacilityFileTests.text("fac1")?.replacing("Fri, Sat, Sun]", with: "Fri]"))
    let plan = PlanArithmetic(try FacilityFile.read(text, file: "fac1.yaml"))
    // The teams are too few, and said to be; the instruments are judged by themselves.
    #expect(
      plan.overloaded.first?.kind == .teams || plan.load(.teams, "manufacturing")?.isStable == false
    )
    #expect(plan.load(.instruments, "prodigy")?.hold.isFinite == true)
    #expect(plan.load(.instruments, "prodigy")?.leastStable != nil)
  }

  /// Variances against integrals by hand. Catches: the variance of the uncut normal law.
  @Test func variances() {
    #expect(abs(Law.triangular(least: 0, mode: 0, most: 3).variance - 0.5) < 1e-12)
    #expect(abs(Law.empirical(values: [1, 3], weights: [1, 1]).variance - 1) < 1e-12)
    // Half a normal law: 1 - 2 / pi.
    let half = Law.normal(mean: 1, sd: 1, least: 1, most: .infinity)
    #expect(abs(half.variance - (1 - 2 / Double.pi)) < 1e-12)
  }
}
