import Dosing
import DosingCheck
import Quantities
import Testing

/// No default for a missing fact, no fact applied twice, no population taken for another.
@Suite struct RefusalTests {
  static func complete(_ weight: String = "70") throws -> DoseRequest {
    var request = DoseRequest(product: try shipped("yescarta-eu-lbcl"), bodyMass: try kg(weight))
    request.bag = try bag("14.2e6", "23.7", "0.1", "68")
    request.harvest = HarvestPlan(
      recoveries: [Recovery("thaw", try Fraction(percent: Rational(70)))],
      retains: [Retain("sentinel", try CellCount(2_000_000))],
      qcFraction: try Fraction(percent: Rational(2)))
    return request
  }

  static let deletions: [(field: String, delete: @Sendable (inout DoseRequest) -> Void)] = [
    ("bodyMass", { $0.bodyMass = nil }),
    ("recoveries", { $0.harvest?.recoveries = nil }),
    ("retains", { $0.harvest?.retains = nil }),
    ("qcFraction", { $0.harvest?.qcFraction = nil }),
    ("counted", { $0.bag?.counted = nil }),
    ("viableDensity", { $0.bag?.viableDensity = nil }),
    ("carPositive", { $0.bag?.carPositive = nil }),
    ("carParent", { $0.bag?.carParent = nil }),
    ("resolution", { $0.bag?.resolution = nil }),
    ("available", { $0.bag?.available = nil }),
  ]

  /// Each required field deleted from 1,000 requests: each refusal names the field.
  /// Would catch a default (viability 1, weight 70, no retains) in place of a missing fact.
  @Test func deletedFields() throws {
    var silent: [String] = []
    for (field, delete) in Self.deletions {
      for step in 0..<1000 {
        var request = try Self.complete("\(40 + step / 20).\(step % 20)")
        delete(&request)
        let refused = refusal(request)
        if refused?.code != .missing || refused?.field != field { silent.append(field) }
      }
    }
    #expect(silent.isEmpty)
    #expect(refusal(try Self.complete()) == nil)
  }

