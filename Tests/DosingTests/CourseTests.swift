import Dosing
import Quantities
import Testing

/// How a planned dose is divided.
@Suite struct CourseTests {
  private func flat(_ cells: Int, _ course: DoseCourse) throws(RuleFault) -> DoseRule {
    let target = (try? CellCount(cells)).map { DoseAmount.cells($0) }
    return try DoseRule(.flatFixed, bands: [WeightBand(target: target)], course: course)
  }

  private func fault(_ course: DoseCourse, cells: Int = 1000) -> RuleFault? {
    do throws(RuleFault) {
      _ = try flat(cells, course)
      return nil
    } catch {
      return error
    }
  }

  private func window(_ cells: Int, _ course: DoseCourse) throws -> DoseWindow {
    try doseRange(
      Product(
        id: "x", name: "X", inn: "x", indication: "x", jurisdiction: "x", labelVersion: nil,
        status: .trial, counted: .carTAsStated, wording: "x", origin: .trial("x"),
        dose: flat(cells, course), sources: []), nil)
  }

  private func shares(_ parts: [(Int128, Int128)]) throws -> [Rational] {
    try parts.map { try Rational($0.0, over: $0.1) }
  }

  private func fractions(_ parts: [(Int128, Int128)]) throws -> DoseCourse {
    .fractions(try shares(parts).map { DoseFraction(share: $0) })
  }

