import Dosing
import Quantities
import Testing

extension RandomRequest {
  /// A product whose rule is random and whose record says no more than it must.
  mutating func product() throws -> Product {
    var dose = try rule()
    // A careful site has a rule without a jump.
    while isCareful, !dose.notes.isEmpty { dose = try rule() }
    return Product(
      id: "random", name: "Random", inn: "random", indication: "none", jurisdiction: "none",
      labelVersion: nil, status: .trial,
      counted: random.pick(0...3) == 0 ? .carPositiveT : .carPositiveViableT,
      wording: "CAR-positive viable T cells", origin: .trial("random"), dose: dose,
      sources: [Product.Source(cite: "random", dated: nil, read: "2026-11-21")])
  }

  /// A rule of any kind, with any course that fits it.
  private mutating func rule() throws -> DoseRule {
    let low = random.pick(10_000...900_000)
    let high = random.pick(low...3_000_000)
    let aim = random.pick(low...high)
    let cap = random.pick(0...2) == 0 ? nil : try CellCount(random.pick(high * 30...high * 150))
    let divisor = try exactly(["1", "1.6", "3", "7"][random.pick(0...3)])
    func perKilogram(_ value: Int) throws -> DoseAmount {
      .perKilogram(try CellsPerKilogram(Rational(value).divided(by: divisor)))
    }
    func cells(_ value: Int) throws -> DoseAmount { .cells(try CellCount(value * 50)) }
    let tolerance = random.pick(0...1) == 0 ? try share(1...300, over: 1000) : nil
    let target = random.pick(0...1) == 0 ? aim : nil
    let course = try self.course()
    switch random.pick(0...8) {
    case 0:
      let range = random.pick(0...1) == 0
      let band = try WeightBand(
        minimum: range ? perKilogram(low) : nil, target: perKilogram(aim),
        maximum: range ? perKilogram(high) : nil, cap: cap)
      return try DoseRule(.perKilogramTarget, bands: [band], course: course)
    case 1:
      let band = try WeightBand(minimum: perKilogram(low), maximum: perKilogram(high), cap: cap)
      return try DoseRule(.perKilogramRange, bands: [band], course: course)
    case 2:
      let band = try WeightBand(target: perKilogram(aim), cap: cap, tolerance: tolerance)
      return try DoseRule(.perKilogramFixed, bands: [band], course: course)
    case 3:
      let band = try WeightBand(minimum: perKilogram(low))
      return try DoseRule(.perKilogramMinimum, bands: [band], course: course)
    case 4:
      let band = try WeightBand(
        minimum: cells(low), target: target.map(cells), maximum: cells(high))
      return try DoseRule(.flatRange, bands: [band], course: course)
    case 5:
      let band = try WeightBand(target: cells(aim), tolerance: tolerance)
      return try DoseRule(.flatFixed, bands: [band], course: course)
    case 6: return try split(cells: aim * 50)
    case 7:
      let levels = try ["A", "B", "C"].enumerated().map { index, name in
        DoseRule.Level(
          name: name,
          bands: [try WeightBand(target: perKilogram(aim * (index + 1)), tolerance: tolerance)])
      }
      return try DoseRule(.doseLevels, bands: [], levels: levels, course: course)
    default:
      let edge = try mass()
      let lowerHas = random.pick(0...1) == 0
      let bands = try [
        WeightBand(
          upper: WeightEdge(edge, inclusive: lowerHas), minimum: perKilogram(low),
          target: target.map(perKilogram), maximum: perKilogram(high), cap: cap),
        WeightBand(
          lower: WeightEdge(edge, inclusive: !lowerHas), minimum: cells(low),
          target: target.map(perKilogram), maximum: cells(high), cap: CellCount(high * 50)),
      ]
      return try DoseRule(.bandedByWeight, bands: bands, course: course)
    }
  }

  private mutating func course() throws -> DoseCourse {
    let shares: [[(Int128, Int128)]] = [
      [(1, 10), (3, 10), (6, 10)], [(1, 3), (1, 3), (1, 3)], [(1, 2), (1, 2)],
      [(1, 7), (2, 7), (4, 7)], [(2, 5), (3, 5)],
    ]
    let chosen = try shares[random.pick(0...4)].map { try Rational($0, over: $1) }
    switch random.pick(0...7) {
    case 0, 1: return .fractions(chosen.map { DoseFraction(share: $0) })
    case 2:
      return .components(
        chosen.enumerated().map { DoseComponent(name: "\($0)", share: $1) })
    case 3: return .repeated(DoseRepeats(most: random.pick(2...3)))
    default: return .single
    }
  }

  private mutating func split(cells: Int) throws -> DoseRule {
    let edge = try share(5...50)
    let lowerHas = random.pick(0...1) == 0
    // Every second time the second day takes from two or three bags.
    let mixed = random.pick(0...3)
    func portions(_ parts: Int) throws -> [BlastSplit.Portion] {
      let first = max(1, cells / parts)
      let second = cells - first
      let bags = mixed < 2 ? [] : [second / mixed, second - second / mixed]
      let three = mixed == 3 ? [second / 3, second / 3, second - 2 * (second / 3)] : bags
      return [
        BlastSplit.Portion(cells: try CellCount(first), day: 1),
        BlastSplit.Portion(
          cells: try CellCount(second),
          bags: try three.map { BlastSplit.Bag(cells: try CellCount($0)) }, day: 10),
      ]
    }
    let regimens = try [
      BlastSplit.Regimen(
        upper: BlastSplit.Edge(edge, inclusive: lowerHas), portions: portions(4), state: .read),
      BlastSplit.Regimen(
        lower: BlastSplit.Edge(edge, inclusive: !lowerHas), portions: portions(40), state: .read),
    ]
    return try DoseRule(
      .flatFixed, bands: [WeightBand(target: .cells(CellCount(cells)))],
      course: .split(BlastSplit(sample: "bone marrow", regimens: regimens)))
  }
}
