import Inference
import Testing

@Suite("Many starts")
struct TrustRegionMultiStartTests {
  /// r = (x^2 - 1, (x - 1) / 2): minimum 0 at 1, a local one near -0.9, by the sign of the start.
  static let twoValleys = SquaresProblem(
    lowerBounds: [-2], upperBounds: [2], isFeasible: { $0[0] < 1.9 },
    residuals: { [$0[0] * $0[0] - 1, ($0[0] - 1) / 2] }, jacobian: { [[2 * $0[0]], [0.5]] })

  /// Catches a best taken by order of completion, failures that vanish, agreement counted over
  /// failures.
  @Test func theBestValleyIsFoundAndTheOthersShown() {
    let found = MultiStart(count: 40, seed: 3).minimise(
      TrustRegionMultiStartTests.twoValleys, nominal: [-1.5])
    #expect(found.results.count == 40)
    #expect(abs((found.best?.parameters[0] ?? 0) - 1) < 1e-9)
    #expect((found.results[0].parameters[0]) < 0)
    #expect(found.waterfall == found.waterfall.sorted())
    #expect(found.agreeing > 10 && found.agreeing < 30)
    #expect(found.failed >= 1 && found.failed + found.waterfall.count == 40)
  }

  @Test func nothingUsable() {
    let found = MultiStart(count: 3).minimise(
      rosenbrock(isFeasible: { _ in false }), nominal: [0, 0])
    #expect(found.best == nil && found.failed == 3 && found.agreeing == 0)
  }

  /// In one dimension the rate is 1 / golden ratio, in two 1 / plastic number (Roberts 2018).
  /// 256 points in 5 dimensions fill each of 16 slices of each axis with 16 +- 3 points.
  @Test func theSequenceIsEven() {
    let line = MultiStartSequence(dimension: 1, seed: 0)
    let step = line.point(1)[0] - line.point(0)[0]
    #expect(abs(step - (step > 0 ? 0.618033988749895 : -0.381966011250105)) < 1e-14)
    let plane = MultiStartSequence(dimension: 2, seed: 0)
    let first = plane.point(1)[0] - plane.point(0)[0]
    #expect(abs(first - (first > 0 ? 0.754877666246693 : 0.754877666246693 - 1)) < 1e-14)
    let cube = MultiStartSequence(dimension: 5, seed: 9)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 16), count: 5)
    for k in 0..<256 {
      for (axis, u) in cube.point(k).enumerated() { counts[axis][Int(u * 16)] += 1 }
    }
    #expect(counts.joined().allSatisfy { (13...19).contains($0) }, "\(counts)")
    #expect(cube.point(7) == MultiStartSequence(dimension: 5, seed: 9).point(7))
    #expect(cube.point(7) != MultiStartSequence(dimension: 5, seed: 10).point(7))
  }

  /// Infinite bounds get a spread around the nominal point; starts stay in the box.
  @Test func startsLieInTheBox() {
    let plan = MultiStart(count: 100, seed: 1)
    let inside = (0..<100).allSatisfy { k in
      let p = plan.start(
        k, nominal: [10, 0, -3], lower: [-.infinity, -1, -.infinity],
        upper: [.infinity, 1, -2])
      return (0...20).contains(p[0]) && (-1...1).contains(p[1]) && (-6...(-2)).contains(p[2])
    }
    #expect(inside)
    #expect(plan.start(1, nominal: [1], lower: [], upper: []) == [1])
  }
}
