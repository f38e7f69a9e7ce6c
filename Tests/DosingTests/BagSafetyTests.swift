import Dosing
import DosingCheck
import Quantities
import Testing

/// What the infusion brings with it, how it stands to limits, and how sure the dose is. Literals
/// from Records/worked.py.
@Suite struct BagSafetyTests {
  /// So much of a product of 1e6 counted cells/mL, in bags of at most 50 mL.
  private func infusion(_ milliliters: Int, kilograms: String) throws -> DoseRequest {
    var request = DoseRequest(
      product: try BagCases.flat(nil, milliliters * 1_000_000),
      weight: try BagCases.weight(kilograms), planned: .target)
    var supply = try BagCases.supply(
      BagCases.certificate("10e6", car: "10", volume: "\(milliliters)"))
    supply.containers = .sizes([try BagCases.volume("10")...BagCases.volume("50")], most: 3)
    request.supplies = [supply]
    request.results = try BagCases.results()
    return request
  }

  private func outcome(
    _ request: DoseRequest, _ item: LimitOutcome.Item
  ) throws -> LimitOutcome {
    try #require(try DoseCalculation(request).limits.first { $0.item == item })
  }

  /// The infants: 82.5 mg/mL (7.5 % v/v x 1.1 g/mL), 5.8 kg with one bag of 50 mL, 10.4 kg with
  /// three. Would catch per cent by mass, mL for g, one bag counted for three.
  @Test func dmso() throws {
    var small = try infusion(50, kilograms: "5.8")
    small.product.presentation.dmso = .percentByVolume(try BagCases.number("7.5"))
    small.safetyLimits.dmso = SafetyLimits.Limit(.one, source: "the hospital")
    #expect(
      try DoseCalculation(small).safety?.dmsoPerKilogram == (try BagCases.number("165/232")))
    #expect(try outcome(small, .dmso).state == .inside)
    var large = try infusion(150, kilograms: "10.4")
    large.product.presentation.dmso = small.product.presentation.dmso
    #expect(
      try DoseCalculation(large).safety?.dmsoPerKilogram == (try BagCases.number("495/416")))
    #expect(try outcome(large, .dmso).state == .notSet)
    large.safetyLimits.dmso = SafetyLimits.Limit(.one, source: "the hospital")
    #expect(try outcome(large, .dmso).state == .outside)
    #expect(try DoseCalculation(large).verdict.code == "out of specification")
    // 68 mL with 3.4 mL of DMSO: 0.0935 g/kg at 40 kg; the certificate goes before the record.
    var adult = try infusion(68, kilograms: "40")
    adult.product.presentation.dmso = .percentByVolume(try BagCases.number("7.5"))
    adult.results?.dmso = try MilligramsPerMilliliter(Rational(55))
    #expect(
      try DoseCalculation(adult).safety?.dmsoPerKilogram == (try BagCases.number("0.0935")))
  }

  /// 50 mL of 3.5 EU/mL at 10.4 kg: 16.8 EU/kg against K = 5; 1.04 EU/mL is just inside.
  /// Would catch EU/mL compared with EU/kg, a volume without the weight, bags not added up.
  @Test func endotoxin() throws {
    var request = try infusion(50, kilograms: "10.4")
    request.results?.endotoxin = try EndotoxinPerMilliliter(BagCases.number("3.5"))
    let high = try outcome(request, .endotoxinPerKilogram)
    #expect(high.value == (try BagCases.number("875/52")) && high.state == .outside)
    #expect(high.source == "USP <85>, K = 5 USP-EU/kg in a single hour")
    request.results?.endotoxin = try EndotoxinPerMilliliter(BagCases.number("1.04"))
    #expect(try outcome(request, .endotoxinPerKilogram).state == .inside)
    request.results?.endotoxin = try EndotoxinPerMilliliter(BagCases.number("1.0401"))
    #expect(try outcome(request, .endotoxinPerKilogram).state == .outside)
    // Three bags of 50 mL: all in one hour, two, one.
    var bags = try infusion(150, kilograms: "10")
    for (perHour, wanted) in [(nil, "7.5"), (2, "5"), (1, "2.5"), (9, "7.5")] as [(Int?, String)] {
      bags.results?.containersPerHour = perHour
      let value = try DoseCalculation(bags).safety?.endotoxinPerKilogram
      #expect(value == (try BagCases.number(wanted)))
    }
    bags.results?.containersPerHour = 0
    #expect(BagCases.refusal(bags)?.field == "results.containersPerHour")
  }

  /// Fractions are on days of their own, components on one. Would catch the sum for both.
  @Test func days() throws {
    let shares = try ["0.1", "0.3", "0.6"].map { try BagCases.number($0) }
    var request = DoseRequest(
      product: try BagCases.flat(
        nil, 50_000_000, course: .fractions(shares.map { DoseFraction(share: $0) })),
      weight: try BagCases.weight("10"), planned: .target)
    request.supplies = [
      try BagCases.supply(BagCases.certificate("10e6", car: "10", volume: "50"))
    ]
    request.results = try BagCases.results()
    #expect(try DoseCalculation(request).safety?.volumePerKilogram == Rational(3))
    request.product = try BagCases.flat(
      nil, 50_000_000,
      course: .components(
        shares.map { DoseComponent(name: "c\($0)", share: $0) }))
    request.supplies = Array(repeating: request.supplies[0], count: 3)
    #expect(try DoseCalculation(request).safety?.volumePerKilogram == Rational(5))
    request.safetyLimits.volume = SafetyLimits.Limit(Rational(5), source: "the hospital")
    #expect(try outcome(request, .volumePerKilogram).state == .inside)
  }

  /// 1.8 copies per cell at 45 % CAR+ are 4 per CAR+ cell. Would catch a limit per CAR+ cell set
  /// against copies per cell, or the product for the quotient.
  @Test func copies() throws {
    var request = try BagCases.complete()
    request.results?.copies = try BagCases.number("1.8")
    request.results?.copiesCarShare = try BagCases.percent("45")
    let four = ReleaseLimit.Edge(Rational(4), inclusive: false)
    for (of, value, state) in [
      ("transduced cell", "4", LimitOutcome.State.outside), ("cell", "1.8", .inside),
      ("CAR+ cell", "4", .outside),
    ] {
      request.product.limits = [
        ReleaseLimit(.copies, high: four, of: of, state: .read, source: "a protocol")
      ]
      let outcome = try outcome(request, .copies)
      #expect(outcome.value == (try BagCases.number(value)) && outcome.state == state)
    }
  }

  /// A limit without a result is held, without a limit nothing is said to be inside, and a broken
  /// one is never approved and goes before holds. Would catch "not set" shown as passed.
  @Test func limits() throws {
    var request = try BagCases.complete()
    request.results?.viability = nil
    #expect(try outcome(request, .viability).state == .notSet)
    let eighty = try ReleaseLimit.Edge(BagCases.number("0.8"), inclusive: true)
    request.product.limits = [
      ReleaseLimit(.viability, low: eighty, state: .read, source: "the licence")
    ]
    #expect(try BagCases.holds(request) == [.notMeasured])
    request.results?.viability = try BagCases.percent("80")
    let inside = try outcome(request, .viability)
    #expect(inside.state == .inside && inside.source == "the licence")
    #expect(try DoseCalculation(request).verdict == .forTwoSignatures)
    request.results?.viability = try BagCases.percent("79.9")
    request.weight?.isMeasured = false
    let verdict = try DoseCalculation(request).verdict
    guard case .outOfSpecification(let broken, let holds) = verdict else {
      Issue.record("not out of specification")
      return
    }
    #expect(broken.map(\.item) == [.viability] && holds.map(\.code) == [.weightNotMeasured])
    // Everything that exceptional use needs does not make it approved.
    request.exceptionalUse = ExceptionalUse()
    request.exceptionalUse?.requestor = "Dr A"
    #expect(try DoseCalculation(request).verdict.code == "out of specification")
    // The share of the chain is taken where the limit names its cells, and no other.
    request.product.limits = [
      ReleaseLimit(.car, low: eighty, of: "viable cells", state: .read, source: "p")
    ]
    #expect(try outcome(request, .carPositive).state == .outside)
    request.product.limits = [
      ReleaseLimit(.car, low: eighty, of: "viable T cells", state: .read, source: "p")
    ]
    #expect(try outcome(request, .carPositive).state == .notMeasured)
    // No results at all: the limits are open, not passed.
    request.product.limits = []
    request.results = nil
    #expect(try outcome(request, .endotoxinPerKilogram).state == .notMeasured)
  }

  /// Against 60 digits of Phi. Would catch a variance for a deviation, errors added, one side lost.
  @Test func chance() throws {
    func errors(_ percents: [String]) throws -> [RelativeError] {
      try percents.map { RelativeError("e", try BagCases.percent($0), source: "s") }
    }
    let cases: [(Int?, Int, Int?, [String], Double)] = [
      (70_000_000, 139_664_100, 140_000_000, ["10", "8", "2"], 0.50734264446639479),
      (80, 100, 120, ["15", "15", "3"], 0.64944847986671606),
      (80, 100, 120, ["10", "8", "2"], 0.87717735189860748),
      (90, 100, 110, ["10", "8", "2"], 0.55959930186099682),
      (nil, 100, 110, ["10"], 0.84134474606854295),
      (90, 100, nil, ["10"], 0.84134474606854295),
      (90, 100, 110, ["0"], 1), (90, 111, 110, ["0"], 0), (100, 100, 100, [], 1),
    ]
    for (least, dose, most, percents, wanted) in cases {
      let chance = chanceWithin(
        dose: try CellCount(dose), minimum: try least.map { try CellCount($0) },
        maximum: try most.map { try CellCount($0) }, error: try errors(percents).combined)
      #expect(abs(chance - wanted) < 1e-12)
    }
    let calculation = try DoseCalculation(BagCases.complete())
    #expect(calculation.dose?.cells == 139_664_100)
    #expect(abs((calculation.within ?? 0) - 0.50734264446639479) < 1e-12)
    try requireAgreement(of: calculation.figures, with: calculation.request.sheet)
  }
}
