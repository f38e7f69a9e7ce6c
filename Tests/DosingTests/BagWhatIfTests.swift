import Dosing
import Quantities
import Testing

/// Inverse questions: how much to harvest, whom a number of cells serves, who gets a lot.
@Suite struct BagWhatIfTests {
  /// Against a bisection over a chain moved one step at a time, 60 digits (Records/worked.py).
  /// Would catch the 90 % quantile on the wrong side, a retain that is scaled, errors added up.
  @Test func harvestNeed() throws {
    let dose = try CellCount(140_000_000)
    let thaw = LossStep(
      "thaw", .recovery(try BagCases.percent("70")), deviation: try BagCases.percent("10"))
    let alone = try [thaw].need(for: dose, errors: [])
    #expect(alone.cells.cells == 200_000_000 && alone.sufficient?.cells == 244_821_654)
    #expect(abs(alone.relativeError - 1 / 7.0) < 1e-12)
    let chain = [
      LossStep("quality control", .share(try BagCases.percent("2"))),
      LossStep("sentinel", .cells(try CellCount(2_000_000))),
      LossStep("wash", .recovery(try BagCases.percent("80")), deviation: try BagCases.percent("5")),
      LossStep("retain", .cells(try CellCount(1_000_000))), thaw,
    ]
    let need = try chain.need(
      for: dose, errors: [RelativeError("count", try BagCases.percent("8"), source: "s")])
    #expect(need.cells.cells == 258_418_368 && need.sufficient?.cells == 332_557_810)
    #expect(abs(need.relativeError - 0.17584383703034952) < 1e-12)
    // Half of all batches: the mean. Nothing uncertain: the same number.
    let half = try chain.need(for: dose, errors: [], probability: 0.5).sufficient?.cells ?? 0
    #expect(abs(half - need.cells.cells) <= 1)
    #expect(try [LossStep]().need(for: dose, errors: []).sufficient == dose)
    // Recoveries so uncertain that no harvest suffices.
    let wild = LossStep(
      "thaw", .recovery(try BagCases.percent("30")), deviation: try BagCases.percent("40"))
    #expect(try [wild].need(for: dose, errors: []).sufficient == nil)
    let refused = #expect(throws: Refusal.self) {
      try [LossStep("x", .recovery(.zero))].cellsNeeded(for: dose)
    }
    #expect(refused?.field == "losses[0]")
  }

  private func served(
    _ bands: [WeightBand], _ kind: DoseRule.Kind, _ cells: Int, _ choice: PlannedDose
  ) throws -> [String] {
    try servedWeights(
      BagCases.product(DoseRule(kind, bands: bands)), cells: CellCount(cells), choice: choice
    ).map(\.description)
  }

  /// Against the window itself: at the end of each interval the dose is at most the cells, just
  /// beyond it is not. Would catch the last band alone, an edge that loses its flag, floor(2 x W)
  /// taken for 2 x W.
  @Test func largestPatients() throws {
    func perKilogram(_ digits: String) throws -> DoseAmount {
      .perKilogram(try CellsPerKilogram(BagCases.number(digits)))
    }
    let fifty = try BagCases.mass("50")
    let prodigy = try [
      WeightBand(
        upper: WeightEdge(fifty, inclusive: false), minimum: perKilogram("0.3e6"),
        maximum: perKilogram("1e6")),
      WeightBand(
        lower: WeightEdge(fifty, inclusive: true), minimum: .cells(CellCount(30_000_000)),
        maximum: .cells(CellCount(100_000_000))),
    ]
    #expect(try served(prodigy, .bandedByWeight, 9_000_000, .minimum) == ["from 2 kg to 30 kg"])
    #expect(
      try served(prodigy, .bandedByWeight, 20_000_000, .minimum) == ["from 2 kg to below 50 kg"])
    #expect(
      try served(prodigy, .bandedByWeight, 30_000_000, .minimum)
        == ["from 2 kg to below 50 kg", "from 50 kg to 300 kg"])
    #expect(try served(prodigy, .bandedByWeight, 500_000, .minimum) == [])
    let capped = try [
      WeightBand(
        minimum: perKilogram("1e6"), target: perKilogram("2e6"), maximum: perKilogram("2e6"),
        cap: CellCount(200_000_000))
    ]
    // floor(2e6 W) <= 139,999,999 until 70 kg, 70 kg itself not.
    #expect(
      try served(capped, .perKilogramTarget, 139_999_999, .target) == ["from 2 kg to below 70 kg"])
    #expect(
      try served(capped, .perKilogramTarget, 140_000_000, .target)
        == ["from 2 kg to below 70.0000005 kg"])
    // The cap serves everybody until the least dose is above it, at 200 kg.
    #expect(
      try served(capped, .perKilogramTarget, 200_000_000, .target) == ["from 2 kg to 200 kg"])
    #expect(
      try served(capped, .perKilogramTarget, 70_000_000, .minimum) == ["from 2 kg to 70 kg"])
    #expect(throws: Refusal.self) {
      try served(prodigy, .bandedByWeight, 1, .target)
    }
    var random = SystemlessRandom(state: 3)
    var wrong = 0
    let product = BagCases.product(try DoseRule(.bandedByWeight, bands: prodigy))
    for _ in 0..<4000 {
      let cells = try CellCount(Int(random.next() % 120_000_000))
      let choice: PlannedDose = random.next() % 2 == 0 ? .minimum : .maximum
      let intervals = try servedWeights(product, cells: cells, choice: choice)
      let mass = try BodyMass(
        kilograms: Rational(Int128(2_000 + random.next() % 298_000), over: 1000))
      let dose = try doseRange(product, mass).dose(for: choice)
      let inside = intervals.contains { interval in
        let (w, lower, upper) = (mass.kilograms, interval.lower, interval.upper)
        return (w > lower || (w == lower && interval.lowerInclusive))
          && (w < upper || (w == upper && interval.upperInclusive))
      }
      if inside != (dose <= cells) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Would catch `<=` for `<`: a batch at the limit passes.
  @Test func viabilityLimits() throws {
    let batches = try ["69.9", "70", "79.9", "80", "95"].map { try BagCases.percent($0) }
    let limits = try ["70", "80", "96"].map { try BagCases.percent($0) }
    let shares = try failingShares(of: batches, at: limits)
    #expect(shares.map(\.failing) == [1, 3, 5])
    #expect(shares.map(\.share.description) == ["20 %", "60 %", "100 %"])
    #expect(throws: Refusal.self) { try failingShares(of: [], at: limits) }
  }

  /// 68 mL of 3,365,400 cells/mL for patients of 40, 70, 150 and 3 kg: the last gets what is left as
  /// long as it holds the least dose, one who gets nothing stops nobody, and the sum stays inside.
  /// Would catch a lot given out twice and dead volume forgotten.
  @Test func allocation() throws {
    var lot = try BagCases.certificate()
    lot.statedCells = try CellCount(965_600_000)
    func patient(_ id: String, _ weight: String) throws -> LotPatient {
      var request = try BagCases.complete(weight)
      request.supplies[0].deadVolume = try BagCases.volume("0.5")
      return LotPatient(id: id, request: request)
    }
    let shares = try allocate(
      lot,
      to: [patient("a", "40"), patient("b", "70"), patient("c", "150"), patient("d", "3")])
    // a: 80e6 / 3,365,400 = 23.77 mL, 23.7 so as not to exceed; b: 140e6 = 41.599 mL, 41.5;
    // c: 150e6 at least = 44.57 mL; d: 6e6 = 1.78 mL, of which 1.3 mL are left and suffice.
    #expect(
      shares.map(\.takenMilliliters)
        == (try ["24.2", "42", "0", "1.8"].map { try BagCases.number($0) }))
    #expect(shares[3].leftMilliliters == .zero)
    guard case .failure(let refusal) = shares[2].outcome else {
      Issue.record("served")
      return
    }
    #expect(refusal.code == .notEnoughCells)
    let volume = try shares.reduce(Rational.zero) { try $0.plus($1.takenMilliliters) }
    #expect(volume <= (try BagCases.number("68")))
    let small = try allocate(lot, to: [patient("a", "80"), patient("b", "40"), patient("d", "3")])
    // a: 160e6 = 47.5 mL; b: 20 mL are left, 65e6 of 80e6 wanted and 40e6 needed.
    #expect(
      small.map(\.takenMilliliters)
        == (try ["48", "20", "0"].map { try BagCases.number($0) }))
    guard case .success(let given) = small[1].outcome else {
      Issue.record("not served")
      return
    }
    #expect(given.holds.map(\.hold.code) == [.short])
  }
}
