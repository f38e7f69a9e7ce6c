import Bioreactor
import Foundation
import Quantities
import Randomness
import RunRecords
import Testing

@testable import Population

/// Predictive checks beside numpy and scipy, and of populations that are wrong.
struct CheckTests {
  /// Five donors at four times, sixty replicates: numbers that a script of numpy makes alike.
  private static func made() throws -> PopulationReplicates {
    func noise(_ a: Int, _ b: Int) -> Double {
      let s = sin(12.9898 * Double(a) + 78.233 * Double(b)) * 43758.5453
      return standardNormalQuantile(0.001 + 0.998 * (s - s.rounded(.down)))
    }
    let (donors, times) = (5, 4)
    let rows = 0..<(donors * times)
    let typical = rows.map { 2 + Double($0 % times) + 0.25 * Double($0 / times) }
    let readings = rows.map { k in
      let y = typical[k] * exp(0.3 * noise(900, k / times) + 0.1 * noise(901, k))
      return OccasionReading(quantity: "y", x: Double(k % times), y: y)
    }
    let simulated = (0..<60).map { r in
      rows.map { k in
        typical[k] * exp(0.3 * noise(r, 1000 + k / times) + 0.1 * noise(r, k))
      }
    }
    return try PopulationReplicates(
      readings: readings, donors: rows.map { $0 / times }, typical: typical, simulated: simulated)
  }

