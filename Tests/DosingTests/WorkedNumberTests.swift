import Dosing
import DosingCheck
import Quantities
import RunFiles
import Testing

/// Worked numbers of the labels, exact, on both sides of every edge.
@Suite struct WorkedNumberTests {
  struct Case: Sendable, CustomStringConvertible {
    let product: String
    let weight: String
    let minimum: Int?
    let target: Int?
    let maximum: Int
    var description: String { "\(product) \(weight) kg" }
    init(_ product: String, _ weight: String, _ minimum: Int?, _ target: Int?, _ maximum: Int) {
      self.product = product
      self.weight = weight
      self.minimum = minimum
      self.target = target
      self.maximum = maximum
    }
  }

  static let cases = [
    Case("kymriah-us-ball", "20", 4_000_000, nil, 100_000_000),
    Case("kymriah-us-ball", "49.9", 9_980_000, nil, 249_500_000),
    Case("kymriah-us-ball", "50", 10_000_000, nil, 250_000_000),
    Case("kymriah-us-ball", "50.1", 10_000_000, nil, 250_000_000),
    Case("kymriah-eu-ball", "20", 4_000_000, nil, 100_000_000),
    Case("kymriah-us-lbcl", "80", 60_000_000, nil, 600_000_000),
    Case("yescarta-eu-lbcl", "70", 70_000_000, 140_000_000, 140_000_000),
    Case("yescarta-eu-lbcl", "100", 100_000_000, 200_000_000, 200_000_000),
    Case("yescarta-eu-lbcl", "100.1", 100_100_000, 200_000_000, 200_000_000),
    Case("yescarta-eu-lbcl", "130", 130_000_000, 200_000_000, 200_000_000),
    Case("carvykti-eu-mm", "80", 40_000_000, 60_000_000, 80_000_000),
    Case("carvykti-eu-mm", "100", 50_000_000, 75_000_000, 100_000_000),
    Case("carvykti-eu-mm", "100.1", 50_000_000, 75_075_000, 100_000_000),
    Case("carvykti-eu-mm", "120", 50_000_000, 90_000_000, 100_000_000),
    Case("carvykti-eu-mm", "201", 50_000_000, 100_000_000, 100_000_000),
    Case("carvykti-us-mm", "100.1", 50_050_000, nil, 100_000_000),
    Case("carvykti-us-mm", "120", 60_000_000, nil, 100_000_000),
    Case("carvykti-us-mm", "200", 100_000_000, nil, 100_000_000),
    Case("fucaso-cn-mm", "70", nil, 70_000_000, 70_000_000),
    Case("prodigy-nct05779930", "49.9", 14_970_000, nil, 49_900_000),
    Case("prodigy-nct05779930", "50", 30_000_000, nil, 100_000_000),
    Case("prodigy-nct05779930", "50.1", 30_000_000, nil, 100_000_000),
  ]

  /// Would catch `<` for `<=` at an edge (Prodigy jumps at 50 kg), a dropped cap, a slipped
  /// exponent in a product file, one country's rule read for another's.
  @Test(arguments: cases) func window(_ wanted: Case) throws {
    let request = DoseRequest(product: try shipped(wanted.product), bodyMass: try kg(wanted.weight))
    let figures = try DoseCalculation(request).figures
    #expect(figures.minimum == wanted.minimum)
    #expect(figures.target == wanted.target)
    #expect(figures.maximum == wanted.maximum)
    try requireAgreement(of: figures, with: request.sheet)
  }

  /// Would catch a maximum returned in place of a refusal where the cap empties the range.
  @Test(arguments: [
    ("carvykti-us-mm", "200.0000001"), ("carvykti-us-mm", "201"), ("yescarta-eu-lbcl", "201"),
  ])
  func emptyRange(product: String, weight: String) throws {
    let request = DoseRequest(product: try shipped(product), bodyMass: try kg(weight))
    #expect(refusal(request)?.code == .emptyRange)
    #expect(throws: CheckFault.self) { try recalculate(request.sheet) }
  }

  /// Would catch a fall-back from a country without a dose to one with a dose.
  @Test func unknownDose() throws {
    let refused = refusal(DoseRequest(product: try shipped("fucaso-hk-mm"), bodyMass: try kg("70")))
    #expect(refused?.code == .noDose)
    #expect(refused?.cause.contains("leaflet has not been read") == true)
  }

  /// Every edge of every shipped rule one part in 1e9 to each side: the flags decide as written.
  /// Would catch an edge compared in floating point, and `<` for `<=` in either direction.
  @Test func edges() throws {
    let products = try ProductRegistry.load(directory: packageRoot + "/data/products")
    let tiny = try number("1e-9")
    var seen = 0
    for product in products {
      for (before, after) in zip(product.dose?.bands ?? [], product.dose?.bands.dropFirst() ?? []) {
        let upper = try #require(before.upper)
        let lower = try #require(after.lower)
        #expect(upper.mass == lower.mass && upper.inclusive != lower.inclusive)
        let below = try BodyMass(kilograms: upper.mass.kilograms.minus(tiny))
        let above = try BodyMass(kilograms: upper.mass.kilograms.plus(tiny))
        #expect(try doseRange(product, below).band == before)
        #expect(try doseRange(product, above).band == after)
        #expect(try doseRange(product, upper.mass).band == (upper.inclusive ? before : after))
        seen += 1
      }
    }
    #expect(seen == 4)
  }

  /// Would catch a weight outside 2 ... 300 kg that is computed with, or an edge of that range lost.
  @Test(arguments: [("1.9", false), ("2", true), ("300", true), ("300.1", false)])
  func plausibleWeight(weight: String, isComputed: Bool) throws {
    let request = DoseRequest(product: try shipped("carvykti-eu-mm"), bodyMass: try kg(weight))
    #expect(refusal(request)?.code == (isComputed ? nil : .implausibleWeight))
    let flat = DoseRequest(product: try shipped("kymriah-us-lbcl"), bodyMass: try kg(weight))
    #expect(refusal(flat)?.code == (isComputed ? nil : .implausibleWeight))
  }

  /// A planned dose exactly between two steps takes the smaller volume, in both calculations.
  /// Would catch a tie that goes up in one of them.
  @Test func tiesGoDown() throws {
    var request = DoseRequest(
      product: try shipped("kymriah-us-ball"), bodyMass: try kg("20"),
      planned: .amount(try CellCount(5_500_000)))
    request.bag = try bag("10e6", "10", "1", "30")
    let calculation = try DoseCalculation(request)
    #expect(calculation.figures.dose == 5_000_000)
    try requireAgreement(of: calculation.figures, with: request.sheet)
  }
}