  /// Would catch a sum compared within a tolerance (1/3 three times is 1, 0.33 three times is not),
  /// and a share of zero or below that makes the sum right.
  @Test func sums() throws {
    #expect(fault(try fractions([(1, 3), (1, 3), (1, 3)])) == nil)
    #expect(fault(try fractions([(33, 100), (33, 100), (33, 100)]))?.code == "E_RULE_SUM")
    #expect(
      fault(try fractions([(1, 2), (499_999_999, 1_000_000_000)]))?.cause.contains("sum to") == true
    )
    #expect(fault(try fractions([(3, 2), (-1, 2)]))?.code == "E_RULE_SUM")
    #expect(fault(try fractions([(1, 1), (0, 1)]))?.code == "E_RULE_SUM")
    #expect(fault(try fractions([(1, 1)]))?.code == "E_RULE_SUM")
    #expect(fault(.repeated(DoseRepeats(most: 1)))?.code == "E_RULE_REPEATS")
    #expect(fault(.repeated(DoseRepeats(most: 2))) == nil)
    let half = try Rational(1, over: 2)
    let narrow = try Rational(3, over: 5)...Rational(4, over: 5)
    let pair = ["CD8", "CD4"].map { DoseComponent(name: $0, share: half) }
    #expect(fault(.components(pair)) == nil)
    #expect(fault(.components([pair[0], pair[0]]))?.code == "E_RULE_COMPONENT")
    #expect(
      fault(.components([pair[0], DoseComponent(name: "CD4", share: half, allowed: narrow)]))?.part
        == .course(1))
  }

  /// Whole cells, in order, that sum to the dose for any dose: 20,000 of them with shares of 1/7,
  /// 2/7 and 4/7, each portion within one cell of its share. Would catch portions rounded one by
  /// one, which lose or gain cells, and shares that are not cumulated.
  @Test func portionsSum() throws {
    let course = try fractions([(1, 7), (2, 7), (4, 7)])
    var wrong = 0
    for cells in 1...20_000 {
      let portions = try window(cells, course).portions(of: CellCount(cells)).map(\.cells.cells)
      let wanted = [cells / 7, cells * 3 / 7 - cells / 7, cells - cells * 3 / 7]
      if portions != wanted { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Would catch gates, intervals and names that do not reach the portion.
  @Test func conditions() throws {
    let window = try doseRange(shipped("ari0002h-es-mm"), kg("70"))
    let portions = try window.portions(of: #require(window.target))
    #expect(portions.map(\.name) == ["fraction 1 of 3", "fraction 2 of 3", "fraction 3 of 3"])
    #expect(portions.map { $0.after?.description } == [nil, "24 h", "24 h"])
    #expect(portions[1].share == (try Rational(3, over: 10)))
    let gated = try doseRange(shipped("ari0001-es-all"), kg("70"))
    #expect(
      try gated.portions(of: CellCount(70_000_000)).map { $0.gate != nil } == [false, true, true])
    let outside = refused { () throws(Refusal) in try window.portions(of: .zero) }
    #expect(outside?.code == .outsideWindow)
  }

  /// Would catch `<` for `<=` at 20 %, a regimen that nobody read answered with the other's cells,
  /// and a split of anything but the target.
  @Test func blasts() throws {
    let window = try doseRange(shipped("aucatzyl-us-all"), kg("70"))
    let target = try #require(window.target)
    func split(_ blasts: String?, _ cells: CellCount) throws -> Refusal? {
      let share = try blasts.map { try Fraction(parsing: $0) }
      return refused { () throws(Refusal) in try window.portions(of: cells, blasts: share) }
    }
    #expect(try split("20 %", target) == nil)
    #expect(try split("20.000000001 %", target)?.code == .unverified)
    #expect(try split("20.1 %", target)?.code == .unverified)
    #expect(try split("100 %", target)?.code == .unverified)
    #expect(try split(nil, target)?.field == "blasts")
    #expect(try split("20 %", CellCount(400_000_000))?.code == .outsideWindow)
    let portions = try window.portions(of: target, blasts: Fraction(parsing: "5 %"))
    #expect(portions.map(\.day) == [1, 10, 10])
    #expect(portions.map(\.dayTolerance) == [nil, 2, 2])
    #expect(portions.map(\.name) == ["day 1", "day 10, red", "day 10, blue"])
    #expect(portions[1].latestDay == 21 && portions[1].gate?.contains("grade 3") == true)
    #expect(window.course.requiresTarget)
    #expect(try shipped("aucatzyl-us-all").standing == .usableExcept("blasts above 20 %"))
  }

  /// Regimens must hold every share once and sum to the target. Would catch a gap at the edge, two
  /// owners of it, an end before 100 %, days in disorder, and a sum that is off by one cell.
  @Test func regimens() throws {
    func edge(_ percent: String, _ inclusive: Bool) throws -> BlastSplit.Edge {
      BlastSplit.Edge(try Fraction(parsing: percent), inclusive: inclusive)
    }
    func portions(_ first: Int, _ second: Int, days: [Int] = [1, 10]) throws -> [BlastSplit.Portion]
    {
      [
        BlastSplit.Portion(cells: try CellCount(first), day: days[0]),
        BlastSplit.Portion(cells: try CellCount(second), day: days[1]),
      ]
    }
    func split(
      _ upper: BlastSplit.Edge, _ lower: BlastSplit.Edge, end: BlastSplit.Edge? = nil,
      _ second: [BlastSplit.Portion], state: Product.FactState = .read
    ) throws -> DoseCourse {
      .split(
        BlastSplit(
          sample: "x",
          regimens: [
            .init(upper: upper, portions: try portions(400, 600), state: .read),
            .init(lower: lower, upper: end, portions: second, state: state),
          ]))
    }
    let (yes, no) = (try edge("20 %", true), try edge("20 %", false))
    let good = try portions(100, 900)
    #expect(fault(try split(yes, no, good)) == nil)
    #expect(fault(try split(no, yes, good)) == nil)
    #expect(fault(try split(no, no, good))?.code == "E_RULE_GAP")
    #expect(fault(try split(yes, yes, good))?.code == "E_RULE_OVERLAP")
    #expect(fault(try split(yes, edge("30 %", true), good))?.code == "E_RULE_GAP")
    #expect(fault(try split(yes, no, end: edge("90 %", true), good))?.code == "E_RULE_GAP")
    #expect(fault(try split(yes, no, portions(100, 901)))?.code == "E_RULE_SPLIT")
    #expect(fault(try split(yes, no, portions(100, 900, days: [10, 1])))?.code == "E_RULE_SPLIT")
    #expect(fault(try split(yes, no, portions(0, 1000)))?.code == "E_RULE_SPLIT")
    #expect(fault(try split(yes, no, []))?.part == .regimen(1))
    #expect(fault(try split(yes, no, [], state: .unverified)) == nil)
    let window = try window(1000, split(yes, no, good))
    #expect(
      try window.portions(of: CellCount(1000), blasts: Fraction(parsing: "20.1 %"))
        .map(\.cells.cells) == [100, 900])
  }

  /// Would catch a sum that is right with one component short, which the share alone shows.
  @Test func componentsTogether() throws {
    let half = try Rational(1, over: 2)
    let allowed = try Rational(2, over: 5)...Rational(3, over: 5)
    let rule = try DoseRule(
      .flatRange,
      bands: [WeightBand(minimum: .cells(CellCount(44)), maximum: .cells(CellCount(120)))],
      course: .components([
        DoseComponent(name: "CD8", share: half, allowed: allowed),
        DoseComponent(name: "CD4", share: half),
      ]))
    let window = try doseRange(
      Product(
        id: "x", name: "X", inn: "x", indication: "x", jurisdiction: "x", labelVersion: nil,
        status: .trial, counted: .carTAsStated, wording: "x", origin: .trial("x"), dose: rule,
        sources: []), nil)
    func check(_ first: Int, _ second: Int) throws -> String? {
      let cells = [try CellCount(first), try CellCount(second)]
      return refused { () throws(Refusal) in try window.checkComponents(cells) }?.cause
    }
    #expect(try check(50, 50) == nil)
    #expect(try check(40, 60) == nil)
    #expect(try check(60, 40) == nil)
    #expect(try check(39, 61)?.contains("share of CD8") == true)
    #expect(try check(20, 20)?.contains("together") == true)
    #expect(try check(61, 60)?.contains("together") == true)
  }

  /// What the second calculation is given: bands, course and selection of the rule, but not a
  /// regimen that nobody read.
  @Test func sheet() throws {
    let window = try shipped("aucatzyl-us-all")
    let blasts = try Fraction(parsing: "5 %")
    let sheet = DoseSheet(window.dose, bodyMass: try kg("70"), choice: .target, blasts: blasts)
    guard case .split(let regimens) = sheet.course else {
      Issue.record("no split")
      return
    }
    let fifth = try Rational(1, over: 5)
    #expect(regimens.count == 1 && regimens[0].upper == .init(fifth, inclusive: true))
    #expect(regimens[0].portions.map(\.cells) == [100_000_000, 300_000_000, 10_000_000])
    #expect(regimens[0].days == [1, 10, 10])
    #expect(sheet.blasts == blasts && sheet.bands.count == 1)
    let levels = try shipped("nexcar19-in-ped").dose
    #expect(
      DoseSheet(levels, level: "B", bodyMass: nil).bands.first?.minimum?.value
        == Rational(3_000_000))
    #expect(DoseSheet(levels, level: "Z", bodyMass: nil).bands.isEmpty)
    let fixed = DoseSheet(try shipped("inaticabtagene-cn-pall").dose, bodyMass: nil)
    #expect(fixed.bands.first?.tolerance?.value == (try Rational(1, over: 5)))
  }
}