  /// numpy.quantile of corrected values. Catches a correction by the wrong median and quantiles of
  /// pooled replicates in place of quantiles of their quantiles.
  @Test func bandsEqualNumpy() throws {
    let check = VisualPredictiveCheck(try Self.made(), bins: 2)
    let expected = [
      [2.304940397993123, 1.5325816394080936, 2.067659691830267, 2.943242193988277],
      [2.948095743546576, 2.4787781627309884, 3.0549829304287455, 4.200464326520898],
      [3.9626868060488643, 3.3080831760276266, 4.498661388324749, 6.3984618722664965],
      [3.9488418772296527, 2.333203237326991, 3.522493952888917, 5.0537074175308145],
      [5.205997452031625, 4.055901276138372, 5.082107690543964, 6.799923411652827],
      [7.182176812270011, 5.649378699303546, 7.426925938558375, 10.919278008061834],
    ]
    let bands = check.bins.flatMap(\.bands)
    #expect(bands.count == 6 && check.bins.map(\.count) == [10, 10])
    for (band, row) in zip(bands, expected) {
      let own = [band.observed, band.low, band.median, band.high]
      for (a, b) in zip(own, row) { #expect(abs(a - b) < 1e-8) }
    }
    #expect(check.holding.count == 6 && check.holding.of == 6)
  }

  /// scipy: Cholesky, norm.ppf, wilcoxon, chi2, shapiro. Catches errors that are left correlated, a
  /// share of 1 that becomes infinite, a one-sided test.
  @Test func errorsEqualScipy() throws {
    let errors = PredictionErrors(try Self.made())
    let expected = [
      -1.2815515655446004, -0.12566134685507402, 1.2815515655446004, 0.12566134685507416,
      0.04178929781645395, 0.967421566101701, 0.6744897501960817, 1.8339146358159146,
      1.191816171681394, -1.1918161716813946, 1.6448536269514722, 1.1107716166367854,
      -0.2104283942479247, -0.7835003753897741, 0.21042839424792484, -1.6448536269514729,
      -0.2533471031357997, 0.08365173390712909, 0.9027347916438648, -0.38532046640756773,
    ]
    #expect(errors.errors.count == 20)
    for (a, b) in zip(errors.errors, expected) { #expect(abs((a ?? 9) - b) < 1e-9) }
    #expect(abs(errors.mean - 0.20963027235923937) < 1e-9)
    #expect(abs(errors.variance - 0.9692648926055225) < 1e-9)
    // Errors lie on a grid: ties that rounding breaks move the ranks a little.
    #expect(abs(errors.meanTest - 0.43284782457280624) < 0.02)
    let grid = errors.errors.compactMap { $0.map { ($0 * 1e10).rounded() / 1e10 } }
    #expect(abs(SignedRanks.probability(grid) - 0.43284782457280624) < 1e-9)
    #expect(abs(errors.varianceTest - 0.9896567519794197) < 1e-8)
    #expect(abs((errors.normalityTest ?? 9) - 0.7418956212108982) < 1e-4)
    #expect(errors.globalTest == 1)
  }

  /// Donors of a linear model: the predictive distribution is normal with known moments, so that the
  /// errors of measurements from it are standard normal and those of a population of half the spread
  /// are not. Catches replicates that share their effects, or forget them or the noise.
  @Test func wrongPopulationsAreSeen() throws {
    var stream = RandomStream(seed: 3, name: "checks", purpose: "data")
    var rows: [(donor: String, x: [Double], y: Double)] = []
    for donor in 0..<60 {
      let (a, b) = (2 + 0.8 * stream.normal(), 1 + 0.4 * stream.normal())
      for t in 0..<6 {
        rows.append(("d\(donor)", [Double(t)], a + b * Double(t) + 0.3 * stream.normal()))
      }
    }
    let model = population(
      Line.self, rows, names: ["a", "b", "ln sigma"],
      structure: RandomStructure(donor: RandomBlock([0, 1])), start: [2, 1, -1],
      deviations: [0.8, 0.4])
    let truth = [2, 1, log(0.3), log(0.8), log(0.4)]
    func check(_ theta: [Double]) throws -> (PredictionErrors, VisualPredictiveCheck) {
      let replicates = try PopulationReplicates(model, theta: theta, replicates: 500, threads: 2)
      return (
        PredictionErrors(replicates), VisualPredictiveCheck(replicates, bins: 6, corrected: false)
      )
    }
    let (right, seen) = try check(truth)
    #expect(right.globalTest > 0.01, "\(right.meanTest) \(right.varianceTest)")
    #expect(seen.holding.count >= 16 && seen.holding.of == 18, "\(seen.holding)")
    let (narrow, thin) = try check([2, 1, log(0.3), log(0.4), log(0.2)])
    #expect(narrow.varianceTest < 1e-6 && narrow.globalTest < 1e-6)
    #expect(thin.holding.count <= 10, "\(thin.holding)")
    let (aside, _) = try check([3.2, 1, log(0.3), log(0.8), log(0.4)])
    #expect(aside.meanTest < 1e-3)
    // The same bytes for any number of threads.
    let one = try PopulationReplicates(model, theta: truth, replicates: 20)
    let two = try PopulationReplicates(model, theta: truth, replicates: 20, threads: 2)
    #expect(one.simulated == two.simulated)
    // Moments of the replicates: mean a + b t, variance of a sum.
    let many = try PopulationReplicates(model, theta: truth, replicates: 2000)
    let last = many.simulated.map { $0[5] }
    let mean = last.reduce(0, +) / 2000
    let variance = last.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999
    #expect(abs(mean - 7) < 0.25 && abs(variance / (0.64 + 25 * 0.16 + 0.09) - 1) < 0.15)
  }

  /// Runs of a text model, with a censored reading. Catches noise on the wrong scale, and a limit that
  /// is compared as a number.
  @Test func textModelsAreSimulated() throws {
    let cultures = try (0..<4).map { d in
      try Culture(
        model: Made.logistic(),
        run: Made.run(
          "r\(d)", donor: "d\(d)", seeded: 0.5, times: [0, 48, 96],
          vcd: [.exact(0.5), d == 0 ? .below(3) : .exact(2), .exact(8)]))
    }
    var specification = PopulationSpecification(donorEffects: ["r"])
    specification.startDeviation = 0.2
    let plan = try PopulationPlan(
      cultures: cultures, specification: specification, fitOptions: .init())
    let theta = plan.model.start + [log(0.2)]
    let replicates = try PopulationReplicates(plan.model, theta: theta, replicates: 400)
    #expect(replicates.readings.count == 12 && replicates.readings[1].y == nil)
    let start = replicates.simulated.map { log($0[0] / replicates.typical[0]) }
    let spread = (start.reduce(0) { $0 + $1 * $1 } / 400).squareRoot()
    // At time 0 only the noise of 0.15 is seen.
    #expect(abs(spread / 0.15 - 1) < 0.15, "\(spread)")
    let errors = PredictionErrors(replicates)
    #expect(errors.errors[1] == nil && errors.errors[0] != nil)
    #expect(VisualPredictiveCheck(replicates, bins: 3).bins.map(\.count) == [4, 3, 4])
  }

  /// Shapiro and Wilk, signed ranks with ties, quantiles, bins: edge cases. scipy.stats.shapiro of
  /// 0, 1, 4, ... 361: W 0.8949, p 0.0332; wilcoxon of 1, 1, -1, 2, 3 (approx, correction): 0.1696.
  @Test func smallTests() throws {
    let squares = try #require(ShapiroWilk((0..<20).map { Double($0 * $0) }))
    #expect(abs(squares.statistic - 0.8949288620307665) < 1e-5)
    #expect(abs(squares.probability - 0.03316539297687834) < 1e-4)
    #expect(ShapiroWilk([1, 2, 3]) == nil && ShapiroWilk([Double](repeating: 1, count: 20)) == nil)
    #expect(abs(SignedRanks.probability([1, 1, -1, 2, 3]) - 0.1695641451905634) < 1e-9)
    #expect(SignedRanks.probability([0, 0]).isNaN)
    #expect(VisualPredictiveCheck.quantile([1, 2, 4], 0.75) == 3)
    #expect(
      VisualPredictiveCheck.split([0, 1, 2, 3, 4], [1, 1, 1, 1, 9], 3).map(\.count) == [4, 1])
    #expect(throws: PopulationReplicates.Refusal.self) {
      try PopulationReplicates(readings: [], donors: [], typical: [], simulated: [])
    }
    #expect(throws: PopulationReplicates.Refusal.self) {
      try PopulationReplicates(try ExactTests.bolus(), theta: [0, 0, 0, 0, 0, 0], replicates: 30)
    }
  }
}
