import Dosing
import Quantities
import Testing

/// What a rule may say, and what its window is.
@Suite struct RuleTests {
  private func cells(_ count: Int) throws -> DoseAmount { .cells(try CellCount(count)) }
  private func each(_ digits: String) throws -> DoseAmount {
    .perKilogram(try CellsPerKilogram(number(digits)))
  }
  private func edge(_ weight: String, _ inclusive: Bool) throws -> WeightEdge {
    WeightEdge(try kg(weight), inclusive: inclusive)
  }

  private func fault(
    _ kind: DoseRule.Kind, _ bands: [WeightBand], levels: [DoseRule.Level] = []
  ) -> RuleFault? {
    do throws(RuleFault) {
      _ = try DoseRule(kind, bands: bands, levels: levels)
      return nil
    } catch {
      return error
    }
  }

  /// Each kind must and may state its own amounts. Would catch a row of that table that is wrong,
  /// a unit that is not checked, and a tolerance that stands beside a range.
  @Test func kinds() throws {
    let (low, high) = (try each("1e6"), try each("2e6"))
    let (few, many) = (try cells(10), try cells(20))
    let cap = try CellCount(100_000_000)
    let tenth = try Fraction(percent: number("10"))
    let sound: [(DoseRule.Kind, WeightBand)] = [
      (.perKilogramTarget, WeightBand(target: low)),
      (.perKilogramTarget, WeightBand(minimum: low, target: low, maximum: high, cap: cap)),
      (.perKilogramRange, WeightBand(minimum: low, maximum: high)),
      (.perKilogramRange, WeightBand(minimum: low, cap: cap)),
      (.perKilogramFixed, WeightBand(target: low, tolerance: tenth)),
      (.perKilogramMinimum, WeightBand(minimum: low)),
      (.flatRange, WeightBand(minimum: few, target: few, maximum: many)),
      (.flatFixed, WeightBand(target: few, tolerance: tenth)),
      (.bandedByWeight, WeightBand(cap: cap)),
    ]
    for (kind, band) in sound {
      #expect(fault(kind, [band]) == nil, "\(kind) \(band.doseWords)")
    }
    let wrong: [(DoseRule.Kind, WeightBand, String)] = [
      (.perKilogramTarget, WeightBand(minimum: low, maximum: high), "E_RULE_AMOUNT"),
      (.perKilogramTarget, WeightBand(target: few), "E_RULE_UNIT"),
      (.perKilogramRange, WeightBand(minimum: low), "E_RULE_AMOUNT"),
      (.perKilogramRange, WeightBand(maximum: low), "E_RULE_AMOUNT"),
      (.perKilogramFixed, WeightBand(minimum: low, target: low), "E_RULE_AMOUNT"),
      (.perKilogramMinimum, WeightBand(minimum: low, maximum: high), "E_RULE_AMOUNT"),
      (.perKilogramMinimum, WeightBand(minimum: few), "E_RULE_UNIT"),
      (.flatRange, WeightBand(minimum: few), "E_RULE_AMOUNT"),
      (.flatRange, WeightBand(minimum: low, maximum: high), "E_RULE_UNIT"),
      (.flatFixed, WeightBand(target: few, maximum: many), "E_RULE_AMOUNT"),
      (.flatFixed, WeightBand(minimum: few, tolerance: tenth), "E_RULE_AMOUNT"),
      (.bandedByWeight, WeightBand(), "E_RULE_AMOUNT"),
      (.bandedByWeight, WeightBand(minimum: high, maximum: low), "E_RULE_MIN_ABOVE_MAX"),
      (
        .bandedByWeight, WeightBand(minimum: .cells(try CellCount(200_000_000)), cap: cap),
        "E_RULE_MIN_ABOVE_MAX"
      ),
      (.bandedByWeight, WeightBand(minimum: low, maximum: many), "E_RULE_UNIT"),
      (.bandedByWeight, WeightBand(target: high, maximum: low), "E_RULE_TARGET_OUTSIDE"),
      (.bandedByWeight, WeightBand(target: low, maximum: many), "E_RULE_UNIT"),
      (
        .bandedByWeight, WeightBand(target: low, maximum: many, cap: try CellCount(21)),
        "E_RULE_UNIT"
      ),
      (
        .bandedByWeight, WeightBand(target: low, maximum: high, tolerance: tenth),
        "E_RULE_TOLERANCE"
      ),
      (.bandedByWeight, WeightBand(cap: cap, tolerance: tenth), "E_RULE_TOLERANCE"),
      (.flatFixed, WeightBand(lower: try edge("5", true), target: few), "E_RULE_KIND"),
    ]
    for (kind, band, code) in wrong {
      #expect(fault(kind, [band])?.code == code, "\(kind) \(band.doseWords)")
    }
    #expect(fault(.flatFixed, [])?.code == "E_RULE_EMPTY")
  }

