import Dosing
import Quantities
import Testing

/// Samples between leukapheresis and infusion, and confirmations between sample and sheet.
@Suite struct BagTimeTests {
  /// Leukapheresis on 2026-11-10, weighed that day; samples on 2026-11-22 at 08:00.
  private func request(_ change: (inout DoseRequest) throws -> Void) throws -> DoseRequest {
    var request = try BagCases.complete()
    request.product.weightReference = .leukapheresis
    request.product.countedFrom = .harvest
    request.product.presentation.form = .fresh
    request.weight?.reference = .leukapheresis
    request.weight?.date = try BagCases.day("2026-11-10")
    request.weight?.referenceDate = try BagCases.day("2026-11-10")
    try sample(&request, "2026-11-22 08:00 +08:00")
    try change(&request)
    return request
  }

  private func sample(
    _ request: inout DoseRequest, _ time: String, _ point: SamplePoint = .harvest
  ) throws {
    let taken = try BagCases.time(time)
    request.supplies[0].certificate?.densityTaken = taken
    request.supplies[0].certificate?.densitySample = point
    request.supplies[0].certificate?.percentages?[0].taken = taken
    request.supplies[0].certificate?.percentages?[0].sample = point
  }

  private func codes(_ change: (inout DoseRequest) throws -> Void) throws -> [Hold.Code] {
    try BagCases.holds(request(change))
  }

  /// Would catch a sample older than the leukapheresis, which belongs to another product, and a
  /// product that is harvested on the day on which the cells were collected.
  @Test func leukapheresis() throws {
    #expect(try codes { _ in } == [])
    for (time, point, isHeld) in [
      ("2026-11-09 23:00 +08:00", SamplePoint.harvest, true),
      ("2025-11-22 08:00 +08:00", .harvest, true), ("2026-11-10 20:00 +08:00", .harvest, true),
      ("2026-11-10 20:00 +08:00", .finalFormulation, true),
      ("2026-11-10 20:00 +08:00", .inProcess, false), ("2026-11-09 20:00 +08:00", .inProcess, true),
      ("2026-11-11 01:00 +08:00", .harvest, false),
    ] {
      let held = try codes {
        $0.product.countedFrom = point
        try sample(&$0, time, point)
      }
      #expect(held == (isHeld ? [.sampleDate] : []), "\(time) \(point)")
    }
    let hold = try #require(
      DoseCalculation(request { try sample(&$0, "2026-10-01 08:00 +08:00") }).holds.first
    ).hold
    #expect(hold.field == "densityTaken" && hold.value == "C-1; 2026-10-01; 2026-11-10")
    // A donor's cells come from another leukapheresis.
    let donor = try codes {
      $0.product.cellSource = .donor
      try sample(&$0, "2026-10-01 08:00 +08:00")
    }
    #expect(donor == [])
  }

  /// Would catch a sample after the infusion, and an old one, where the weight stands for the
  /// leukapheresis; and a day of infusion that contradicts the weight's.
  @Test func infusion() throws {
    func at(_ time: String) throws -> [Hold.Code] {
      try codes { $0.infusion = try BagCases.time(time) }
    }
    #expect(try at("2026-11-22 08:00 +08:00") == [])
    #expect(try at("2026-11-22 07:59 +08:00") == [.sampleDate])
    // The same instant on another clock.
    #expect(try at("2026-11-22 00:00 +00:00") == [])
    #expect(try at("2026-11-25 23:00 +08:00") == [])
    #expect(try at("2026-11-26 01:00 +08:00") == [.sampleDate])
    var other = try BagCases.complete()
    other.infusion = try BagCases.time("2026-11-22 10:00 +08:00")
    #expect(try BagCases.holds(other) == [])
    other.infusion = try BagCases.time("2026-11-23 10:00 +08:00")
    #expect(BagCases.refusal(other)?.code == .ambiguous)
    #expect(BagCases.refusal(other)?.field == "infusion")
  }

  /// Would catch a limit after the sample that is not asked for, or not held; 24 h is its edge, from
  /// the first of the samples.
  @Test func afterSample() throws {
    func codes(_ time: String?, _ change: (inout DoseRequest) throws -> Void = { _ in }) throws
      -> [Hold.Code]
    {
      try self.codes {
        $0.product.timing.afterSample = try TimeSpan(Rational(24), .hours)
        $0.infusion = try time.map { try BagCases.time($0) }
        try change(&$0)
      }
    }
    let missing = try request { $0.product.timing.afterSample = try TimeSpan(Rational(24), .hours) }
    let refusal = try #require(BagCases.refusal(missing))
    #expect(refusal.code == .missing && refusal.field == "infusion")
    #expect(refusal.cause.contains("24 h"))
    #expect(try codes("2026-11-23 08:00 +08:00") == [])
    #expect(try codes("2026-11-23 08:01 +08:00") == [.sampleAge])
    #expect(try codes("2026-11-23 01:00 +00:00") == [.sampleAge])
    let flow = try codes("2026-11-23 08:00 +08:00") {
      $0.supplies[0].certificate?.percentages?[0].taken = try BagCases.time(
        "2026-11-22 07:00 +08:00")
    }
    #expect(flow == [.sampleAge])
    // Without a bag there is no sample.
    var window = missing
    window.supplies = []
    #expect(BagCases.refusal(window) == nil)
    let lines = try DoseCalculation(
      request {
        $0.product.timing.afterSample = try TimeSpan(Rational(24), .hours)
        $0.infusion = try BagCases.time("2026-11-22 14:00 +08:00")
      }
    ).infusionLines
    #expect(lines.contains("Time limit after the sample: 24 h, until 2026-11-23 08:00 +08:00."))
    #expect(lines.contains("Infusion planned: 2026-11-22 14:00 +08:00."))
  }

  /// 48 h is the edge, both ways and at one sample point. Would catch a density of one week times a
  /// flow cytometry of another.
  @Test func apart() throws {
    func codes(_ time: String, _ point: SamplePoint = .harvest) throws -> [Hold.Code] {
      try self.codes {
        $0.supplies[0].certificate?.percentages?[0].taken = try BagCases.time(time)
        $0.supplies[0].certificate?.percentages?[0].sample = point
      }
    }
    #expect(try codes("2026-11-20 08:00 +08:00") == [])
    #expect(try codes("2026-11-20 07:59 +08:00") == [.sampleApart])
    #expect(try codes("2026-11-24 08:01 +08:00") == [.sampleApart])
    #expect(try codes("2026-11-15 08:00 +08:00", .inProcess) == [.sampleMixed])
  }

  /// Would catch a confirmation of next year.
  @Test func future() throws {
    var request = try BagCases.complete()
    request.weight?.isMeasured = false
    request.confirmations = [
      Dosing.Confirmation(
        .weightNotMeasured, field: "weight.measured", value: "70 kg", name: "A", role: .nurse,
        time: try BagCases.time("2026-11-22 09:10 +08:00"))
    ]
    #expect(try DoseCalculation(request).verdict == .forTwoSignatures)
    request.asOf = try BagCases.time("2026-11-22 01:10 +00:00")
    #expect(try DoseCalculation(request).verdict == .forTwoSignatures)
    request.asOf = try BagCases.time("2026-11-22 01:09 +00:00")
    let calculation = try DoseCalculation(request)
    #expect(calculation.verdict != .forTwoSignatures)
    #expect(
      calculation.objection(to: request.confirmations[0])
        == "Not accepted: it is dated after this sheet.")
  }
}
