import Dosing
import Foundation
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
    let maximum: Int?
    var description: String { "\(product) \(weight) kg" }
    init(_ product: String, _ weight: String, _ minimum: Int?, _ target: Int?, _ maximum: Int?) {
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
    Case("kymriah-us-fl", "80", 60_000_000, nil, 600_000_000),
    Case("yescarta-us-lbcl", "70", nil, 140_000_000, 140_000_000),
    Case("yescarta-us-lbcl", "250", nil, 200_000_000, 200_000_000),
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
    Case("breyanzi-eu-lbcl", "70", 44_000_000, 100_000_000, 120_000_000),
    Case("breyanzi-us-lbcl", "70", 50_000_000, nil, 110_000_000),
    Case("abecma-us-mm", "70", 300_000_000, nil, 510_000_000),
    Case("abecma-eu-mm", "70", 260_000_000, 420_000_000, 500_000_000),
    Case("aucatzyl-us-all", "70", nil, 410_000_000, 410_000_000),
    Case("fucaso-cn-mm", "70", nil, 70_000_000, 70_000_000),
    Case("inaticabtagene-cn-pall", "30", 24_000_000, 30_000_000, 36_000_000),
    Case("ari0002h-es-mm", "70", nil, 210_000_000, 210_000_000),
    Case("nexcar19-in-nhl", "70", 350_000_000, nil, nil),
    Case("prodigy-nct05779930", "49.9", 14_970_000, nil, 49_900_000),
    Case("prodigy-nct05779930", "50", 30_000_000, nil, 100_000_000),
    Case("prodigy-nct05779930", "50.1", 30_000_000, nil, 100_000_000),
  ]

  /// Would catch `<` for `<=` at an edge (Prodigy jumps at 50 kg), a dropped cap, a slipped
  /// exponent in a product file, one country's rule read for another's.
  @Test(arguments: cases) func window(_ wanted: Case) throws {
    let window = try doseRange(shipped(wanted.product), kg(wanted.weight))
    #expect(window.minimum?.cells == wanted.minimum)
    #expect(window.target?.cells == wanted.target)
    #expect(window.maximum?.cells == wanted.maximum)
  }

  /// Every band of every shipped rule at its edge, 1e-9 kg and 0.1 kg beside it, and away from it,
  /// against `Records/rule_edges.csv`, which a script made of rules typed from the sources.
  ///
  /// Would catch an inclusive flag that is turned, an edge compared in floating point, a minimum
  /// rounded down or a maximum rounded up, a tolerance on one side only, a cap lost in one band, and
  /// a number that was mistyped in a product file.
  @Test func recordedEdges() throws {
    let text = try String(
      contentsOfFile: packageRoot + "/Tests/DosingTests/Records/rule_edges.csv", encoding: .utf8)
    var wrong: [String] = []
    var seen: Set<String> = []
    var rows = 0
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let product = try shipped(cells[0])
      seen.insert(cells[0])
      rows += 1
      let mass = try kg(cells[2])
      var got = ["refused", "refused", "refused"]
      do throws(Refusal) {
        let window = try doseRange(product, mass, level: cells[1].isEmpty ? nil : cells[1])
        got = [window.minimum, window.target, window.maximum].map {
          $0.map { String($0.cells) } ?? ""
        }
      } catch {
        if error.code != .emptyRange { got = ["\(error)"] }
      }
      if got != Array(cells[3...]) { wrong.append("\(line): \(got)") }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    #expect(rows == 364)
    let usable = try ProductRegistry.load(directory: packageRoot + "/data/products")
      .filter { $0.dose != nil }.map(\.id)
    #expect(Set(usable) == seen)
  }

  /// Would catch a maximum returned in place of a refusal where the cap empties the range.
  @Test(arguments: [
    ("carvykti-us-mm", "200.0000001"), ("carvykti-us-mm", "201"), ("yescarta-eu-lbcl", "201"),
  ])
  func emptyRange(product: String, weight: String) throws {
    let product = try shipped(product)
    let mass = try kg(weight)
    #expect(refused { () throws(Refusal) in try doseRange(product, mass) }?.code == .emptyRange)
  }

  /// Every edge of every shipped rule has one owner: 1e-9 kg to each side the other band holds.
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
    #expect(seen == 12)
  }

  /// Would catch a weight outside 2 ... 300 kg that is computed with, or an edge of that range lost.
  @Test(arguments: [("1.9", false), ("2", true), ("300", true), ("300.1", false)])
  func plausibleWeight(weight: String, isComputed: Bool) throws {
    let mass = try kg(weight)
    for id in ["carvykti-eu-mm", "kymriah-us-lbcl"] {
      let product = try shipped(id)
      #expect(
        refused { () throws(Refusal) in try doseRange(product, mass) }?.code
          == (isComputed ? nil : .implausibleWeight))
    }
  }

  /// Section 4, courses: 2.1E8 in 10, 30 and 60 %; 4.1E8 by blasts; 1E8 in two components.
  @Test func courses() throws {
    func portions(_ id: String, _ weight: String, blasts: String? = nil) throws -> [Int] {
      let window = try doseRange(shipped(id), kg(weight))
      return try window.portions(
        of: #require(window.target), blasts: blasts.map { try Fraction(parsing: $0) }
      ).map(\.cells.cells)
    }
    // Day 10 brings 3.1E8 from two bags.
    let day1And10 = [100_000_000, 300_000_000, 10_000_000]
    #expect(day1And10[1] + day1And10[2] == 310_000_000)
    #expect(try portions("ari0002h-es-mm", "70") == [21_000_000, 63_000_000, 126_000_000])
    #expect(try portions("aucatzyl-us-all", "70", blasts: "20 %") == day1And10)
    #expect(try portions("aucatzyl-us-all", "70", blasts: "0 %") == day1And10)
    #expect(try portions("breyanzi-eu-lbcl", "70") == [50_000_000, 50_000_000])
    #expect(try portions("satricabtagene-cn-gc", "70") == [250_000_000])
  }
}

/// What a call is refused with; nil when it is answered.
func refused<Value>(_ body: () throws(Refusal) -> Value) -> Refusal? {
  do throws(Refusal) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
