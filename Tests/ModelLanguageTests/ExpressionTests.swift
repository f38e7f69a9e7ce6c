import Lanes
import ModelLanguage
import Testing

/// Compiled programs against the arithmetic of the text, on plain and dual numbers.
@Suite struct ExpressionTests {
  /// An expression as text and as what it means.
  private struct Case {
    let text: String
    let value: (_ x: Double, _ y: Double, _ p: Double, _ t: Double) -> Double
  }

  private static func random(_ depth: Int, _ random: inout SplitMix) -> Case {
    if depth == 0 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return Case(text: "x") { x, _, _, _ in x }
      case 1: return Case(text: "y") { _, y, _, _ in y }
      case 2: return Case(text: "p") { _, _, p, _ in p }
      case 3: return Case(text: "t") { _, _, _, t in t }
      default:
        let c = Double(Int.random(in: 1...9, using: &random)) / 4
        return Case(text: "\(c)") { _, _, _, _ in c }
      }
    }
    let a = self.random(depth - 1, &random)
    let b = self.random(depth - 1, &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0:
      return Case(text: "(\(a.text) + \(b.text))") {
        a.value($0, $1, $2, $3) + b.value($0, $1, $2, $3)
      }
    case 1:
      return Case(text: "(\(a.text) - \(b.text))") {
        a.value($0, $1, $2, $3) - b.value($0, $1, $2, $3)
      }
    case 2, 3:
      return Case(text: "\(a.text) * \(b.text)") {
        a.value($0, $1, $2, $3) * b.value($0, $1, $2, $3)
      }
    case 4, 5:
      return Case(text: "\(a.text) / (2 + (\(b.text))^2)") {
        let d = b.value($0, $1, $2, $3)
        return a.value($0, $1, $2, $3) / (2 + d * d)
      }
    case 6: return Case(text: "(-(\(a.text)))") { -a.value($0, $1, $2, $3) }
    case 7:
      return Case(text: "logistic(\(a.text))") { 1 / (1 + Double.exp(-a.value($0, $1, $2, $3))) }
    default:
      return Case(text: "(if \(a.text) < \(b.text) then \(a.text) else 3 * (\(b.text)))") {
        let (u, v) = (a.value($0, $1, $2, $3), b.value($0, $1, $2, $3))
        return u < v ? u : 3 * v
      }
    }
  }

  /// 2,000 random expressions. Would catch a wrong sign in a joined product, a fused step that
  /// drops an operand, a reciprocal of the wrong factor and a step in the wrong stage.
  @Test func randomExpressions() throws {
    var random = SplitMix(state: 20)
    var worst = 0.0
    var worstText = ""
    for round in 0..<2000 {
      let made = Self.random(1 + round % 5, &random)
      let model = try oneRate(
        made.text,
        before:
          "param p [1] = 1.75 fixed\nlet t = time / 1 [h]\nobserve u [1] = p * t ~ normal(sd: 1)")

      let bench = Bench(model)
      let (x, y, t) = (
        Double.random(in: -2...2, using: &random), Double.random(in: -2...2, using: &random),
        Double.random(in: -2...2, using: &random)
      )
      let wanted = made.value(x, y, 1.75, t)
      let got = bench.rates([x, y], time: t)[0]
      // Cancellation can leave less than the terms had; terms stay below 1e6 here.
      let error = abs(got - wanted) / max(1, abs(wanted))
      if !(error <= worst) { (worst, worstText) = (error, made.text) }
    }
    #expect(worst < 1e-9, "\(worstText)")
  }

  /// Would catch a fused step whose derivative forgets a term.
  @Test func derivatives() throws {
    let model = try oneRate(
      "p * x * y - x / (p + y) + 2 * x - 3 * x * y + (if x < y then x * y else x) + logistic(x)",
      before: "param p [1] = 1.5 fixed")
    typealias D = Dual<SIMD4<Double>>
    let evaluator = Evaluator<D>(model.program)
    evaluator.setParameters([D(1.5, direction: 2)])
    evaluator.settle()
    withUnsafePointer(to: D(0)) { evaluator.setTime(D(0), origins: $0) }
    evaluator.setVolume(D(1))
    evaluator.setState(0, D(0.5, direction: 0))
    evaluator.setState(1, D(2, direction: 1))
    evaluator.settleBranches()
    evaluator.runRates()
    let rate = evaluator.rate(0)
    // By hand, with s = 1/(1+e^-0.5): s = 0.6224593312018546, s(1-s) = 0.2350037122015945.
    #expect(near(rate.value, 0.6224593312018546 + 0.35714285714285715))
    #expect(near(rate.partials[0], 0.7142857142857143 + 0.2350037122015945))
    #expect(near(rate.partials[1], -0.25 + 0.04081632653061224))
    #expect(near(rate.partials[2], 1.0408163265306123))
  }
}
