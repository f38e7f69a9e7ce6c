import Dosing
import Quantities
import Testing

/// What a request is asked back about: all that is missing, ages, days, blasts, doses of no upper end.
@Suite struct OpenRequestTests {
  /// Would catch a refusal that names the first missing field alone, or one that is not missing.
  @Test func allMissingFieldsAreNamed() throws {
    var request = try BagCases.complete()
    request.weight?.isMeasured = nil
    request.weight?.referenceDate = nil
    request.planned = nil
    request.supplies[0].certificate?.densityMethod = nil
    request.supplies[0].certificate?.percentages?[0].taken = nil
    request.supplies[0].certificate?.volume = nil
    request.supplies[0].overfill = nil
    request.results?.copies = try BagCases.number("1.2")
    let refusal = try #require(BagCases.refusal(request))
    #expect(refusal.code == .missing && refusal.field == "weight.measured")
    #expect(
      refusal.alsoMissing.map(\.field) == [
        "weight.referenceDate", "planned", "densityMethod", "percentages[0].taken", "volume",
        "overfill", "results.copiesCarShare",
      ])
    #expect(
      refusal.description.contains("Also missing: ") && refusal.description.contains("(volume)"))
    // One at a time, filling in what is named ends in an answer.
    request = try BagCases.complete()
    request.supplies[0].resolution = nil
    let one = try #require(BagCases.refusal(request))
    #expect(one.field == "resolution" && one.alsoMissing.isEmpty)
    request.weight = nil
    #expect(BagCases.refusal(request)?.alsoMissing.count == 5)
    // A refusal for another reason lists nothing.
    request = try BagCases.complete("1")
    request.supplies[0].resolution = nil
    #expect(BagCases.refusal(request)?.alsoMissing == [])
  }

  /// Would catch ages that are printed and not compared, and an end whose flag is passed over.
  @Test func ages() throws {
    var request = try BagCases.complete()
    request.product.ages = Product.Ages(
      low: .init(Rational(3), inclusive: true), high: .init(Rational(18), inclusive: false))
    for (age, isHeld) in [("2.999", true), ("3", false), ("17.999", false), ("18", true)] {
      request.age = try BagCases.number(age)
      #expect(try BagCases.holds(request).contains(.ageOutside) == isHeld, "\(age)")
    }
    request.age = nil
    #expect(try BagCases.holds(request) == [])
    request.product.ages = nil
    request.age = Rational(30)
    #expect(try BagCases.holds(request) == [])
  }

  /// Would catch a protocol's day of weighing that gives way to our seven days, in both directions.
  @Test func statedDaysOfWeighing() throws {
    var request = try BagCases.complete()
    // Weighed on the 18th for the 22nd.
    for (within, isHeld) in [(3, true), (4, false), (nil, false)] {
      request.product.weightWithin = within
      #expect(try BagCases.holds(request) == (isHeld ? [.weightStale] : []))
    }
    request.weight?.date = try BagCases.day("2026-11-10")
    for (within, isHeld) in [(nil, true), (11, true), (12, false)] as [(Int?, Bool)] {
      request.product.weightWithin = within
      #expect(try BagCases.holds(request) == (isHeld ? [.weightStale] : []))
    }
  }

  /// Would catch blasts of another product's request that nobody looks at.
  @Test func needlessBlasts() throws {
    var request = try BagCases.complete()
    request.blasts = try BagCases.percent("15")
    #expect(BagCases.refusal(request)?.field == "blasts")
    #expect(BagCases.refusal(request)?.code == .badValue)
  }

  /// Would catch a minimum-only rule under which no number is too large to be doubted.
  @Test func perKilogramWithoutGreatest() throws {
    let band = try WeightBand(minimum: .perKilogram(CellsPerKilogram(Rational(5_000_000))))
    let product = try BagCases.product(DoseRule(.perKilogramMinimum, bands: [band]))
    func holds(_ weight: String, _ cells: Int) throws -> [Hold.Code] {
      try BagCases.holds(
        DoseRequest(
          product: product, weight: BagCases.weight(weight), planned: .amount(CellCount(cells))))
    }
    // 60 kg: at least 3e8 cells; 3e9 is tenfold, 1.8e10 was multiplied by the weight twice.
    #expect(try holds("60", 300_000_000) == [] && holds("60", 2_999_999_999) == [])
    #expect(try holds("60", 3_000_000_000) == [.plannedPerKilogram])
    #expect(try holds("60", 18_000_000_000) == [.plannedPerKilogram])
    // 4 kg: at least 2e7; the weight once too often is 8e7.
    #expect(try holds("4", 79_999_999) == [] && holds("4", 80_000_000) == [.plannedPerKilogram])
  }

  /// 14.2e6 x 68 = 965.6e6 cells. Would catch stated cells that are compared and not shown, and a
  /// disagreement that reads as an agreement.
  @Test func statedCellsAreShown() throws {
    var request = try BagCases.complete()
    func line() throws -> HandStep? {
      try DoseCalculation(request).steps.first { $0.name == "Stated cells" }
    }
    #expect(try line()?.result == "965,600,000 cells stated, 0 % off: agrees")
    #expect(
      try line()?.working == "14,200,000 viable cells/mL x 68 mL = 965,600,000 cells")
    request.supplies[0].certificate?.statedCells = try CellCount(900_000_000)
    #expect(try line()?.result == "900,000,000 cells stated, about 7.29 % off: DOES NOT AGREE")
    request.supplies[0].certificate?.statedCells = nil
    #expect(try line()?.result == "the certificate states none")
  }
}
