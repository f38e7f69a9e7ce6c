import Capacity
import Quantities
import RunFiles
import Testing

/// The shipped facilities and what the reader makes of them.
@Suite("Facility files")
struct FacilityFileTests {
  static let shipped = ["fac1", "hospital_one_prodigy", "plant_1000", "regional_250"]

  static func facility(_ name: String, _ settings: [String] = []) throws -> Facility {
    try FacilityFile.read(
      folder + name + ".yaml", settings: settings.compactMap { FacilityFile.Setting(parsing: $0) }
    ).facility
  }

  static let folder = String(#filePath.prefix(upTo: #filePath.range(of: "Tests/CapacityTests")))
    + "data/facilities/"

  @Test(arguments: shipped) func reads(_ name: String) throws {
    let facility = try Self.facility(name)
    let plan = PlanArithmetic(facility)
    print(name, facility.assumptions.count, facility.sources.count, plan.greatestVolume)
    for r in plan.resources { print("  ", r.kind, r.name, r.count, r.demand, r.capacity, r.hold, r.utilisation, r.wait, r.calendarWait, r.leastStable as Any, plan.least(r, wait: 2) as Any, plan.least(r, wait: 0.1) as Any) }
    for p in facility.products { print("  ", plan.lead(of: p).map { "\($0.name) \($0.days)" }, plan.lead(of: p).reduce(0) { $0 + $1.days }) }
    #expect(facility.name == name)
  }
}

extension String {
  fileprivate func range(of word: String) -> String.Index {
    var at = startIndex
    while at < endIndex, !self[at...].hasPrefix(word) { at = index(after: at) }
    return at
  }
}
