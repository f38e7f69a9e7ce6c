import Dosing
import Quantities
import Testing

/// Facts of one request that contradict each other.
@Suite struct BagContradictionTests {
  private func codes(_ change: (inout DoseRequest) throws -> Void) throws -> [Hold.Code] {
    var request = try BagCases.complete()
    try change(&request)
    return try BagCases.holds(request)
  }

  /// Would catch a viability of 60 % in the chain behind one of 91 % among the results, and the
  /// better of the two set against the limit.
  @Test func viabilities() throws {
    func calculation(_ ofChain: String, _ given: String?) throws -> DoseCalculation {
      var request = try BagCases.complete()
      request.product.limits = [
        ReleaseLimit(
          .viability, low: ReleaseLimit.Edge(try number("0.7"), inclusive: true), state: .read,
          source: "s")
      ]
      var certificate = try BagCases.certificate()
      certificate.viableDensity = nil
      certificate.totalDensity = try TotalDensity(cellsPerMilliliter: number("16e6"))
      certificate.percentages?.insert(
        try BagCases.share(.viableCells, of: .allCells, ofChain), at: 0)
      certificate.statedCells = try CellCount(1_088_000_000)
      request.supplies[0].certificate = certificate
      request.results?.viability = try given.map { try BagCases.percent($0) }
      return try DoseCalculation(request)
    }
    func state(_ ofChain: String, _ given: String?) throws -> LimitOutcome? {
      try calculation(ofChain, given).limits.first { $0.item == .viability }
    }
    #expect(try calculation("91", "91").holds.isEmpty)
    #expect(try calculation("91", nil).holds.isEmpty)
    let low = try calculation("60", "91")
    #expect(low.holds.map(\.hold.code) == [.viabilityDiffers])
    #expect(low.holds.first?.hold.value == "91 %; 60 %")
    #expect(try state("60", "91")?.state == .outside)
    #expect(try state("91", "60")?.state == .outside)
    #expect(try state("91", "60")?.value == number("0.6"))
    #expect(try calculation("91", "91.1").holds.map(\.hold.code) == [.viabilityDiffers])
  }

  /// 23.7 % CAR+ of viable cells; a third of it is 7.9 %. Would catch a share that makes the copies
  /// per CAR+ cell look better than they are.
  @Test func copies() throws {
    func codes(_ share: String, tCells: Bool = false) throws -> [Hold.Code] {
      try self.codes {
        $0.results?.copies = try number("1.2")
        $0.results?.copiesCarShare = try BagCases.percent(share)
        if tCells {
          $0.supplies[0].certificate?.percentages = [
            try BagCases.share(.viableTCells, of: .viableCells, "50"),
            try BagCases.share(.viableCarPositiveT, of: .viableTCells, "47.4"),
          ]
        }
      }
    }
    for (share, isHeld) in [("31.6", false), ("31.61", true), ("15.8", false), ("15.7", true)] {
      #expect(try codes(share) == (isHeld ? [.copiesShare] : []), "\(share)")
    }
    #expect(try codes("84") == [.copiesShare])
    // Measured in T cells, or in all cells.
    #expect(try codes("47.4", tCells: true) == [] && codes("23.7", tCells: true) == [])
    #expect(try codes("90", tCells: true) == [.copiesShare])
  }

  /// 140e6 cells in 41.5998 mL; 5 % is 2.08 mL. Would catch a syringe that makes another dose.
  @Test func rounding() throws {
    func codes(_ step: String) throws -> [Hold.Code] {
      try self.codes { $0.supplies[0].resolution = try BagCases.volume(step) }
    }
    #expect(try codes("1") == [] && codes("4") == [])
    // 39.6 mL is 4.8 % off, 39.5 mL is 5.05 %.
    #expect(try codes("39.6") == [] && codes("39.5") == [.rounded])
    #expect(try codes("30") == [.rounded])
    // Less in the bag than planned is told once.
    let short = try self.codes {
      $0.supplies[0].certificate = try BagCases.certificate(volume: "30")
    }
    #expect(short == [.short])
  }

  /// Would catch 9.8 mL of a product that is infused in 10 to 50 mL, and one fraction of several.
  @Test func infusedVolume() throws {
    func outcome(_ low: String?, _ high: String?) throws -> DoseCalculation {
      var request = try BagCases.complete()
      func edge(_ digits: String?) throws -> ReleaseLimit.Edge? {
        try digits.map { ReleaseLimit.Edge(try number($0), inclusive: true) }
      }
      request.product.limits = [
        ReleaseLimit(
          .infusedVolume, low: try edge(low), high: try edge(high), state: .read, source: "s")
      ]
      return try DoseCalculation(request)
    }
    // 41.5 mL: 41.6 would exceed the greatest dose.
    for (low, high, isInside) in [
      ("10", "50", true), ("41.5", "50", true), ("41.6", "50", false), ("10", "41.5", true),
      ("10", "41.4", false),
    ] {
      let dose = try outcome(low, high)
      #expect((dose.verdict == .forTwoSignatures) == isInside, "\(low) \(high)")
      #expect(
        dose.limits.first { $0.item == .infusedVolume }?.state == (isInside ? .inside : .outside))
    }
    #expect(try outcome("10", "50").limits.last?.limit == "at least 10 mL, at most 50 mL")
  }

  /// A bag of 68 mL. Would catch a bag that no container of the product is.
  @Test func suppliedBag() throws {
    func codes(_ sizes: [(String, String)], donor: Bool = false) throws -> [Hold.Code] {
      try self.codes {
        $0.product.presentation.sizes = try sizes.map { try number($0)...number($1) }
        if donor { $0.product.cellSource = .donor }
      }
    }
    #expect(try codes([]) == [] && codes([("10", "30"), ("30", "68")]) == [])
    #expect(try codes([("10", "50")]) == [.container])
    #expect(try codes([("10", "50")], donor: true) == [])
  }

  /// Would catch a limit of 50 where 5 was meant.
  @Test func endotoxinLimit() throws {
    func codes(_ limit: String?) throws -> [Hold.Code] {
      try self.codes {
        $0.safetyLimits.endotoxin = try limit.map {
          SafetyLimits.Limit(try number($0), source: "site")
        }
      }
    }
    #expect(try codes("5") == [] && codes("1") == [] && codes(nil) == [])
    #expect(try codes("5.01") == [.limitAbove] && codes("50") == [.limitAbove])
  }

  /// Would catch one certificate for two patients; a donor's lot is for many.
  @Test func sharedCertificate() throws {
    #expect(try codes { $0.shared = "certificate C-1; lines 2, 3" } == [.certificateShared])
    #expect(
      try codes {
        $0.shared = "certificate C-1; lines 2, 3"
        $0.product.cellSource = .donor
      } == [])
  }
}

