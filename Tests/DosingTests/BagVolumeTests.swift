import Dosing
import Foundation
import Quantities
import Testing

/// Volumes, containers and harvests against a search in Python (Records/volumes.py).
@Suite struct BagVolumeTests {
  static let path =
    String(#filePath.dropLast("BagVolumeTests.swift".count)) + "Records/volumes.csv"

  /// 240 cases: whole doses, rules with a least dose alone, a bag each, fractions from one bag.
  /// Would catch a step rounded the wrong way, a clip at the wrong end, a tie that goes up, a dead
  /// volume counted once for several containers, containers not tried in order, fractions rounded
  /// one by one, a loss step applied out of order or rounded twice.
  @Test func table() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var wrong: [String] = []
    for row in rows {
      if let fault = try fault(Row(row)) { wrong.append("\(row.joined(separator: ",")): \(fault)") }
    }
    #expect(rows.count == 240)
    #expect(wrong.prefix(3).isEmpty)
  }

  private struct Row {
    let cells: [String]
    init(_ cells: [String]) { self.cells = cells }
    func list(_ index: Int) -> [String] {
      cells[index].split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func fault(_ row: Row) throws -> String? {
    let request = try request(row)
    let refused = BagCases.refusal(request)
    if row.cells[15] == "refused" {
      return refused == nil ? "not refused" : nil
    }
    guard refused == nil else { return refused?.description }
    let figures = try DoseCalculation(request).figures
    let volumes = try row.list(15).map { try BagCases.number($0) }
    let doses = row.list(16).map { Int($0) }
    let fills = try row.list(17).map { cell in
      try cell.split(separator: "+").map { try BagCases.number($0) }
    }
    if figures.harvest != Int(row.cells[14]) { return "harvest \(figures.harvest ?? -1)" }
    if figures.portions.map(\.volume) != volumes { return "volumes" }
    if figures.portions.map(\.dose) != doses { return "doses" }
    if figures.portions.map(\.containers) != fills { return "fills" }
    if figures.dose != Int(row.cells[18]) { return "total \(figures.dose ?? -1)" }
    return nil
  }

  private func request(_ row: Row) throws -> DoseRequest {
    let cells = row.cells
    let shares = try row.list(4).map { try BagCases.number($0) }
    let plan = try CellCount(BagCases.number(cells[2]).numerator)
    let course =
      shares.count > 1 ? DoseCourse.fractions(shares.map { DoseFraction(share: $0) }) : .single
    var product: Product
    if cells[0] == "least only" {
      // Half the least dose per kg at 2 kg.
      let half = try CellsPerKilogram(BagCases.number(cells[1]).divided(by: Rational(2)))
      product = BagCases.product(
        try DoseRule(.perKilogramMinimum, bands: [WeightBand(minimum: .perKilogram(half))]))
    } else {
      product = try BagCases.flat(Int(cells[1]), #require(Int(cells[3])), course: course)
    }
    product.presentation.sizes = try row.list(11).filter { !$0.isEmpty }.map {
      let ends = $0.split(separator: "-")
      return try BagCases.number(ends[0])...BagCases.number(ends[1])
    }
    product.presentation.most = Int(cells[12])
    var request = DoseRequest(
      product: product, weight: try BagCases.weight("2"), planned: .amount(plan))
    var certificate = try BagCases.certificate(cells[5], car: "10", volume: cells[8])
    certificate.percentages?[0].value = try Fraction(BagCases.number(cells[6]))
    var supply = try BagCases.supply(certificate, step: cells[7])
    supply.deadVolume = try BagCases.volume(cells[9])
    supply.overfill = try BagCases.volume(cells[10])
    if !product.presentation.sizes.isEmpty { supply.containers = .ofProduct }
    request.supplies = Array(
      repeating: supply, count: cells[0] == "own bags" ? shares.count : 1)
    request.losses = try row.list(13).filter { !$0.isEmpty }.map {
      let value = try BagCases.number($0.dropFirst(2))
      return switch $0.first {
      case "r": LossStep("r", .recovery(try Fraction(value)))
      case "q": LossStep("q", .share(try Fraction(value)))
      default: LossStep("c", .cells(try CellCount(value.numerator)))
      }
    }
    return request
  }

  /// Two containers are filled where one is too small, the odd step goes into the first, and each
  /// keeps back its own dead volume. Would catch one dead volume for both.
  @Test func twoContainers() throws {
    var request = DoseRequest(
      product: try BagCases.flat(nil, 50_100_000), weight: try BagCases.weight("40"),
      planned: .target)
    var supply = try BagCases.supply(
      BagCases.certificate("10e6", car: "10", volume: "80"), step: "0.1")
    supply.deadVolume = try BagCases.volume("1.5")
    supply.overfill = try BagCases.volume("0.5")
    supply.containers = .sizes(
      [
        try BagCases.volume("20")...BagCases.volume("31"),
        try BagCases.volume("10")...BagCases.volume("30"),
      ], most: 2)
    request.supplies = [supply]
    let drawn = try #require(try DoseCalculation(request).portions[0].drawn)
    #expect(drawn.infused.map(\.description) == ["25.1 mL", "25 mL"])
    #expect(drawn.size?.upperBound.description == "30 mL")
    #expect(drawn.fills.map(\.description) == ["27.1 mL", "27 mL"])
    #expect(drawn.remainderMilliliters == (try BagCases.number("25.9")))
    request.supplies[0].containers = .sizes(
      [try BagCases.volume("10")...BagCases.volume("20")], most: 2)
    #expect(BagCases.refusal(request)?.code == .noContainer)
  }

  /// A bag between the least dose and the plan gives what it has and is held; below the least dose
  /// it is refused; a step wider than the window too. Would catch a shortage without a word.
  @Test func shortBags() throws {
    var request = try BagCases.complete()
    request.supplies[0].certificate = try BagCases.certificate(volume: "30.05")
    let short = try DoseCalculation(request)
    #expect(short.portions[0].drawn?.volume.description == "30 mL")
    #expect(short.holds.map(\.hold.code) == [.short])
    request.supplies[0].certificate = try BagCases.certificate(volume: "20.7")
    #expect(BagCases.refusal(request)?.code == .notEnoughCells)
    request.supplies[0] = try BagCases.supply(BagCases.certificate(), step: "43")
    #expect(BagCases.refusal(request)?.code == .resolutionTooCoarse)
  }

  /// Two components, each from its own certificate; a shared bag, a missing bag and a share outside
  /// what the source allows are refused. Would catch a component drawn from the other's density.
  @Test func components() throws {
    let half = try BagCases.number("0.5")
    let allowed = try BagCases.number("0.45")...BagCases.number("0.55")
    let course = DoseCourse.components([
      DoseComponent(name: "CD8", share: half, allowed: allowed),
      DoseComponent(name: "CD4", share: half, allowed: allowed),
    ])
    var request = DoseRequest(
      product: try BagCases.flat(44_000_000, 120_000_000, course: course),
      weight: try BagCases.weight(), planned: .amount(try CellCount(100_000_000)))
    request.supplies = [
      try BagCases.supply(BagCases.certificate("40e6", car: "50", volume: "4.6")),
      try BagCases.supply(BagCases.certificate("25e6", car: "60", volume: "4.6")),
    ]
    let figures = try DoseCalculation(request).figures
    #expect(
      figures.portions.map(\.volume) == [try BagCases.number("2.5"), try BagCases.number("3.3")])
    #expect(figures.portions.map(\.dose) == [50_000_000, 49_500_000])
    #expect(figures.dose == 99_500_000)
    var lopsided = request
    lopsided.supplies[1].resolution = try BagCases.volume("2.4")
    // 2.4 mL hold 36e6 cells, 42 % of 86e6.
    #expect(BagCases.refusal(lopsided)?.field == "components")
    request.supplies.removeLast()
    #expect(BagCases.refusal(request)?.field == "supplies[1]")
  }

  /// Half of a least dose of 101 cells is 51, so that two steps of 50 cells are drawn, not one.
  /// Would catch the share of the least dose rounded down.
  @Test func leastShare() throws {
    let half = DoseFraction(share: try BagCases.number("0.5"))
    var request = DoseRequest(
      product: try BagCases.flat(101, 300, course: .fractions([half, half])),
      weight: try BagCases.weight(), planned: .minimum)
    let supply = try BagCases.supply(
      BagCases.certificate("500", car: "10", volume: "9"), step: "1")
    request.supplies = [supply, supply]
    #expect(try DoseCalculation(request).figures.portions.map(\.dose) == [100, 100])
  }

  /// A part of a bag: 10e6 cells of a bag of 25e6, the rest is left over and said.
  /// Would catch a split portion given above its stated cells.
  @Test func split() throws {
    let portions = [
      BlastSplit.Portion(cells: try CellCount(10_000_000), day: 1),
      BlastSplit.Portion(cells: try CellCount(400_000_000), day: 10, tolerance: 2),
    ]
    let low = [
      BlastSplit.Portion(cells: try CellCount(100_000_000), day: 1),
      BlastSplit.Portion(cells: try CellCount(310_000_000), day: 10, tolerance: 2),
    ]
    let twenty = BlastSplit.Edge(try BagCases.percent("20"), inclusive: true)
    let above = BlastSplit.Edge(try BagCases.percent("20"), inclusive: false)
    let course = DoseCourse.split(
      BlastSplit(
        sample: "within 7 days",
        regimens: [
          .init(upper: twenty, portions: low, state: .read),
          .init(lower: above, portions: portions, state: .read),
        ]))
    var request = DoseRequest(
      product: try BagCases.flat(nil, 410_000_000, course: course),
      weight: try BagCases.weight(), planned: .target)
    request.blasts = try BagCases.percent("20.1")
    request.supplies = [
      try BagCases.supply(BagCases.certificate("10e6", car: "25.3", volume: "10")),
      try BagCases.supply(BagCases.certificate("40e6", car: "25.3", volume: "70"), step: "0.5"),
    ]
    let calculation = try DoseCalculation(request)
    #expect(calculation.figures.portions.map(\.dose) == [9_867_000, 399_740_000])
    #expect(
      calculation.portions[0].drawn?.remainderMilliliters == (try BagCases.number("6.1")))
    request.blasts = nil
    #expect(BagCases.refusal(request)?.field == "blasts")
  }
}
