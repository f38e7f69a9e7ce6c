import Foundation
import Quantities
import RunRecords
import Statistics
import Testing

@testable import Harvest
@testable import Inference

@Suite("What a further reading would tell") struct NextReadingTests {
  // x ~ N(0, 1) is read with the sd 1/2 and meets everything above 1/2. The share of the doubt that
  // is taken away, 0.5782, and the chance that P is then at least 90 %, 0.1151, were integrated in
  // Python. Catches: a reading without noise, weights that are forgotten, the chance of the opposite.
  @Test func closedForm() throws {
    let found = Self.culture(above: 0.5, draws: 4000)
    #expect(abs(found.told.value - 0.5782) < 0.02, "\(found.told)")
    #expect(abs(found.safe - 0.1151) < 0.02, "\(found.safe)")
    #expect(abs(found.now - 0.3085) < 0.001)
  }

  // The same with an event of 3 %, the case in which a hundred truths know nothing: 0.4358 for
  // x > -1.88079, integrated in Python. Catches: truths drawn by weight alone, whose answer is chance; a
  // draw that is read once however often it is the truth; an error that is not told.
  @Test func rareEvents() throws {
    let draws = [3000, 3500, 4000].map { Self.culture(above: -1.88079, draws: $0).told }
    for told in draws {
      #expect(abs(told.value - 0.4358) < 0.02, "\(told)")
      #expect(told.error > 0.001 && told.error < 0.02, "\(told)")
    }
  }

  // The share alone against the sum rule: the event is certain in column 1 and impossible in column 0
  // for draws above 0. Catches: columns taken for draws, a joint reading that tells less than a part.
  @Test func sharesAndJointReadings() throws {
    let n = 1000
    let x = (0..<n).map { Self.normal((Double($0) + 0.5) / Double(n)) }
    let made = Preposterior(
      weights: x.map { _ in 1 / Double(n) },
      events: [x.flatMap { [$0 > 0 ? 0 : 0.5, $0 > 0 ? 1 : 0.5] }],
      columns: 2)
    let sets = [(assays: [0], share: false), ([], true), ([0], true)]
    let after = made.after(sets, threads: 1) { _, truth, z in Self.logs(x, truth, z) }
    let told = after.map { $0[0].told(of: made.now(0)).value }
    #expect(abs(made.now(0) - 0.5) < 1e-9)
    #expect(told[0] < 1e-9 && abs(told[1] - 0.25) < 1e-9 && told[2] > 0.3, "\(told)")
  }

  // Catches: a ranking of what the draws cannot tell apart.
  @Test func equalReadings() throws {
    func reading(_ hour: Double, _ names: [String], _ told: Double, planned: Bool) -> NextReading {
      NextReading(
        hour: hour, isPlanned: planned, quantities: names, target: 200, now: 0.9, safe: 0.9,
        after: 0...1, told: told, error: 0.01)
    }
    let found = NextReading.ordered([
      reading(48, ["vcd"], 0.16, planned: false),
      reading(48, ["vcd", "viability"], 0.15, planned: true),
      reading(48, ["vcd"], 0.14, planned: true), reading(24, ["lactate"], 0.05, planned: true),
    ])
    #expect(found.map(\.told) == [0.14, 0.15, 0.16, 0.05])
    #expect(found.last?.isLess(than: found[0]) == true && !found[0].isLess(than: found[2]))
  }

  private static func culture(
    above limit: Double, draws n: Int
  ) -> (told: (value: Double, error: Double), safe: Double, now: Double) {
    let x = (0..<n).map { normal((Double($0) + 0.5) / Double(n)) }
    let made = Preposterior(
      weights: x.map { _ in 1 / Double(n) }, events: [x.map { $0 > limit ? 1 : 0 }], columns: 1)
    let after = made.after([(assays: [0], share: false)], threads: 2) { _, truth, z in
      logs(x, truth, z)
    }[0][0]
    return (after.told(of: made.now(0)), after.reaching(0.9), made.now(0))
  }

  /// ln density of a reading of x[truth] with the sd 1/2, under all x.
  private static func logs(_ x: [Double], _ truth: Int, _ z: Double) -> [Double] {
    let reading = x[truth] + 0.5 * z
    return x.map { -2 * (reading - $0) * (reading - $0) }
  }

  /// The normal quantile by bisection of the error function.
  private static func normal(_ p: Double) -> Double {
    var (low, high) = (-8.0, 8.0)
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < p { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
