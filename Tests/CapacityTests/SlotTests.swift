import Testing

@testable import Capacity

/// The law of the harvest day, the number in use, the booking.
@Suite("Slot laws")
struct SlotLawTests {
  /// The law of the shipped model. Catches: a batch that is off its instrument on its harvest day.
  @Test func hold() throws {
    let law = try HarvestDayLaw(SlotExample.days)
    #expect(law.hold[6] == 1 && abs(law.hold[7] - 0.9959529857556527) < 1e-12)
    #expect(abs(law.hold[15] - 0.0009632079891285111) < 1e-12)
    #expect(law.quantile(0.5) == 9 && law.quantile(0.9) == 11 && law.quantile(0) == 6)
    let later = try #require(law.given(notBefore: 10))
    #expect(abs(later.probability[10] - 0.25291908356767234 / 0.47017553439176496) < 1e-12)
    #expect(law.given(notBefore: 16) == nil)
    #expect(throws: SlotsRefused.self) { try HarvestDayLaw([0.5, 0.4]) }
    #expect(throws: SlotsRefused.self) { try HarvestDayLaw([.nan, 1]) }
  }

  /// Against all outcomes counted one by one, with a certain event among them.
  /// Catches: a convolution in the wrong order; a certain event that is counted as free.
  @Test func poissonBinomial() {
    let events = [0.1, 1, 0.35, 0.5, 0.77, 0.02]
    var mass = [Double](repeating: 0, count: events.count + 1)
    for outcome in 0..<(1 << events.count) {
      var p = 1.0
      for (i, e) in events.enumerated() { p *= outcome >> i & 1 == 1 ? e : 1 - e }
      mass[outcome.nonzeroBitCount] += p
    }
    var law = PoissonBinomial(upTo: 6)
    for e in events { law.add(e) }
    for n in 0...6 {
      #expect(abs(law.at(n) - mass[n]) < 1e-15)
      #expect(abs(law.above(n) - mass[(n + 1)...].reduce(0, +)) < 1e-14)
    }
  }

  /// Newsvendor: with a bed three times as dear as a product the level is 3/4, and that day costs
  /// least among all days. Catches: Co/(Cu+Co); a booking that forgets the release.
  @Test func booking() throws {
    let law = try HarvestDayLaw(SlotExample.days)
    let level = try InfusionBooking.level(bed: 3, product: 1)
    #expect(level == 0.75)
    let days = InfusionDays(start: 20, law: law, qcDays: 1)
    let best = InfusionBooking(days, level: level, shelfLife: 1)
    func cost(_ day: Int) -> Double {
      let b = InfusionBooking(on: day, days)
      return 3 * b.bedIdle + b.productWaits
    }
    #expect((20...45).min { cost($0) < cost($1) } == best.day)
    #expect(abs(best.inTime - law.byDay(best.day - 21)) < 1e-12)
    #expect(abs((best.tooOld ?? 1) - law.byDay(best.day - 21 - 2)) < 1e-12)
    // Booked on day 31: ready by then means harvested by day 10 after the start.
    let b = InfusionBooking(on: 31, days)
    // P(K <= 10 | K >= 10) = 0.2529/0.4702 = 0.538, P(K <= 10 | K >= 11) = 0.
    #expect(abs(b.givenUp(days, hold: law.hold, keep: 0.5) - law.hold[11]) < 1e-12)
    #expect(abs(b.givenUp(days, hold: law.hold, keep: 0.6) - law.hold[10]) < 1e-12)
    let slow = try #require(law.given(notBefore: 12))
    let moved = best.revised(
      InfusionDays(start: 20, law: slow, qcDays: 1), level: level, keep: 0.5)
    #expect(moved.moved && moved.booking.day == 20 + slow.quantile(0.75) + 1)
  }
}

