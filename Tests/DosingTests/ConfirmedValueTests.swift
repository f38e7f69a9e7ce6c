import Dosing
import Quantities
import Testing

/// A confirmation stands for a value, and for no other.
@Suite struct ConfirmedValueTests {
  /// The first hold of a request, and whether a confirmation of it still settles after a change.
  private func survives(
    _ code: Hold.Code, _ doubt: (inout DoseRequest) throws -> Void,
    _ change: (inout DoseRequest) throws -> Void
  ) throws -> (before: Bool, after: Bool) {
    var request = try BagCases.complete()
    try doubt(&request)
    let hold = try #require(
      try DoseCalculation(request).holds.map(\.hold).first { $0.code == code })
    request.confirmations = [
      Dosing.Confirmation(
        hold.code, field: hold.field, value: hold.value, name: "B. Lee", role: hold.role)
    ]
    func isSettled() throws -> Bool {
      try DoseCalculation(request).holds.contains { $0.hold.code == code && !$0.isOpen }
    }
    let before = try isSettled()
    try change(&request)
    return (before, try isSettled())
  }

  /// Would catch a hold whose confirmation goes on to settle it for another value: a weight that is
  /// corrected after the nurse signed, another day, sample, density, percentage, age or dose.
  @Test func anotherValueIsHeldAgain() throws {
    func weight(_ kilograms: String) -> (inout DoseRequest) throws -> Void {
      { $0.weight?.mass = try BagCases.mass(kilograms) }
    }
    func alone(_ request: inout DoseRequest) { request.weight?.earlier = nil }
    func guessed(_ request: inout DoseRequest) { request.weight?.isMeasured = false }
    func drifted(_ request: inout DoseRequest) throws {
      request.weight?.earlier = try BagCases.mass("60")
    }
    func stale(_ request: inout DoseRequest) throws {
      request.weight?.date = try BagCases.day("2026-11-01")
    }
    func small(_ digits: String) -> (inout DoseRequest) throws -> Void {
      { $0.results?.carPositive = try BagCases.percent(digits) }
    }
    func stated(_ cells: Int) -> (inout DoseRequest) throws -> Void {
      { $0.supplies[0].certificate?.statedCells = try CellCount(cells) }
    }
    func aged(_ years: String) -> (inout DoseRequest) throws -> Void {
      {
        $0.product.ages = Product.Ages(low: .init(Rational(18), inclusive: true), high: nil)
        $0.age = try BagCases.number(years)
      }
    }
    let cases:
      [(Hold.Code, (inout DoseRequest) throws -> Void, (inout DoseRequest) throws -> Void)] = [
        (.weightAlone, alone, weight("71")), (.weightNotMeasured, guessed, weight("70.1")),
        (.weightDrift, drifted, weight("69")),
        (.weightStale, stale, { $0.weight?.date = try BagCases.day("2026-11-02") }),
        (.percentageSmall, small("1.5"), small("1.4")),
        (.densityMismatch, stated(100_000_000), stated(110_000_000)),
        (.ageOutside, aged("17"), aged("16.5")),
      ]
    for (code, doubt, change) in cases {
      let (before, after) = try survives(code, doubt, change)
      #expect(before && !after, "\(code)")
      // What is not doubted may change.
      let (_, other) = try survives(code, doubt) {
        $0.supplies[0].overfill = try BagCases.volume("0.1")
      }
      #expect(other, "\(code)")
    }
  }

  /// Would catch numbers compared as text, units that are passed over, and values run together.
  @Test func valuesAreComparedByWorth() throws {
    var request = try BagCases.complete("31.2")
    request.weight?.isMeasured = false
    func settles(_ value: String) throws -> Bool {
      request.confirmations = [
        Dosing.Confirmation(
          .weightNotMeasured, field: "weight.measured", value: value, name: "B. Lee", role: .nurse)
      ]
      return try DoseCalculation(request).verdict == .forTwoSignatures
    }
    for value in ["31.2 kg", " 31.20  kg ", "3.12e1 kg"] { #expect(try settles(value)) }
    for value in [
      "31.2", "31,2 kg", "31.2kg", "31.2 lb", "312 kg", "31.2 kg; 30 kg", "", "kg 31.2",
    ] {
      #expect(try !settles(value), "\(value)")
    }
  }
}