  /// Would catch levels that are guessed, a level taken for another, and bands beside levels.
  @Test func levels() throws {
    let one = DoseRule.Level(name: "1", bands: [WeightBand(target: try each("1e6"))])
    let two = DoseRule.Level(name: "2", bands: [WeightBand(target: try each("3e6"))])
    #expect(fault(.doseLevels, [], levels: [one, one])?.code == "E_RULE_LEVELS")
    #expect(fault(.doseLevels, [])?.code == "E_RULE_LEVELS")
    #expect(fault(.doseLevels, one.bands, levels: [two])?.code == "E_RULE_LEVELS")
    #expect(fault(.perKilogramFixed, one.bands, levels: [two])?.code == "E_RULE_LEVELS")
    #expect(
      fault(.doseLevels, [], levels: [one, DoseRule.Level(name: "3", bands: [WeightBand()])])?.part
        == .level(1, band: 0))
    let product = try shipped("nexcar19-in-ped")
    let mass = try kg("20")
    #expect(try doseRange(product, mass, level: "B").minimum?.cells == 60_000_000)
    #expect(try doseRange(product, mass, level: "C").maximum?.cells == 300_000_000)
    let none = refused { () throws(Refusal) in try doseRange(product, mass) }
    #expect(none?.code == .missing && none?.field == "level")
    let other = refused { () throws(Refusal) in try doseRange(product, mass, level: "b") }
    #expect(other?.code == .badValue && other?.field == "level")
    let flat = try shipped("kymriah-us-lbcl")
    #expect(
      refused { () throws(Refusal) in try doseRange(flat, mass, level: "B") }?.field == "level")
  }

  private func product(_ kind: DoseRule.Kind, _ band: WeightBand) throws -> Product {
    Product(
      id: "x", name: "X", inn: "x", indication: "x", jurisdiction: "x", labelVersion: nil,
      status: .trial, counted: .carTAsStated, wording: "x", origin: .trial("x"),
      dose: try DoseRule(kind, bands: [band]), sources: [],
      facts: [Product.Fact("dose", .read), Product.Fact("counted", .read)])
  }

  /// Rounding: up for the least, down for the most, and a tolerance to both sides before it. Would
  /// catch a window one cell too wide, and a target that the tolerance moves.
  @Test func rounding() throws {
    let fixed = try product(
      .perKilogramFixed,
      WeightBand(target: each("1000001"), tolerance: Fraction(percent: number("12.5"))))
    // 1,000,001 x 3.1 = 3,100,003.1; x 0.875 = 2,712,502.7125; x 1.125 = 3,487,503.4875
    let window = try doseRange(fixed, kg("3.1"))
    #expect(window.minimum?.cells == 2_712_503)
    #expect(window.target?.cells == 3_100_003)
    #expect(window.maximum?.cells == 3_487_503)
    let least = try doseRange(
      product(.perKilogramMinimum, WeightBand(minimum: each("1000001"))), kg("3.1"))
    #expect(least.minimum?.cells == 3_100_004 && least.maximum == nil && least.target == nil)
    let capped = try doseRange(
      product(.bandedByWeight, WeightBand(minimum: each("1e6"), cap: CellCount(20_000_000))),
      kg("20"))
    #expect(capped.maximum?.cells == 20_000_000 && capped.minimum?.cells == 20_000_000)
  }

  /// An unverified dose or count is refused, however the rest stands. Would catch a state that is
  /// read and not used.
  @Test(arguments: ["dose", "dose.cap", "counted"]) func unverified(field: String) throws {
    var product = try shipped("carvykti-us-mm")
    product.facts = [Product.Fact("dose", .read), Product.Fact(field, .unverified)]
    let mass = try kg("70")
    #expect(refused { () throws(Refusal) in try doseRange(product, mass) }?.code == .unverified)
    #expect(product.standing == .unverified(field))
    product.facts = [Product.Fact("dose", .read), Product.Fact("presentation", .unverified)]
    #expect(refused { () throws(Refusal) in try doseRange(product, mass) } == nil)
  }

  /// Weights without a dose, against the window itself on a grid of 0.5 kg. Would catch a meeting
  /// point on the wrong side, and one outside its own band.
  @Test func emptyWeights() throws {
    #expect(
      try shipped("carvykti-us-mm").dose?.emptyWeights().map(\.description) == [
        "above 200 kg the least dose is above the greatest: refused there"
      ])
    #expect(try shipped("carvykti-eu-mm").dose?.emptyWeights() == [])
    let tenth = try Fraction(percent: number("10"))
    let bands = [
      WeightBand(minimum: try each("1e6"), cap: try CellCount(90_000_000)),
      WeightBand(target: try each("1e6"), cap: try CellCount(90_000_000), tolerance: tenth),
      WeightBand(
        minimum: try cells(50_000_000), target: try each("1e6"), cap: try CellCount(60_000_000)),
      WeightBand(target: try each("1e6"), cap: try CellCount(90_000_000)),
      WeightBand(minimum: try each("1e6"), cap: try CellCount(900_000_000)),
    ]
    for band in bands {
      let product = try product(.bandedByWeight, band)
      let empty = product.dose?.emptyWeights() ?? []
      #expect(empty.count <= 1)
      var wrong: [String] = []
      for half in 4...600 {
        let mass = try BodyMass(kilograms: Rational(Int128(half), over: 2))
        let isEmpty = empty.contains {
          $0.above.map { mass.kilograms > $0 } ?? false
            || $0.below.map { mass.kilograms < $0 } ?? false
        }
        let code = refused { () throws(Refusal) in try doseRange(product, mass) }?.code
        if (code == .emptyRange) != isEmpty { wrong.append("\(mass) \(band.doseWords)") }
      }
      #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }
  }

  /// The rule in words keeps every number and both kinds of edge. Would catch a cap or a tolerance
  /// that is computed with and not told.
  @Test func words() throws {
    func words(_ id: String) throws -> String {
      try shipped(id).dose?.words.joined(separator: "\n") ?? ""
    }
    #expect(
      try words("kymriah-us-ball") == """
        up to and including 50 kg: 200,000 cells/kg to 5,000,000 cells/kg
        above 50 kg: 10,000,000 cells (10 million; 1E7) to 250,000,000 cells (250 million; 2.5E8)
        """)
    #expect(
      try words("inaticabtagene-cn-pall") == "target 1,000,000 cells/kg within 20 % to both sides")
    #expect(
      try words("carvykti-us-mm")
        == "500,000 cells/kg to 1,000,000 cells/kg, never above 100,000,000 cells (100 million; 1E8)"
    )
    #expect(
      try words("ari0002h-es-mm").hasSuffix("fraction 3: 60 %, at least 24 h after the one before"))
    #expect(try words("aucatzyl-us-all").contains("blasts above 20 %: not read, so refused"))
  }
}