/// Plans against exact arithmetic, against a solver's optimum and against themselves.
@Suite("Slot plans")
struct SlotPlanTests {
  /// What Python's fractions say of recorded plans. Catches: any error in cost, load, hours or the
  /// law of the number in use, in the evaluator and in the audit.
  @Test(arguments: SlotRecord.all) func records(_ record: SlotRecord) throws {
    let problem = try SlotExample.problem(of: record)
    let plan = SlotPlan(record.starts, of: problem)
    let audit = SlotAudit(plan, of: problem)
    #expect(plan.cost == record.cost && audit.cost == record.cost)
    #expect(audit.breaches.isEmpty)
    #expect(abs((audit.days.map(\.inUse).max() ?? 0) - record.mostInUse) < 1e-9)
    #expect(abs((audit.days.map(\.over).max() ?? 0) - record.over) < 1e-9)
    let room = audit.days.map { $0.hoursThere - $0.hours }.min() ?? 0
    #expect(abs(room - record.leastRoom) < 1e-9)
    var load = SlotLoad(problem)
    for (patient, start) in zip(problem.patients, record.starts) {
      load.add(patient.law, at: start - load.firstDay)
    }
    #expect(load.worstDay() == nil)
  }

  /// The search is at least as good as the recorded plan, inside all limits, and repeats itself.
  /// Catches: a move that is not taken back; a draw that depends on anything but the seed.
  @Test(arguments: SlotRecord.all) func search(_ record: SlotRecord) throws {
    let problem = try SlotExample.problem(of: record)
    let effort = SlotPlan.Effort(seed: 7, work: 30_000)
    let plan = SlotPlan.best(of: problem, effort: effort)
    #expect(plan == SlotPlan.best(of: problem, effort: effort))
    let audit = SlotAudit(plan, of: problem)
    #expect(audit.breaches.isEmpty && audit.cost == plan.cost && plan.unplaced.isEmpty)
    let greedy = SlotPlan.greedy(problem)
    #expect(SlotAudit(greedy, of: problem).breaches.isEmpty && !greedy.isBetter(than: plan))
    #expect(Double(plan.cost) <= 1.1 * Double(record.cost))
    let bound = try #require(SlotBound(problem, towards: plan))
    #expect(bound.cost <= record.cost && bound.cost > 0)
  }

  /// A small problem solved by trying every plan. Catches: a search that misses an optimum by a
  /// wrong augmenting path; a bound above the optimum.
  @Test func everyPlan() throws {
    let law = try HarvestDayLaw([0, 0, 0.6, 0.4])
    let problem = try SlotProblem(
      patients: [
        .init(name: "a", release: 0, due: 3, weight: 1),
        .init(name: "b", release: 0, due: 3, weight: 3),
        .init(name: "c", release: 0, due: 4, weight: 2),
        .init(name: "d", release: 1, due: 4, weight: 5),
        .init(name: "e", release: 1, due: 6, weight: 1),
      ], laws: [law], devices: 2, weekHours: [8, 8, 8, 8, 8, 4, 4], startHours: 4,
      harvestHours: 3, window: 7)
    var least = Int.max
    for code in 0..<(8 * 8 * 8 * 8 * 8) {
      let starts: [Int?] = problem.patients.indices.map {
        problem.patients[$0].release + code >> (3 * $0) & 7
      }
      let plan = SlotPlan(starts, of: problem)
      if plan.cost < least, SlotAudit(plan, of: problem).breaches.isEmpty { least = plan.cost }
    }
    let plan = SlotPlan.best(of: problem, effort: .init(work: 20_000))
    #expect(plan.cost == least)
    let bound = try #require(SlotBound(problem, towards: plan))
    #expect(bound.cost <= least)
  }

  /// Nobody can be placed: said, not hidden. Catches: a plan over its limits that counts as good.
  @Test func impossible() throws {
    let law = try HarvestDayLaw([0, 0, 1])
    let problem = try SlotProblem(
      patients: (0..<4).map { .init(name: "\($0)", release: 0, due: 2, weight: 1) }, laws: [law],
      devices: 1, weekHours: [9, 9, 9, 9, 9, 9, 9], startHours: 4, harvestHours: 5, window: 5)
    let plan = SlotPlan.best(of: problem, effort: .init(work: 5000))
    #expect(plan.unplaced.count == 2 && SlotAudit(plan, of: problem).breaches.isEmpty)
  }

