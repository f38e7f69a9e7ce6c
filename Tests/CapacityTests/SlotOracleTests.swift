import Capacity
import Quantities
import RunFiles
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The instances beside the project, read from their own files and planned to known costs.
@Suite(
  "Slot oracles", .enabled(if: SlotOracle.isThere, "../shared/oracles/capacity is not there"))
struct SlotOracleTests {
  /// 191 is the optimum, proven by HiGHS. Catches: a rule, a window or a rounding that is not the
  /// model's (the greedy costs are those of the reference), a search that stops short.
  @Test func sixtyPatients() throws {
    let problem = try SlotOracle.problem("slots_P60_s1.csv", devices: 32)
    #expect(SlotPlan.greedy(problem).cost == 238)
    let plan = SlotPlan.best(of: problem, effort: .init(work: 90_000))
    #expect(plan.cost == 191)
    let audit = SlotAudit(plan, of: problem)
    #expect(audit.breaches.isEmpty && audit.cost == 191)
    let bound = try #require(SlotBound(problem, towards: plan))
    #expect((150...191).contains(bound.cost))
  }

  #if !DEBUG
    /// No worse than the best plans known before. Too slow without optimisation.
    @Test func manyPatients() throws {
      for (devices, greedy, known) in [(32, 8826, 5258), (34, 3052, 1930)] {
        let problem = try SlotOracle.problem("slots_P250_s1.csv", devices: devices)
        #expect(SlotPlan.greedy(problem).cost == greedy)
        let plan = SlotPlan.best(of: problem)
        #expect(plan.cost <= known && plan.unplaced.isEmpty)
        let audit = SlotAudit(plan, of: problem)
        #expect(audit.breaches.isEmpty && audit.cost == plan.cost)
      }
    }
  #endif
}

enum SlotOracle {
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/") + "/shared/oracles/capacity"
  }()

  static var isThere: Bool {
    FileManager.default.fileExists(atPath: folder + "/slots_model.json")
  }

  static func problem(_ file: String, devices: Int) throws -> SlotProblem {
    let model = try SlotModelFile.read(folder + "/slots_model.json")
    let patients = try SlotPatientsFile.read(
      folder + "/" + file, laws: model.laws.map(\.name))
    return try model.problem(
      patients: patients.patients, devices: devices, rule: .meanLoad, monday: 0)
  }
}