  /// Would catch viability or the CD3+ share multiplied in twice, two densities of which one is
  /// quietly preferred, a parent gate that is ignored.
  @Test func contradictions() throws {
    let half = try Fraction(percent: Rational(50))
    let total = try TotalDensity(cellsPerMilliliter: number("20e6"))
    func code(_ change: (inout BagContent) -> Void) throws -> (Refusal.Code?, String?) {
      var request = try Self.complete()
      if var bag = request.bag {
        change(&bag)
        request.bag = bag
      }
      let refused = refusal(request)
      return (refused?.code, refused?.field)
    }
    #expect(try code { $0.viability = half } == (.appliedTwice, "viability"))
    #expect(try code { $0.totalDensity = total } == (.ambiguous, "viableDensity"))
    #expect(try code { $0.tCellShare = half } == (.appliedTwice, "tCellShare"))
    #expect(try code { $0.carParent = .viableTCells } == (.missing, "tCellShare"))
    #expect(try code { $0.carParent = .allCells } == (.otherPopulation, "carParent"))
    #expect(try code { $0.counted = .carPositiveT } == (.otherPopulation, "counted"))
    #expect(try code { $0.carPositive = .zero } == (.badValue, "carPositive"))
    #expect(
      try code {
        $0.viableDensity = nil
        $0.totalDensity = total
      } == (.missing, "viability"))
  }

  /// Viable density, or total density with viability: the same cells, the same volume.
  /// Would catch a viability that is lost on the second way.
  @Test func bothDensities() throws {
    let direct = try DoseCalculation(Self.complete())
    var request = try Self.complete()
    request.bag?.viableDensity = nil
    request.bag?.totalDensity = try TotalDensity(cellsPerMilliliter: number("17.75e6"))
    request.bag?.viability = try Fraction(percent: Rational(80))
    let chained = try DoseCalculation(request)
    #expect(chained.infusion == direct.infusion)
    try requireAgreement(of: chained.figures, with: request.sheet)
    request.bag?.carParent = .viableTCells
    request.bag?.tCellShare = try Fraction(percent: Rational(50))
    request.bag?.carPositive = try Fraction(percent: number("47.4"))
    #expect(try DoseCalculation(request).infusion == direct.infusion)
  }

  /// Would catch a volume for a source that does not say which cells it counts, and a viable
  /// density taken for a dose that counts all CAR+ T cells.
  @Test func populationsOfTrials() throws {
    var request = try Self.complete("40")
    request.product = try shipped("prodigy-nct05779930")
    request.planned = .minimum
    request.bag?.counted = .carTAsStated
    #expect(refusal(request)?.field == "product.counted")
    request.product = try shipped("fucaso-cn-mm")
    request.planned = .target
    request.bag?.counted = .carPositiveT
    #expect(refusal(request)?.field == "viableDensity")
    request.bag?.viableDensity = nil
    request.bag?.totalDensity = try TotalDensity(cellsPerMilliliter: number("5e6"))
    request.bag?.carParent = .allCells
    #expect(try DoseCalculation(request).figures.dose == 39_934_500)
  }

  /// Would catch a target invented for a range, and an amount outside the window let through.
  @Test func plannedDose() throws {
    var request = try Self.complete("20")
    request.product = try shipped("kymriah-us-ball")
    #expect(refusal(request)?.code == .noTarget)
    for (cells, code) in [
      (3_999_999, Refusal.Code.outsideWindow), (4_000_000, nil), (100_000_000, nil),
      (100_000_001, .outsideWindow),
    ] {
      request.planned = .amount(try CellCount(cells))
      #expect(refusal(request)?.code == code)
    }
    request.planned = .maximum
    #expect(try DoseCalculation(request).figures.dose ?? 0 <= 100_000_000)
  }

  /// A bag between the least dose and the plan gives what it has and says so; below the least dose
  /// it is refused. Would catch a dose above what exists, and a shortage that goes unmentioned.
  @Test func shortBags() throws {
    var request = try Self.complete()
    request.bag?.available = try Volume(milliliters: number("30.05"))
    let short = try DoseCalculation(request)
    #expect(short.infusion?.isShort == true)
    #expect(try short.infusion?.volume.milliliters == number("30"))
    #expect(short.handCalculation.contains { $0.contains("less than was planned") })
    request.bag?.available = try Volume(milliliters: number("20.7"))
    #expect(refusal(request)?.code == .notEnoughCells)
    request.bag?.available = try Volume(milliliters: number("68"))
    request.bag?.resolution = try Volume(milliliters: number("43"))
    #expect(refusal(request)?.code == .resolutionTooCoarse)
  }

  /// Would catch a dose computed from a field that nobody checked.
  @Test func unverifiedDose() throws {
    var request = try Self.complete()
    request.product.facts.append(Product.Fact("dose.cap", .unverified))
    #expect(refusal(request)?.code == .unverified)
  }

  /// Would catch a percentage read as a fraction, pounds read as kilograms, a bare number.
  @Test func quantities() throws {
    #expect(throws: QuantityError.self) { try Fraction(Rational(12)) }
    #expect(throws: QuantityError.self) { try Fraction(parsing: "12") }
    #expect(throws: QuantityError.self) { try Fraction(parsing: "101 %") }
    #expect(try Fraction(parsing: "12 %") == Fraction(parsing: "0.12"))
    for text in ["20", "44 lb", "20kg", "20  kg", "0 kg", "-3 kg", "2e1,5 kg", "20000 g", "nan kg"]
    {
      #expect(throws: QuantityError.self) { try BodyMass(parsing: text) }
    }
    #expect(throws: QuantityError.self) { try BodyMass(kilograms: Rational(1, over: 3)) }
    #expect(throws: QuantityError.self) { try CellCount(-1) }
    #expect(try BodyMass(parsing: "20.50 kg").description == "20.5 kg")
    #expect(try Volume(parsing: "0.50 mL").description == "0.5 mL")
    #expect(try CellCount(140_000_000).description == "140,000,000 cells (140 million; 1.4E8)")
    #expect(ExactText.decimal(try Rational(2, over: 3), decimals: 3) == "about 0.666")
  }
}