/// Two weighings, and the weight of an age.
@Suite struct BagWeighingTests {
  private func codes(
    _ mass: String, _ other: String, on day: String = "2026-10-01", age: String? = nil,
    _ change: (inout DoseRequest) throws -> Void = { _ in }
  ) throws -> [Hold.Code] {
    var request = try BagCases.complete()
    request.planned = .minimum
    request.weight?.mass = try BagCases.mass(mass)
    request.weight?.earlier = try BagCases.mass(other)
    request.weight?.earlierDate = try BagCases.day(day)
    request.age = try age.map { try number($0) }
    try change(&request)
    return try BagCases.holds(request)
  }

  /// Would catch today's weight that is refused, and a drift that is held in one order alone.
  @Test func laterWeighing() throws {
    #expect(try codes("70", "71", on: "2026-11-20") == [])
    // 66 after 60 is 10 %; 60 after 66 is 9.1 %, whichever of them the dose is for.
    #expect(try codes("60", "66.1", on: "2026-11-20") == [.weightDrift])
    #expect(try codes("66.1", "60") == [.weightDrift])
    #expect(try codes("66", "60") == [] && codes("60", "66", on: "2026-11-20") == [])
    #expect(try codes("66.1", "60", on: "2026-11-20") == [] && codes("60", "66.1") == [])
    #expect(try codes("66.7", "60", on: "2026-11-20") == [.weightDrift])
    #expect(try codes("60", "66.7") == [.weightDrift])
  }

  /// 90 days is the edge; weighed on 2026-11-18. Would catch a weight of last year that vouches for a
  /// child's, and an adult's that is asked for again.
  @Test func childrenGrow() throws {
    #expect(try codes("18", "18", on: "2026-08-20") == [])
    #expect(try codes("18", "18", on: "2026-08-19") == [.weightAlone])
    #expect(try codes("70", "70", on: "2026-08-19") == [])
    #expect(try codes("70", "70", on: "2026-08-19", age: "17") == [.weightAlone])
    #expect(try codes("41", "41", on: "2026-08-19", age: "18") == [])
  }

  /// Would catch two weighings between which the rule changes, 39.6 and 40 kg.
  @Test func bandEdge() throws {
    func codes(_ mass: String, _ other: String) throws -> [Hold.Code] {
      try self.codes(mass, other) { request in
        func amount(_ digits: String) throws -> DoseAmount {
          .perKilogram(try CellsPerKilogram(number(digits)))
        }
        let edge = try BagCases.mass("40")
        let rule = try DoseRule(
          .bandedByWeight,
          bands: [
            WeightBand(
              upper: WeightEdge(edge, inclusive: false), minimum: amount("1e6"),
              maximum: amount("2e6")),
            WeightBand(
              lower: WeightEdge(edge, inclusive: true), minimum: .cells(CellCount(40_000_000)),
              maximum: .cells(CellCount(80_000_000))),
          ])
        request.product = BagCases.product(rule)
      }
    }
    #expect(try codes("40", "39.6") == [.weightBand] && codes("39.6", "40") == [.weightBand])
    #expect(try codes("40", "40.5") == [] && codes("39", "39.6") == [])
  }

  /// Rows at 60 and 72 months: 12.6 to 34 kg at 5 years. Would catch 40.6 lb taken for kg in both
  /// weighings of a child, and an adult who is held for the weight.
  @Test func weightForAge() throws {
    func codes(_ mass: String, _ age: String?) throws -> [Hold.Code] {
      try self.codes(mass, mass, age: age)
    }
    #expect(try codes("40.6", "5") == [.weightForAge] && codes("40.6", nil) == [])
    #expect(try codes("34", "5") == [] && codes("34.1", "5") == [.weightForAge])
    #expect(try codes("12.6", "5") == [] && codes("12.5", "5") == [.weightForAge])
    #expect(try codes("18.4", "5") == [])
    // Between rows: the least of the one before, the greatest of the one after.
    #expect(try codes("41.3", "5.5") == [] && codes("41.4", "5.5") == [.weightForAge])
    #expect(try codes("38", "20") == [.weightForAge])
    #expect(try codes("38", "20.1") == [] && codes("190", "30") == [])
  }
}
