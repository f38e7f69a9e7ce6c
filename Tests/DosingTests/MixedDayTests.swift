import Dosing
import DosingCheck
import Quantities
import Testing

/// A day whose cells come from two bags: each bag has its own certificate, the day adds up.
@Suite struct MixedDayTests {
  /// Up to 20 % blasts 100e6 cells on day 1, then 300e6 and 10e6 cells from two bags on day 10.
  static func product() throws -> Product {
    let edge = try BagCases.percent("20")
    let split = try BlastSplit(
      sample: "marrow",
      regimens: [
        BlastSplit.Regimen(
          upper: BlastSplit.Edge(edge, inclusive: true),
          portions: [
            BlastSplit.Portion(cells: CellCount(100_000_000), day: 1),
            BlastSplit.Portion(
              cells: CellCount(310_000_000),
              bags: [
                BlastSplit.Bag(cells: CellCount(300_000_000), name: "red"),
                BlastSplit.Bag(cells: CellCount(10_000_000), name: "blue"),
              ], day: 10),
          ], state: .read),
        BlastSplit.Regimen(
          lower: BlastSplit.Edge(edge, inclusive: false), portions: [], state: .unverified),
      ])
    return try BagCases.flat(nil, 410_000_000, course: .split(split))
  }

  /// 20 kg; counted cells per mL 10e6, 20e6 and 5e6, so that 10, 15 and 2 mL are infused.
  static func request() throws -> DoseRequest {
    var request = DoseRequest(
      product: try product(), weight: try BagCases.weight("20"), planned: .target)
    request.blasts = try BagCases.percent("15")
    for (number, density) in [("C-1", "20e6"), ("C-2", "40e6"), ("C-3", "10e6")] {
      var certificate = try BagCases.certificate(density, car: "50", volume: "20")
      certificate.number = number
      request.supplies.append(try BagCases.supply(certificate))
    }
    request.results = try BagCases.results()
    request.results?.dmso = try MilligramsPerMilliliter(BagCases.number("50"))
    return request
  }

  /// By hand: day 10 brings 15 + 2 = 17 mL, 17 / 20 = 0.85 mL/kg, 17 x 50 / 1000 / 20 = 0.0425 g/kg,
  /// 17 x 0.5 / 20 = 0.425 EU/kg; one container an hour 15 x 0.5 / 20 = 0.375 EU/kg. Would catch one
  /// certificate for the whole day, a bag counted as a day of its own, and all days taken together.
  @Test func safetyAddsUpByDay() throws {
    var request = try Self.request()
    let calculation = try DoseCalculation(request)
    try requireAgreement(of: calculation.figures, with: request.sheet)
    let drawn = calculation.portions.map { $0.drawn?.volume.description }
    #expect(drawn == ["10 mL", "15 mL", "2 mL"])
    #expect(
      calculation.portions.map(\.portion.name) == ["day 1", "day 10, red", "day 10, blue"])
    #expect(calculation.portions.map(\.portion.day) == [1, 10, 10])
    #expect(calculation.dose?.cells == 410_000_000)
    let safety = try #require(calculation.safety)
    #expect(safety.volumePerKilogram == (try BagCases.number("0.85")))
    #expect(safety.dmsoPerKilogram == (try BagCases.number("0.0425")))
    #expect(safety.endotoxinPerKilogram == (try BagCases.number("0.425")))
    request.results?.containersPerHour = 1
    let hourly = try DoseCalculation(request)
    try requireAgreement(of: hourly.figures, with: request.sheet)
    #expect(hourly.safety?.endotoxinPerKilogram == (try BagCases.number("0.375")))
    #expect(hourly.safety?.volumePerKilogram == (try BagCases.number("0.85")))
    // The worst day need not be the last: thin the first bag.
    request.supplies[0].certificate = try BagCases.certificate("10e6", car: "50", volume: "30")
    let first = try DoseCalculation(request)
    try requireAgreement(of: first.figures, with: request.sheet)
    #expect(first.safety?.dayVolume == Rational(20))
  }

  /// Would catch the same figures with the days passed over by one of the two calculations.
  @Test func daysAreCompared() throws {
    let request = try Self.request()
    let figures = try DoseCalculation(request).figures
    var sheet = request.sheet
    guard case .split(var regimens) = sheet.course else {
      Issue.record("no split")
      return
    }
    regimens[0].days = [0, 1, 2]
    sheet.course = .split(regimens)
    #expect(throws: Disagreement.self) { try requireAgreement(of: figures, with: sheet) }
    regimens[0].days = [2, 1, 1]
    sheet.course = .split(regimens)
    #expect(throws: CheckFault.self) { try recalculate(sheet) }
  }

  /// Would catch two certificates for three bags, a bag's own density taken from its neighbour, and
  /// bags that do not sum to their day.
  @Test func eachBagHasItsCertificate() throws {
    var request = try Self.request()
    request.supplies.removeLast()
    #expect(BagCases.refusal(request)?.field == "supplies")
    request = try Self.request()
    request.supplies[2].certificate?.viableDensity = nil
    #expect(BagCases.refusal(request)?.field == "supplies[2].viableDensity")
    request = try Self.request()
    request.supplies[2].certificate = try BagCases.certificate("1e6", car: "50", volume: "30")
    let thin = try DoseCalculation(request)
    #expect(thin.portions.map { $0.drawn?.volume.description } == ["10 mL", "15 mL", "20 mL"])
    let portion = try BlastSplit.Portion(
      cells: CellCount(310), bags: [BlastSplit.Bag(cells: CellCount(300))], day: 1)
    #expect(throws: RuleFault.self) {
      _ = try BagCases.flat(
        nil, 310,
        course: .split(
          BlastSplit(
            sample: "marrow",
            regimens: [BlastSplit.Regimen(portions: [portion], state: .read)])))
    }
  }
}
