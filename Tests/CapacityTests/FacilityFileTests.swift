import Capacity
import Quantities
import RunFiles
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The shipped facilities and what the reader makes of them.
@Suite("Facility files")
struct FacilityFileTests {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
  static let shipped = ["fac1", "hospital_one_prodigy", "plant_1000", "regional_250"]

  static func path(_ name: String) -> String { "\(root)/data/facilities/\(name).yaml" }

  static func facility(_ name: String, _ settings: [String] = []) throws -> Facility {
    try FacilityFile.read(
      path(name), settings: settings.compactMap { FacilityFile.Setting(parsing: $0) }
    ).facility
  }

  static func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All four are read, all are stable, and what is assumed is listed with its place. Catches: a
  /// shipped plan that cannot work, an assumed number that is not reported.
  @Test(arguments: shipped) func isSound(_ name: String) throws {
    let facility = try Self.facility(name)
    let plan = PlanArithmetic(facility)
    #expect(facility.name == name)
    #expect(plan.isStable, "\(plan.overloaded.map(\.name))")
    let text = try #require(Self.text(name))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !($0.drop { $0 == " " }.hasPrefix("#"))
    }
    let marked = lines.reduce(0) {
      $0 + $1.split(separator: " assumed", omittingEmptySubsequences: false).count - 1
    }
    #expect(facility.assumptions.count == marked)
    #expect(facility.assumptions.allSatisfy { $0.place.line > 0 && !$0.value.isEmpty })
  }

  /// Values, units and remarks of one file. Catches: hours read as days, a percentage as a number.
  @Test func values() throws {
    let facility = try Self.facility("regional_250")
    let prodigy = facility.instruments[0]
    #expect(prodigy.cleanDown == 0.5 && prodigy.outage == .init(every: 120, lasts: 3))
    let product = facility.products[1]
    #expect(product.culture == .lognormal(mean: 9.5, cv: 0.15))
    #expect(product.quality?.release == .full && product.quality?.incubation == .fixed(7))
    #expect(abs(product.failure.lost - 0.15) < 1e-12 && product.failure.attempts == 2)
    #expect(facility.diseases[1].failureFactor == 3.44)
    let note = facility.sources.first { $0.path == "diseases.MCL.failure" }
    #expect(note?.note == "UK panel; 14.43 % against 4.20 %" && note?.place.line ?? 0 > 0)
    #expect(facility.arrivals[0].diseases.map(\.share) == [0.75, 0.1, 0.15])
  }

  /// Values put in place of the written ones. Catches: a setting of a wrong path taken silently.
  @Test func settings() throws {
    let changed = try Self.facility(
      "fac1", ["instruments.prodigy=24", "products.car-t.culture=empirical 8 d 20 %, 9 d 80 %"])
    #expect(changed.instruments[0].count == 24)
    #expect(changed.products[0].culture == .empirical(values: [8, 9], weights: [0.2, 0.8]))
    let closed = try Self.facility("fac1", ["calendars.every day.open=[Mon, Tue]"])
    #expect(closed.calendars[0].days == [.monday, .tuesday])
    for wrong in ["instruments.prodigi=24", "instruments=3", "teams.manufacturing.skils=3"] {
      #expect(throws: InputRefused.self) { try Self.facility("fac1", [wrong]) }
    }
    #expect(FacilityFile.Setting(parsing: "instruments.prodigy") == nil)
    #expect(FacilityFile.Setting(parsing: "a..b=3") == nil)
  }
}