  /// Committed starts stay, also where they ask too much; nothing is added to those days.
  /// Catches: a re-plan that moves a patient inside the frozen horizon, or plans into the past.
  @Test func frozen() throws {
    var problem = try SlotExample.problem(of: SlotRecord.all[0])
    let before = SlotPlan.best(of: problem, effort: .init(work: 30_000))
    problem.price.move = 10
    let now = SlotRolling.replan(problem, told: before.starts, today: 5, frozen: 7)
    let after = SlotPlan.best(of: now, effort: .init(seed: 3, work: 30_000))
    for (old, new) in zip(before.starts, after.starts) {
      guard let old, let new else { continue }
      #expect(old < 12 ? new == old : new >= 5)
    }
    #expect(SlotAudit(after, of: now).breaches.isEmpty)
    // Moving a told start costs as much as ten days late: hardly any moves.
    #expect(zip(before.starts, after.starts).filter { $0 != $1 }.count <= 3)
    var crowded = problem
    crowded.devices = 8
    for index in 0..<20 { crowded.patients[index].committed = crowded.patients[index].release }
    let plan = SlotPlan.best(of: crowded, effort: .init(work: 20_000))
    let audit = SlotAudit(plan, of: crowded)
    #expect(audit.breaches.isEmpty && !audit.committedOver.isEmpty)
    #expect(SlotBound(crowded, towards: plan) == nil)
  }

  /// A rolling plan sees no patient before the notice and ends inside all limits.
  /// Catches: a policy that knows the future, or that commits past a limit.
  @Test func rolling() throws {
    let problem = try SlotExample.problem(of: SlotRecord.all[0])
    let rolled = SlotRolling(problem, policy: .init(), effort: .init(work: 6000))
    #expect(SlotAudit(rolled.plan, of: problem).breaches.isEmpty)
    #expect(rolled.plan.unplaced.isEmpty && rolled.plans >= 4)
    #expect(rolled.plan.cost >= SlotRecord.all[0].cost * 9 / 10)
  }

  /// Instruments: no two batches on one instrument unless the first is likely over.
  /// Catches: a batch put on a busy instrument while one was free.
  @Test func instruments() throws {
    let record = SlotRecord.all[2]
    let problem = try SlotExample.problem(of: record)
    let given = SlotInstruments(SlotPlan(record.starts, of: problem), of: problem)
    #expect(given.instrument.allSatisfy { $0 != nil && (0..<record.devices).contains($0 ?? -1) })
    #expect((given.free.min() ?? 0) > 0.5)
    #expect(given.free.prefix(10).allSatisfy { $0 == 1 })
  }
}

enum SlotExample {
  static let days = [
    0, 0, 0, 0, 0, 0, 0.004047014244347376, 0.04958919404128919, 0.18367368543167215,
    0.29251457189092633, 0.25291908356767234, 0.13964382702039743, 0.05526067941951243,
    0.017037729541702854, 0.004351006853351382, 0.0009632079891285111,
  ]
  static let slow = [0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.2, 0.3, 0.2, 0.2]

  static func problem(of record: SlotRecord) throws -> SlotProblem {
    try SlotProblem(
      patients: record.patients.map {
        .init(
          name: "P\($0[0])", release: $0[1], due: $0[2], weight: Double($0[3]), law: $0[4],
          committed: $0[5] >= 0 ? $0[5] : nil)
      },
      laws: [try HarvestDayLaw(days), try HarvestDayLaw(slow)], devices: record.devices,
      rule: record.alpha.map { .chance(alpha: $0) } ?? .meanLoad,
      weekHours: [24, 24, 24, 24, 24, 12, 12], startHours: 4, harvestHours: 5, window: 21)
  }
}
