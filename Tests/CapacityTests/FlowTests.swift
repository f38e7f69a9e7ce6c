import RunFiles
import Testing

@testable import Capacity

/// What becomes of patients, against every branch followed in Python.
@Suite("Flow of batches")
struct FlowTests {
  /// started, collections, starts, ended, harvests, tests, released, infused, lost a year.
  static let expected: [(file: String, stream: String, values: [Double])] = [
    (
      "fac1", "patients",
      [1000, 1000, 1052.631579, 0, 1052.631579, 1052.631579, 1000, 1000, 0]
    ),
    (
      "hospital_one_prodigy", "own patients",
      [19.2, 19.32081, 19.64297, 0.325084, 19.317885, 18.893744, 18.749475, 18.32483, 0.308422]
    ),
    (
      "regional_250", "city",
      [
        116.292, 117.186073, 119.570269, 2.586416, 116.983853, 114.196637, 112.639436, 110.421916,
        2.349239,
      ]
    ),
    (
      "plant_1000", "cd19 capital",
      [
        368.6, 370.698161, 380.139888, 8.041683, 372.098205, 363.437236, 358.599765, 348.143325,
        5.950703,
      ]
    ),
    (
      "plant_1000", "bcma abroad",
      [
        131.6, 132.172998, 134.751489, 1.473574, 133.277914, 131.099111, 128.966462, 120.490405,
        1.340102,
      ]
    ),
  ]

  /// Catches: the factor of a disease on the sum of chances, a third attempt where two are allowed,
  /// what was ended in culture infused.
  @Test func branches() throws {
    for (file, stream, values) in Self.expected {
      let facility = try FacilityFileTests.facility(file)
      let flow = try #require(facility.flows.first { $0.arrivals.name == stream })
      let found = [
        flow.started, flow.collections, flow.starts, flow.ended, flow.harvests, flow.tests,
        flow.released, flow.infused, flow.lost,
      ].map { $0 * 365 }
      #expect(
        zip(found, values).allSatisfy { abs($0 - $1) < 2e-6 * max(1, $1) }, "\(file) \(found)")
    }
  }

  /// The plant starts more than a thousand batches a year. Catches: a shipped file that is smaller
  /// than its name.
  @Test func plant() throws {
    let flows = try FacilityFileTests.facility("plant_1000").flows
    #expect(flows.reduce(0) { $0 + $1.starts } * 365 > 1000)
  }
}
